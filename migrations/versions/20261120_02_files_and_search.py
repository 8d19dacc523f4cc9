"""files and the word index"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_02"
down_revision = "20261120_01"
branch_labels = None
depends_on = None

#: Statements that the models do not know, by dialect.
WALLS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_terms USING fts5(terms, detail=none, columnsize=0, tokenize=\"unicode61 remove_diacritics 0 tokenchars '.-+/'\")"
    ],
    "postgresql": [
        "CREATE TABLE search_terms (row_id INTEGER PRIMARY KEY, terms tsvector NOT NULL)",
        "CREATE INDEX ix_search_terms_terms ON search_terms USING gin (terms)",
    ],
}
WALLS_DOWN = {
    "sqlite": ["DROP TABLE IF EXISTS search_terms"],
    "postgresql": ["DROP TABLE IF EXISTS search_terms"],
}


def upgrade() -> None:
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_blob_size")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "search_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_row")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_row_kind_subject_id")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sha256"], ["blob.sha256"], name=op.f("fk_stored_file_sha256_blob")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"],
            ["user_account.id"],
            name=op.f("fk_stored_file_uploaded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("token", name=op.f("uq_stored_file_token")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            "ix_stored_file_subject", ["subject_type", "subject_id"], unique=False
        )

    for statement in WALLS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in WALLS_DOWN[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_subject")
        batch_op.drop_index(batch_op.f("ix_stored_file_sha256"))

    op.drop_table("stored_file")
    op.drop_table("search_row")
    op.drop_table("blob")

"""generations of the index, kept facts of matching runs"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_06"
down_revision = "20261128_05"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_record",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("OFFER", "NEED", "CORPUS", name="recordkind", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_match_record")),
    )
    op.create_table(
        "index_generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("PRODUCT", "DEMAND", name="changekind", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("covers_seq", sa.Integer(), nullable=False),
        sa.Column("scorer", sa.String(length=60), nullable=False),
        sa.Column("corpus", sa.String(length=64), nullable=False),
        sa.Column("n_rows", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_generation")),
        sa.UniqueConstraint("kind", "n", name=op.f("uq_index_generation_kind_n")),
    )
    op.create_table(
        "match_input",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_match_input_run_id_match_run")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_match_input_listing_id_demand_listing"),
        ),
        sa.PrimaryKeyConstraint("run_id", "listing_id", name=op.f("pk_match_input")),
    )


def downgrade() -> None:
    op.drop_table("match_input")
    op.drop_table("index_generation")
    op.drop_table("match_record")

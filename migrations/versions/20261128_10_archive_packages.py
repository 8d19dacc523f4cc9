"""archives of rounds"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_10"
down_revision = "20261128_09"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["user_account.id"],
            name=op.f("fk_archive_package_made_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_archive_package_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_package")),
    )
    with op.batch_alter_table("archive_package", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_archive_package_round_id"), ["round_id"], unique=False)


def downgrade() -> None:
    op.drop_table("archive_package")

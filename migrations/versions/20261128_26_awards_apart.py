"""decisions that two awards are for different work"""

import sqlalchemy as sa
from alembic import op

import matchmaker.db

revision = "20261128_26"
down_revision = "20261128_25"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "award_apart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("work_key", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", matchmaker.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award_record.id"], name=op.f("fk_award_apart_award_id_award_record")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_award_apart_decided_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_apart")),
        sa.UniqueConstraint("award_id", "work_key", name=op.f("uq_award_apart_award_id_work_key")),
    )
    op.create_index(op.f("ix_award_apart_award_id"), "award_apart", ["award_id"])
    op.create_index(op.f("ix_award_apart_work_key"), "award_apart", ["work_key"])


def downgrade() -> None:
    op.drop_table("award_apart")

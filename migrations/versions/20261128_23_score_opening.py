"""when the scores of a stage were opened"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_23"
down_revision = "20261128_22"
branch_labels = None
depends_on = None

TABLE = "selection_score_opening"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "CALIBRATION", "PRELIMINARY", "FINAL", name="stage", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_score_opening_round_id_selection_round"),
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_score_opening_opened_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_score_opening")),
        sa.UniqueConstraint(
            "round_id", "stage", name=op.f("uq_selection_score_opening_round_id_stage")
        ),
    )
    op.create_index(op.f("ix_selection_score_opening_round_id"), TABLE, ["round_id"])
    # Stages of before that have a result: their scores have been seen.
    op.execute(
        "INSERT INTO selection_score_opening (round_id, stage, opened_at, reason) "
        "SELECT round_id, stage, min(computed_at), '评分表收齐' FROM selection_result "
        "GROUP BY round_id, stage"
    )


def downgrade() -> None:
    op.drop_table(TABLE)

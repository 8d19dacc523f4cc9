"""votes of the panel on the list"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_14"
down_revision = "20261128_13"
branch_labels = None
depends_on = None

TABLE = "selection_resolution"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "WITHHOLD",
                "RESTORE",
                "BALLOT",
                name="resolutionkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "CONFIRMED",
                "DECLINED",
                name="resolutionstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("scenes", sa.JSON(), nullable=False),
        sa.Column("voters", sa.JSON(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=False),
        sa.Column("votes_against", sa.Integer(), nullable=False),
        sa.Column("votes_abstained", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.JSON(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "votes_for >= 0 and votes_against >= 0 and votes_abstained >= 0",
            name=op.f("ck_selection_resolution_votes_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_resolution_decided_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_resolution_recorded_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_resolution_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_resolution")),
    )
    for column in ("round_id", "state"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column], unique=False)
    with op.batch_alter_table("selection_result") as batch:
        for name in ("withheld", "resolution_ids"):
            batch.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("selection_result") as batch:
        for name in ("withheld", "resolution_ids"):
            batch.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("selection_result") as batch:
        batch.drop_column("resolution_ids")
        batch.drop_column("withheld")
    op.drop_table(TABLE)

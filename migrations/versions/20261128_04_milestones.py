"""milestones of open challenges and what is handed in on them"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_04"
down_revision = "20261128_03"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PLANNED",
                "SUBMITTED",
                "RETURNED",
                "ACCEPTED",
                name="milestonestate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_milestone_pairing_id_pairing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    for column in ("pairing_id", "due_on", "state"):
        op.create_index(op.f(f"ix_milestone_{column}"), "milestone", [column], unique=False)
    op.create_table(
        "milestone_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(accepted IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_milestone_report_decision"),
        ),
        sa.CheckConstraint(
            "accepted IS NULL OR accepted OR note <> ''", name=op.f("ck_milestone_report_note")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"],
            ["milestone.id"],
            name=op.f("fk_milestone_report_milestone_id_milestone"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["user_account.id"],
            name=op.f("fk_milestone_report_submitted_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_milestone_report_decided_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_report")),
    )
    op.create_index(
        op.f("ix_milestone_report_milestone_id"), "milestone_report", ["milestone_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_milestone_report_milestone_id"), table_name="milestone_report")
    op.drop_table("milestone_report")
    for column in ("state", "due_on", "pairing_id"):
        op.drop_index(op.f(f"ix_milestone_{column}"), table_name="milestone")
    op.drop_table("milestone")

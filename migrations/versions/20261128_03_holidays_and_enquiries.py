"""recorded holiday arrangements; the enquiry of an objection with its deadline"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_03"
down_revision = "20261128_02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_holiday_arrangement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.Column("workdays", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_holiday_arrangement")),
    )
    with op.batch_alter_table("policy_holiday_arrangement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_policy_holiday_arrangement_year"), ["year"], unique=False
        )
    with op.batch_alter_table("selection_objection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("enquire_by", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("enquiry", sa.Text(), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(sa.Column("enquired_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("enquired_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_selection_objection_enquired_by_id_user_account"),
            "user_account",
            ["enquired_by_id"],
            ["id"],
        )
    with op.batch_alter_table("selection_objection", schema=None) as batch_op:
        batch_op.alter_column("enquiry", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("selection_objection", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_selection_objection_enquired_by_id_user_account"), type_="foreignkey"
        )
        batch_op.drop_column("enquired_at")
        batch_op.drop_column("enquired_by_id")
        batch_op.drop_column("enquiry")
        batch_op.drop_column("enquire_by")
    op.drop_table("policy_holiday_arrangement")

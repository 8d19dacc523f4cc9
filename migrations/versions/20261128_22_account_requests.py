"""requests for an account"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_22"
down_revision = "20261128_21"
branch_labels = None
depends_on = None

TABLE = "account_request"
STATES = ("SUBMITTED", "ACCEPTED", "DECLINED")
KINDS = ("OWNER", "SUPPLIER", "BUREAU", "EXPERT_BODY")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="requeststate", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="organisationkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_request_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_account_request_decided_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_request")),
        sa.UniqueConstraint("number", name=op.f("uq_account_request_number")),
    )
    for column in ("state", "credit_code", "email"):
        op.create_index(op.f(f"ix_account_request_{column}"), TABLE, [column])


def downgrade() -> None:
    op.drop_table(TABLE)

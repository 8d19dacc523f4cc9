"""the tokens of all public lists in one table; counts of needs inside their indexes"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "20261128_12"
down_revision = "20261128_11"
branch_labels = None
depends_on = None


#: Name → columns that the index had, and the one that makes it cover the list's counts.
INDEXES = {
    "ix_demand_listing_is_public_deadline": (["is_public", "deadline"], "status"),
    "ix_demand_listing_is_public_budget": (["is_public", "budget_high_fen"], "budget_low_fen"),
}


def upgrade() -> None:
    for name, (columns, added) in INDEXES.items():
        op.drop_index(name, table_name="demand_listing")
        op.create_index(name, "demand_listing", [*columns, added])
    lists = op.create_table(
        "public_list",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_public_list")),
    )
    tokens = [{"name": name, "token": secrets.token_hex(16)} for name in ("demand", "supply")]
    op.bulk_insert(lists, tokens)
    op.drop_table("demand_market")


def downgrade() -> None:
    op.create_table(
        "demand_market",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_demand_market_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_market")),
    )
    op.drop_table("public_list")
    for name, (columns, _) in INDEXES.items():
        op.drop_index(name, table_name="demand_listing")
        op.create_index(name, "demand_listing", columns)

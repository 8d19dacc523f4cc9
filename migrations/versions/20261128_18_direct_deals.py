"""deals without an answer: with whom, on what, and where the robots went to work"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_18"
down_revision = "20261128_17"
branch_labels = None
depends_on = None

TABLE = "direct_deal"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("partner", sa.String(length=120), nullable=False),
        sa.Column("product", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("site", sa.String(length=120), nullable=False),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.CheckConstraint("units IS NULL OR units > 0", name=op.f("ck_direct_deal_units")),
        sa.CheckConstraint(
            "(units IS NULL) = (started_on IS NULL) AND (units IS NULL) = (site = '')",
            name=op.f("ck_direct_deal_deployment"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_direct_deal_listing_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_direct_deal_supplier_id_supplier")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_direct_deal_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_deal")),
    )
    op.create_index(op.f("ix_direct_deal_listing_id"), TABLE, ["listing_id"])
    op.create_index(op.f("ix_direct_deal_supplier_id"), TABLE, ["supplier_id"])
    op.create_index(
        "uq_direct_deal_standing",
        TABLE,
        ["listing_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)

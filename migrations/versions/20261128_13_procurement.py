"""recommendations for the procurement catalogue, first purchases and first orders"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_13"
down_revision = "20261128_12"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('SUBMITTED', 'RECOMMENDED', 'HANDED_OVER', 'LISTED')")


def upgrade() -> None:
    op.create_table(
        "procurement_criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_procurement_criteria_number")),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_procurement_criteria_created_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procurement_criteria")),
        sa.UniqueConstraint("number", name=op.f("uq_procurement_criteria_number")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_procurement_criteria_effective_from")),
    )
    _create_recommendations()
    op.create_table(
        "procurement_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("EXPERT", "DEPARTMENT", name="opinionkind", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("supports", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by"],
            ["user_account.id"],
            name=op.f("fk_procurement_opinion_given_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["procurement_recommendation.id"],
            name=op.f("fk_procurement_opinion_recommendation_id_procurement_recommendation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procurement_opinion")),
        sa.UniqueConstraint(
            "recommendation_id",
            "given_by",
            name=op.f("uq_procurement_opinion_recommendation_id_given_by"),
        ),
    )
    op.create_index(
        op.f("ix_procurement_opinion_recommendation_id"),
        "procurement_opinion",
        ["recommendation_id"],
    )
    _create_orders()


def _create_recommendations() -> None:
    table = "procurement_recommendation"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("criteria_id", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("APPLICATION", "NOMINATION", name="origin", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "SUBMITTED",
                "WITHDRAWN",
                "DECLINED",
                "RECOMMENDED",
                "HANDED_OVER",
                "LISTED",
                "NOT_LISTED",
                name="recommendationstate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("handed_to", sa.String(length=120), nullable=False),
        sa.Column("handed_number", sa.String(length=80), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.Column("result_note", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> created_by",
            name=op.f("ck_procurement_recommendation_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_procurement_recommendation_product_id_product"),
        ),
        sa.ForeignKeyConstraint(
            ["criteria_id"],
            ["procurement_criteria.id"],
            name=op.f("fk_procurement_recommendation_criteria_id_procurement_criteria"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["user_account.id"],
                name=op.f(f"fk_procurement_recommendation_{column}_user_account"),
            )
            for column in ("created_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procurement_recommendation")),
        sa.UniqueConstraint("code", name=op.f("uq_procurement_recommendation_code")),
    )
    for column in ("product_id", "state"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "uq_procurement_recommendation_live",
        table,
        ["product_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def _create_orders() -> None:
    op.create_table(
        "first_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "FIRST_PURCHASE", "FIRST_ORDER", name="orderkind", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "REPORTED",
                "CONFIRMED",
                "REFUSED",
                "REVOKED",
                name="orderstate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("buyer", sa.String(length=120), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Integer(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_first_order_units")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_first_order_amount")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> reported_by",
            name=op.f("ck_first_order_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_first_order_product_id_product")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["user_account.id"], name=op.f(f"fk_first_order_{column}_user_account")
            )
            for column in ("reported_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_order")),
    )
    for column in ("product_id", "state", "ordered_on"):
        op.create_index(op.f(f"ix_first_order_{column}"), "first_order", [column])


def downgrade() -> None:
    op.drop_table("first_order")
    op.drop_table("procurement_opinion")
    op.drop_table("procurement_recommendation")
    op.drop_table("procurement_criteria")

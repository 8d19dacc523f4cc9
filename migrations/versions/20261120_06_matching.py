"""index, runs and feedback"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_06"
down_revision = "20261120_05"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_change",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("PRODUCT", "DEMAND", name="changekind", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "op",
            sa.Enum("PUT", "REMOVE", name="changeop", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_index_change")),
    )
    with op.batch_alter_table("index_change", schema=None) as batch_op:
        batch_op.create_index("ix_index_change_kind_seq", ["kind", "seq"], unique=False)

    op.create_table(
        "match_impression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "place",
            sa.Enum("OWNER_LIST", "TRY_OUT", name="place", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("product", sa.String(length=60), nullable=False),
        sa.Column("supplier", sa.String(length=60), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.CheckConstraint("rank > 0", name=op.f("ck_match_impression_rank")),
        sa.CheckConstraint("shown > 0", name=op.f("ck_match_impression_shown")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_impression")),
        sa.UniqueConstraint(
            "day",
            "place",
            "product",
            "rank",
            name=op.f("uq_match_impression_day_place_product_rank"),
        ),
    )
    with op.batch_alter_table("match_impression", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_impression_day"), ["day"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_match_impression_supplier"), ["supplier"], unique=False
        )

    op.create_table(
        "match_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scorer", sa.String(length=60), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("corpus", sa.String(length=64), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("covers_seq", sa.Integer(), nullable=False),
        sa.Column("needs", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("results_digest", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
    )
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_run_covers_seq"), ["covers_seq"], unique=False)

    op.create_table(
        "match_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=60), nullable=False),
        sa.Column("supplier", sa.String(length=60), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "usefulness",
            sa.Enum("USEFUL", "UNSUITABLE", name="usefulness", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "WRONG_TASK",
                "FALLS_SHORT",
                "WRONG_SITE",
                "TOO_EXPENSIVE",
                "MODE",
                "NOT_AVAILABLE",
                "NOT_FOUNDED",
                "OTHER",
                name="reason",
                native_enum=False,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("rank_shown", sa.Integer(), nullable=False),
        sa.Column("scorer", sa.String(length=60), nullable=False),
        sa.Column("corpus", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "usefulness = 'USEFUL' OR reason IS NOT NULL", name=op.f("ck_match_feedback_reason")
        ),
        sa.CheckConstraint("rank_shown >= 1", name=op.f("ck_match_feedback_rank_shown")),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_match_feedback_listing_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_match_feedback_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_feedback")),
    )
    with op.batch_alter_table("match_feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_feedback_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_match_feedback_listing_id_product", ["listing_id", "product"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_match_feedback_product"), ["product"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_feedback_supplier"), ["supplier"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_match_feedback_usefulness"), ["usefulness"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_match_feedback_user_id"), ["user_id"], unique=False)

    op.create_table(
        "match_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("suitable", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_match_list_listing_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_match_list_run_id_match_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_list")),
        sa.UniqueConstraint("run_id", "listing_id", name=op.f("uq_match_list_run_id_listing_id")),
    )
    with op.batch_alter_table("match_list", schema=None) as batch_op:
        batch_op.create_index("ix_match_list_listing_id_id", ["listing_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("match_list", schema=None) as batch_op:
        batch_op.drop_index("ix_match_list_listing_id_id")

    op.drop_table("match_list")
    with op.batch_alter_table("match_feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_feedback_user_id"))
        batch_op.drop_index(batch_op.f("ix_match_feedback_usefulness"))
        batch_op.drop_index(batch_op.f("ix_match_feedback_supplier"))
        batch_op.drop_index(batch_op.f("ix_match_feedback_product"))
        batch_op.drop_index("ix_match_feedback_listing_id_product")
        batch_op.drop_index(batch_op.f("ix_match_feedback_at"))

    op.drop_table("match_feedback")
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_run_covers_seq"))

    op.drop_table("match_run")
    with op.batch_alter_table("match_impression", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_impression_supplier"))
        batch_op.drop_index(batch_op.f("ix_match_impression_day"))

    op.drop_table("match_impression")
    with op.batch_alter_table("index_change", schema=None) as batch_op:
        batch_op.drop_index("ix_index_change_kind_seq")

    op.drop_table("index_change")

"""inbox, choices, group robots, deliveries, saved searches, watched listings"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_05"
down_revision = "20261128_04"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MATCH_FOUND",
                "QUESTION_ASKED",
                "QUESTION_ANSWERED",
                "ANSWER_RECEIVED",
                "OUTCOME_GIVEN",
                "DEADLINE",
                "REVIEW_DECIDED",
                "VERIFICATION_DECIDED",
                "PROOF_ENDING",
                "APPLICATION_REVIEWED",
                "JUDGE_ASSIGNED",
                "OBJECTION_ANSWERED",
                "PUBLICITY_BEGUN",
                "EVENT_INVITED",
                "EVENT_AGENDA",
                "EVENT_CHANGED",
                "SEARCH_HIT",
                "WATCHED_CHANGED",
                "CHANNEL_TEST",
                name="notificationkind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_key", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notification_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "user_id", "kind", "source", name=op.f("uq_notification_user_id_kind_source")
        ),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notification_user_id_in_inbox_read_at",
            ["user_id", "in_inbox", "read_at"],
            unique=False,
        )

    op.create_table(
        "notification_choice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MATCH_FOUND",
                "QUESTION_ASKED",
                "QUESTION_ANSWERED",
                "ANSWER_RECEIVED",
                "OUTCOME_GIVEN",
                "DEADLINE",
                "REVIEW_DECIDED",
                "VERIFICATION_DECIDED",
                "PROOF_ENDING",
                "APPLICATION_REVIEWED",
                "JUDGE_ASSIGNED",
                "OBJECTION_ANSWERED",
                "PUBLICITY_BEGUN",
                "EVENT_INVITED",
                "EVENT_AGENDA",
                "EVENT_CHANGED",
                "SEARCH_HIT",
                "WATCHED_CHANGED",
                "CHANNEL_TEST",
                name="notificationkind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.Column(
            "email",
            sa.Enum("OFF", "INSTANT", "DAILY", name="pace", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column(
            "webhook",
            sa.Enum("OFF", "INSTANT", "DAILY", name="pace", native_enum=False, length=8),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_choice_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "notification_webhook",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "vendor",
            sa.Enum("WECOM", "DINGTALK", "FEISHU", name="vendor", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_webhook_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_webhook")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "page",
            sa.Enum(
                "DEMANDS", "PRODUCTS", "FIRMS", name="searchpage", native_enum=False, length=12
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column(
            "pace",
            sa.Enum("OFF", "INSTANT", "DAILY", name="pace", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_codes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_search_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_search_user_id_name")),
    )
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.create_index(
            "ix_saved_search_pace_told_until", ["pace", "told_until"], unique=False
        )

    op.create_table(
        "listing_watch",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_listing_watch_listing_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_listing_watch_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "listing_id", name=op.f("pk_listing_watch")),
    )
    with op.batch_alter_table("listing_watch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_watch_listing_id"), ["listing_id"], unique=False
        )

    op.create_table(
        "notification_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("EMAIL", "WEBHOOK", name="channel", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "SENDING",
                "SENT",
                "GIVEN_UP",
                "WITHHELD",
                name="deliverystate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("fk_notification_delivery_notification_id_notification"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_delivery_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_delivery")),
        sa.UniqueConstraint(
            "notification_id",
            "channel",
            name=op.f("uq_notification_delivery_notification_id_channel"),
        ),
    )
    with op.batch_alter_table("notification_delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notification_delivery_state_due_at", ["state", "due_at"], unique=False
        )
        batch_op.create_index(
            "ix_notification_delivery_user_id_channel_tried_at",
            ["user_id", "channel", "tried_at"],
            unique=False,
        )

    with op.batch_alter_table("selection_objection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("filed_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_selection_objection_filed_by_id_user_account"),
            "user_account",
            ["filed_by_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("selection_objection", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_selection_objection_filed_by_id_user_account"), type_="foreignkey"
        )
        batch_op.drop_column("filed_by_id")

    with op.batch_alter_table("notification_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_delivery_user_id_channel_tried_at")
        batch_op.drop_index("ix_notification_delivery_state_due_at")

    op.drop_table("notification_delivery")
    with op.batch_alter_table("listing_watch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_watch_listing_id"))

    op.drop_table("listing_watch")
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.drop_index("ix_saved_search_pace_told_until")

    op.drop_table("saved_search")
    op.drop_table("notification_webhook")
    op.drop_table("notification_choice")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_user_id_in_inbox_read_at")

    op.drop_table("notification")

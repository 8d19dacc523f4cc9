"""matchmaking events: plans of years, parties, requests, meetings, outcomes"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_02"
down_revision = "20261128_01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SCENE",
                "CHAIN",
                "RESEARCH",
                "FINANCE",
                name="eventkind",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "REGISTRATION",
                "REQUESTS",
                "SCHEDULED",
                "HELD",
                "CLOSED",
                "CANCELLED",
                name="eventstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("registration_until", sa.Date(), nullable=False),
        sa.Column("requests_until", sa.Date(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("gap_minutes", sa.Integer(), nullable=False),
        sa.Column("breaks", sa.JSON(), nullable=False),
        sa.Column("tables", sa.Integer(), nullable=False),
        sa.Column("need_max", sa.Integer(), nullable=False),
        sa.Column("offer_max", sa.Integer(), nullable=False),
        sa.Column("need_min", sa.Integer(), nullable=False),
        sa.Column("offer_min", sa.Integer(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agenda_version", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agenda_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'CANCELLED' OR cancel_reason <> ''", name=op.f("ck_event_reason")
        ),
        sa.CheckConstraint(
            "need_min >= 0 AND offer_min >= 0 AND need_min <= need_max AND offer_min <= offer_max",
            name=op.f("ck_event_limits"),
        ),
        sa.CheckConstraint(
            "registration_until <= requests_until AND requests_until < held_on",
            name=op.f("ck_event_days"),
        ),
        sa.CheckConstraint("tables > 0", name=op.f("ck_event_tables")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_event_created_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("code", name=op.f("uq_event_code")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_held_on"), ["held_on"], unique=False)
        batch_op.create_index("ix_event_state_held_on", ["state", "held_on"], unique=False)

    op.create_table(
        "event_target",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SCENE",
                "CHAIN",
                "RESEARCH",
                "FINANCE",
                name="eventkind",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("planned >= 0", name=op.f("ck_event_target_planned")),
        sa.ForeignKeyConstraint(
            ["set_by"], ["user_account.id"], name=op.f("fk_event_target_set_by_user_account")
        ),
        sa.PrimaryKeyConstraint("year", "kind", name=op.f("pk_event_target")),
    )
    op.create_table(
        "event_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "OWNER", "FIRM", "TEAM", "FINANCIER", name="partykind", native_enum=False, length=12
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("NEED", "OFFER", name="side", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "INVITED",
                "REGISTERED",
                "DECLINED",
                "WITHDRAWN",
                name="partystate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.String(length=30), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_by", sa.Integer(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_by", sa.Integer(), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'REGISTERED' OR topic <> ''", name=op.f("ck_event_party_topic")
        ),
        sa.ForeignKeyConstraint(
            ["checked_in_by"],
            ["user_account.id"],
            name=op.f("fk_event_party_checked_in_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_party_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user_account.id"], name=op.f("fk_event_party_invited_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_event_party_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"],
            ["user_account.id"],
            name=op.f("fk_event_party_registered_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_event_party_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_party")),
        sa.UniqueConstraint("event_id", "name", name=op.f("uq_event_party_event_id_name")),
        sa.UniqueConstraint(
            "event_id", "organisation_id", name=op.f("uq_event_party_event_id_organisation_id")
        ),
        sa.UniqueConstraint(
            "event_id", "supplier_id", name=op.f("uq_event_party_event_id_supplier_id")
        ),
    )
    with op.batch_alter_table("event_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_party_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_party_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_party_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_party_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "event_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("need_parties", sa.Integer(), nullable=False),
        sa.Column("offer_parties", sa.Integer(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("bound", sa.Float(), nullable=False),
        sa.Column("timed_out", sa.Boolean(), nullable=False),
        sa.Column("shortfalls", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("meetings >= 0", name=op.f("ck_event_plan_meetings")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_plan_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_plan")),
    )
    with op.batch_alter_table("event_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_plan_event_id"), ["event_id"], unique=False)

    op.create_table(
        "event_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_minute < ends_minute", name=op.f("ck_event_slot_order")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_slot_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_slot")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_event_slot_event_id_number")),
    )
    with op.batch_alter_table("event_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_slot_event_id"), ["event_id"], unique=False)

    op.create_table(
        "event_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("need_party_id", sa.Integer(), nullable=False),
        sa.Column("offer_party_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("PLANNED", "CANCELLED", name="meetingstate", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column(
            "presence",
            sa.Enum(
                "EXPECTED",
                "HELD",
                "NEED_ABSENT",
                "OFFER_ABSENT",
                "BOTH_ABSENT",
                name="presence",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'CANCELLED' OR cancel_reason <> ''", name=op.f("ck_event_meeting_reason")
        ),
        sa.CheckConstraint("table_no > 0", name=op.f("ck_event_meeting_table")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_meeting_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["need_party_id"],
            ["event_party.id"],
            name=op.f("fk_event_meeting_need_party_id_event_party"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_party_id"],
            ["event_party.id"],
            name=op.f("fk_event_meeting_offer_party_id_event_party"),
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["event_slot.id"], name=op.f("fk_event_meeting_slot_id_event_slot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_meeting")),
    )
    with op.batch_alter_table("event_meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_meeting_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_meeting_need_party_id"), ["need_party_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_event_meeting_offer_party_id"), ["offer_party_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_meeting_presence"), ["presence"], unique=False)
        batch_op.create_index(
            "uq_event_meeting_need",
            ["slot_id", "need_party_id"],
            unique=True,
            sqlite_where=sa.text("state = 'PLANNED'"),
            postgresql_where=sa.text("state = 'PLANNED'"),
        )
        batch_op.create_index(
            "uq_event_meeting_offer",
            ["slot_id", "offer_party_id"],
            unique=True,
            sqlite_where=sa.text("state = 'PLANNED'"),
            postgresql_where=sa.text("state = 'PLANNED'"),
        )
        batch_op.create_index(
            "uq_event_meeting_pair",
            ["need_party_id", "offer_party_id"],
            unique=True,
            sqlite_where=sa.text("state = 'PLANNED'"),
            postgresql_where=sa.text("state = 'PLANNED'"),
        )
        batch_op.create_index(
            "uq_event_meeting_table",
            ["slot_id", "table_no"],
            unique=True,
            sqlite_where=sa.text("state = 'PLANNED'"),
            postgresql_where=sa.text("state = 'PLANNED'"),
        )

    op.create_table(
        "event_party_absence",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["event_party.id"],
            name=op.f("fk_event_party_absence_party_id_event_party"),
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["event_slot.id"], name=op.f("fk_event_party_absence_slot_id_event_slot")
        ),
        sa.PrimaryKeyConstraint("party_id", "slot_id", name=op.f("pk_event_party_absence")),
    )
    with op.batch_alter_table("event_party_absence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_party_absence_slot_id"), ["slot_id"], unique=False
        )

    op.create_table(
        "event_party_demand",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_event_party_demand_listing_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["event_party.id"],
            name=op.f("fk_event_party_demand_party_id_event_party"),
        ),
        sa.PrimaryKeyConstraint("party_id", "listing_id", name=op.f("pk_event_party_demand")),
    )
    with op.batch_alter_table("event_party_demand", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_party_demand_listing_id"), ["listing_id"], unique=False
        )

    op.create_table(
        "event_party_product",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["event_party.id"],
            name=op.f("fk_event_party_product_party_id_event_party"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_event_party_product_product_id_product")
        ),
        sa.PrimaryKeyConstraint("party_id", "product_id", name=op.f("pk_event_party_product")),
    )
    with op.batch_alter_table("event_party_product", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_party_product_product_id"), ["product_id"], unique=False
        )

    op.create_table(
        "event_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("from_party_id", sa.Integer(), nullable=False),
        sa.Column("to_party_id", sa.Integer(), nullable=False),
        sa.Column(
            "wish",
            sa.Enum("AVOID", "OPEN", "WANT", "MUST", name="wish", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "from_party_id <> to_party_id", name=op.f("ck_event_request_two_parties")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_event_request_asked_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_request_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["from_party_id"],
            ["event_party.id"],
            name=op.f("fk_event_request_from_party_id_event_party"),
        ),
        sa.ForeignKeyConstraint(
            ["to_party_id"],
            ["event_party.id"],
            name=op.f("fk_event_request_to_party_id_event_party"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_request")),
        sa.UniqueConstraint(
            "from_party_id", "to_party_id", name=op.f("uq_event_request_from_party_id_to_party_id")
        ),
    )
    with op.batch_alter_table("event_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_request_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_request_to_party_id"), ["to_party_id"], unique=False
        )

    op.create_table(
        "event_outcome",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("NEED", "OFFER", name="side", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "ADVANCE", "PENDING", "UNSUITABLE", name="verdict", native_enum=False, length=12
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("next_step", sa.String(length=500), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("note <> ''", name=op.f("ck_event_outcome_note")),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["event_meeting.id"],
            name=op.f("fk_event_outcome_meeting_id_event_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by"],
            ["user_account.id"],
            name=op.f("fk_event_outcome_written_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("meeting_id", "side", name=op.f("pk_event_outcome")),
    )


def downgrade() -> None:
    op.drop_table("event_outcome")
    with op.batch_alter_table("event_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_request_to_party_id"))
        batch_op.drop_index(batch_op.f("ix_event_request_event_id"))

    op.drop_table("event_request")
    with op.batch_alter_table("event_party_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_party_product_product_id"))

    op.drop_table("event_party_product")
    with op.batch_alter_table("event_party_demand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_party_demand_listing_id"))

    op.drop_table("event_party_demand")
    with op.batch_alter_table("event_party_absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_party_absence_slot_id"))

    op.drop_table("event_party_absence")
    with op.batch_alter_table("event_meeting", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_event_meeting_table",
            sqlite_where=sa.text("state = 'PLANNED'"),
            postgresql_where=sa.text("state = 'PLANNED'"),
        )
        batch_op.drop_index(
            "uq_event_meeting_pair",
            sqlite_where=sa.text("state = 'PLANNED'"),
            postgresql_where=sa.text("state = 'PLANNED'"),
        )
        batch_op.drop_index(
            "uq_event_meeting_offer",
            sqlite_where=sa.text("state = 'PLANNED'"),
            postgresql_where=sa.text("state = 'PLANNED'"),
        )
        batch_op.drop_index(
            "uq_event_meeting_need",
            sqlite_where=sa.text("state = 'PLANNED'"),
            postgresql_where=sa.text("state = 'PLANNED'"),
        )
        batch_op.drop_index(batch_op.f("ix_event_meeting_presence"))
        batch_op.drop_index(batch_op.f("ix_event_meeting_offer_party_id"))
        batch_op.drop_index(batch_op.f("ix_event_meeting_need_party_id"))
        batch_op.drop_index(batch_op.f("ix_event_meeting_event_id"))

    op.drop_table("event_meeting")
    with op.batch_alter_table("event_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_slot_event_id"))

    op.drop_table("event_slot")
    with op.batch_alter_table("event_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_plan_event_id"))

    op.drop_table("event_plan")
    with op.batch_alter_table("event_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_party_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_event_party_state"))
        batch_op.drop_index(batch_op.f("ix_event_party_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_event_party_event_id"))

    op.drop_table("event_party")
    op.drop_table("event_target")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_state_held_on")
        batch_op.drop_index(batch_op.f("ix_event_held_on"))

    op.drop_table("event")

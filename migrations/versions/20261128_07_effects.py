"""follow-ups, nominations, showrooms; claw-backs decided by a second person"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_07"
down_revision = "20261128_06"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "effect_followup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("designation_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "EXPECTED",
                "SUBMITTED",
                "RETURNED",
                "ACCEPTED",
                "FAILED",
                name="followupstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("chased_on", sa.Date(), nullable=True),
        sa.Column("chase_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("months in (3, 6, 12)", name=op.f("ck_effect_followup_months_known")),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_effect_followup_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["designation_id"],
            ["selection_designation.id"],
            name=op.f("fk_effect_followup_designation_id_selection_designation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_followup")),
        sa.UniqueConstraint(
            "designation_id", "months", name=op.f("uq_effect_followup_designation_id_months")
        ),
    )
    with op.batch_alter_table("effect_followup", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_effect_followup_designation_id"), ["designation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_effect_followup_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_effect_followup_state"), ["state"], unique=False)

    op.create_table(
        "effect_nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("designation_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum("PROVINCE", "NATION", name="level", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("SCENE", "LARGE_MODEL", name="nominationkind", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("list_name", sa.String(length=200), nullable=False),
        sa.Column("nominated_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "NOMINATED",
                "NAMED",
                "NOT_NAMED",
                "WITHDRAWN",
                name="nominationstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.Column("result_document", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'NAMED' OR result_document <> ''",
            name=op.f("ck_effect_nomination_named_by_document"),
        ),
        sa.ForeignKeyConstraint(
            ["designation_id"],
            ["selection_designation.id"],
            name=op.f("fk_effect_nomination_designation_id_selection_designation"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_effect_nomination_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_nomination")),
    )
    with op.batch_alter_table("effect_nomination", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_effect_nomination_designation_id"), ["designation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_effect_nomination_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_effect_nomination_live",
            ["designation_id", "list_name"],
            unique=True,
            sqlite_where=sa.text("state <> 'WITHDRAWN'"),
            postgresql_where=sa.text("state <> 'WITHDRAWN'"),
        )

    op.create_table(
        "effect_showroom",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MODEL_ROOM", "EXPERIENCE_CENTRE", name="showroomkind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("designation_id", sa.Integer(), nullable=True),
        sa.Column("product_code", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT", "PUBLISHED", "CLOSED", name="showroomstate", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column("state_note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_effect_showroom_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["designation_id"],
            ["selection_designation.id"],
            name=op.f("fk_effect_showroom_designation_id_selection_designation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_effect_showroom_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_showroom")),
        sa.UniqueConstraint("code", name=op.f("uq_effect_showroom_code")),
    )
    with op.batch_alter_table("effect_showroom", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_effect_showroom_designation_id"), ["designation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_effect_showroom_district"), ["district"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_effect_showroom_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_effect_showroom_product_code"), ["product_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_effect_showroom_sector"), ["sector"], unique=False)
        batch_op.create_index(batch_op.f("ix_effect_showroom_state"), ["state"], unique=False)

    op.create_table(
        "effect_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("savings_fen", sa.BigInteger(), nullable=False),
        sa.Column("savings_public", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "units >= 0 and hours >= 0 and failures >= 0 and savings_fen >= 0",
            name=op.f("ck_effect_report_figures"),
        ),
        sa.ForeignKeyConstraint(
            ["followup_id"],
            ["effect_followup.id"],
            name=op.f("fk_effect_report_followup_id_effect_followup"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["user_account.id"],
            name=op.f("fk_effect_report_submitted_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_report")),
    )
    with op.batch_alter_table("effect_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_effect_report_followup_id"), ["followup_id"], unique=False
        )

    op.create_table(
        "effect_showroom_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("showroom_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "booked >= 0 AND booked <= capacity",
            name=op.f("ck_effect_showroom_slot_not_overbooked"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_effect_showroom_slot_ends_later")),
        sa.ForeignKeyConstraint(
            ["showroom_id"],
            ["effect_showroom.id"],
            name=op.f("fk_effect_showroom_slot_showroom_id_effect_showroom"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_showroom_slot")),
        sa.UniqueConstraint(
            "showroom_id", "starts_at", name=op.f("uq_effect_showroom_slot_showroom_id_starts_at")
        ),
    )
    with op.batch_alter_table("effect_showroom_slot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_effect_showroom_slot_showroom_id"), ["showroom_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_effect_showroom_slot_starts_at"), ["starts_at"], unique=False
        )

    op.create_table(
        "reward_clawback_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("determination_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "APPROVED",
                "DECLINED",
                "SETTLED",
                name="clawbackstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_reward_clawback_case_amount")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by",
            name=op.f("ck_reward_clawback_case_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_reward_clawback_case_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["determination_id"],
            ["reward_determination.id"],
            name=op.f("fk_reward_clawback_case_determination_id_reward_determination"),
        ),
        sa.ForeignKeyConstraint(
            ["followup_id"],
            ["effect_followup.id"],
            name=op.f("fk_reward_clawback_case_followup_id_effect_followup"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["user_account.id"],
            name=op.f("fk_reward_clawback_case_proposed_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_clawback_case")),
    )
    with op.batch_alter_table("reward_clawback_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reward_clawback_case_determination_id"),
            ["determination_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_reward_clawback_case_followup_id"), ["followup_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reward_clawback_case_state"), ["state"], unique=False)

    op.create_table(
        "effect_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "BOOKED",
                "CANCELLED",
                "CALLED_OFF",
                name="bookingstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("party >= 1", name=op.f("ck_effect_booking_party")),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["effect_showroom_slot.id"],
            name=op.f("fk_effect_booking_slot_id_effect_showroom_slot"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_booking")),
        sa.UniqueConstraint("number", name=op.f("uq_effect_booking_number")),
    )
    with op.batch_alter_table("effect_booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_effect_booking_slot_id"), ["slot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_effect_booking_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_effect_booking_visitor",
            ["slot_id", "phone"],
            unique=True,
            sqlite_where=sa.text("state = 'BOOKED' AND phone <> ''"),
            postgresql_where=sa.text("state = 'BOOKED' AND phone <> ''"),
        )

    with op.batch_alter_table("reward_clawback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_reward_clawback_case_id"), ["case_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_reward_clawback_case_id_reward_clawback_case"),
            "reward_clawback_case",
            ["case_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("reward_clawback", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_reward_clawback_case_id_reward_clawback_case"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_reward_clawback_case_id"))
        batch_op.drop_column("case_id")

    with op.batch_alter_table("effect_booking", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_effect_booking_visitor",
            sqlite_where=sa.text("state = 'BOOKED' AND phone <> ''"),
            postgresql_where=sa.text("state = 'BOOKED' AND phone <> ''"),
        )
        batch_op.drop_index(batch_op.f("ix_effect_booking_state"))
        batch_op.drop_index(batch_op.f("ix_effect_booking_slot_id"))

    op.drop_table("effect_booking")
    with op.batch_alter_table("reward_clawback_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_clawback_case_state"))
        batch_op.drop_index(batch_op.f("ix_reward_clawback_case_followup_id"))
        batch_op.drop_index(batch_op.f("ix_reward_clawback_case_determination_id"))

    op.drop_table("reward_clawback_case")
    with op.batch_alter_table("effect_showroom_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_effect_showroom_slot_starts_at"))
        batch_op.drop_index(batch_op.f("ix_effect_showroom_slot_showroom_id"))

    op.drop_table("effect_showroom_slot")
    with op.batch_alter_table("effect_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_effect_report_followup_id"))

    op.drop_table("effect_report")
    with op.batch_alter_table("effect_showroom", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_effect_showroom_state"))
        batch_op.drop_index(batch_op.f("ix_effect_showroom_sector"))
        batch_op.drop_index(batch_op.f("ix_effect_showroom_product_code"))
        batch_op.drop_index(batch_op.f("ix_effect_showroom_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_effect_showroom_district"))
        batch_op.drop_index(batch_op.f("ix_effect_showroom_designation_id"))

    op.drop_table("effect_showroom")
    with op.batch_alter_table("effect_nomination", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_effect_nomination_live",
            sqlite_where=sa.text("state <> 'WITHDRAWN'"),
            postgresql_where=sa.text("state <> 'WITHDRAWN'"),
        )
        batch_op.drop_index(batch_op.f("ix_effect_nomination_state"))
        batch_op.drop_index(batch_op.f("ix_effect_nomination_designation_id"))

    op.drop_table("effect_nomination")
    with op.batch_alter_table("effect_followup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_effect_followup_state"))
        batch_op.drop_index(batch_op.f("ix_effect_followup_due_on"))
        batch_op.drop_index(batch_op.f("ix_effect_followup_designation_id"))

    op.drop_table("effect_followup")

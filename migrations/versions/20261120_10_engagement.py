"""questions, answers, contacts, trials, contracts, deployments"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_10"
down_revision = "20261120_09"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listing_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("delivery_days", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "SUBMITTED",
                "WITHDRAWN",
                "SHORTLISTED",
                "CHOSEN",
                "RUNNER_UP",
                "DECLINED",
                name="answerstate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("sealed_until", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome_reason", sa.Text(), nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('CHOSEN', 'RUNNER_UP', 'DECLINED') OR outcome_reason <> ''",
            name=op.f("ck_listing_answer_reason"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_listing_answer_amount")),
        sa.CheckConstraint("delivery_days > 0", name=op.f("ck_listing_answer_delivery")),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_listing_answer_listing_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_listing_answer_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["user_account.id"],
            name=op.f("fk_listing_answer_submitted_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_listing_answer_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_answer")),
        sa.UniqueConstraint(
            "listing_id", "supplier_id", name=op.f("uq_listing_answer_listing_id_supplier_id")
        ),
    )
    with op.batch_alter_table("listing_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_answer_listing_id"), ["listing_id"], unique=False
        )
        batch_op.create_index(
            "ix_listing_answer_organisation_id_state", ["organisation_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_listing_answer_sealed_until"), ["sealed_until"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_listing_answer_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_listing_answer_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "listing_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_by", sa.Integer(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(reply IS NULL) = (replied_at IS NULL)", name=op.f("ck_listing_question_reply")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["user_account.id"],
            name=op.f("fk_listing_question_asked_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_listing_question_listing_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_listing_question_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["replied_by"],
            ["user_account.id"],
            name=op.f("fk_listing_question_replied_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_question")),
    )
    with op.batch_alter_table("listing_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_question_listing_id"), ["listing_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_listing_question_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "contact_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("OWNER", "SUPPLIER", name="side", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["listing_answer.id"],
            name=op.f("fk_contact_consent_answer_id_listing_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["user_account.id"], name=op.f("fk_contact_consent_given_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"],
            ["user_account.id"],
            name=op.f("fk_contact_consent_revoked_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_consent")),
    )
    with op.batch_alter_table("contact_consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_consent_answer_id"), ["answer_id"], unique=False
        )
        batch_op.create_index(
            "uq_contact_consent_valid",
            ["answer_id", "side"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "listing_answer_product",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["listing_answer.id"],
            name=op.f("fk_listing_answer_product_answer_id_listing_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_listing_answer_product_product_id_product"),
        ),
        sa.PrimaryKeyConstraint("answer_id", "product_id", name=op.f("pk_listing_answer_product")),
    )
    with op.batch_alter_table("listing_answer_product", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_answer_product_product_id"), ["product_id"], unique=False
        )

    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "PROPOSED",
                "PAIRED",
                "TRIAL",
                "PASSED",
                "CONTRACTED",
                "DEPLOYED",
                "ENDED",
                name="stage",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["listing_answer.id"], name=op.f("fk_pairing_answer_id_listing_answer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_pairing_answer_id")),
    )
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairing_stage"), ["stage"], unique=False)

    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("mode", sa.String(length=60), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_contract_units")),
        sa.CheckConstraint("value_fen > 0", name=op.f("ck_contract_value")),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_contract_pairing_id_pairing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("pairing_id", name=op.f("uq_contract_pairing_id")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=120), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_deployment_units")),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_deployment_pairing_id_pairing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
        sa.UniqueConstraint("pairing_id", name=op.f("uq_deployment_pairing_id")),
    )
    op.create_table(
        "trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("site", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("has_passed", sa.Boolean(), nullable=True),
        sa.Column("result_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplier_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_trial_period")),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_trial_pairing_id_pairing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("pairing_id", name=op.f("uq_trial_pairing_id")),
    )
    with op.batch_alter_table("trial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trial_ends_on"), ["ends_on"], unique=False)

    op.create_table(
        "running_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_running_hours_hours")),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name=op.f("fk_running_hours_deployment_id_deployment"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_running_hours_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_running_hours")),
        sa.UniqueConstraint(
            "deployment_id", "as_of", name=op.f("uq_running_hours_deployment_id_as_of")
        ),
    )
    with op.batch_alter_table("running_hours", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_running_hours_deployment_id"), ["deployment_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("running_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_running_hours_deployment_id"))

    op.drop_table("running_hours")
    with op.batch_alter_table("trial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trial_ends_on"))

    op.drop_table("trial")
    op.drop_table("deployment")
    op.drop_table("contract")
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pairing_stage"))

    op.drop_table("pairing")
    with op.batch_alter_table("listing_answer_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_answer_product_product_id"))

    op.drop_table("listing_answer_product")
    with op.batch_alter_table("contact_consent", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_consent_valid",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_consent_answer_id"))

    op.drop_table("contact_consent")
    with op.batch_alter_table("listing_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_question_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_listing_question_listing_id"))

    op.drop_table("listing_question")
    with op.batch_alter_table("listing_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_answer_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_listing_answer_state"))
        batch_op.drop_index(batch_op.f("ix_listing_answer_sealed_until"))
        batch_op.drop_index("ix_listing_answer_organisation_id_state")
        batch_op.drop_index(batch_op.f("ix_listing_answer_listing_id"))

    op.drop_table("listing_answer")

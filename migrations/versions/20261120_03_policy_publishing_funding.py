"""adoptions, notices, ledgers and the register of awards"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_03"
down_revision = "20261120_02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "award_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("scheme", sa.String(length=120), nullable=False),
        sa.Column("is_binding", sa.Boolean(), nullable=False),
        sa.Column("payer", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("invoices", sa.JSON(), nullable=False),
        sa.Column("work_key", sa.String(length=120), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_award_record_amount")),
        sa.CheckConstraint(
            "paid_fen >= 0 AND paid_fen <= amount_fen", name=op.f("ck_award_record_paid")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_record")),
        sa.UniqueConstraint("source", "reference", name=op.f("uq_award_record_source_reference")),
    )
    with op.batch_alter_table("award_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_award_record_credit_code"), ["credit_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_award_record_source"), ["source"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_record_work_key"), ["work_key"], unique=False)

    op.create_table(
        "policy_adoption",
        sa.Column("document_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_policy_adoption")),
    )
    op.create_table(
        "investment_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("counts_tax", sa.Boolean(), nullable=False),
        sa.Column("counts_tax_reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_investment_ledger_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investment_ledger")),
    )
    with op.batch_alter_table("investment_ledger", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_investment_ledger_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "investment_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "ROBOT",
                "SOFTWARE",
                "WORKS",
                "INTEGRATION",
                "OPERATION",
                "LAND",
                "USED_EQUIPMENT",
                "OTHER",
                name="category",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("seller", sa.String(length=200), nullable=False),
        sa.Column("invoice_number", sa.String(length=60), nullable=False),
        sa.Column("invoice_key", sa.String(length=40), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("amount_with_tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_without_tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("payment_reference", sa.String(length=200), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("evidence_file_id", sa.Integer(), nullable=True),
        sa.Column("verified_fen", sa.BigInteger(), nullable=True),
        sa.Column("verified_reason", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_with_tax_fen > 0", name=op.f("ck_investment_item_with_tax")),
        sa.CheckConstraint(
            "amount_without_tax_fen > 0 AND amount_without_tax_fen <= amount_with_tax_fen",
            name=op.f("ck_investment_item_without_tax"),
        ),
        sa.CheckConstraint(
            "verified_fen IS NULL OR (verified_fen >= 0 AND verified_fen <= amount_with_tax_fen)",
            name=op.f("ck_investment_item_verified"),
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["investment_ledger.id"],
            name=op.f("fk_investment_item_ledger_id_investment_ledger"),
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"],
            ["user_account.id"],
            name=op.f("fk_investment_item_verified_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investment_item")),
        sa.UniqueConstraint(
            "ledger_id", "invoice_key", name=op.f("uq_investment_item_ledger_id_invoice_key")
        ),
    )
    with op.batch_alter_table("investment_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_investment_item_invoice_key"), ["invoice_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_investment_item_ledger_id"), ["ledger_id"], unique=False
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ANNOUNCEMENT",
                "CALL",
                "PUBLICITY",
                "RESULT",
                name="noticekind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT", "PUBLISHED", "WITHDRAWN", name="noticestate", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("subject_type", sa.String(length=60), nullable=True),
        sa.Column("subject_id", sa.String(length=80), nullable=True),
        sa.Column("chain_seq", sa.Integer(), nullable=True),
        sa.Column("chain_hash", sa.String(length=64), nullable=True),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_notice_created_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_ends_on"), ["ends_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_subject_type"), ["subject_type"], unique=False)

    op.create_table(
        "notice_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"],
            ["user_account.id"],
            name=op.f("fk_notice_correction_corrected_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_correction_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_correction")),
    )
    with op.batch_alter_table("notice_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_correction_notice_id"), ["notice_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("notice_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_correction_notice_id"))

    op.drop_table("notice_correction")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_subject_type"))
        batch_op.drop_index(batch_op.f("ix_notice_subject_id"))
        batch_op.drop_index(batch_op.f("ix_notice_state"))
        batch_op.drop_index(batch_op.f("ix_notice_published_at"))
        batch_op.drop_index(batch_op.f("ix_notice_kind"))
        batch_op.drop_index(batch_op.f("ix_notice_ends_on"))

    op.drop_table("notice")
    with op.batch_alter_table("investment_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_investment_item_ledger_id"))
        batch_op.drop_index(batch_op.f("ix_investment_item_invoice_key"))

    op.drop_table("investment_item")
    with op.batch_alter_table("investment_ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_investment_ledger_organisation_id"))

    op.drop_table("investment_ledger")
    op.drop_table("policy_adoption")
    with op.batch_alter_table("award_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_record_work_key"))
        batch_op.drop_index(batch_op.f("ix_award_record_source"))
        batch_op.drop_index(batch_op.f("ix_award_record_credit_code"))

    op.drop_table("award_record")

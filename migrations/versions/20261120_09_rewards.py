"""claims, determinations, payments, budgets"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_09"
down_revision = "20261120_08"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reward_claim_sequence",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_reward_claim_sequence")),
    )
    op.create_table(
        "reward_budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_reward_budget_amount")),
        sa.ForeignKeyConstraint(
            ["set_by"], ["user_account.id"], name=op.f("fk_reward_budget_set_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_budget")),
    )
    with op.batch_alter_table("reward_budget", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reward_budget_instrument"), ["instrument"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reward_budget_year"), ["year"], unique=False)

    op.create_table(
        "reward_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("instrument", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("work_key", sa.String(length=120), nullable=False),
        sa.Column("designation_id", sa.Integer(), nullable=True),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("stated_facts", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "DRAFT",
                "RETURNED",
                "SUBMITTED",
                "PROPOSED",
                "SIMULATED",
                "APPROVED",
                "HANDED_OVER",
                "ACCEPTED",
                "PAID",
                "SETTLED",
                "REJECTED",
                "WITHDRAWN",
                name="claimstatus",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("status_note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_reward_claim_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["investment_ledger.id"],
            name=op.f("fk_reward_claim_ledger_id_investment_ledger"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_reward_claim_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_claim")),
        sa.UniqueConstraint("number", name=op.f("uq_reward_claim_number")),
    )
    with op.batch_alter_table("reward_claim", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reward_claim_designation_id"), ["designation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_reward_claim_instrument"), ["instrument"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_reward_claim_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reward_claim_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_reward_claim_work_key"), ["work_key"], unique=False)
        batch_op.create_index(
            "uq_reward_claim_designation",
            ["instrument", "designation_id"],
            unique=True,
            sqlite_where=sa.text("status NOT IN ('WITHDRAWN', 'REJECTED')"),
            postgresql_where=sa.text("status NOT IN ('WITHDRAWN', 'REJECTED')"),
        )

    op.create_table(
        "reward_determination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_sha256", sa.String(length=64), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("award_fen", sa.BigInteger(), nullable=False),
        sa.Column("payable_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_eligible", sa.Boolean(), nullable=False),
        sa.Column("is_binding", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("budget_year", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by",
            name=op.f("ck_reward_determination_second_person"),
        ),
        sa.CheckConstraint(
            "payable_fen >= 0 AND payable_fen <= award_fen",
            name=op.f("ck_reward_determination_payable"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["user_account.id"],
            name=op.f("fk_reward_determination_approved_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["reward_claim.id"],
            name=op.f("fk_reward_determination_claim_id_reward_claim"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["user_account.id"],
            name=op.f("fk_reward_determination_proposed_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_determination")),
    )
    with op.batch_alter_table("reward_determination", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reward_determination_approved_at"), ["approved_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_reward_determination_budget_year"), ["budget_year"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_reward_determination_claim_id"), ["claim_id"], unique=False
        )

    op.create_table(
        "reward_clawback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("determination_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_reward_clawback_amount")),
        sa.ForeignKeyConstraint(
            ["determination_id"],
            ["reward_determination.id"],
            name=op.f("fk_reward_clawback_determination_id_reward_determination"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_reward_clawback_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_clawback")),
    )
    with op.batch_alter_table("reward_clawback", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reward_clawback_determination_id"), ["determination_id"], unique=False
        )

    op.create_table(
        "reward_handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("determination_id", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["determination_id"],
            ["reward_determination.id"],
            name=op.f("fk_reward_handover_determination_id_reward_determination"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_handover")),
    )
    with op.batch_alter_table("reward_handover", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reward_handover_determination_id"), ["determination_id"], unique=False
        )

    op.create_table(
        "reward_payee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("determination_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("bank", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("share_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("share_fen > 0", name=op.f("ck_reward_payee_share")),
        sa.ForeignKeyConstraint(
            ["determination_id"],
            ["reward_determination.id"],
            name=op.f("fk_reward_payee_determination_id_reward_determination"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_payee")),
    )
    with op.batch_alter_table("reward_payee", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reward_payee_determination_id"), ["determination_id"], unique=False
        )

    op.create_table(
        "reward_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("determination_id", sa.Integer(), nullable=False),
        sa.Column("payee_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("voucher", sa.String(length=80), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_reward_payment_amount")),
        sa.ForeignKeyConstraint(
            ["determination_id"],
            ["reward_determination.id"],
            name=op.f("fk_reward_payment_determination_id_reward_determination"),
        ),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["reward_payee.id"], name=op.f("fk_reward_payment_payee_id_reward_payee")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_reward_payment_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_payment")),
        sa.UniqueConstraint("voucher", name=op.f("uq_reward_payment_voucher")),
    )
    with op.batch_alter_table("reward_payment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reward_payment_determination_id"), ["determination_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reward_payment_paid_on"), ["paid_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_reward_payment_payee_id"), ["payee_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("reward_payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_payment_payee_id"))
        batch_op.drop_index(batch_op.f("ix_reward_payment_paid_on"))
        batch_op.drop_index(batch_op.f("ix_reward_payment_determination_id"))

    op.drop_table("reward_payment")
    with op.batch_alter_table("reward_payee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_payee_determination_id"))

    op.drop_table("reward_payee")
    with op.batch_alter_table("reward_handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_handover_determination_id"))

    op.drop_table("reward_handover")
    with op.batch_alter_table("reward_clawback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_clawback_determination_id"))

    op.drop_table("reward_clawback")
    with op.batch_alter_table("reward_determination", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_determination_claim_id"))
        batch_op.drop_index(batch_op.f("ix_reward_determination_budget_year"))
        batch_op.drop_index(batch_op.f("ix_reward_determination_approved_at"))

    op.drop_table("reward_determination")
    with op.batch_alter_table("reward_claim", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reward_claim_designation",
            sqlite_where=sa.text("status NOT IN ('WITHDRAWN', 'REJECTED')"),
            postgresql_where=sa.text("status NOT IN ('WITHDRAWN', 'REJECTED')"),
        )
        batch_op.drop_index(batch_op.f("ix_reward_claim_work_key"))
        batch_op.drop_index(batch_op.f("ix_reward_claim_status"))
        batch_op.drop_index(batch_op.f("ix_reward_claim_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_reward_claim_instrument"))
        batch_op.drop_index(batch_op.f("ix_reward_claim_designation_id"))

    op.drop_table("reward_claim")
    with op.batch_alter_table("reward_budget", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_budget_year"))
        batch_op.drop_index(batch_op.f("ix_reward_budget_instrument"))

    op.drop_table("reward_budget")
    op.drop_table("reward_claim_sequence")

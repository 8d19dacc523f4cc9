"""firms, products, capabilities and proofs"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_05"
down_revision = "20261120_04"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "WHOLE_ROBOT",
                "COMPONENT",
                "SOFTWARE",
                "INTEGRATION",
                "RENTAL",
                "MEDICAL_DEVICE",
                name="productclass",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("city", sa.String(length=60), nullable=True),
        sa.Column("district", sa.String(length=60), nullable=True),
        sa.Column("other_district", sa.String(length=40), nullable=True),
        sa.Column("is_overseas", sa.Boolean(), nullable=False),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("unverified_fields", sa.JSON(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT", "PUBLISHED", "WITHDRAWN", name="profilestate", native_enum=False, length=12
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "founded_year IS NULL OR founded_year >= 1800", name=op.f("ck_supplier_founded_year")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_supplier_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("code", name=op.f("uq_supplier_code")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_supplier_organisation_id")),
    )
    with op.batch_alter_table("supplier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_city"), ["city"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_district"), ["district"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_legal_name"), ["legal_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_short_name"), ["short_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_state"), ["state"], unique=False)

    op.create_table(
        "key_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("firm_name", sa.String(length=120), nullable=False),
        sa.Column("district", sa.String(length=60), nullable=True),
        sa.Column("investment_fen", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "PLANNED",
                "BUILDING",
                "RUNNING",
                "STOPPED",
                name="projectphase",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("investment_fen > 0", name=op.f("ck_key_project_investment")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_key_project_period")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_key_project_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_project")),
    )
    with op.batch_alter_table("key_project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_key_project_district"), ["district"], unique=False)
        batch_op.create_index(batch_op.f("ix_key_project_phase"), ["phase"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_key_project_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "library_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "CHAIN_LEADER",
                "CHAMPION",
                "LITTLE_GIANT",
                "SPECIALISED",
                "UNICORN",
                name="stage",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column(
            "standing",
            sa.Enum("FOSTERED", "RECOGNISED", name="standing", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_library_entry_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_entry")),
    )
    with op.batch_alter_table("library_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_library_entry_stage"), ["stage"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_library_entry_supplier_id"), ["supplier_id"], unique=False
        )
        batch_op.create_index(
            "uq_library_entry_present",
            ["supplier_id", "stage"],
            unique=True,
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        )

    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("task_words", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("source_conflict", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT", "PUBLISHED", "WITHDRAWN", name="profilestate", native_enum=False, length=12
            ),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_product_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_form"), ["form"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_model"), ["model"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_state"), ["state"], unique=False)
        batch_op.create_index("ix_product_state_form", ["state", "form"], unique=False)
        batch_op.create_index("ix_product_state_model", ["state", "model"], unique=False)
        batch_op.create_index(
            "ix_product_state_published_at", ["state", "published_at"], unique=False
        )
        batch_op.create_index(
            "ix_product_state_supplier_id", ["state", "supplier_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_product_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "profile_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.String(length=60), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "SUBMITTED",
                "APPROVED",
                "REJECTED",
                "RECALLED",
                name="claimstate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_profile_claim_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_profile_claim_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["user_account.id"],
            name=op.f("fk_profile_claim_submitted_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_profile_claim_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_claim")),
    )
    with op.batch_alter_table("profile_claim", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_profile_claim_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_profile_claim_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_profile_claim_supplier_id"), ["supplier_id"], unique=False
        )
        batch_op.create_index(
            "uq_profile_claim_open_organisation",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("state = 'SUBMITTED'"),
            postgresql_where=sa.text("state = 'SUBMITTED'"),
        )

    op.create_table(
        "solution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("sector", sa.String(length=60), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT", "PUBLISHED", "WITHDRAWN", name="profilestate", native_enum=False, length=12
            ),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_solution_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solution")),
    )
    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_solution_published_at"), ["published_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_solution_sector"), ["sector"], unique=False)
        batch_op.create_index(batch_op.f("ix_solution_state"), ["state"], unique=False)
        batch_op.create_index("ix_solution_state_sector", ["state", "sector"], unique=False)
        batch_op.create_index(batch_op.f("ix_solution_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "supplier_mode",
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=60), nullable=False),
        sa.Column(
            "evidence",
            sa.Enum(
                "UNVERIFIED",
                "CLAIMED",
                "DOCUMENTED",
                "VERIFIED",
                name="evidence",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_mode_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "mode", name=op.f("pk_supplier_mode")),
    )
    with op.batch_alter_table("supplier_mode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_mode_evidence"), ["evidence"], unique=False)

    op.create_table(
        "supplier_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MIN_BUDGET_FEN",
                "MIN_UNITS",
                "ONLY_SECTORS",
                "NOT_SECTORS",
                "ONLY_DISTRICTS",
                "ONLY_MODES",
                name="wishkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_supplier_wish_amount")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_wish_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_wish")),
        sa.UniqueConstraint("supplier_id", "kind", name=op.f("uq_supplier_wish_supplier_id_kind")),
    )
    with op.batch_alter_table("supplier_wish", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_supplier_wish_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "capability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column(
            "evidence",
            sa.Enum(
                "UNVERIFIED",
                "CLAIMED",
                "DOCUMENTED",
                "VERIFIED",
                name="evidence",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("proven_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_capability_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capability")),
        sa.UniqueConstraint(
            "product_id", "attribute", name=op.f("uq_capability_product_id_attribute")
        ),
    )
    with op.batch_alter_table("capability", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_capability_attribute"), ["attribute"], unique=False)
        batch_op.create_index(batch_op.f("ix_capability_evidence"), ["evidence"], unique=False)
        batch_op.create_index(batch_op.f("ix_capability_product_id"), ["product_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_capability_proven_until"), ["proven_until"], unique=False
        )

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("certificate", sa.String(length=60), nullable=True),
        sa.Column("attribute", sa.String(length=60), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("issuer", sa.String(length=120), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "evidence",
            sa.Enum(
                "UNVERIFIED",
                "CLAIMED",
                "DOCUMENTED",
                "VERIFIED",
                name="evidence",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("proven_until", sa.Date(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "issued_on IS NULL OR valid_until IS NULL OR issued_on <= valid_until",
            name=op.f("ck_certificate_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_certificate_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_certificate_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_certificate"), ["certificate"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificate_evidence"), ["evidence"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_product_id"), ["product_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_certificate_proven_until"), ["proven_until"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_certificate_supplier_id"), ["supplier_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_certificate_valid_until"), ["valid_until"], unique=False
        )

    op.create_table(
        "product_mode",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=60), nullable=False),
        sa.Column(
            "evidence",
            sa.Enum(
                "UNVERIFIED",
                "CLAIMED",
                "DOCUMENTED",
                "VERIFIED",
                name="evidence",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_mode_product_id_product")
        ),
        sa.PrimaryKeyConstraint("product_id", "mode", name=op.f("pk_product_mode")),
    )
    with op.batch_alter_table("product_mode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_mode_evidence"), ["evidence"], unique=False)
        batch_op.create_index("ix_product_mode_mode", ["mode", "product_id"], unique=False)

    op.create_table(
        "product_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "evidence",
            sa.Enum(
                "UNVERIFIED",
                "CLAIMED",
                "DOCUMENTED",
                "VERIFIED",
                name="evidence",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_product_price_amount")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_price_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_price")),
        sa.UniqueConstraint("product_id", "mode", name=op.f("uq_product_price_product_id_mode")),
    )
    with op.batch_alter_table("product_price", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_price_evidence"), ["evidence"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_price_mode"), ["mode"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_product_price_product_id"), ["product_id"], unique=False
        )

    op.create_table(
        "product_sector",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("sector", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_sector_product_id_product")
        ),
        sa.PrimaryKeyConstraint("product_id", "sector", name=op.f("pk_product_sector")),
    )
    with op.batch_alter_table("product_sector", schema=None) as batch_op:
        batch_op.create_index("ix_product_sector_sector", ["sector", "product_id"], unique=False)

    op.create_table(
        "product_task",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_task_product_id_product")
        ),
        sa.PrimaryKeyConstraint("product_id", "task", name=op.f("pk_product_task")),
    )
    with op.batch_alter_table("product_task", schema=None) as batch_op:
        batch_op.create_index("ix_product_task_task", ["task", "product_id"], unique=False)

    op.create_table(
        "solution_product",
        sa.Column("solution_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_solution_product_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["solution_id"], ["solution.id"], name=op.f("fk_solution_product_solution_id_solution")
        ),
        sa.PrimaryKeyConstraint("solution_id", "product_id", name=op.f("pk_solution_product")),
    )
    with op.batch_alter_table("solution_product", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_solution_product_product_id"), ["product_id"], unique=False
        )

    op.create_table(
        "supplier_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("sector", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT", "PUBLISHED", "WITHDRAWN", name="profilestate", native_enum=False, length=12
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("units IS NULL OR units > 0", name=op.f("ck_supplier_case_units")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_supplier_case_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_case_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_case")),
    )
    with op.batch_alter_table("supplier_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_supplier_case_product_id"), ["product_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_supplier_case_sector"), ["sector"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_case_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_supplier_case_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "test_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=False),
        sa.Column("institution", sa.String(length=120), nullable=False),
        sa.Column("report_number", sa.String(length=80), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "evidence",
            sa.Enum(
                "UNVERIFIED",
                "CLAIMED",
                "DOCUMENTED",
                "VERIFIED",
                name="evidence",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("proven_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_test_record_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_record")),
    )
    with op.batch_alter_table("test_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_test_record_area"), ["area"], unique=False)
        batch_op.create_index(batch_op.f("ix_test_record_evidence"), ["evidence"], unique=False)
        batch_op.create_index(batch_op.f("ix_test_record_product_id"), ["product_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_test_record_proven_until"), ["proven_until"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_test_record_valid_until"), ["valid_until"], unique=False
        )

    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("capability_id", sa.Integer(), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("test_id", sa.Integer(), nullable=True),
        sa.Column("fact_label", sa.String(length=200), nullable=False),
        sa.Column("fact_value", sa.JSON(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "SUBMITTED",
                "ASSIGNED",
                "VERIFIED",
                "DOCUMENTED",
                "REJECTED",
                "RECALLED",
                name="verificationstate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proven_until", sa.Date(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN capability_id IS NULL THEN 0 ELSE 1 END + CASE WHEN certificate_id IS NULL THEN 0 ELSE 1 END + CASE WHEN test_id IS NULL THEN 0 ELSE 1 END <= 1",
            name=op.f("ck_verification_one_fact"),
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"],
            ["organisation.id"],
            name=op.f("fk_verification_assigned_to_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["capability_id"],
            ["capability.id"],
            name=op.f("fk_verification_capability_id_capability"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_verification_certificate_id_certificate"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_verification_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_verification_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["user_account.id"],
            name=op.f("fk_verification_submitted_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_verification_supplier_id_supplier")
        ),
        sa.ForeignKeyConstraint(
            ["test_id"],
            ["test_record.id"],
            name=op.f("fk_verification_test_id_test_record"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_verification_assigned_to"), ["assigned_to"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verification_capability_id"), ["capability_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verification_certificate_id"), ["certificate_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_verification_due_on"), ["due_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_verification_product_id"), ["product_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_verification_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_verification_supplier_id"), ["supplier_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_verification_test_id"), ["test_id"], unique=False)
        batch_op.create_index(
            "uq_verification_open_capability",
            ["capability_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
            postgresql_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
        )
        batch_op.create_index(
            "uq_verification_open_certificate",
            ["certificate_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
            postgresql_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
        )
        batch_op.create_index(
            "uq_verification_open_test",
            ["test_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
            postgresql_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_verification_open_test",
            sqlite_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
            postgresql_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
        )
        batch_op.drop_index(
            "uq_verification_open_certificate",
            sqlite_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
            postgresql_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
        )
        batch_op.drop_index(
            "uq_verification_open_capability",
            sqlite_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
            postgresql_where=sa.text("state IN ('SUBMITTED', 'ASSIGNED')"),
        )
        batch_op.drop_index(batch_op.f("ix_verification_test_id"))
        batch_op.drop_index(batch_op.f("ix_verification_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_verification_state"))
        batch_op.drop_index(batch_op.f("ix_verification_product_id"))
        batch_op.drop_index(batch_op.f("ix_verification_due_on"))
        batch_op.drop_index(batch_op.f("ix_verification_certificate_id"))
        batch_op.drop_index(batch_op.f("ix_verification_capability_id"))
        batch_op.drop_index(batch_op.f("ix_verification_assigned_to"))

    op.drop_table("verification")
    with op.batch_alter_table("test_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_test_record_valid_until"))
        batch_op.drop_index(batch_op.f("ix_test_record_proven_until"))
        batch_op.drop_index(batch_op.f("ix_test_record_product_id"))
        batch_op.drop_index(batch_op.f("ix_test_record_evidence"))
        batch_op.drop_index(batch_op.f("ix_test_record_area"))

    op.drop_table("test_record")
    with op.batch_alter_table("supplier_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_case_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_supplier_case_state"))
        batch_op.drop_index(batch_op.f("ix_supplier_case_sector"))
        batch_op.drop_index(batch_op.f("ix_supplier_case_product_id"))

    op.drop_table("supplier_case")
    with op.batch_alter_table("solution_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_solution_product_product_id"))

    op.drop_table("solution_product")
    with op.batch_alter_table("product_task", schema=None) as batch_op:
        batch_op.drop_index("ix_product_task_task")

    op.drop_table("product_task")
    with op.batch_alter_table("product_sector", schema=None) as batch_op:
        batch_op.drop_index("ix_product_sector_sector")

    op.drop_table("product_sector")
    with op.batch_alter_table("product_price", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_price_product_id"))
        batch_op.drop_index(batch_op.f("ix_product_price_mode"))
        batch_op.drop_index(batch_op.f("ix_product_price_evidence"))

    op.drop_table("product_price")
    with op.batch_alter_table("product_mode", schema=None) as batch_op:
        batch_op.drop_index("ix_product_mode_mode")
        batch_op.drop_index(batch_op.f("ix_product_mode_evidence"))

    op.drop_table("product_mode")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_valid_until"))
        batch_op.drop_index(batch_op.f("ix_certificate_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_proven_until"))
        batch_op.drop_index(batch_op.f("ix_certificate_product_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_evidence"))
        batch_op.drop_index(batch_op.f("ix_certificate_certificate"))

    op.drop_table("certificate")
    with op.batch_alter_table("capability", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_capability_proven_until"))
        batch_op.drop_index(batch_op.f("ix_capability_product_id"))
        batch_op.drop_index(batch_op.f("ix_capability_evidence"))
        batch_op.drop_index(batch_op.f("ix_capability_attribute"))

    op.drop_table("capability")
    with op.batch_alter_table("supplier_wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_wish_supplier_id"))

    op.drop_table("supplier_wish")
    with op.batch_alter_table("supplier_mode", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_mode_evidence"))

    op.drop_table("supplier_mode")
    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_solution_supplier_id"))
        batch_op.drop_index("ix_solution_state_sector")
        batch_op.drop_index(batch_op.f("ix_solution_state"))
        batch_op.drop_index(batch_op.f("ix_solution_sector"))
        batch_op.drop_index(batch_op.f("ix_solution_published_at"))

    op.drop_table("solution")
    with op.batch_alter_table("profile_claim", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_profile_claim_open_organisation",
            sqlite_where=sa.text("state = 'SUBMITTED'"),
            postgresql_where=sa.text("state = 'SUBMITTED'"),
        )
        batch_op.drop_index(batch_op.f("ix_profile_claim_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_profile_claim_state"))
        batch_op.drop_index(batch_op.f("ix_profile_claim_organisation_id"))

    op.drop_table("profile_claim")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_supplier_id"))
        batch_op.drop_index("ix_product_state_supplier_id")
        batch_op.drop_index("ix_product_state_published_at")
        batch_op.drop_index("ix_product_state_model")
        batch_op.drop_index("ix_product_state_form")
        batch_op.drop_index(batch_op.f("ix_product_state"))
        batch_op.drop_index(batch_op.f("ix_product_published_at"))
        batch_op.drop_index(batch_op.f("ix_product_model"))
        batch_op.drop_index(batch_op.f("ix_product_form"))

    op.drop_table("product")
    with op.batch_alter_table("library_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_library_entry_present",
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_library_entry_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_library_entry_stage"))

    op.drop_table("library_entry")
    with op.batch_alter_table("key_project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_key_project_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_key_project_phase"))
        batch_op.drop_index(batch_op.f("ix_key_project_district"))

    op.drop_table("key_project")
    with op.batch_alter_table("supplier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_state"))
        batch_op.drop_index(batch_op.f("ix_supplier_short_name"))
        batch_op.drop_index(batch_op.f("ix_supplier_legal_name"))
        batch_op.drop_index(batch_op.f("ix_supplier_kind"))
        batch_op.drop_index(batch_op.f("ix_supplier_district"))
        batch_op.drop_index(batch_op.f("ix_supplier_city"))

    op.drop_table("supplier")

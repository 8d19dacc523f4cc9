"""listings with requirements, reviews and history"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_04"
down_revision = "20261120_03"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demand_market",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_demand_market_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_market")),
    )
    op.create_table(
        "demand_sequence",
        sa.Column(
            "kind",
            sa.Enum(
                "SCENE",
                "JOB",
                "COMPONENT",
                "CHALLENGE",
                name="listingkind",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_demand_sequence")),
    )
    op.create_table(
        "demand_listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SCENE",
                "JOB",
                "COMPONENT",
                "CHALLENGE",
                name="listingkind",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "RECTIFICATION",
                "RETURNED",
                "PUBLISHED",
                "ANSWERED",
                "AGREED",
                "UNMET",
                "WITHDRAWN",
                "DEPLOYED",
                name="listingstatus",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column(
            "is_public",
            sa.SmallInteger(),
            sa.Computed(
                "CASE WHEN status IN ('AGREED', 'ANSWERED', 'DEPLOYED', 'PUBLISHED', 'UNMET') THEN 1 ELSE 0 END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("sector", sa.String(length=60), nullable=True),
        sa.Column("district", sa.String(length=60), nullable=True),
        sa.Column("owner_kind", sa.String(length=60), nullable=True),
        sa.Column("owner_description", sa.String(length=240), nullable=False),
        sa.Column("pain_point", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("budget_low_fen", sa.BigInteger(), nullable=True),
        sa.Column("budget_high_fen", sa.BigInteger(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("task_words", sa.JSON(), nullable=False),
        sa.Column("not_needed", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("facts_note", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("status_note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "budget_high_fen IS NULL OR budget_high_fen >= 0",
            name=op.f("ck_demand_listing_budget_high"),
        ),
        sa.CheckConstraint(
            "budget_low_fen IS NULL OR budget_high_fen IS NULL OR budget_low_fen <= budget_high_fen",
            name=op.f("ck_demand_listing_budget"),
        ),
        sa.CheckConstraint(
            "budget_low_fen IS NULL OR budget_low_fen >= 0",
            name=op.f("ck_demand_listing_budget_low"),
        ),
        sa.CheckConstraint(
            "quantity IS NULL OR quantity > 0", name=op.f("ck_demand_listing_quantity")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_demand_listing_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_demand_listing_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"],
            ["demand_listing.id"],
            name=op.f("fk_demand_listing_origin_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["user_account.id"],
            name=op.f("fk_demand_listing_submitted_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_listing")),
        sa.UniqueConstraint("code", name=op.f("uq_demand_listing_code")),
    )
    with op.batch_alter_table("demand_listing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_demand_listing_is_public_budget", ["is_public", "budget_high_fen"], unique=False
        )
        batch_op.create_index(
            "ix_demand_listing_is_public_deadline", ["is_public", "deadline"], unique=False
        )
        batch_op.create_index(
            "ix_demand_listing_is_public_district",
            ["is_public", "district", "published_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_demand_listing_is_public_kind", ["is_public", "kind", "published_at"], unique=False
        )
        batch_op.create_index(
            "ix_demand_listing_is_public_published_at", ["is_public", "published_at"], unique=False
        )
        batch_op.create_index(
            "ix_demand_listing_is_public_sector",
            ["is_public", "sector", "published_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_demand_listing_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_demand_listing_origin_id"), ["origin_id"], unique=False
        )
        batch_op.create_index(
            "ix_demand_listing_status_submitted_at", ["status", "submitted_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_demand_listing_submitted_at"), ["submitted_at"], unique=False
        )

    op.create_table(
        "demand_mode",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_demand_mode_listing_id_demand_listing"),
        ),
        sa.PrimaryKeyConstraint("listing_id", "mode", name=op.f("pk_demand_mode")),
    )
    with op.batch_alter_table("demand_mode", schema=None) as batch_op:
        batch_op.create_index("ix_demand_mode_mode", ["mode", "listing_id"], unique=False)

    op.create_table(
        "demand_requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("operator", sa.String(length=4), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_demand_requirement_listing_id_demand_listing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_requirement")),
        sa.UniqueConstraint(
            "listing_id", "attribute", name=op.f("uq_demand_requirement_listing_id_attribute")
        ),
    )
    with op.batch_alter_table("demand_requirement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_demand_requirement_listing_id"), ["listing_id"], unique=False
        )

    op.create_table(
        "demand_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("SECTOR", "DISTRICT", name="reviewpart", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column(
            "decision",
            sa.Enum("APPROVE", "RECTIFY", "RETURN", name="decision", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_demand_review_listing_id_demand_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["user_account.id"],
            name=op.f("fk_demand_review_reviewer_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_review")),
        sa.UniqueConstraint(
            "listing_id", "round", "part", name=op.f("uq_demand_review_listing_id_round_part")
        ),
    )
    with op.batch_alter_table("demand_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_demand_review_listing_id"), ["listing_id"], unique=False
        )

    op.create_table(
        "demand_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_demand_revision_listing_id_demand_listing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_revision")),
        sa.UniqueConstraint(
            "listing_id", "number", name=op.f("uq_demand_revision_listing_id_number")
        ),
    )
    with op.batch_alter_table("demand_revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_demand_revision_listing_id"), ["listing_id"], unique=False
        )

    op.create_table(
        "demand_task",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["demand_listing.id"],
            name=op.f("fk_demand_task_listing_id_demand_listing"),
        ),
        sa.PrimaryKeyConstraint("listing_id", "task", name=op.f("pk_demand_task")),
    )
    with op.batch_alter_table("demand_task", schema=None) as batch_op:
        batch_op.create_index("ix_demand_task_task", ["task", "listing_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("demand_task", schema=None) as batch_op:
        batch_op.drop_index("ix_demand_task_task")

    op.drop_table("demand_task")
    with op.batch_alter_table("demand_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_revision_listing_id"))

    op.drop_table("demand_revision")
    with op.batch_alter_table("demand_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_review_listing_id"))

    op.drop_table("demand_review")
    with op.batch_alter_table("demand_requirement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_requirement_listing_id"))

    op.drop_table("demand_requirement")
    with op.batch_alter_table("demand_mode", schema=None) as batch_op:
        batch_op.drop_index("ix_demand_mode_mode")

    op.drop_table("demand_mode")
    with op.batch_alter_table("demand_listing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_listing_submitted_at"))
        batch_op.drop_index("ix_demand_listing_status_submitted_at")
        batch_op.drop_index(batch_op.f("ix_demand_listing_origin_id"))
        batch_op.drop_index(batch_op.f("ix_demand_listing_organisation_id"))
        batch_op.drop_index("ix_demand_listing_is_public_sector")
        batch_op.drop_index("ix_demand_listing_is_public_published_at")
        batch_op.drop_index("ix_demand_listing_is_public_kind")
        batch_op.drop_index("ix_demand_listing_is_public_district")
        batch_op.drop_index("ix_demand_listing_is_public_deadline")
        batch_op.drop_index("ix_demand_listing_is_public_budget")

    op.drop_table("demand_listing")
    op.drop_table("demand_sequence")
    op.drop_table("demand_market")

"""calls, queues and published lists"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_08"
down_revision = "20261120_07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="campaignstate",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_campaign_dates")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_campaign_created_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_closes_on"), ["closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_opens_on"), ["opens_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_state"), ["state"], unique=False)

    op.create_table(
        "list_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "list_kind",
            sa.Enum(
                "SCENE",
                "JOB",
                "COMPONENT",
                "CHALLENGE",
                "SUPPLY",
                "SOLUTION",
                name="listkind",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chain_seq", sa.Integer(), nullable=True),
        sa.Column("chain_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_list_edition_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"],
            ["user_account.id"],
            name=op.f("fk_list_edition_prepared_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["user_account.id"],
            name=op.f("fk_list_edition_published_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_edition")),
        sa.UniqueConstraint("list_kind", "number", name=op.f("uq_list_edition_list_kind_number")),
    )
    with op.batch_alter_table("list_edition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_list_edition_campaign_id"), ["campaign_id"], unique=False
        )
        batch_op.create_index(
            "ix_list_edition_list_kind_published_at", ["list_kind", "published_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("list_edition", schema=None) as batch_op:
        batch_op.drop_index("ix_list_edition_list_kind_published_at")
        batch_op.drop_index(batch_op.f("ix_list_edition_campaign_id"))

    op.drop_table("list_edition")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_state"))
        batch_op.drop_index(batch_op.f("ix_campaign_opens_on"))
        batch_op.drop_index(batch_op.f("ix_campaign_closes_on"))

    op.drop_table("campaign")

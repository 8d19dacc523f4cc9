"""notices that are published at a set time and that are valid until a day"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_08"
down_revision = "20261128_07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        batch.create_index(op.f("ix_notice_publish_at"), ["publish_at"])


def downgrade() -> None:
    with op.batch_alter_table("notice") as batch:
        batch.drop_index(op.f("ix_notice_publish_at"))
        batch.drop_column("valid_until")
        batch.drop_column("publish_at")

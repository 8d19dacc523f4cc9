"""parties of events: whether their own people can sign in"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_11"
down_revision = "20261128_10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event_party") as batch:
        batch.add_column(
            sa.Column("has_account", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute("UPDATE event_party SET has_account = (organisation_id IS NOT NULL)")
    with op.batch_alter_table("event_party") as batch:
        batch.alter_column("has_account", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("event_party") as batch:
        batch.drop_column("has_account")

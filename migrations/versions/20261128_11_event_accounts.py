"""parties of events: whether their own people can sign in"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_11"
down_revision = "20261128_10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The default stays: without it SQLite would copy the table, which its foreign keys forbid."""
    op.add_column(
        "event_party",
        sa.Column("has_account", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE event_party SET has_account = (organisation_id IS NOT NULL)")


def downgrade() -> None:
    op.drop_column("event_party", "has_account")

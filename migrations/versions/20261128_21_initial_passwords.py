"""passwords that an administrator gave serve one log-in"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_21"
down_revision = "20261128_20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The default stays: without it SQLite would copy the table, which its foreign keys forbid."""
    op.add_column(
        "user_account",
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("user_account", "must_change_password")

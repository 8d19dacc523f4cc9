"""when openings, trials, proofs and verifications were last told of"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_01"
down_revision = "20261120_10"
branch_labels = None
depends_on = None

COLUMNS = (
    ("listing_answer", "opened_at"),
    ("trial", "reminded_at"),
    ("supplier", "proofs_reminded_at"),
    ("verification", "reminded_at"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)

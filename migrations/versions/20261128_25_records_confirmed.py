"""records of contract and deployment, confirmed by the firm or objected to"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_25"
down_revision = "20261128_24"
branch_labels = None
depends_on = None

TABLES = ("contract", "deployment")
COLUMNS = ("confirmed_at", "objection", "objected_at")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("objection", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        for column in reversed(COLUMNS):
            op.drop_column(table, column)

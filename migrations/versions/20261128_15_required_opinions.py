"""whether a round asks for the district's review and the department's opinion"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_15"
down_revision = "20261128_14"
branch_labels = None
depends_on = None

TABLE = "selection_round"
COLUMNS = ("needs_district_review", "needs_department_opinion")


def upgrade() -> None:
    # Added in place: a rebuilt table would lose its triggers. Rounds of before asked for neither.
    for name in COLUMNS:
        op.add_column(
            TABLE, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column(TABLE, name)

"""who entered a conflict of interest"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_24"
down_revision = "20261128_23"
branch_labels = None
depends_on = None

TABLE = "selection_conflict"
KEY = "fk_selection_conflict_raised_by_id_user_account"


def upgrade() -> None:
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.add_column(sa.Column("raised_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f(KEY), "user_account", ["raised_by_id"], ["id"])
    # The trail knows who entered what the applicants of before have stated.
    op.execute(
        "UPDATE selection_conflict SET raised_by_id = (SELECT e.actor_id FROM audit_entry e "
        "WHERE e.action = 'selection.raise_conflict' AND e.subject_type = 'selection_conflict' "
        "AND e.subject_id = CAST(selection_conflict.id AS VARCHAR(80))) "
        "WHERE source = 'APPLICANT'"
    )


def downgrade() -> None:
    # An older version does not know conflicts that wait and do not bar yet.
    op.execute("UPDATE selection_conflict SET state = 'PENDING' WHERE state = 'STATED'")
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(KEY), type_="foreignkey")
        batch_op.drop_column("raised_by_id")

"""units of a consortium confirm the application that names them"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_09"
down_revision = "20261128_08"
branch_labels = None
depends_on = None

TABLE = "selection_consortium_member"
KEY = "fk_selection_consortium_member_replied_by_id_user_account"


def upgrade() -> None:
    op.add_column(
        "selection_application", sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True)
    )
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.add_column(
            sa.Column(
                "reply",
                sa.Enum(
                    "CONFIRMED",
                    "ON_PAPER",
                    "DECLINED",
                    name="reply",
                    native_enum=False,
                    length=20,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("reply_sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("reply_note", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("replied_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(op.f(KEY), "user_account", ["replied_by_id"], ["id"])
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.alter_column("reply_note", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.drop_constraint(op.f(KEY), type_="foreignkey")
        for name in ("replied_at", "replied_by_id", "reply_note", "reply_sha256", "reply"):
            batch_op.drop_column(name)
    op.drop_column("selection_application", "shared_at")

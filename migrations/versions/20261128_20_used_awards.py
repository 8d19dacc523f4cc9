"""what is used up of an award: paid, and given back for a fault"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_20"
down_revision = "20261128_19"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reward_clawback_case") as batch:
        batch.add_column(
            sa.Column(
                "may_be_granted_again", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
    with op.batch_alter_table("award_record") as batch:
        batch.add_column(sa.Column("used_fen", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE award_record SET used_fen = paid_fen + coalesce((SELECT sum(b.amount_fen)"
        " FROM reward_clawback b JOIN reward_determination d ON d.id = b.determination_id"
        " JOIN reward_claim c ON c.id = d.claim_id"
        " WHERE award_record.source = 'own' AND c.number = award_record.reference), 0)"
    )
    with op.batch_alter_table("award_record") as batch:
        batch.create_check_constraint("used", "used_fen >= paid_fen AND used_fen <= amount_fen")


def downgrade() -> None:
    with op.batch_alter_table("award_record") as batch:
        batch.drop_constraint("used", type_="check")
        batch.drop_column("used_fen")
    with op.batch_alter_table("reward_clawback_case") as batch:
        batch.drop_column("may_be_granted_again")

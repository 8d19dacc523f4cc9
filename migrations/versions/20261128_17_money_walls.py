"""triggers that lock what was decided and paid; the salt behind an account's digest"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_17"
down_revision = "20261128_16"
branch_labels = None
depends_on = None

WALLS = {
    "sqlite": (
        "CREATE TRIGGER reward_determination_computed BEFORE UPDATE OF claim_id, receipt, receipt_sha256, decided_on, award_fen, payable_fen, is_eligible, is_binding, proposed_by, proposed_at ON reward_determination FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_determination_decided BEFORE UPDATE OF approved_by, approved_at, budget_year ON reward_determination FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_determination_kept BEFORE DELETE ON reward_determination FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_payment_locked BEFORE UPDATE ON reward_payment FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_payment_kept BEFORE DELETE ON reward_payment FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_handover_locked BEFORE UPDATE OF determination_id, document_number, handed_on ON reward_handover FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_handover_answered BEFORE UPDATE ON reward_handover FOR EACH ROW WHEN (OLD.is_accepted IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_handover_kept BEFORE DELETE ON reward_handover FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_clawback_locked BEFORE UPDATE ON reward_clawback FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_clawback_kept BEFORE DELETE ON reward_clawback FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_budget_locked BEFORE UPDATE ON reward_budget FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_budget_kept BEFORE DELETE ON reward_budget FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_payee_locked_insert BEFORE INSERT ON reward_payee FOR EACH ROW WHEN ((SELECT c.status FROM reward_determination d JOIN reward_claim c ON c.id = d.claim_id WHERE d.id = NEW.determination_id) <> 'APPROVED') BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_payee_locked_update BEFORE UPDATE ON reward_payee FOR EACH ROW WHEN ((SELECT c.status FROM reward_determination d JOIN reward_claim c ON c.id = d.claim_id WHERE d.id = OLD.determination_id) <> 'APPROVED') BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
        "CREATE TRIGGER reward_payee_locked_delete BEFORE DELETE ON reward_payee FOR EACH ROW WHEN ((SELECT c.status FROM reward_determination d JOIN reward_claim c ON c.id = d.claim_id WHERE d.id = OLD.determination_id) <> 'APPROVED') BEGIN SELECT RAISE(ABORT, 'what was decided or paid is locked'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION reward_locked() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'what was decided or paid is locked'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER reward_determination_computed BEFORE UPDATE OF claim_id, receipt, receipt_sha256, decided_on, award_fen, payable_fen, is_eligible, is_binding, proposed_by, proposed_at ON reward_determination FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_determination_decided BEFORE UPDATE OF approved_by, approved_at, budget_year ON reward_determination FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_determination_kept BEFORE DELETE ON reward_determination FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_payment_locked BEFORE UPDATE ON reward_payment FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_payment_kept BEFORE DELETE ON reward_payment FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_handover_locked BEFORE UPDATE OF determination_id, document_number, handed_on ON reward_handover FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_handover_answered BEFORE UPDATE ON reward_handover FOR EACH ROW WHEN (OLD.is_accepted IS NOT NULL) EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_handover_kept BEFORE DELETE ON reward_handover FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_clawback_locked BEFORE UPDATE ON reward_clawback FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_clawback_kept BEFORE DELETE ON reward_clawback FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_budget_locked BEFORE UPDATE ON reward_budget FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE TRIGGER reward_budget_kept BEFORE DELETE ON reward_budget FOR EACH ROW EXECUTE FUNCTION reward_locked()",
        "CREATE FUNCTION reward_payee_locked() RETURNS trigger AS $$ BEGIN IF TG_OP <> 'DELETE' AND (SELECT c.status FROM reward_determination d JOIN reward_claim c ON c.id = d.claim_id WHERE d.id = NEW.determination_id) <> 'APPROVED' THEN RAISE EXCEPTION 'what was decided or paid is locked'; END IF; IF TG_OP <> 'INSERT' AND (SELECT c.status FROM reward_determination d JOIN reward_claim c ON c.id = d.claim_id WHERE d.id = OLD.determination_id) <> 'APPROVED' THEN RAISE EXCEPTION 'what was decided or paid is locked'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER reward_payee_locked BEFORE INSERT OR UPDATE OR DELETE ON reward_payee FOR EACH ROW EXECUTE FUNCTION reward_payee_locked()",
    ),
}


def upgrade() -> None:
    op.add_column(
        "reward_payee",
        sa.Column("account_salt", sa.String(32), nullable=False, server_default=""),
    )
    for statement in WALLS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    wanted = "TRIGGER" if dialect == "sqlite" else "FUNCTION"
    for _, kind, name, *_ in (statement.split() for statement in WALLS[dialect]):
        if kind == wanted:
            op.execute(f"DROP {kind} {name}{'' if dialect == 'sqlite' else ' CASCADE'}")
    op.drop_column("reward_payee", "account_salt")

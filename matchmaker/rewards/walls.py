"""Triggers that refuse any change of what was decided and paid: the second wall of M1 and M3."""

from __future__ import annotations

from collections.abc import Mapping

_TEXT = "what was decided or paid is locked"
#: Columns of a determination that never change, and those that the approval sets once.
_COMPUTED = (
    "claim_id, receipt, receipt_sha256, decided_on, award_fen, payable_fen, is_eligible, "
    "is_binding, proposed_by, proposed_at"
)
_DECIDED = "approved_by, approved_at, budget_year"
#: Payees are written between the approval and the hand-over only.
_OPEN = (
    "(SELECT c.status FROM reward_determination d JOIN reward_claim c ON c.id = d.claim_id "
    "WHERE d.id = <row>.determination_id) <> 'APPROVED'"
)
#: (name, act, table, condition or nothing); the text is good for both databases.
_SIMPLE = (
    ("reward_determination_computed", f"UPDATE OF {_COMPUTED}", "reward_determination", ""),
    (
        "reward_determination_decided",
        f"UPDATE OF {_DECIDED}",
        "reward_determination",
        "OLD.approved_at IS NOT NULL",
    ),
    ("reward_determination_kept", "DELETE", "reward_determination", "OLD.approved_at IS NOT NULL"),
    ("reward_payment_locked", "UPDATE", "reward_payment", ""),
    ("reward_payment_kept", "DELETE", "reward_payment", ""),
    (
        "reward_handover_locked",
        "UPDATE OF determination_id, document_number, handed_on",
        "reward_handover",
        "",
    ),
    ("reward_handover_answered", "UPDATE", "reward_handover", "OLD.is_accepted IS NOT NULL"),
    ("reward_handover_kept", "DELETE", "reward_handover", ""),
    ("reward_clawback_locked", "UPDATE", "reward_clawback", ""),
    ("reward_clawback_kept", "DELETE", "reward_clawback", ""),
    ("reward_budget_locked", "UPDATE", "reward_budget", ""),
    ("reward_budget_kept", "DELETE", "reward_budget", ""),
)
_VERBS = (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))


def _head(name: str, act: str, table: str, condition: str) -> str:
    when = f"WHEN ({condition}) " if condition else ""
    return f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {when}"


_PAYEE = "reward_payee"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION reward_locked() RETURNS trigger AS $$ BEGIN "
    f"RAISE EXCEPTION '{_TEXT}'; END $$ LANGUAGE plpgsql"
)


def _lock_payees() -> dict[str, tuple[str, ...]]:
    sqlite = tuple(
        _head(f"reward_payee_locked_{verb.lower()}", verb, _PAYEE, _OPEN.replace("<row>", row))
        + f"BEGIN SELECT RAISE(ABORT, '{_TEXT}'); END"
        for verb, row in _VERBS
    )
    return {
        "sqlite": sqlite,
        "postgresql": (
            "CREATE OR REPLACE FUNCTION reward_payee_locked() RETURNS trigger AS $$ BEGIN "
            f"IF TG_OP <> 'DELETE' AND {_OPEN.replace('<row>', 'NEW')} THEN "
            f"RAISE EXCEPTION '{_TEXT}'; END IF; "
            f"IF TG_OP <> 'INSERT' AND {_OPEN.replace('<row>', 'OLD')} THEN "
            f"RAISE EXCEPTION '{_TEXT}'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
            "CREATE TRIGGER reward_payee_locked BEFORE INSERT OR UPDATE OR DELETE "
            "ON reward_payee FOR EACH ROW EXECUTE FUNCTION reward_payee_locked()",
        ),
    }


def _lock_table(table: str) -> dict[str, tuple[str, ...]]:
    heads = [_head(*trigger) for trigger in _SIMPLE if trigger[2] == table]
    return {
        "sqlite": tuple(f"{head}BEGIN SELECT RAISE(ABORT, '{_TEXT}'); END" for head in heads),
        "postgresql": (_FUNCTION, *(f"{head}EXECUTE FUNCTION reward_locked()" for head in heads)),
    }


#: Statements of the locks, by table and dialect; a migration runs the same ones.
LOCKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    **{table: _lock_table(table) for table in dict.fromkeys(trigger[2] for trigger in _SIMPLE)},
    _PAYEE: _lock_payees(),
}

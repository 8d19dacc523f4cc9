"""What was decided and paid is locked in the database, on both engines; the work goes on."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from matchmaker import clock
from matchmaker.db import db, write_tx
from matchmaker.rewards.clawbacks import operations as clawbacks
from matchmaker.rewards.invariants import find_violations
from tests.people import People
from tests.rewards.world import accept, approve, give_budget, make_claim, pay, propose

#: Each of these is refused by the database itself.
ATTEMPTS = (
    "UPDATE reward_determination SET award_fen = award_fen - 1",
    "UPDATE reward_determination SET payable_fen = 0",
    "UPDATE reward_determination SET is_binding = NOT is_binding",
    "UPDATE reward_determination SET receipt_sha256 = '0'",
    "UPDATE reward_determination SET decided_on = '2024-01-01'",
    "UPDATE reward_determination SET approved_by = proposed_by WHERE approved_at IS NOT NULL",
    "UPDATE reward_determination SET approved_at = NULL WHERE approved_at IS NOT NULL",
    "UPDATE reward_determination SET budget_year = 2031 WHERE approved_at IS NOT NULL",
    "DELETE FROM reward_determination WHERE approved_at IS NOT NULL",
    "UPDATE reward_payee SET account = '62229999'",
    "UPDATE reward_payee SET share_fen = share_fen + 1",
    "DELETE FROM reward_payee",
    "INSERT INTO reward_payee"
    " (determination_id, name, credit_code, bank, account, account_salt, share_fen)"
    " SELECT determination_id, 'x', '', 'x', '1', '', 1 FROM reward_payee",
    "UPDATE reward_payment SET paid_on = '2024-01-01'",
    "UPDATE reward_payment SET amount_fen = 1",
    "DELETE FROM reward_payment",
    "UPDATE reward_handover SET document_number = 'x'",
    "UPDATE reward_handover SET answer_note = 'x'",
    "DELETE FROM reward_handover",
    "UPDATE reward_clawback SET amount_fen = 1",
    "DELETE FROM reward_clawback",
    "UPDATE reward_budget SET amount_fen = amount_fen + 1",
    "DELETE FROM reward_budget",
)


def test_what_was_decided_is_locked(either_app: Flask, either_people: People) -> None:
    people = either_people
    with either_app.app_context(), write_tx():
        give_budget(people, 10_000_00)
        row = approve(people, make_claim(people, 10_000_00))
        accept(people, row, 3_000_00, 2_000_00)
        pay(people, row)
        pay(people, row, payee_index=1)
        case = clawbacks.propose_clawback(
            people.officer, row, amount_fen=1_000_00, reason="设备停用"
        )
        clawbacks.approve_clawback(people.approver, case)
        clawbacks.record_return(people.officer, case, amount_fen=400_00, returned_on=clock.today())
        propose(people, make_claim(people, 2_000_00))
        for attempt in ATTEMPTS:
            with (
                pytest.raises(DatabaseError, match="what was decided or paid is locked"),
                db.session.begin_nested(),
            ):
                db.session.execute(text(attempt))
    with either_app.app_context(), write_tx():
        assert find_violations() == []


def test_a_missing_wall_is_found(either_app: Flask) -> None:
    with either_app.app_context(), write_tx():
        on = " ON reward_payment" if db.engine.dialect.name == "postgresql" else ""
        db.session.execute(text(f"DROP TRIGGER reward_payment_locked{on}"))
        found = [(item.code, item.subject) for item in find_violations()]
        assert found == [("M3", "reward_payment_locked")]

"""Sixteen threads at once on a real file: one payment, one budget, one number each."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import DomainError
from matchmaker.rewards import queries
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import Claim, Payment
from matchmaker.rewards.payments import operations as payments
from tests.people import People
from tests.rewards.world import accept, approve, give_budget, make_claim, propose

THREADS = 16


def run_at_once(app: Flask, act: Callable[[int], None]) -> list[str]:
    """What each thread met: "done" or the code of its refusal."""
    start, outcomes = threading.Barrier(THREADS), []

    def work(number: int) -> None:
        start.wait()
        with app.app_context():
            try:
                with write_tx():
                    act(number)
                outcomes.append("done")
            except DomainError as error:
                outcomes.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_a_share_is_paid_once(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 100_00)
        row = approve(people, make_claim(people, 100_00))
        accept(people, row)
        row_id, payee_id = row.id, row.payees[0].id

    def pay(number: int) -> None:
        found = queries.get_determination(people.officer, row_id)
        payments.record_payment(
            people.officer,
            found,
            payee_id=payee_id,
            amount_fen=50_00,
            paid_on=clock.today(),
            voucher=f"拨{number}",
        )

    outcomes = run_at_once(app, pay)

    assert outcomes == ["done"] + ["step_missing"] * (THREADS - 1)
    with app.app_context(), read_tx():
        assert db.session.scalar(select(func.sum(Payment.amount_fen))) == 50_00
        assert find_violations() == []


def test_a_budget_is_not_overshot(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 3 * 50_00)
        ids = [propose(people, make_claim(people, 100_00)).id for _ in range(THREADS)]

    def decide(number: int) -> None:
        row = queries.get_determination(people.approver, ids[number])
        determinations.approve_determination(people.approver, row)

    outcomes = run_at_once(app, decide)

    assert outcomes == ["budget_exceeded"] * (THREADS - 3) + ["done"] * 3
    with app.app_context(), read_tx():
        assert find_violations() == []


def test_numbers_are_given_once(app: Flask, people: People) -> None:
    outcomes = run_at_once(
        app,
        lambda number: (
            claims.create_claim(people.firm, instrument="M66-2a", project=f"任务{number}") and None
        ),
    )

    assert outcomes == ["done"] * THREADS
    with app.app_context(), read_tx():
        numbers = db.session.scalars(select(Claim.number).order_by(Claim.number)).all()
    year = clock.today().year
    assert numbers == [f"JL{year}-{number:04d}" for number in range(1, THREADS + 1)]

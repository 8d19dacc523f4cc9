"""Random lives of claims on one piece of work: M1–M3 hold after every step, in any order."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from matchmaker import clock
from matchmaker.db import db, write_tx
from matchmaker.errors import DomainError
from matchmaker.funding import operations as funding
from matchmaker.funding import register
from matchmaker.funding.models import AwardRecord
from matchmaker.funding.queries import measure_work
from matchmaker.policy.operations import record_adoption
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.clawbacks import operations as clawbacks
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.payments import operations as payments
from matchmaker.rewards.rules import EDITABLE, ClaimStatus
from tests.people import People
from tests.rewards.world import (
    EMBODIED,
    give_budget,
    line,
    make_designation,
    pay,
    payee,
    verify_all,
)

WAN = 10_000_00
#: Twice the caps of M66 六 and A25 三(三)1 and their neighbours: random money almost never ties.
INVESTED = st.sampled_from(
    [1, 2, 3, 200 * WAN - 1, 200 * WAN, 200 * WAN + 1, 400 * WAN - 1, 400 * WAN, 400 * WAN + 1]
)
OTHERS = st.sampled_from([1, 100 * WAN - 1, 100 * WAN, 100 * WAN + 1, 200 * WAN, 300 * WAN])


class _Undo(Exception):
    """Ends the transaction of one example without keeping anything."""


class Year(RuleBasedStateMachine):
    """One scene named under both programmes, claimed, decided, paid in any order."""

    people: People
    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.stack.enter_context(self.app.app_context())
        self.stack.enter_context(write_tx())
        give_budget(self.people, 400 * WAN)
        give_budget(self.people, 400 * WAN, "A25-3.1")
        owner, day = self.people.owner, date(2025, 12, 16)
        self.claims = [
            claims.create_claim(
                owner,
                instrument=instrument,
                designation=make_designation(owner, programme=programme, demand="D999", day=day),
            )
            for instrument, programme in (
                ("M66-6", "humanoid-demonstration"),
                ("A25-3.1", EMBODIED),
            )
        ]
        self.is_adopted = False
        self.others = 0

    @initialize(first=INVESTED, second=INVESTED, far=st.integers(0, 3))
    def begin(self, first: int, second: int, far: int) -> None:
        """Both claims are handed in; the first may be some way on already."""
        for which, fen in enumerate((first, second)):
            self.add_line(which, fen)
            self.submit(which)
        if far:
            self.walk(0, 1, far)

    def teardown(self) -> None:
        with contextlib.suppress(_Undo):
            self.stack.__exit__(_Undo, _Undo(), None)

    def _try(self, act: Any, *arguments: Any, **named: Any) -> None:
        """A refusal is an answer; whatever it left behind must still satisfy the invariants."""
        with contextlib.suppress(DomainError):
            act(*arguments, **named)

    @rule(which=st.integers(0, 1), fen=INVESTED)
    def add_line(self, which: int, fen: int) -> None:
        claim = self.claims[which]
        self._try(funding.add_item, self.people.owner, claim.ledger, line(fen))

    @rule(which=st.integers(0, 1))
    def submit(self, which: int) -> None:
        self._try(claims.submit_claim, self.people.owner, self.claims[which])

    @rule(which=st.integers(0, 1))
    def give_back(self, which: int) -> None:
        self._try(claims.return_claim, self.people.officer, self.claims[which], reason="补正")

    @rule(which=st.integers(0, 1))
    def verify(self, which: int) -> None:
        self._try(verify_all, self.people, self.claims[which])

    @rule(which=st.integers(0, 1))
    def propose(self, which: int) -> None:
        claim = self.claims[which]
        self._try(determinations.propose_determination, self.people.officer, claim)

    @rule(which=st.integers(0, 1), answer=st.sampled_from(["approve", "approve", "back"]))
    def decide(self, which: int, answer: str) -> None:
        row = self.claims[which].determination
        if row is None:
            return
        if answer == "back":
            self._try(determinations.send_back, self.people.approver, row, reason="复核")
        else:
            self._try(determinations.approve_determination, self.people.approver, row)

    @rule(which=st.integers(0, 1), fen=INVESTED, far=st.integers(1, 3))
    def walk(self, which: int, fen: int, far: int) -> None:
        """The plain way, so that short lives reach the money too."""
        self.add_line(which, fen)
        self.submit(which)
        self.verify(which)
        self.propose(which)
        self.decide(which, "approve")
        if far > 1:
            self.carry_to_acceptance(which)
        if far > 2:
            self.transfer(which, None)

    @rule(which=st.integers(0, 1))
    def carry_to_acceptance(self, which: int) -> None:
        row, today = self.claims[which].determination, clock.today()
        if row is None:
            return
        officer = self.people.officer
        self._try(payments.set_payees, officer, row, [payee(row.payable_fen)])
        self._try(payments.hand_over, officer, row, document_number="1号", handed_on=today)
        self._try(payments.accept_handover, officer, row, answered_on=today)

    @rule(which=st.integers(0, 1), fen=OTHERS | st.none())
    def transfer(self, which: int, fen: int | None) -> None:
        row = self.claims[which].determination
        if row is not None and row.payees:
            self._try(pay, self.people, row, fen)

    @rule(which=st.integers(0, 1), fen=OTHERS)
    def claw_back(self, which: int, fen: int) -> None:
        row = self.claims[which].determination
        if row is not None and row.payments:
            self._try(self._claw_back, row, fen)

    def _claw_back(self, row: Determination, fen: int) -> None:
        case = clawbacks.propose_clawback(self.people.officer, row, amount_fen=fen, reason="停用")
        clawbacks.approve_clawback(self.people.approver, case)
        clawbacks.record_return(
            self.people.officer, case, amount_fen=fen, returned_on=clock.today()
        )

    @precondition(lambda self: not self.is_adopted)
    @rule()
    def adopt_draft(self) -> None:
        record_adoption(
            self.people.approver,
            document_id="A25",
            number="号",
            adopted_on=date(2026, 3, 1),
            source="网站",
        )
        self.is_adopted = True

    @precondition(lambda self: measure_work(self.claims[0].work_key).paid_fen == 0)
    @rule(amount=OTHERS, share=st.sampled_from([0, 1]))
    def link_anothers_award(self, amount: int, share: int) -> None:
        """Before our first payment; what surfaces later is a case for claw-back, not of M2."""
        self.others += 1
        reference = f"K{self.others}"
        row = register.AwardRow(
            reference,
            "补助",
            "市科技局",
            "甲",
            "",
            "项目",
            (),
            amount,
            amount * share,
            date(2025, 1, 1),
        )
        register.import_awards(self.people.officer, source=f"名单{self.others}", awards=[row])
        entry = db.session.scalars(
            select(AwardRecord).where(AwardRecord.reference == reference)
        ).one()
        key = self.claims[0].work_key
        register.link_award(self.people.officer, entry, work_key=key, note="同一场景")

    @invariant()
    def money_agrees(self) -> None:
        db.session.flush()
        assert find_violations() == []

    @invariant()
    def nothing_is_paid_under_a_draft(self) -> None:
        claim: Claim = self.claims[1]
        row = claim.determination
        if not self.is_adopted and row is not None:
            assert row.payable_fen == 0
            assert row.payments == []

    @invariant()
    def what_was_handed_in_is_locked(self) -> None:
        for claim in self.claims:
            assert claim.ledger is not None
            is_open = claim.status in EDITABLE or claim.status is ClaimStatus.WITHDRAWN
            assert claim.ledger.is_locked is not is_open


def _run(app: Flask, people: People, examples: int, steps: int) -> None:
    machine = type("YearOfThisTest", (Year,), {"app": app, "people": people})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_invariants_hold_in_any_order(app: Flask, people: People) -> None:
    _run(app, people, 40, 15)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_invariants_hold_over_many_years(app: Flask, people: People) -> None:
    _run(app, people, 300, 60)

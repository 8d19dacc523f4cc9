"""Claw-back: asked for by one person, decided by another, returned; from a failed follow-up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import db, write_tx
from matchmaker.effects.followups import operations as followups
from matchmaker.effects.followups.models import Followup
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from matchmaker.funding import register
from matchmaker.funding.queries import measure_work
from matchmaker.policy.queries import get_law
from matchmaker.rewards import queries
from matchmaker.rewards.clawbacks import operations
from matchmaker.rewards.determinations.facts import gather_grounds
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import ClawbackCase, Determination
from matchmaker.rewards.rules import ClaimStatus, ClawbackState
from tests.people import People
from tests.rewards.world import accept, approve, give_budget, make_claim, make_designation, pay

PAID = 50_00


def make_paid(people: People) -> Determination:
    give_budget(people, 1_000_00)
    row = approve(people, make_claim(people, 2 * PAID))
    accept(people, row)
    pay(people, row)
    return row


@pytest.mark.parametrize("fen", [0, -1, PAID + 1])
def test_no_more_is_asked_back_than_was_paid(app: Flask, people: People, fen: int) -> None:
    with app.app_context(), write_tx():
        row = make_paid(people)
        with pytest.raises(Conflict):
            operations.propose_clawback(people.officer, row, amount_fen=fen, reason="停用")
        assert db.session.query(ClawbackCase).count() == 0


def test_several_cases_stay_within_what_was_paid(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_paid(people)
        first = operations.propose_clawback(people.officer, row, amount_fen=40_00, reason="停用")
        with pytest.raises(Conflict):
            operations.propose_clawback(people.officer, row, amount_fen=10_01, reason="停用")
        operations.decline_clawback(people.approver, first, reason="已恢复运行")
        operations.propose_clawback(people.officer, row, amount_fen=PAID, reason="停用")
        assert queries.sum_asked(row) == PAID


def test_money_comes_back_in_parts(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_paid(people)
        case = operations.propose_clawback(people.officer, row, amount_fen=30_00, reason="停用")
        today = clock.today()
        with pytest.raises(IllegalTransition):
            operations.record_return(people.officer, case, amount_fen=1, returned_on=today)
        operations.approve_clawback(people.approver, case)
        operations.record_return(people.officer, case, amount_fen=10_00, returned_on=today)
        for fen in (0, 20_01):
            with pytest.raises(Conflict):
                operations.record_return(people.officer, case, amount_fen=fen, returned_on=today)
        with pytest.raises(InvalidInput):
            operations.record_return(
                people.officer, case, amount_fen=1, returned_on=today - timedelta(days=1)
            )
        assert case.state is ClawbackState.APPROVED
        operations.record_return(people.officer, case, amount_fen=20_00, returned_on=today)

        entry = register.find_own_award(row.claim.number)
        assert entry is not None
        assert entry.paid_fen == PAID - 30_00
        assert (case.state, row.claim.status) == (ClawbackState.SETTLED, ClaimStatus.PAID)
        assert find_violations() == []


@pytest.mark.parametrize(("again", "left"), [(False, PAID), (True, PAID - 30_00)])
def test_returned_money_is_granted_again_only_where_it_was_decided(
    app: Flask, people: People, again: bool, left: int
) -> None:
    with app.app_context(), write_tx():
        row = make_paid(people)
        key = row.claim.work_key
        case = operations.propose_clawback(people.officer, row, amount_fen=30_00, reason="停用")
        operations.approve_clawback(people.approver, case, may_be_granted_again=again)
        assert measure_work(key).used_fen == PAID
        operations.record_return(people.officer, case, amount_fen=30_00, returned_on=clock.today())
        work = measure_work(key)
        assert (work.paid_fen, work.used_fen) == (PAID - 30_00, left)
        assert gather_grounds(get_law(), row.claim, clock.today()).paid_fen == left


@pytest.mark.parametrize("part", ["owner", "stranger", "firm", "judge", "auditor"])
def test_strangers_ask_and_decide_nothing(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx():
        row = make_paid(people)
        with pytest.raises(PermissionDenied):
            operations.propose_clawback(actor, row, amount_fen=1, reason="停用")
        case = operations.propose_clawback(people.officer, row, amount_fen=1, reason="停用")
        for act in (
            lambda: operations.approve_clawback(actor, case),
            lambda: operations.decline_clawback(actor, case, reason="不追回"),
        ):
            with pytest.raises(PermissionDenied):
                act()
        operations.approve_clawback(people.approver, case)
        with pytest.raises(PermissionDenied):
            operations.record_return(actor, case, amount_fen=1, returned_on=clock.today())
        assert queries.sum_returned(row) == 0


def test_nobody_decides_on_their_own_case(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_paid(people)
        both = people.approver.__class__(
            **{**people.approver.__dict__, "roles": people.approver.roles | people.officer.roles}
        )
        case = operations.propose_clawback(both, row, amount_fen=1, reason="停用")
        with pytest.raises(PermissionDenied):
            operations.approve_clawback(both, case)
        assert case.state is ClawbackState.PROPOSED


def test_a_case_starts_from_a_failed_followup_of_its_scene(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_paid(people)
        scene = queries.find_designation(row.claim.designation_id or 0)
        assert scene is not None
        own = followups.plan_followups(people.officer, scene)[0]
        foreign = followups.plan_followups(people.officer, make_designation(people.stranger))[0]
        for followup_id, error in ((own.id, Conflict), (foreign.id, NotFound), (999, NotFound)):
            with pytest.raises(error):
                operations.propose_clawback(
                    people.officer, row, amount_fen=1, reason="停用", followup_id=followup_id
                )
        followups.fail_followup(people.approver, own, reason="逾期未报且已停用")
        case = operations.propose_clawback(
            people.officer, row, amount_fen=PAID, reason="停用", followup_id=own.id
        )
        assert db.session.get(Followup, case.followup_id) is own

"""Random years of both programmes: the invariants hold after each step, in any order of acts."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.clock import CHINA
from matchmaker.db import db, write_tx
from matchmaker.errors import DomainError
from matchmaker.funding import operations as funding
from matchmaker.funding import register
from matchmaker.funding.models import AwardRecord
from matchmaker.policy.operations import record_adoption
from matchmaker.reporting.invariants import check_invariants
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.clawbacks import operations as clawbacks
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import Claim, Payment
from matchmaker.rewards.payments import operations as payments
from matchmaker.rewards.queries import instrument_of
from matchmaker.selection.applications import consortium, review
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.objections import operations as objections
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.results import agreed
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries as result_queries
from matchmaker.selection.results.votes import ResolutionKind
from matchmaker.selection.rounds import operations as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring.models import ReopenRequest, ScoreSheet
from matchmaker.selection.scoring.rules import SheetState
from matchmaker.selection.scoring.voiding import void_barred_scores
from tests.conftest import _exchange
from tests.people import People
from tests.rewards.world import line, pay, payee, verify_all
from tests.selection.rooms.factories import agree, give_opinions, inspect, list_rows, make_lines
from tests.years import oracle
from tests.years.world import OPENED, PROGRAMMES, YearWorld

WAN = 10_000_00
#: Twice the caps and their neighbours: random money almost never ties or meets a cap.
INVESTED = st.sampled_from(
    [1, 2, 200 * WAN - 1, 200 * WAN, 200 * WAN + 1, 400 * WAN - 1, 400 * WAN, 400 * WAN + 1]
)
PARTS = st.sampled_from([1, 50 * WAN, 100 * WAN, 100 * WAN + 1, 200 * WAN])
#: Few values, so that scenes tie.
POINTS = st.sampled_from([4900, 7000, 8000, 8000, 9000])
SCORES = st.lists(POINTS, min_size=3, max_size=3)
FAR = st.integers(0, 9)
WHICH = st.integers(0, 1)
NUMBER = st.integers(0, 14)
#: The place of the application whose gate fails; -1, most often: all pass.
FAILING = st.sampled_from([-1, -1, -1, 0, 1, 2])

#: Steps of the plain way that a round has behind it; 7, often: its award is paid or simulated.
ON_THE_WAY = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7])
#: States that fifty short years end in, and those that a thousand long ones add.
SHORT = {
    "round publicity",
    "round confirmed",
    "scene rejected",
    "scene designated",
    "claim simulated",
    "claim paid",
}
LONG = {
    "round open",
    "round review",
    "round final",
    "round ranked",
    "scene submitted",
    "scene qualified",
    "scene not_designated",
    "claim submitted",
    "claim approved",
    "claim accepted",
}


class _Undo(Exception):
    """Ends the transaction of one example without keeping anything."""


class Year(RuleBasedStateMachine):
    """Two rounds that share a scene, and the money that follows, in any order of acts."""

    people: People
    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.clock = self.stack.enter_context(time_machine.travel(OPENED, tick=False))
        self.stack.enter_context(self.app.app_context())
        self.stack.enter_context(write_tx())
        session = db.session
        found = {row.programme: row for row in session.scalars(select(SelectionRound))}
        self.rounds = [found[name] for name in PROGRAMMES]
        self.claims: dict[int, Claim] = {}
        self.memory = oracle.Memory()
        self.day = OPENED
        self.others = 0
        people = self.people
        self.judges = {
            actor.user_id or 0: actor for actor in (people.judge, people.conflicted_judge)
        }

    def teardown(self) -> None:
        """What `check-invariants` finds in the whole database, before the year is undone."""
        try:
            db.session.flush()
            assert check_invariants().violations == ()
        finally:
            self._undo()

    def _undo(self) -> None:
        with contextlib.suppress(_Undo):
            self.stack.__exit__(_Undo, _Undo(), None)

    def _try(self, act: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
        """True when the act was done; a refusal is rolled back as the wrapper would."""
        point = db.session.begin_nested()
        try:
            act(*arguments, **named)
        except DomainError:
            point.rollback()
            return False
        point.commit()
        return True

    # the course of a round

    def _pass_days(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.clock.move_to(self.day)

    @rule(days=st.sampled_from([1, 5, 12]))
    def pass_days(self, days: int) -> None:
        self._pass_days(days)

    @rule(which=WHICH, failing=FAILING)
    def review(self, which: int, failing: int) -> None:
        """Gates of all that waits; now and then one fails and is rejected."""
        for number, row in enumerate(list_rows(self.rounds[which])):
            if row.state is ApplicationState.SUBMITTED:
                self._try(self._review_one, row, number == failing)

    def _review_one(self, row: Any, fails: bool) -> None:
        for member in row.unconfirmed:
            consortium.confirm_membership(COMMAND_LINE, row, member, sha256=row.content_sha256)
        for gate in row.round.gates:
            review.decide_gate(
                self.people.officer, row, gate.id, passed=not fails, evidence="已核对"
            )
        give_opinions(row)
        if fails:
            review.reject_application(self.people.officer, row, note="不符合资格条件")
        else:
            review.qualify_application(self.people.officer, row)

    @rule(which=WHICH)
    def close(self, which: int) -> None:
        self._try(rounds.close_applications, self.people.officer, self.rounds[which])

    @rule(which=WHICH)
    def start(self, which: int) -> None:
        self._try(self._start, self.rounds[which])

    def _start(self, round_: SelectionRound) -> None:
        for row in list_rows(round_):
            if row.state is ApplicationState.QUALIFIED:
                inspect(self.people, row)
        assigning.assign_whole_panel(self.people.officer, round_)
        results.start_stage(self.people.officer, round_, Stage.FINAL)

    @rule(which=WHICH, points=SCORES, left_out=NUMBER)
    def score(self, which: int, points: list[int], left_out: int) -> None:
        """Every sheet that may be handed in, but one."""
        round_ = self.rounds[which]
        assignments = panel_queries.list_assignments(round_.id, Stage.FINAL)
        for number, item in enumerate(assignments):
            actor = self.judges.get(item.member.expert.user_id or -1, COMMAND_LINE)
            if number != left_out:
                lines = make_lines(round_, points[number % len(points)])
                self._try(scoring.submit_sheet, actor, item, lines)

    @rule(which=WHICH, number=NUMBER, points=POINTS, granted=st.booleans())
    def reopen(self, which: int, number: int, points: int, granted: bool) -> None:
        """A correction: asked for, decided by another person, superseding."""
        sheet = self._pick_sheet(which, number)
        if sheet is None:
            return
        actor = self.judges.get(sheet.assignment.member.expert.user_id or -1)
        if actor is None or not self._try(scoring.request_reopening, actor, sheet, "计算有误"):
            return
        request = db.session.scalars(
            select(ReopenRequest).order_by(ReopenRequest.id.desc()).limit(1)
        ).one()
        self._try(
            scoring.decide_reopening,
            self.people.approver,
            request,
            granted=granted,
            reason="情况属实",
        )
        lines = make_lines(self.rounds[which], points)
        self._try(scoring.submit_sheet, actor, sheet.assignment, lines)

    def _pick_sheet(self, which: int, number: int) -> ScoreSheet | None:
        found = [
            sheet
            for sheet in db.session.scalars(select(ScoreSheet).order_by(ScoreSheet.id))
            if sheet.state is SheetState.SUBMITTED
            and sheet.assignment.round_id == self.rounds[which].id
        ]
        return found[number % len(found)] if found else None

    @rule(which=WHICH, number=NUMBER, by_applicant=st.booleans())
    def step_back(self, which: int, number: int, by_applicant: bool) -> None:
        """A conflict that comes up late, after the score or before it."""
        assignments = panel_queries.list_assignments(self.rounds[which].id, Stage.FINAL)
        if not assignments:
            return
        item = assignments[number % len(assignments)]
        if by_applicant:
            row = panel_queries.map_applications([item])[item.application_id]
            done = self._try(
                panels.raise_applicant_conflict,
                self.people.officer,
                row,
                item.member,
                "评委有亲属在申报单位任职",
            )
        else:
            actor = self.judges.get(item.member.expert.user_id or -1, COMMAND_LINE)
            done = self._try(panels.declare_conflict, actor, item, "曾任顾问")
        if done:
            self._void(item.application_id, item.member_id)

    @rule(which=WHICH, number=NUMBER, confirmed=st.booleans())
    def decide_conflict(self, which: int, number: int, confirmed: bool) -> None:
        found = panel_queries.list_conflicts(self.rounds[which].id)
        if not found:
            return
        row = found[number % len(found)]
        self._try(
            panels.decide_conflict,
            self.people.approver,
            row,
            confirmed=confirmed,
            reason="经核实的",
        )
        self._void(row.application_id, row.member_id)

    def _void(self, application_id: int, member_id: int) -> None:
        """What the message does after the commit."""
        void_barred_scores({"application_id": application_id, "member_id": member_id})

    @rule(which=WHICH)
    def propose(self, which: int) -> None:
        round_ = self.rounds[which]
        self._try(self._vote_on_tie, round_)
        self._try(results.propose_result, self.people.officer, round_)

    def _vote_on_tie(self, round_: SelectionRound) -> None:
        """A ballot of those who may vote, where scenes share the place at the cut."""
        tied = agreed.list_tied(round_, result_queries.read_table(round_, Stage.FINAL))
        if tied:
            agree(self.people, round_, ResolutionKind.BALLOT, tied)

    @rule(which=WHICH)
    def publish(self, which: int) -> None:
        round_ = self.rounds[which]
        result = result_queries.get_latest(round_, Stage.FINAL)
        if result is not None:
            self._try(results.publish_result, self.people.approver, round_, result)

    @rule(
        which=WHICH,
        far=st.integers(1, 4),
        upheld=st.booleans(),
    )
    def object(self, which: int, far: int, upheld: bool) -> None:
        """An objection to the first line, carried some way; one upheld takes the scene off."""
        round_ = self.rounds[which]
        result = result_queries.get_public(round_)
        if result is None or not result.entries:
            return
        target = result.entries[0].application
        before = len(_list_objections(result.id))
        self._try(
            results.file_objection,
            VISITOR,
            round_,
            application_id=target.id,
            name="市民",
            contact="0571-88888888",
            text="投用情况与申报材料不相符",
        )
        filed = _list_objections(result.id)
        if len(filed) == before:
            return
        row, officer = filed[-1], self.people.officer
        steps: list[Callable[[], None]] = [
            lambda: objections.accept_objection(officer, row),
            lambda: objections.record_enquiry(officer, row, "已调阅运行日志"),
            lambda: objections.answer_objection(
                self.people.approver, row, upheld=upheld, text="经核查答复如下"
            ),
        ]
        for step in steps[: far - 1]:
            self._try(step)

    @rule(which=WHICH)
    def exclude(self, which: int) -> None:
        round_ = self.rounds[which]
        result = result_queries.get_public(round_)
        if result is not None and result.entries:
            self._try(
                results.exclude_after_objection,
                self.people.officer,
                round_,
                result.entries[0].application,
                "异议成立",
            )

    @rule(which=WHICH)
    def confirm(self, which: int) -> None:
        self._try(results.confirm_result, self.people.approver, self.rounds[which])

    @initialize(
        far=st.tuples(ON_THE_WAY, ON_THE_WAY),
        points=SCORES,
        failing=st.tuples(FAILING, FAILING),
    )
    def begin(self, far: tuple[int, int], points: list[int], failing: tuple[int, int]) -> None:
        """Each round may be some way on already, so that short lives reach the money too."""
        self._pass_days(11)
        for which in (0, 1):
            if far[which]:
                self.review(which, failing[which])
            self.walk(which, far[which], points)

    @rule(which=WHICH, far=st.integers(1, 4), points=SCORES)
    def walk(self, which: int, far: int, points: list[int]) -> None:
        """The plain way of a round from where it stands."""
        for _ in range(far):
            state = self.rounds[which].state
            if state is RoundState.OPEN:
                self.review(which, -1)
                self.close(which)
            elif state is RoundState.REVIEW:
                self.review(which, -1)
                self.start(which)
            elif state is RoundState.FINAL:
                self.score(which, points, -1)
                self.propose(which)
            elif state is RoundState.RANKED:
                self.propose(which)
                self.publish(which)
            elif state is RoundState.PUBLICITY:
                self._pass_days(12)
                self.confirm(which)
            elif which not in self.claims:
                self.claim(which, 400 * WAN)
            else:
                self.settle(which, 4, None)

    # the money

    @rule(which=WHICH, fen=INVESTED)
    def claim(self, which: int, fen: int) -> None:
        """The designated scene's unit claims: a ledger of one line, handed in."""
        found = result_queries.list_designations(self.rounds[which].id)
        if not found or which in self.claims:
            return
        self._try(self._claim, which, found[0], fen)

    def _claim(self, which: int, designation: Any, fen: int) -> None:
        people = self.people
        own = designation.application.applicant_organisation_id
        actor = people.owner if own == people.owner.organisation_id else people.stranger
        claim = claims.create_claim(
            actor, instrument=instrument_of(designation), designation=designation
        )
        funding.add_item(actor, claim.ledger, line(fen))  # type: ignore[arg-type]
        claims.submit_claim(actor, claim)
        self.claims[which] = claim

    @rule(which=WHICH, far=st.integers(1, 4), amount=PARTS | st.none())
    def settle(self, which: int, far: int, amount: int | None) -> None:
        """Verified and proposed, approved, handed over and accepted, paid: as far as it goes."""
        claim = self.claims.get(which)
        if claim is None:
            return
        steps = (
            lambda: (verify_all(self.people, claim), self._propose_award(claim)),
            lambda: determinations.approve_determination(self.people.approver, self._award(claim)),
            lambda: self._accept(claim),
            lambda: pay(self.people, self._award(claim), amount),
        )
        for step in steps[:far]:
            self._try(step)

    def _propose_award(self, claim: Claim) -> None:
        determinations.propose_determination(self.people.officer, claim)

    @staticmethod
    def _award(claim: Claim) -> Any:
        row = claim.determination
        if row is None or (row.approved_at is not None and not row.payable_fen):
            raise DomainError("nothing", "尚无核定。")
        return row

    def _accept(self, claim: Claim) -> None:
        row, today, officer = self._award(claim), clock.today(), self.people.officer
        payments.set_payees(officer, row, [payee(row.payable_fen)])
        payments.hand_over(officer, row, document_number="1号", handed_on=today)
        payments.accept_handover(officer, row, answered_on=today)

    @rule(which=WHICH, amount=PARTS, approved=st.booleans())
    def claw_back(self, which: int, amount: int, approved: bool) -> None:
        claim = self.claims.get(which)
        if claim is not None and claim.determination is not None:
            self._try(self._claw_back, claim.determination, amount, approved)

    def _claw_back(self, row: Any, amount: int, approved: bool) -> None:
        case = clawbacks.propose_clawback(
            self.people.officer, row, amount_fen=amount, reason="停用"
        )
        if not approved:
            clawbacks.decline_clawback(self.people.approver, case, reason="已恢复")
            return
        clawbacks.approve_clawback(self.people.approver, case)
        clawbacks.record_return(
            self.people.officer, case, amount_fen=amount, returned_on=clock.today()
        )

    @rule()
    def adopt_draft(self) -> None:
        self._try(
            record_adoption,
            self.people.approver,
            document_id="A25",
            number="号",
            adopted_on=clock.today(),
            source="网站",
        )

    @rule(amount=PARTS, share=st.sampled_from([0, 1]))
    def link_anothers_award(self, amount: int, share: int) -> None:
        """One, before our first payment: what others pay too much or later is not ours."""
        if self.others or db.session.scalar(select(Payment.id).limit(1)) is not None:
            return
        self.others += 1
        reference, day = f"K{self.others}", datetime(2026, 1, 5, tzinfo=CHINA).date()
        row = register.AwardRow(
            reference, "补助", "市科技局", "甲", "", "项目", (), amount, amount * share, day
        )
        register.import_awards(self.people.officer, source=f"名单{self.others}", awards=[row])
        entry = db.session.scalars(
            select(AwardRecord).where(AwardRecord.reference == reference)
        ).one()
        register.link_award(self.people.officer, entry, work_key="scene:T001", note="同一场景")

    # what holds after each step

    @invariant()
    def nothing_locked_changes(self) -> None:
        db.session.flush()
        self.memory.check()

    @invariant()
    def conflicts_bar(self) -> None:
        oracle.check_conflicts(self.judges)

    @invariant()
    def judging_is_blind(self) -> None:
        oracle.check_blindness(self.judges, [self.people.owner, self.people.stranger])

    @invariant()
    def lists_are_within_their_quota(self) -> None:
        oracle.check_quotas()

    @invariant()
    def money_agrees(self) -> None:
        if not self.claims:
            return
        oracle.check_awards()
        oracle.check_payments()
        assert find_violations() == []


def _list_objections(result_id: int) -> list[Any]:
    from matchmaker.selection.objections.queries import list_of_results

    return sorted(list_of_results([result_id]), key=lambda row: row.id)


def _run(app: Flask, world: YearWorld, examples: int, steps: int) -> Counter[str]:
    reached: Counter[str] = Counter()

    class YearOfThisTest(Year):
        def teardown(self) -> None:
            for round_ in self.rounds:
                reached[f"round {round_.state}"] += 1
                reached.update(f"scene {row.state}" for row in list_rows(round_))
            reached.update(f"claim {claim.status}" for claim in self.claims.values())
            super().teardown()

    YearOfThisTest.app, YearOfThisTest.people = app, world.people
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        YearOfThisTest,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # A failing year is told as it was drawn: shortening it would take minutes.
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return reached


@pytest.fixture
def year_app(shared_app: Flask, year_world: YearWorld) -> Any:
    _exchange(shared_app, year_world.file)
    yield shared_app
    with shared_app.app_context():
        db.engine.dispose()


def test_fifty_years_keep_their_promises(year_app: Flask, year_world: YearWorld) -> None:
    reached = _run(year_app, year_world, 50, 6)

    assert set(reached) >= SHORT, reached


@pytest.mark.full
@pytest.mark.timeout(7200)
def test_a_thousand_years_keep_their_promises(year_app: Flask, year_world: YearWorld) -> None:
    reached = _run(year_app, year_world, 1000, 25)

    assert set(reached) >= SHORT | LONG, reached

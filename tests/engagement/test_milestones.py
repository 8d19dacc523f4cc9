"""Milestones of an open challenge: who sets, who hands in, who accepts, and what everybody sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.demands.rules import ListingKind
from matchmaker.engagement.answers.queries import get_answer
from matchmaker.engagement.deployments import operations as pairings
from matchmaker.engagement.deployments.queries import find_pairing
from matchmaker.engagement.milestones import operations, queries
from matchmaker.engagement.milestones.models import Milestone
from matchmaker.engagement.milestones.nightly import remind_of_milestones
from matchmaker.engagement.milestones.rules import (
    DUE_SOON_DAYS,
    PERIOD_MAX_DAYS,
    MilestonePlan,
    MilestoneState,
)
from matchmaker.errors import Conflict, DomainError, IllegalTransition, InvalidInput, NotFound
from tests.engagement.world import Place, make_place
from tests.files.samples import kept_upload
from tests.people import People
from tests.suppliers.market import list_messages

TARGET = "样机连续运行72小时无故障。"
REPORT = "样机连续运行80小时，无故障，见试验记录。"
FACTS = {
    ListingKind.CHALLENGE: {"goal": "核心部件尚无国产成熟产品，须攻关。"},
    ListingKind.SCENE: {"floor": "平整硬化地面"},
}


class Challenge:
    """A challenge whose winner works on it, on the day after the deadline."""

    def __init__(self, place: Place, answer_id: int) -> None:
        self.place, self.answer_id = place, answer_id
        self.owner, self.firm = place.people.owner, place.people.firm
        self.today: date = place.deadline + timedelta(days=1)

    def plan(self, **changes: Any) -> MilestonePlan:
        values = {"title": "完成样机", "target": TARGET, "due_on": self.today} | changes
        return MilestonePlan(**values)

    def act(self, operation: Callable[..., Any], actor: Actor, *args: Any, **values: Any) -> None:
        """Carry an act out on the only milestone, or on the pairing while there is none."""
        with self.place.app.app_context(), write_tx():
            pairing = find_pairing(self.owner, get_answer(self.owner, self.answer_id))
            assert pairing is not None
            rows = queries.list_milestones(self.owner, pairing)
            operation(actor, rows[0] if rows else pairing, *args, **values)

    def add(self, **changes: Any) -> None:
        self.act(operations.add_milestone, self.owner, self.plan(**changes))

    def report(self, actor: Actor | None = None, text: str = REPORT) -> None:
        with self.place.app.app_context():
            uploads = [kept_upload()]
        self.act(operations.report_milestone, actor or self.firm, uploads, text=text)

    def state(self) -> MilestoneState | None:
        with self.place.app.app_context(), read_tx():
            row = db.session.query(Milestone).one_or_none()
            return row.state if row else None


def begin(app: Flask, people: People, kind: ListingKind) -> Challenge:
    place = make_place(app, people, kind=kind, facts=FACTS[kind])
    id_ = place.answer(people.firm)
    return Challenge(place, id_)


def pair_up(challenge: Challenge) -> None:
    place, id_ = challenge.place, challenge.answer_id
    place.give_outcomes(place.people.owner, {id_}, {id_: "方案完整，指标可行。"})
    with place.app.app_context(), write_tx():
        pairing = pairings.propose_pairing(challenge.owner, get_answer(challenge.owner, id_))
        pairings.confirm_pairing(challenge.firm, pairing)


@pytest.fixture
def challenge(app: Flask, people: People) -> Iterator[Challenge]:
    made = begin(app, people, ListingKind.CHALLENGE)
    with made.place.opening():
        pair_up(made)
        yield made


def test_from_the_plan_to_the_acceptance(challenge: Challenge) -> None:
    challenge.add()
    challenge.report()
    assert challenge.state() is MilestoneState.SUBMITTED
    challenge.act(operations.return_milestone, challenge.owner, reason="缺少第三方检测报告。")
    assert challenge.state() is MilestoneState.RETURNED
    challenge.report(text="补充第三方检测报告，结论为合格。")
    challenge.act(operations.accept_milestone, challenge.owner, note="同意验收。")
    assert challenge.state() is MilestoneState.ACCEPTED
    with challenge.place.app.app_context(), read_tx():
        row = db.session.query(Milestone).one()
        assert [(report.accepted, report.note) for report in row.reports] == [
            (False, "缺少第三方检测报告。"),
            (True, "同意验收。"),
        ]
        told = list_messages(db.session(), "engagement.milestone_changed")
        assert [message["act"] for message in told] == [
            "add",
            "report",
            "return",
            "report",
            "accept",
        ]


def test_everybody_reads_the_winner_and_the_outline(challenge: Challenge) -> None:
    challenge.add()
    with challenge.place.app.app_context(), read_tx():
        listing = demands.get_listing(challenge.place.people.stranger, challenge.place.code)
        (winner,) = queries.list_winners(listing)
    assert winner.firm == "丙方机器人"
    assert winner.milestones == (("完成样机", challenge.today, MilestoneState.PLANNED),)


@pytest.mark.parametrize("part", ["firm", "stranger", "other_firm", "officer", "judge"])
def test_only_the_owner_plans_and_accepts(challenge: Challenge, part: str) -> None:
    actor = getattr(challenge.place.people, part)
    with pytest.raises(DomainError, match="permission_denied"):
        challenge.act(operations.add_milestone, actor, challenge.plan())
    assert challenge.state() is None
    challenge.add()
    challenge.report()
    with pytest.raises(DomainError, match="permission_denied"):
        challenge.act(operations.accept_milestone, actor)
    with pytest.raises(DomainError, match="permission_denied"):
        challenge.act(operations.return_milestone, actor, reason="不符合指标要求。")
    assert challenge.state() is MilestoneState.SUBMITTED


@pytest.mark.parametrize("part", ["owner", "colleague", "stranger", "other_firm", "officer"])
def test_only_the_winner_hands_in(challenge: Challenge, part: str) -> None:
    challenge.add()
    with pytest.raises(DomainError, match="permission_denied"):
        challenge.report(getattr(challenge.place.people, part))
    assert challenge.state() is MilestoneState.PLANNED


@pytest.mark.parametrize("part", ["stranger", "other_firm", "judge", "sector_reviewer"])
def test_strangers_know_of_no_milestone(challenge: Challenge, part: str) -> None:
    challenge.add()
    actor = getattr(challenge.place.people, part)
    with challenge.place.app.app_context(), read_tx():
        pairing = find_pairing(challenge.owner, get_answer(challenge.owner, challenge.answer_id))
        assert pairing is not None
        id_ = db.session.query(Milestone).one().id
        with pytest.raises(NotFound):
            queries.get_milestone(actor, pairing, id_)
        assert queries.get_milestone(challenge.place.people.auditor, pairing, id_).id == id_


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "样"}, "title"),
        ({"target": "短"}, "target"),
        ({"due_on": None}, "due_on"),
        ({"days": -1}, "due_on"),
        ({"days": PERIOD_MAX_DAYS + 1}, "due_on"),
    ],
)
def test_a_faulty_plan_names_its_field(
    challenge: Challenge, changes: dict[str, Any], field: str
) -> None:
    if "days" in changes:
        changes = {"due_on": challenge.today + timedelta(days=changes["days"])}
    with pytest.raises(InvalidInput) as refused:
        challenge.add(**changes)
    assert refused.value.field == field
    assert challenge.state() is None


def test_a_result_needs_a_file_and_words(challenge: Challenge) -> None:
    challenge.add()
    with pytest.raises(InvalidInput, match="evidence_missing"):
        challenge.act(operations.report_milestone, challenge.firm, [], text=REPORT)
    with pytest.raises(InvalidInput, match="text_length"):
        challenge.report(text="太短")
    assert challenge.state() is MilestoneState.PLANNED


def test_steps_out_of_order_are_refused(challenge: Challenge) -> None:
    owner = challenge.owner
    challenge.add()
    with pytest.raises(IllegalTransition):
        challenge.act(operations.accept_milestone, owner)
    challenge.report()
    for act in (
        lambda: challenge.report(),
        lambda: challenge.act(operations.remove_milestone, owner),
        lambda: challenge.act(
            operations.change_milestone, owner, challenge.plan(), reason="期限顺延一个月。"
        ),
    ):
        with pytest.raises(IllegalTransition):
            act()
    assert challenge.state() is MilestoneState.SUBMITTED


def test_a_change_keeps_what_stood_before(challenge: Challenge) -> None:
    challenge.add()
    later = challenge.plan(due_on=challenge.today + timedelta(days=30))
    with pytest.raises(InvalidInput, match="text_length"):
        challenge.act(operations.change_milestone, challenge.owner, later, reason="")
    challenge.act(
        lambda actor, it: (
            operations.change_milestone(actor, it, later, reason="场地延期交付。") and None
        ),
        challenge.owner,
    )
    with challenge.place.app.app_context(), read_tx():
        assert db.session.query(Milestone).one().due_on == later.due_on
    challenge.act(operations.remove_milestone, challenge.owner)
    assert challenge.state() is None


def test_a_scene_need_has_no_milestones(app: Flask, people: People) -> None:
    made = begin(app, people, ListingKind.SCENE)
    with made.place.opening():
        pair_up(made)
        with pytest.raises(Conflict, match="no_challenge"):
            made.add()
    assert made.state() is None


def test_an_ended_pair_does_nothing_more(challenge: Challenge) -> None:
    challenge.add()
    with challenge.place.app.app_context(), write_tx():
        pairing = find_pairing(challenge.owner, get_answer(challenge.owner, challenge.answer_id))
        pairings.end_pairing(challenge.owner, pairing, reason="场地停用。")  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="not_working"):
        challenge.report()
    assert challenge.state() is MilestoneState.PLANNED


def test_the_night_reminds_of_what_is_owed(challenge: Challenge) -> None:
    challenge.add(due_on=challenge.today + timedelta(days=DUE_SOON_DAYS + 1))

    def told() -> int:
        with read_tx():
            return len(list_messages(db.session(), "engagement.milestone_due"))

    with challenge.place.app.app_context():
        remind_of_milestones()
        assert told() == 0
        with write_tx():
            db.session.query(Milestone).one().due_on = clock.today() + timedelta(days=DUE_SOON_DAYS)
        remind_of_milestones()
        remind_of_milestones()
        assert told() == 1
        with write_tx():
            row = db.session.query(Milestone).one()
            row.reminded_at = clock.now() - timedelta(days=7)
        remind_of_milestones()
        assert told() == 2

"""Planning, changing by hand, the agenda, the day: acts, refusals, races, what each side sees."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from matchmaker.actor import VISITOR
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.events.meetings import operations, planning
from matchmaker.events.meetings import queries as meeting_queries
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import MeetingState, Presence
from matchmaker.events.operations import close_event
from matchmaker.events.outcomes import operations as outcomes
from matchmaker.events.outcomes import queries as outcome_queries
from matchmaker.events.outcomes.rules import OutcomeContent, Verdict
from matchmaker.events.parties import desk
from matchmaker.events.parties import operations as parties
from matchmaker.events.parties import queries as party_queries
from matchmaker.events.queries import find_job
from matchmaker.events.requests.rules import Wish
from matchmaker.events.rules import EventKind, EventState, PartyKind, Side
from matchmaker.events.seasons.queries import list_season
from matchmaker.jobs.models import JobStatus
from tests.events.world import Fair, count_rows, make_fair, messages, refuse
from tests.people import People

PEOPLE = ("owner", "firm", "stranger", "judge", "auditor", "sector_reviewer")
GOOD = OutcomeContent("advance", "同意在两处站点试用", "下周安排现场踏勘")


def test_the_plan_joins_matches_and_tells_bound_and_gap(fair: Fair) -> None:
    need, firm, other = fair.register_all()
    fair.open_requests()
    fair.plan()
    assert {row[:2] for row in fair.meetings()} == {(need, firm), (need, other)}
    with fair.app.app_context(), read_tx():
        plan = meeting_queries.find_plan(fair.event())
        job = find_job(fair.event())
        assert plan is not None
        assert job is not None
        assert (job.status, job.done, job.total) == (JobStatus.DONE, 3, 3)
        assert (plan.meetings, plan.need_parties, plan.offer_parties) == (2, 1, 2)
        assert 0 < plan.value <= plan.bound
        assert plan.gap == pytest.approx(0, abs=1e-9)
        assert plan.shortfalls == []


def test_refusals_and_absences_are_respected(fair: Fair) -> None:
    people = fair.people
    need, firm, other = fair.register_all()
    with fair.app.app_context(), write_tx():
        own = party_queries.get_own(people.owner, fair.event())
        slots = [slot.id for slot in fair.event().slots]
        parties.set_absences(people.owner, own, slots[:-1])
    fair.open_requests()
    fair.wish(people.firm, need, Wish.AVOID)
    fair.plan()
    assert fair.meetings() == [(need, other, 6, 1)]
    assert firm


def test_shortfalls_are_told_by_name(app: Flask, people: People) -> None:
    fair = make_fair(app, people, need_min=2, offer_min=1)
    need, firm, _ = fair.register_all()
    fair.open_requests()
    fair.wish(people.firm, need, Wish.AVOID)
    fair.plan()
    with app.app_context(), read_tx():
        plan = meeting_queries.find_plan(fair.event())
        assert plan is not None
        assert plan.shortfalls == [
            {"party": need, "planned": 1, "minimum": 2},
            {"party": firm, "planned": 0, "minimum": 1},
        ]


def test_teams_and_owners_meet_by_what_they_have_in_common(app: Flask, people: People) -> None:
    fair = make_fair(app, people, kind=EventKind.RESEARCH)
    owner = fair.record(
        "某景区", PartyKind.OWNER, Side.NEED, "四足机器人上下楼梯步态不稳，寻求运动控制算法合作"
    )
    gait = fair.record(
        "足式机器人团队", PartyKind.TEAM, Side.OFFER, "研究四足机器人步态控制、强化学习运动控制"
    )
    fair.record("灵巧手团队", PartyKind.TEAM, Side.OFFER, "灵巧手触觉传感与抓取规划实验室")
    fair.open_requests()
    fair.plan()
    assert [row[:2] for row in fair.meetings()] == [(owner, gait)]


def test_planning_needs_both_sides_and_the_right_state(fair: Fair) -> None:
    officer = fair.people.officer
    fair.register(fair.people.owner)
    refuse(fair.app, lambda: planning.start_planning(officer, fair.event()), IllegalTransition)
    fair.open_requests()
    refuse(fair.app, lambda: planning.start_planning(officer, fair.event()), InvalidInput)


def test_planning_anew_leaves_locked_meetings_alone(fair: Fair) -> None:
    people = fair.people
    need, firm, other = fair.register_all()
    fair.open_requests()
    fair.plan()
    first = fair.meetings()
    fair.on_meeting(operations.move_meeting, people.officer, 0, slot_number=5, table_no=3)
    moved = (*first[0][:2], 5, 3)
    fair.wish(people.owner, firm, Wish.MUST)
    fair.wish(people.owner, other, Wish.MUST)
    fair.plan()
    assert moved in fair.meetings()
    assert {row[:2] for row in fair.meetings()} == {(need, firm), (need, other)}
    assert no_double_booking(fair)


def no_double_booking(fair: Fair) -> bool:
    rows = fair.meetings()
    for key in (
        [(slot, table) for _, _, slot, table in rows],
        [(slot, need) for need, _, slot, _ in rows],
        [(slot, offer) for _, offer, slot, _ in rows],
        [(need, offer) for need, offer, _, _ in rows],
    ):
        if max(Counter(key).values(), default=0) > 1:
            return False
    return True


def test_moves_that_would_book_twice_are_refused(fair: Fair) -> None:
    officer = fair.people.officer
    need, firm, other = fair.register_all()
    fair.open_requests()
    fair.plan()
    (_, _, slot, table), (_, _, slot2, _) = fair.meetings()

    def move(index: int, **place: int) -> None:
        row = meeting_queries.list_meetings(officer, fair.event())[index]
        operations.move_meeting(officer, row, **place)

    codes = [
        refuse(fair.app, lambda: move(1, slot_number=slot, table_no=table), DomainError).code,
        refuse(fair.app, lambda: move(1, slot_number=slot, table_no=table % 3 + 1), Conflict).code,
        refuse(fair.app, lambda: move(1, slot_number=slot2, table_no=4), InvalidInput).code,
        refuse(fair.app, lambda: move(1, slot_number=99, table_no=1), InvalidInput).code,
        refuse(
            fair.app,
            lambda: operations.add_meeting(
                officer, fair.event(), need_id=need, offer_id=firm, slot_number=6, table_no=1
            ),
            Conflict,
        ).code,
        refuse(
            fair.app,
            lambda: operations.add_meeting(
                officer, fair.event(), need_id=firm, offer_id=other, slot_number=6, table_no=1
            ),
            InvalidInput,
        ).code,
    ]
    assert codes == ["table_taken", "double_booking", "table", "slot", "met", "sides"]


@pytest.mark.parametrize("part", PEOPLE)
def test_only_the_bureau_changes_meetings(fair: Fair, part: str) -> None:
    actor, officer = getattr(fair.people, part), fair.people.officer
    fair.register_all()
    fair.open_requests()
    fair.plan()

    def row() -> Meeting:
        return meeting_queries.list_meetings(officer, fair.event())[0]

    for act in (
        lambda: planning.start_planning(actor, fair.event()),
        lambda: operations.publish_agenda(actor, fair.event()),
        lambda: operations.move_meeting(actor, row(), slot_number=6, table_no=3),
        lambda: operations.lock_meeting(actor, row()),
        lambda: operations.unlock_meeting(actor, row()),
        lambda: operations.cancel_meeting(actor, row(), reason="双方另约时间"),
        lambda: operations.set_presence(actor, row(), Presence.HELD),
        lambda: operations.add_meeting(
            actor, fair.event(), need_id=1, offer_id=2, slot_number=1, table_no=1
        ),
        lambda: operations.hold_event(actor, fair.event()),
        lambda: operations.withdraw_agenda(actor, fair.event()),
    ):
        refuse(fair.app, act, PermissionDenied)


def test_an_agenda_is_seen_by_its_own_people_once_published(fair: Fair) -> None:
    people = fair.people
    need, firm, other = fair.register_all()
    fair.open_requests()
    fair.plan()
    assert fair.meetings(people.firm) == []
    fair.do(operations.publish_agenda, people.officer)
    assert {row[:2] for row in fair.meetings(people.owner)} == {(need, firm), (need, other)}
    assert {row[:2] for row in fair.meetings(people.colleague)} == {(need, firm), (need, other)}
    assert [row[:2] for row in fair.meetings(people.firm)] == [(need, firm)]
    for nobody in (people.stranger, people.judge, people.sector_reviewer, VISITOR):
        assert fair.meetings(nobody) == []
    (message,) = messages(fair.app, "events.agenda_published")
    assert set(message["organisation_ids"]) == {
        each.organisation_id for each in (people.owner, people.firm, people.other_firm)
    }


def test_a_published_meeting_that_moves_or_falls_out_is_told(fair: Fair) -> None:
    people = fair.people
    fair.make_agenda()
    (need, firm, *_), _ = fair.meetings()
    fair.on_meeting(operations.move_meeting, people.officer, 0, slot_number=6, table_no=2)
    refuse(
        fair.app,
        lambda: operations.cancel_meeting(
            people.officer,
            meeting_queries.list_meetings(people.officer, fair.event())[0],
            reason="",
        ),
        InvalidInput,
    )
    fair.on_meeting(operations.cancel_meeting, people.officer, 0, reason="企业人员临时出差")
    told = messages(fair.app, "events.meeting_moved")
    assert len(told) == 2
    assert all(len(each["organisation_ids"]) == 2 for each in told)
    with fair.app.app_context(), read_tx():
        rows = meeting_queries.list_meetings(people.owner, fair.event())
        assert [row.state for row in rows].count(MeetingState.CANCELLED) == 1
    assert need
    assert firm


def test_who_has_withdrawn_blocks_the_agenda_until_it_is_planned_anew(fair: Fair) -> None:
    people = fair.people
    need, firm, other = fair.register_all()
    fair.open_requests()
    fair.plan()
    with fair.app.app_context(), write_tx():
        parties.withdraw(people.firm, party_queries.get_own(people.firm, fair.event()))
    refuse(fair.app, lambda: operations.publish_agenda(people.officer, fair.event()), Conflict)
    fair.plan()
    fair.do(operations.publish_agenda, people.officer)
    assert [row[:2] for row in fair.meetings()] == [(need, other)]
    assert firm


def test_the_day_check_in_outcomes_and_the_years_count(fair: Fair) -> None:
    people = fair.people
    fair.make_agenda()
    year = fair.held_on.year
    refuse(fair.app, lambda: operations.hold_event(people.officer, fair.event()), Conflict)
    refuse(fair.app, lambda: _write(fair, people.owner, GOOD), Conflict)
    with fair.on_the_day():
        for actor in (people.owner, people.firm):
            party_id = _party_id(fair, actor)
            for other in (people.owner, people.firm, people.auditor):
                refuse(
                    fair.app, lambda o=other, i=party_id: _check_in(fair, o, i), PermissionDenied
                )
            with fair.app.app_context(), write_tx():
                _check_in(fair, people.officer, party_id)
        fair.do(operations.hold_event, people.officer)
        presence = _presence(fair)
        assert sorted(presence.values()) == [Presence.HELD, Presence.OFFER_ABSENT]
        with fair.app.app_context(), write_tx():
            _write(fair, people.owner, GOOD)
            _write(fair, people.firm, OutcomeContent("pending", "需进一步核对防护等级"))
        refuse(fair.app, lambda: _write(fair, people.other_firm, GOOD), Conflict)
        fair.do(close_event, people.officer)
        refuse(fair.app, lambda: _write(fair, people.owner, GOOD), IllegalTransition)
    with fair.app.app_context(), read_tx():
        line = next(each for each in list_season(year) if each.kind is EventKind.SCENE)
        assert (line.held, line.target, line.meetings, line.is_reached) == (1, 1, 1, True)
        verdicts = {
            side: row.verdict
            for each in outcome_queries.list_outcomes(people.firm, fair.event()).values()
            for side, row in each.items()
        }
        assert verdicts == {Side.NEED: Verdict.ADVANCE, Side.OFFER: Verdict.PENDING}
        for nobody in (people.other_firm, people.stranger, VISITOR):
            assert outcome_queries.list_outcomes(nobody, fair.event()) == {}
    assert len(messages(fair.app, "events.outcome_written")) == 2


def _party_id(fair: Fair, actor: Any) -> int:
    with fair.app.app_context(), read_tx():
        return party_queries.get_own(actor, fair.event()).id


def _check_in(fair: Fair, actor: Any, party_id: int) -> None:
    party = party_queries.get_party(fair.people.officer, fair.event(), party_id)
    desk.check_in(actor, party)


def _presence(fair: Fair) -> dict[int, Presence]:
    with fair.app.app_context(), read_tx():
        return {
            row.offer_party_id: row.presence for row in meeting_queries.list_planned(fair.event())
        }


def _write(fair: Fair, actor: Any, content: OutcomeContent) -> None:
    people = fair.people
    firm = people.other_firm if actor is people.other_firm else people.firm
    event = fair.event()
    offer = party_queries.get_own(firm, event).id
    rows = meeting_queries.list_meetings(people.officer, event)
    row = next(each for each in rows if each.offer_party_id == offer)
    side = Side.NEED if actor is people.owner else Side.OFFER
    outcomes.write_outcome(actor, row, side, content)


def test_nobody_writes_for_another(fair: Fair) -> None:
    people = fair.people
    fair.make_agenda()
    with fair.on_the_day():
        for actor, side in (
            (people.stranger, Side.NEED),
            (people.firm, Side.NEED),
            (people.owner, Side.OFFER),
            (people.other_firm, Side.OFFER),
            (people.officer, Side.NEED),
            (people.judge, Side.OFFER),
        ):

            def act(actor: Any = actor, side: Side = side) -> None:
                row = next(
                    each
                    for each in meeting_queries.list_meetings(people.officer, fair.event())
                    if each.offer_party.organisation_id == people.firm.organisation_id
                )
                outcomes.write_outcome(actor, row, side, GOOD)

            refuse(fair.app, act, PermissionDenied)
    with fair.app.app_context(), read_tx(), pytest.raises(NotFound):
        meeting_queries.get_meeting(people.stranger, fair.event(people.stranger), 1)


def test_the_database_refuses_a_second_booking(fair: Fair) -> None:
    """The indexes hold even where an act forgot to look."""
    need, firm, other = fair.register_all()
    with fair.app.app_context(), read_tx():
        slots = [slot.id for slot in fair.event().slots]

    def booked(slot: int, table: int, offer: int) -> Meeting:
        return Meeting(
            event_id=1, slot_id=slot, table_no=table, need_party_id=need, offer_party_id=offer
        )

    for second in (
        lambda: booked(slots[0], 2, other),  # the need side twice
        lambda: booked(slots[1], 1, firm),  # the pair twice
    ):
        with fair.app.app_context():
            before = count_rows()
            with pytest.raises(IntegrityError):
                _store(booked(slots[0], 1, firm), second())
            assert count_rows() == before


def _store(*rows: Meeting) -> None:
    with write_tx() as session:
        for row in rows:
            session.add(row)
            session.flush()


def test_two_people_book_one_table_at_once(app: Flask, people: People) -> None:
    fair = make_fair(app, people)
    need, firm, other = fair.register_all()
    second = fair.record("某医院", PartyKind.OWNER, Side.NEED, "寻求夜间巡检和物品配送方案")
    fair.open_requests()
    results: list[str] = []
    barrier = threading.Barrier(2)

    def book(need_id: int, offer_id: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with write_tx():
                    operations.add_meeting(
                        people.officer,
                        fair.event(),
                        need_id=need_id,
                        offer_id=offer_id,
                        slot_number=1,
                        table_no=1,
                    )
                results.append("booked")
            except DomainError as error:
                results.append(error.code)
            finally:
                db.session.remove()

    run_together(lambda: book(need, firm), lambda: book(second, other))
    assert sorted(results) == ["booked", "table_taken"]
    assert len(fair.meetings()) == 1


def run_together(*acts: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_agenda_is_withdrawn_to_be_planned_anew(fair: Fair) -> None:
    people = fair.people
    fair.make_agenda()
    with fair.on_the_day():
        refuse(fair.app, lambda: operations.withdraw_agenda(people.officer, fair.event()), Conflict)
    fair.do(operations.withdraw_agenda, people.officer)
    assert fair.meetings(people.owner) == []
    fair.plan()
    fair.do(operations.publish_agenda, people.officer)
    with fair.app.app_context(), read_tx():
        event = fair.event()
        assert (event.state, event.agenda_version) == (EventState.SCHEDULED, 2)
    assert len(messages(fair.app, "events.agenda_published")) == 2

"""Pure decisions: states, sides, the hours of a day, tables, the worth of a pair."""

from __future__ import annotations

import dataclasses
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import IllegalTransition, InvalidInput
from matchmaker.events import hours, rules
from matchmaker.events.hours import DayPlan
from matchmaker.events.meetings.rules import Presence, Seat, assign_tables, presence_of
from matchmaker.events.outcomes.rules import OutcomeContent, check_outcome
from matchmaker.events.requests.rules import Wish, compute_pair_value
from matchmaker.events.rules import EventKind, EventState, PartyKind, Side, Step
from matchmaker.events.seasons.rules import check_target
from tests.events.world import make_details


def test_the_way_of_an_event() -> None:
    way = [
        Step.PUBLISH,
        Step.OPEN_REQUESTS,
        Step.REOPEN,
        Step.OPEN_REQUESTS,
        Step.PUBLISH_AGENDA,
        Step.WITHDRAW_AGENDA,
        Step.PUBLISH_AGENDA,
        Step.HOLD,
        Step.CLOSE,
    ]
    state = EventState.DRAFT
    for step in way:
        state = rules.next_state(state, step)
    assert state is EventState.CLOSED


def test_every_other_step_is_refused() -> None:
    known = set(rules.TRANSITIONS)
    assert len(known) == 11
    for state, step in product(EventState, Step):
        if (state, step) not in known:
            with pytest.raises(IllegalTransition):
                rules.next_state(state, step)


@pytest.mark.parametrize(
    ("kind", "party", "side", "fits"),
    [
        (EventKind.SCENE, PartyKind.OWNER, Side.NEED, True),
        (EventKind.SCENE, PartyKind.FIRM, Side.OFFER, True),
        (EventKind.SCENE, PartyKind.FIRM, Side.NEED, False),
        (EventKind.SCENE, PartyKind.TEAM, Side.OFFER, False),
        (EventKind.CHAIN, PartyKind.FIRM, Side.NEED, True),
        (EventKind.CHAIN, PartyKind.FIRM, Side.OFFER, True),
        (EventKind.RESEARCH, PartyKind.TEAM, Side.OFFER, True),
        (EventKind.RESEARCH, PartyKind.TEAM, Side.NEED, False),
        (EventKind.FINANCE, PartyKind.FINANCIER, Side.OFFER, True),
        (EventKind.FINANCE, PartyKind.FIRM, Side.NEED, True),
        (EventKind.FINANCE, PartyKind.TEAM, Side.OFFER, False),
    ],
)
def test_who_sits_where(kind: EventKind, party: PartyKind, side: Side, fits: bool) -> None:
    if fits:
        rules.check_side(kind, party, side)
    else:
        with pytest.raises(InvalidInput):
            rules.check_side(kind, party, side)


def test_slots_fill_the_day_around_breaks() -> None:
    plan = DayPlan(
        starts=540, ends=720, slot_minutes=30, gap_minutes=5, breaks=((610, 625), (700, 720))
    )
    assert hours.plan_slots(plan) == ((540, 570), (575, 605), (625, 655), (660, 690))


@given(
    st.integers(0, 1200),
    st.integers(1, 1440),
    st.integers(10, 120),
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 1440), st.integers(1, 240)), max_size=3),
)
def test_slots_never_overlap_nor_touch_a_break(
    starts: int, lasting: int, length: int, gap: int, pauses: list[tuple[int, int]]
) -> None:
    plan = DayPlan(
        starts=starts,
        ends=starts + lasting,
        slot_minutes=length,
        gap_minutes=gap,
        breaks=tuple((begin, begin + minutes) for begin, minutes in pauses),
    )
    try:
        slots = hours.plan_slots(plan)
    except InvalidInput:
        return
    assert all(begin >= plan.starts and end <= plan.ends for begin, end in slots)
    assert all(end - begin == length for begin, end in slots)
    assert all(one[1] <= two[0] for one, two in pairwise(slots))
    assert all(
        end <= pause[0] or begin >= pause[1] for begin, end in slots for pause in plan.breaks
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "字" * 101},
        {"place": ""},
        {"summary": ""},
        {"tables": 0},
        {"tables": 201},
        {"need_max": 0},
        {"offer_min": 5},
        {"need_min": -1},
        {"plan": DayPlan(starts=600, ends=600, slot_minutes=30)},
        {"plan": DayPlan(starts=540, ends=560, slot_minutes=30)},
        {"plan": DayPlan(starts=540, ends=1440, slot_minutes=9)},
        {"plan": DayPlan(starts=0, ends=1440, slot_minutes=10)},
        {"plan": DayPlan(starts=540, ends=900, slot_minutes=30, breaks=((900, 930),))},
    ],
)
def test_wrong_details_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        rules.check_details(make_details(**changes))
    assert caught.value.field


def test_days_come_one_after_the_other() -> None:
    good = make_details()
    rules.check_details(dataclasses.replace(good, requests_until=good.registration_until))
    for changes in (
        {"requests_until": good.held_on},
        {"registration_until": good.held_on},
    ):
        with pytest.raises(InvalidInput):
            rules.check_details(dataclasses.replace(good, **changes))


def test_hours_are_read_as_people_write_them() -> None:
    assert hours.parse_clock("9:05", field="starts") == 545
    assert hours.parse_clock("23：59", field="starts") == 1439
    assert hours.parse_breaks("10:00-10:15\n12:00至13:30") == ((600, 615), (720, 810))
    assert hours.parse_breaks(" \n") == ()
    for text in ("24:00", "9", "九点", "09:60"):
        with pytest.raises(InvalidInput):
            hours.parse_clock(text, field="starts")
    for text in ("12:00", "12:00-13", "12:00-13:00-14:00"):
        with pytest.raises(InvalidInput):
            hours.parse_breaks(text)


def test_the_worth_of_a_pair() -> None:
    assert compute_pair_value(None, None, None) == 0
    assert compute_pair_value(60.0, None, None) == pytest.approx(0.6)
    assert compute_pair_value(60.0, Wish.WANT, None) == pytest.approx(0.9)
    assert compute_pair_value(60.0, Wish.WANT, Wish.OPEN) == pytest.approx(1.5)
    assert compute_pair_value(None, Wish.MUST, None) == 0
    assert compute_pair_value(None, Wish.MUST, Wish.MUST) == pytest.approx(1.7)
    assert compute_pair_value(100.0, Wish.MUST, Wish.AVOID) == 0
    assert compute_pair_value(100.0, Wish.AVOID, None) == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 3)), unique=True, max_size=24
    ),
    st.integers(6, 8),
)
def test_no_table_is_given_twice(places: list[tuple[int, int, int]], tables: int) -> None:
    per_slot: dict[int, int] = {}
    seats = []
    for need, offer, slot in places:
        if per_slot.get(slot, 0) < tables - 1:
            per_slot[slot] = per_slot.get(slot, 0) + 1
            seats.append(Seat(need, offer, slot))
    taken = {(slot, 2) for slot in range(4)}
    given_ = assign_tables(seats, tables, taken)
    used = [(seat.slot, table) for seat, table in given_.items()]
    assert len(set(used)) == len(used) == len(set(seats))
    assert not set(used) & taken
    assert all(1 <= table <= tables for _, table in used)


def test_who_needs_something_stays_at_its_table() -> None:
    seats = [Seat(need, 10 + (need + slot) % 3, slot) for need in range(3) for slot in range(3)]
    tables = assign_tables(seats, 3)
    assert all(len({t for s, t in tables.items() if s.need == need}) == 1 for need in range(3))
    with pytest.raises(ValueError, match="tables"):
        assign_tables(seats, 2)


def test_check_in_says_who_was_missing() -> None:
    assert presence_of(need_came=True, offer_came=True) is Presence.HELD
    assert presence_of(need_came=True, offer_came=False) is Presence.OFFER_ABSENT
    assert presence_of(need_came=False, offer_came=True) is Presence.NEED_ABSENT
    assert presence_of(need_came=False, offer_came=False) is Presence.BOTH_ABSENT


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (OutcomeContent("", "谈得不错"), "verdict"),
        (OutcomeContent("maybe", "谈得不错"), "verdict"),
        (OutcomeContent("pending", "好"), "note"),
        (OutcomeContent("pending", "字" * 2001), "note"),
        (OutcomeContent("advance", "谈得不错"), "next_step"),
        (OutcomeContent("pending", "谈得不错", "字" * 501), "next_step"),
    ],
)
def test_wrong_outcomes_name_their_field(content: OutcomeContent, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_outcome(content)
    assert caught.value.field == field


def test_a_year_plans_at_least_what_the_texts_ask_for() -> None:
    check_target(EventKind.CHAIN, 2)
    check_target(EventKind.FINANCE, 0)
    for kind, number in ((EventKind.CHAIN, 1), (EventKind.SCENE, 0), (EventKind.RESEARCH, 100)):
        with pytest.raises(InvalidInput):
            check_target(kind, number)

"""The agenda of a hearing: laid out, drawn, put into another order, fixed once it has begun."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from matchmaker.audit.models import AuditEntry
from matchmaker.clock import CHINA
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import DomainError, IllegalTransition, InvalidInput, PermissionDenied
from matchmaker.selection.applications import operations as applying
from matchmaker.selection.hearings import agenda, queries, rules
from matchmaker.selection.hearings.agenda import Timing
from matchmaker.selection.hearings.rules import OrderKind
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState
from tests.selection.rooms.factories import list_rows
from tests.selection.rooms.worlds import World, load_round, open_world

START = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
TIMING = Timing(starts_at=START, minutes=20, break_minutes=5, place="一号会议室")


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def read_order(round_: SelectionRound) -> list[int]:
    return [line.application.id for line in queries.list_agenda(round_.id)]


def draw_by_hand(seed: str, round_: SelectionRound) -> list[int]:
    lots = {
        hashlib.sha256(f"{seed}|{row.code}".encode()).hexdigest(): row.id
        for row in list_rows(round_)
    }
    return [lots[lot] for lot in sorted(lots)]


def test_all_are_laid_out_by_code_and_one_can_be_moved(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        codes = [row.id for row in list_rows(round_)]
        for _ in range(2):
            assert agenda.schedule_all(people.officer, round_, TIMING) == 4
            lines = queries.list_agenda(round_.id)
            assert [line.application.id for line in lines] == codes
            assert [line.slot.starts_at - START for line in lines] == [
                timedelta(minutes=25 * number) for number in range(4)
            ]
        agenda.schedule_presentation(
            people.officer,
            round_,
            codes[0],
            starts_at=START + timedelta(hours=5),
            minutes=30,
            place="二号会议室",
        )
        assert read_order(round_) == [*codes[1:], codes[0]]


def test_drawn_order_follows_from_its_seed(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        agenda.schedule_all(
            people.officer, round_, TIMING, kind=OrderKind.DRAWN, seed=" 现场报数 3917 "
        )
        assert read_order(round_) == draw_by_hand("现场报数 3917", round_)
        times = [line.slot.starts_at for line in queries.list_agenda(round_.id)]
        agenda.draw_order(people.officer, round_, "第二次")
        assert read_order(round_) == draw_by_hand("第二次", round_)
        assert [line.slot.starts_at for line in queries.list_agenda(round_.id)] == times
        hearing = queries.find_hearing(round_.id)
        assert hearing is not None
        assert (hearing.order_kind, hearing.seed, hearing.draws) == ("drawn", "第二次", 2)
        expected = read_order(round_)
    with app.app_context(), read_tx() as session:
        kept = session.query(AuditEntry).filter_by(action="selection.draw_order").one()
        assert (kept.data["seed"], kept.data["order"]) == ("第二次", expected)


def test_order_is_stated_freely_and_keeps_the_places(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        agenda.schedule_all(people.officer, round_, TIMING, kind=OrderKind.DRAWN, seed="一")
        times = [line.slot.starts_at for line in queries.list_agenda(round_.id)]
        wanted = list(reversed(read_order(round_)))
        agenda.state_order(people.officer, round_, wanted)
        assert read_order(round_) == wanted
        assert [line.slot.starts_at for line in queries.list_agenda(round_.id)] == times
        hearing = queries.find_hearing(round_.id)
        assert hearing is not None
        assert (hearing.order_kind, hearing.seed, hearing.draws) == ("stated", "", 1)


def test_wrong_orders_and_seeds_are_refused(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        with pytest.raises(DomainError, match="先排定时间"):
            agenda.draw_order(people.officer, round_, "一")
        agenda.schedule_all(people.officer, round_, TIMING)
        order = read_order(round_)
        for wrong in (order[1:], [*order, order[0]], [*order[1:], 9999]):
            with pytest.raises(InvalidInput) as refused:
                agenda.state_order(people.officer, round_, wrong)
            assert refused.value.code == "slot_order"
        for seed in (" ", "一" * 81):
            with pytest.raises(InvalidInput) as refused:
                agenda.draw_order(people.officer, round_, seed)
            assert refused.value.code == "draw_seed"
        assert read_order(round_) == order
        assert queries.find_hearing(round_.id).draws == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("timing", "code"),
    [
        (replace(TIMING, minutes=4), "slot_minutes"),
        (replace(TIMING, minutes=121), "slot_minutes"),
        (replace(TIMING, break_minutes=-1), "slot_break"),
        (replace(TIMING, place=" "), "slot_place"),
        (replace(TIMING, place="室" * 121), "slot_place"),
        (replace(TIMING, starts_at=START.replace(hour=23)), "slot_day"),
    ],
)
def test_impossible_agendas_are_refused(
    app: Flask, scoring_world: World, timing: Timing, code: str
) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        with pytest.raises(DomainError) as refused:
            agenda.schedule_all(scoring_world.people.officer, round_, timing)
        assert refused.value.code == code
        assert read_order(round_) == []


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "approver", "auditor", "stranger"])
def test_agenda_is_the_officer_s(app: Flask, scoring_world: World, part: str) -> None:
    actor, officer = getattr(scoring_world.people, part), scoring_world.people.officer
    with app.app_context(), write_tx():
        round_ = load_round()
        agenda.schedule_all(officer, round_, TIMING)
        order = read_order(round_)
        for act in (
            lambda: agenda.schedule_all(actor, round_, TIMING),
            lambda: agenda.state_order(actor, round_, order[::-1]),
            lambda: agenda.draw_order(actor, round_, "一"),
            lambda: agenda.schedule_presentation(
                actor, round_, order[0], starts_at=START, minutes=9, place="别处"
            ),
            lambda: agenda.begin_hearing(actor, round_),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert read_order(round_) == order
        assert queries.find_hearing(round_.id).started_at is None  # type: ignore[union-attr]


def move(people_officer: object, round_: SelectionRound, key: int, at: datetime) -> None:
    agenda.schedule_presentation(
        people_officer,  # type: ignore[arg-type]
        round_,
        key,
        starts_at=at,
        minutes=20,
        place="一号会议室",
    )


def test_order_is_fixed_once_the_hearing_has_begun(app: Flask, scoring_world: World) -> None:
    officer = scoring_world.people.officer
    with app.app_context(), write_tx() as session:
        round_ = load_round()
        agenda.schedule_all(officer, round_, TIMING)
        order = read_order(round_)
        agenda.begin_hearing(officer, round_)
        session.commit()
    for act in (
        lambda: agenda.schedule_all(officer, load_round(), TIMING),
        lambda: agenda.state_order(officer, load_round(), order[::-1]),
        lambda: agenda.draw_order(officer, load_round(), "一"),
        lambda: move(officer, load_round(), order[0], START + timedelta(hours=9)),
        lambda: agenda.begin_hearing(officer, load_round()),
    ):
        with app.app_context(), pytest.raises(IllegalTransition, match="已经开始"), write_tx():
            act()
    with app.app_context(), write_tx():
        last = START + timedelta(hours=9)
        move(officer, load_round(), order[-1], last)  # postponed, the order stays
        lines = queries.list_agenda(load_round().id)
        assert [line.application.id for line in lines] == order
        assert lines[-1].slot.starts_at == last


def test_hearing_begins_when_every_scene_has_its_slot(app: Flask, scoring_world: World) -> None:
    officer = scoring_world.people.officer
    with app.app_context(), write_tx():
        round_ = load_round()
        keys = [row.id for row in list_rows(round_)]
        for number, key in enumerate(keys):
            with pytest.raises(IllegalTransition) as refused:
                agenda.begin_hearing(officer, round_)
            assert refused.value.code == "hearing_unscheduled"
            move(officer, round_, key, START + timedelta(hours=number))
        agenda.begin_hearing(officer, round_)


def test_withdrawn_scene_leaves_the_agenda_and_its_time_is_free(
    app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        agenda.schedule_all(people.officer, round_, TIMING)
        first, second, *rest = list_rows(round_)
        applying.withdraw_application(people.owner, first, "场景停用，申请撤回")
        assert read_order(round_) == [second.id, *(row.id for row in rest)]
        move(people.officer, round_, second.id, START)
        agenda.begin_hearing(people.officer, round_)
        assert queries.find_slot(first.id) is None


@pytest.mark.parametrize(
    ("state", "stages", "allowed"),
    [
        (RoundState.OPEN, 2, False),
        (RoundState.REVIEW, 1, True),
        (RoundState.REVIEW, 2, False),
        (RoundState.PRELIMINARY, 2, False),
        (RoundState.SHORTLIST, 2, True),
        (RoundState.FINAL, 1, True),
        (RoundState.FINAL, 2, True),
        (RoundState.RANKED, 2, False),
        (RoundState.CANCELLED, 1, False),
    ],
)
def test_states_in_which_a_hearing_is_held(state: RoundState, stages: int, allowed: bool) -> None:
    if allowed:
        rules.check_can_begin(state, stages, scheduled=1, wanted=1)
        rules.check_writable(state, stages, START)
    else:
        with pytest.raises(IllegalTransition):
            rules.check_can_begin(state, stages, scheduled=1, wanted=1)
        with pytest.raises(IllegalTransition):
            rules.check_writable(state, stages, START)


@pytest.mark.parametrize(
    "typed", [["1", "1"], ["0", "1"], ["1", "3"], ["1", ""], ["1", "二"], ["1.0", "2"]]
)
def test_numbers_are_one_to_n_each_once(typed: Sequence[str]) -> None:
    with pytest.raises(InvalidInput, match="1 至 2"):
        rules.sort_by_numbers(dict(enumerate(typed)))

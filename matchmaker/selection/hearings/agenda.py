"""The agenda of a hearing (答辩): times, order, and the moment from which the order is fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.clock import CHINA
from matchmaker.db import db
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.selection.applications.models import Application
from matchmaker.selection.hearings import queries, rules
from matchmaker.selection.hearings.models import Hearing, PresentationSlot
from matchmaker.selection.hearings.permissions import MANAGE_HEARING
from matchmaker.selection.hearings.rules import OrderKind
from matchmaker.selection.panels.assigning import read_plan
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When and where the presentations follow one another."""

    starts_at: datetime
    minutes: int
    break_minutes: int
    place: str


@dataclass(frozen=True)
class _Place:
    """One place of the agenda, whoever presents there."""

    starts_at: datetime
    minutes: int
    place: str


def schedule_all(
    actor: Actor,
    round_: SelectionRound,
    timing: Timing,
    *,
    kind: OrderKind = OrderKind.CODE,
    seed: str = "",
) -> int:
    """Slots for all applications of the final stage one after another; returns how many.

    By code or drawn with ``seed``; slots of before are replaced.
    """
    require(actor, MANAGE_HEARING)
    hearing = _open(round_)
    rules.check_order_open(hearing.started_at)
    rows = _list_wanted(round_)
    if not rows:
        raise Conflict("nothing_to_schedule", "还没有进入复评的申报，不能安排答辩。")
    if kind is OrderKind.STATED:
        raise InvalidInput("slot_order", "请选择答辩顺序。", field="order")
    places = _lay_out(timing, len(rows))
    order = [row.id for row in rows]
    if kind is OrderKind.DRAWN:
        order = _draw(hearing, rules.check_seed(seed), rows)
    _fill(round_, places, order)
    _note(hearing, kind)
    record(
        actor,
        "selection.schedule_agenda",
        "selection_round",
        round_.id,
        order=order,
        kind=kind.value,
        seed=hearing.seed,
        draws=hearing.draws,
    )
    return len(order)


def _lay_out(timing: Timing, count: int) -> list[_Place]:
    if not 0 <= timing.break_minutes <= 120:
        raise InvalidInput("slot_break", "间隔应为 0 至 120 分钟。", field="break_minutes")
    place = _check_slot(timing.minutes, timing.place)
    step = timedelta(minutes=timing.minutes + timing.break_minutes)
    last = timing.starts_at + step * count - timedelta(minutes=timing.break_minutes)
    if last.astimezone(CHINA).date() != timing.starts_at.astimezone(CHINA).date():
        raise InvalidInput(
            "slot_day", "一天之内安排不完，请提前开始、缩短时长，或逐场安排。", field="starts_at"
        )
    return [_Place(timing.starts_at + step * n, timing.minutes, place) for n in range(count)]


def _check_slot(minutes: int, place: str) -> str:
    if not 5 <= minutes <= 120:
        raise InvalidInput("slot_minutes", "每场时长应为 5 至 120 分钟。", field="minutes")
    if not 1 <= len(place.strip()) <= 120:
        raise InvalidInput("slot_place", "请填写地点，不超过 120 个字。", field="place")
    return place.strip()


def _draw(hearing: Hearing, seed: str, rows: Sequence[Application]) -> list[int]:
    """The drawn order of some applications; the draw is counted."""
    ids = {row.code: row.id for row in rows}
    hearing.seed, hearing.draws = seed, hearing.draws + 1
    return [ids[code] for code in rules.draw_order(seed, ids)]


def state_order(actor: Actor, round_: SelectionRound, order: Sequence[int]) -> None:
    """Put the presentations into another order; the places in time stay."""
    require(actor, MANAGE_HEARING)
    hearing = _open(round_)
    rules.check_order_open(hearing.started_at)
    before = [line.application.id for line in queries.list_agenda(round_.id)]
    if sorted(order) != sorted(before):
        raise InvalidInput(
            "slot_order", "答辩顺序应包括全部已排定的申报，每份一次。请刷新页面后重填。"
        )
    if list(order) == before:
        return
    _fill(round_, _read_places(round_), order)
    _note(hearing, OrderKind.STATED)
    record(
        actor,
        "selection.state_order",
        "selection_round",
        round_.id,
        order=list(order),
        old_order=before,
    )


def draw_order(actor: Actor, round_: SelectionRound, seed: str) -> None:
    """Draw lots for the places of the agenda; the seed is kept so that anybody can draw again."""
    require(actor, MANAGE_HEARING)
    hearing = _open(round_)
    rules.check_order_open(hearing.started_at)
    rows = [line.application for line in queries.list_agenda(round_.id)]
    if not rows:
        raise Conflict("nothing_scheduled", "还没有排定答辩，请先排定时间，再抽签。")
    order = _draw(hearing, rules.check_seed(seed), rows)
    _fill(round_, _read_places(round_), order)
    _note(hearing, OrderKind.DRAWN)
    record(
        actor,
        "selection.draw_order",
        "selection_round",
        round_.id,
        order=order,
        old_order=[row.id for row in rows],
        seed=hearing.seed,
        draws=hearing.draws,
    )


def schedule_presentation(
    actor: Actor,
    round_: SelectionRound,
    application_id: int,
    *,
    starts_at: datetime,
    minutes: int,
    place: str,
) -> PresentationSlot:
    """Set or move the presentation of one application; a fixed order stays as it is."""
    require(actor, MANAGE_HEARING)
    hearing = _open(round_)
    if application_id not in {row.id for row in _list_wanted(round_)}:
        raise InvalidInput("slot_unknown", "这份申报不在复评范围内。", field="application_id")
    where = _check_slot(minutes, place)
    before = [line.application.id for line in queries.list_agenda(round_.id)]
    _check_free(round_, application_id, starts_at, minutes)
    _clear_gone(round_)
    slot = queries.find_slot(application_id) or PresentationSlot(
        round_id=round_.id, application_id=application_id
    )
    slot.starts_at, slot.minutes, slot.place = starts_at, minutes, where
    db.session.add(slot)
    db.session.flush()
    if [line.application.id for line in queries.list_agenda(round_.id)] != before:
        rules.check_order_open(hearing.started_at)
        _note(hearing, OrderKind.STATED)
    hearing.changed_at = clock.now()
    record(
        actor,
        "selection.schedule_presentation",
        "selection_application",
        application_id,
        starts_at=starts_at.isoformat(),
        minutes=minutes,
        place=slot.place,
    )
    outbox.send("selection.presentation_scheduled", slot_id=slot.id, application_id=application_id)
    return slot


def begin_hearing(actor: Actor, round_: SelectionRound) -> None:
    """Open the hearing: from now on the order is fixed and the record can be written."""
    require(actor, MANAGE_HEARING)
    hearing = _open(round_)
    if hearing.started_at is not None:
        raise IllegalTransition("hearing_begun_twice", "答辩已经开始，无须再次宣布。")
    order = [line.application.id for line in queries.list_agenda(round_.id)]
    wanted = {row.id for row in _list_wanted(round_)}
    scheduled = len(wanted & set(order))
    rules.check_can_begin(round_.state, round_.stages, scheduled=scheduled, wanted=len(wanted))
    hearing.started_at = clock.now()
    record(actor, "selection.begin_hearing", "selection_round", round_.id, order=order)


def _open(round_: SelectionRound) -> Hearing:
    """The round's hearing, made with its first act; refused once all scores are locked."""
    rules.check_arrangeable(round_.state)
    found = queries.find_hearing(round_.id)
    if found is None:
        found = Hearing(round_id=round_.id, order_kind=OrderKind.STATED, seed="", draws=0)
        db.session.add(found)
        db.session.flush()
    return found


def _note(hearing: Hearing, kind: OrderKind) -> None:
    hearing.order_kind, hearing.changed_at = kind, clock.now()
    if kind is not OrderKind.DRAWN:
        hearing.seed = ""
    db.session.flush()


def _list_wanted(round_: SelectionRound) -> Sequence[Application]:
    return read_plan(round_, Stage.FINAL).applications


def _read_places(round_: SelectionRound) -> list[_Place]:
    slots = [line.slot for line in queries.list_agenda(round_.id)]
    return [_Place(slot.starts_at, slot.minutes, slot.place) for slot in slots]


def _clear_gone(round_: SelectionRound) -> None:
    for slot in queries.list_gone_slots(round_.id):
        db.session.delete(slot)
    db.session.flush()


def _fill(round_: SelectionRound, places: Sequence[_Place], order: Sequence[int]) -> None:
    """Give the places to the applications; whose time or place changed is told."""
    _clear_gone(round_)
    old: dict[int, _Place] = {}
    for line in queries.list_agenda(round_.id):
        slot = line.slot
        old[line.application.id] = _Place(slot.starts_at, slot.minutes, slot.place)
        db.session.delete(slot)
    db.session.flush()
    for place, key in zip(places, order, strict=True):
        slot = PresentationSlot(
            round_id=round_.id,
            application_id=key,
            starts_at=place.starts_at,
            minutes=place.minutes,
            place=place.place,
        )
        db.session.add(slot)
        db.session.flush()
        if old.get(key) != place:
            outbox.send("selection.presentation_scheduled", slot_id=slot.id, application_id=key)


def _check_free(
    round_: SelectionRound, application_id: int, starts_at: datetime, minutes: int
) -> None:
    ends_at = starts_at + timedelta(minutes=minutes)
    for line in queries.list_agenda(round_.id):
        overlaps = line.slot.starts_at < ends_at and starts_at < line.ends_at
        if overlaps and line.application.id != application_id:
            raise Conflict("slot_taken", "该时段已安排其他答辩，请另选时间。")

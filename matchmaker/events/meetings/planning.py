"""The job that plans an event's meetings: read, compute outside of any transaction, store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.accounts.permissions import require
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.events.meetings.models import EventPlan, Meeting
from matchmaker.events.meetings.queries import list_planned
from matchmaker.events.meetings.rules import Seat, assign_tables
from matchmaker.events.meetings.values import compute_values
from matchmaker.events.models import Event
from matchmaker.events.operations import hold
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.queries import list_registered
from matchmaker.events.permissions import MANAGE
from matchmaker.events.queries import is_planning
from matchmaker.events.rules import EventState, Side, check_state
from matchmaker.jobs.models import Job
from matchmaker.jobs.operations import Report, start_job

if TYPE_CHECKING:
    from matchmaker.events.schedule import Schedule

PLAN = "events.plan"
TIME_LIMIT_S = 2.0
#: Reading what was asked for, computing, storing.
STEPS = 3
_PLANNING = frozenset({EventState.REQUESTS})
#: (need party, offer party, slot, table) of the locked meetings.
Locked = tuple[tuple[int, int, int, int], ...]


def start_planning(actor: Actor, event: Event) -> Job:
    """Queue the job that plans the meetings anew; locked ones stay as they are."""
    require(actor, MANAGE)
    hold(event)
    check_state(event.state, _PLANNING, "排程")
    if is_planning(event):
        raise Conflict("planning", "排程正在进行，请稍候查看结果。")
    sides = {party.side for party in list_registered(event)}
    if sides != set(Side):
        raise InvalidInput("one_side_only", "需求方和供给方都有单位报名后，方可排程。")
    job = start_job(actor, PLAN, event_id=event.id)
    event.job_id = job.id
    record(actor, "events.plan", "event", event.id, code=event.code)
    return job


@dataclass(frozen=True)
class _Case:
    """What was read for a plan; ids of the database beside rows and columns of the arrays."""

    needs: tuple[int, ...]
    offers: tuple[int, ...]
    slots: tuple[int, ...]
    values: NDArray[np.float64]
    need_free: NDArray[np.bool_]
    offer_free: NDArray[np.bool_]
    limits: dict[str, int]
    locked: Locked

    def locked_places(self) -> list[tuple[int, int, int]]:
        return [
            (self.needs.index(need), self.offers.index(offer), self.slots.index(slot))
            for need, offer, slot, _ in self.locked
        ]


def run_planning(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    """Runner of the job."""
    # The solvers take half a second to import: only who plans pays for it, not every start.
    from matchmaker.events.schedule import schedule_meetings

    event_id = int(parameters["event_id"])
    report(0, STEPS)
    with read_tx() as session:
        event = session.get_one(Event, event_id)
        check_state(event.state, _PLANNING, "排程")
        case = _read(event)
    report(1, STEPS)
    schedule = schedule_meetings(
        case.values,
        case.need_free,
        case.offer_free,
        **case.limits,
        time_limit_s=TIME_LIMIT_S,
        locked=case.locked_places(),
    )
    report(2, STEPS)
    with write_tx() as session:
        plan = _store(session.get_one(Event, event_id), case, schedule)
        result = {"meetings": plan.meetings, "value": plan.value, "bound": plan.bound}
    report(STEPS, STEPS)
    return result


def _read(event: Event) -> _Case:
    parties = list_registered(event)
    needs = [party for party in parties if party.side is Side.NEED]
    offers = [party for party in parties if party.side is Side.OFFER]
    slots = tuple(slot.id for slot in event.slots)
    return _Case(
        needs=tuple(party.id for party in needs),
        offers=tuple(party.id for party in offers),
        slots=slots,
        values=compute_values(event, needs, offers),
        need_free=_free(needs, slots),
        offer_free=_free(offers, slots),
        limits={
            "tables": event.tables,
            "owner_max": event.need_max,
            "supplier_max": event.offer_max,
            "owner_min": event.need_min,
            "supplier_min": event.offer_min,
        },
        locked=_locked(event, {party.id for party in parties}),
    )


def _free(parties: Sequence[EventParty], slots: tuple[int, ...]) -> NDArray[np.bool_]:
    free = np.ones((len(parties), len(slots)), dtype=bool)
    for row, party in enumerate(parties):
        for absence in party.absences:
            free[row, slots.index(absence.slot_id)] = False
    return free


def _locked(event: Event, registered: set[int]) -> Locked:
    """Locked meetings of parties that still come; others are given up."""
    return tuple(
        (row.need_party_id, row.offer_party_id, row.slot_id, row.table_no)
        for row in list_planned(event)
        if row.is_locked and {row.need_party_id, row.offer_party_id} <= registered
    )


def _store(event: Event, case: _Case, schedule: Schedule) -> EventPlan:
    """Exchange the meetings that are not locked for those of the schedule."""
    hold(event)
    check_state(event.state, _PLANNING, "排程")
    registered = {party.id for party in list_registered(event)}
    if registered != {*case.needs, *case.offers} or _locked(event, registered) != case.locked:
        raise Conflict("inputs_changed", "排程期间报名或锁定的会面有变化，请重新排程。")
    kept = {row[:3] for row in case.locked}
    for row in list_planned(event):
        if (row.need_party_id, row.offer_party_id, row.slot_id) not in kept:
            db.session.delete(row)
    db.session.flush()
    new = {
        (case.needs[o], case.offers[s], case.slots[k]): float(case.values[o, s])
        for o, s, k in schedule.meetings
    }
    order = {slot_id: number for number, slot_id in enumerate(case.slots)}
    seats = [Seat(n, o, order[slot]) for n, o, slot in new if (n, o, slot) not in kept]
    taken = {(order[slot], table) for _, _, slot, table in case.locked}
    for seat, table in assign_tables(seats, event.tables, taken).items():
        slot_id = case.slots[seat.slot]
        db.session.add(
            Meeting(
                event_id=event.id,
                slot_id=slot_id,
                table_no=table,
                need_party_id=seat.need,
                offer_party_id=seat.offer,
                value=new[seat.need, seat.offer, slot_id],
            )
        )
    return _store_plan(event, case, schedule)


def _store_plan(event: Event, case: _Case, schedule: Schedule) -> EventPlan:
    from matchmaker.events.schedule import Side as ScheduleSide

    plan = EventPlan(
        event_id=event.id,
        need_parties=len(case.needs),
        offer_parties=len(case.offers),
        meetings=len(schedule.meetings),
        locked=len(case.locked),
        value=schedule.value,
        bound=schedule.bound,
        timed_out=schedule.timed_out,
        shortfalls=[
            {
                "party": (case.needs if each.side is ScheduleSide.OWNER else case.offers)[
                    each.index
                ],
                "planned": each.planned,
                "minimum": each.minimum,
            }
            for each in schedule.shortfalls
        ],
    )
    db.session.add(plan)
    db.session.flush()
    record(
        BACKGROUND_JOB,
        "events.planned",
        "event",
        event.id,
        code=event.code,
        meetings=plan.meetings,
        value=round(plan.value, 6),
        bound=round(plan.bound, 6),
    )
    return plan

"""Reads of a year: targets, events held, meetings held. The same figures for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, select

from matchmaker.actor import VISITOR
from matchmaker.db import db
from matchmaker.events import queries as events
from matchmaker.events.meetings.queries import count_held
from matchmaker.events.models import Event
from matchmaker.events.rules import (
    HELD_STATES,
    LIVE_STATES,
    YEARLY_MINIMUMS,
    EventKind,
)
from matchmaker.events.seasons.models import EventTarget


@dataclass(frozen=True)
class SeasonLine:
    """One kind of event in one year; ``clause`` is where the minimum stands, empty without one."""

    kind: EventKind
    target: int
    minimum: int
    clause: str
    held: int
    ahead: int
    meetings: int

    @property
    def is_reached(self) -> bool:
        return self.held >= self.target


def list_targets(year: int) -> dict[EventKind, int]:
    """What is planned for a year, at least what the texts ask for."""
    rows = db.session.scalars(select(EventTarget).where(EventTarget.year == year))
    planned = {row.kind: row.planned for row in rows}
    return {
        kind: max(least, planned.get(kind, least)) for kind, (least, _) in YEARLY_MINIMUMS.items()
    }


def list_season(year: int) -> Sequence[SeasonLine]:
    """A year, kind by kind. Only published events count."""
    query = events.visible_to(VISITOR).where(
        Event.held_on >= date(year, 1, 1), Event.held_on <= date(year, 12, 31)
    )
    rows = db.session.scalars(query).all()
    meetings = count_held([row.id for row in rows])
    targets = list_targets(year)
    return [
        SeasonLine(
            kind=kind,
            target=targets[kind],
            minimum=YEARLY_MINIMUMS[kind][0],
            clause=YEARLY_MINIMUMS[kind][1],
            held=sum(row.kind is kind and row.state in HELD_STATES for row in rows),
            ahead=sum(row.kind is kind and row.state in LIVE_STATES for row in rows),
            meetings=sum(meetings.get(row.id, 0) for row in rows if row.kind is kind),
        )
        for kind in EventKind
    ]


def list_years(today: date) -> Sequence[int]:
    """This year and every year with an event, newest first."""
    year = extract("year", Event.held_on)
    found = {int(each) for each in db.session.scalars(select(func.distinct(year)))}
    return sorted(found | {today.year}, reverse=True)

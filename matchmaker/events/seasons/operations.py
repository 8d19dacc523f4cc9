"""Planning a year."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.events.permissions import MANAGE
from matchmaker.events.rules import EventKind
from matchmaker.events.seasons.models import EventTarget
from matchmaker.events.seasons.rules import check_target, check_year


def set_targets(actor: Actor, year: int, planned: Mapping[EventKind, int]) -> None:
    """Plan how many events of each kind a year shall have, never fewer than the texts ask for."""
    require(actor, MANAGE)
    check_year(year)
    for kind, number in planned.items():
        check_target(kind, number)
        row = db.session.get(EventTarget, (year, kind)) or EventTarget(year=year, kind=kind)
        row.planned, row.set_by, row.set_at = number, actor.user_id, clock.now()
        db.session.add(row)
    db.session.flush()
    record(
        actor,
        "events.set_targets",
        "event_season",
        year,
        planned={kind.value: number for kind, number in planned.items()},
    )

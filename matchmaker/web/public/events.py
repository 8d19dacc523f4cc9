"""Matchmaking events as everybody may read them: the calendar, the year's count, one event."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import RoleName
from matchmaker.db import db
from matchmaker.events import queries
from matchmaker.events.meetings.queries import count_held
from matchmaker.events.models import Event
from matchmaker.events.parties.queries import find_own
from matchmaker.events.permissions import OVERSEE
from matchmaker.events.rules import EventState
from matchmaker.web.base import current_actor
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared import events as present

bp = Blueprint("public_events", __name__, url_prefix="/events")
PER_PAGE = 12


@bp.get("")
def index() -> ResponseReturnValue:
    number = read_page_number(request.args.get("page"))
    found = queries.newest_first(current_actor()).where(Event.published_at.is_not(None))
    rows = db.paginate(found, page=number, per_page=PER_PAGE, error_out=False)
    year = clock.today().year
    return render_template(
        "public/events/index.html",
        rows=[present.describe_event(row) for row in rows.items],
        page=Page(rows.items, number, PER_PAGE, rows.total or 0),
        year=year,
        season=present.describe_season(year),
        demo_data=any(row.is_demo for row in rows.items),
        now=clock.now(),
    )


@bp.get(f"/{present.CODE}")
def show(code: str) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    return render_template(
        "public/events/show.html",
        event=present.describe_event(event),
        slots=[present.show_hours(slot) for slot in event.slots],
        held=count_held([event.id]).get(event.id, 0),
        join_url=_join_url(event),
        manage_url=_manage_url(event),
        demo_data=event.is_demo,
        now=clock.now(),
    )


def _join_url(event: Event) -> str | None:
    """Where the reader registers or finds what its unit has there; None where there is nothing."""
    actor = current_actor()
    may_come = event.state is EventState.REGISTRATION and (
        event.registration_until >= clock.today()
    )
    if not actor.is_signed_in:
        return url_for("account.login", next=event_path(event)) if may_come else None
    if not may_come and find_own(actor, event) is None:
        return None
    for audience, role in (("owner", RoleName.OWNER), ("supplier", RoleName.SUPPLIER)):
        if actor.has_role(role):
            return url_for(f"{audience}_events.show", code=event.code)
    return None


def event_path(event: Event) -> str:
    """The address of the event's public page."""
    return url_for("public_events.show", code=event.code)


def _manage_url(event: Event) -> str | None:
    if can(current_actor(), OVERSEE):
        return url_for("bureau_events.show", code=event.code)
    return None

"""What the pages say of events, parties and meetings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import send_file, url_for
from flask.typing import ResponseReturnValue

from matchmaker.actor import Actor
from matchmaker.demands.rules import PUBLIC_STATUSES
from matchmaker.events.hours import show_clock
from matchmaker.events.meetings import queries as meetings
from matchmaker.events.meetings.documents import show_hours, write_agenda
from matchmaker.events.meetings.exchange import MIME, write_calendar
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import PRESENCE_LABELS, MeetingState, Presence
from matchmaker.events.models import Event
from matchmaker.events.outcomes import queries as outcomes
from matchmaker.events.outcomes.models import MeetingOutcome
from matchmaker.events.outcomes.rules import VERDICT_LABELS, Verdict
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.models import EventParty
from matchmaker.events.rules import KIND_LABELS, STATE_LABELS, EventState, Side
from matchmaker.events.seasons.queries import SeasonLine, list_season
from matchmaker.suppliers.rules import ProfileState
from matchmaker.web.shared.demands import Badge

CODE = "<string(maxlength=20):code>"
STATE_TONES = {
    EventState.DRAFT: "plain",
    EventState.REGISTRATION: "good",
    EventState.REQUESTS: "info",
    EventState.SCHEDULED: "info",
    EventState.HELD: "gold",
    EventState.CLOSED: "plain",
    EventState.CANCELLED: "bad",
}
VERDICT_TONES = {Verdict.ADVANCE: "good", Verdict.PENDING: "unsure", Verdict.UNSUITABLE: "plain"}
PRESENCE_TONES = {Presence.EXPECTED: "plain", Presence.HELD: "good"}


def describe_event(event: Event) -> dict[str, Any]:
    """An event as lists and its pages show it."""
    registered = parties.count_registered([event.id])[event.id]
    return {
        "id": event.id,
        "code": event.code,
        "title": event.title,
        "kind": KIND_LABELS[event.kind],
        "state": event.state.value,
        "badge": Badge(STATE_LABELS[event.state], STATE_TONES[event.state]),
        "place": event.place,
        "held_on": event.held_on,
        "registration_until": event.registration_until,
        "requests_until": event.requests_until,
        "hours": f"{show_clock(event.starts_minute)}—{show_clock(event.ends_minute)}",
        "slots": len(event.slots),
        "slot_minutes": event.slot_minutes,
        "tables": event.tables,
        "needs": registered[Side.NEED],
        "offers": registered[Side.OFFER],
        "paragraphs": [line for line in event.summary.split("\n") if line.strip()],
        "cancel_reason": event.cancel_reason,
        "is_demo": event.is_demo,
        "url": url_for("public_events.show", code=event.code),
    }


def describe_season(year: int) -> list[dict[str, Any]]:
    """A year's events against its targets, one line a kind."""
    return [_season_line(line) for line in list_season(year)]


def _season_line(line: SeasonLine) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "label": KIND_LABELS[line.kind],
        "target": line.target,
        "minimum": line.minimum,
        "clause": line.clause,
        "held": line.held,
        "ahead": line.ahead,
        "meetings": line.meetings,
        "whole": max(line.target, line.held, 1),
        "tone": "good" if line.is_reached else "unsure",
        "text": f"已举行 {line.held} 场，计划 {line.target} 场"
        if line.target
        else f"已举行 {line.held} 场",
    }


def meeting_line(
    row: Meeting, outcomes_of: dict[Side, MeetingOutcome] | None = None
) -> dict[str, Any]:
    """A meeting that the caller was allowed to load."""
    said = outcomes_of or {}
    return {
        "id": row.id,
        "hours": show_hours(row.slot),
        "slot": row.slot.number,
        "table": row.table_no,
        "need": row.need_party.name,
        "offer": row.offer_party.name,
        "need_party": row.need_party,
        "offer_party": row.offer_party,
        "value": row.value,
        "is_locked": row.is_locked,
        "is_cancelled": row.state is MeetingState.CANCELLED,
        "cancel_reason": row.cancel_reason,
        "presence": row.presence.value,
        "presence_badge": Badge(
            PRESENCE_LABELS[row.presence], PRESENCE_TONES.get(row.presence, "bad")
        ),
        "outcomes": [outcome_line(side, said.get(side)) for side in Side],
    }


def outcome_line(side: Side, row: MeetingOutcome | None) -> dict[str, Any]:
    """What one side said of a meeting, or that it said nothing yet."""
    return {
        "side": "需求方" if side is Side.NEED else "供给方",
        "badge": Badge(VERDICT_LABELS[row.verdict], VERDICT_TONES[row.verdict]) if row else None,
        "note": row.note if row else "",
        "next_step": row.next_step if row else "",
        "at": row.written_at if row else None,
    }


def list_meeting_lines(actor: Actor, event: Event) -> list[dict[str, Any]]:
    """The meetings of an event that the actor may read, with what both sides said."""
    said = outcomes.list_outcomes(actor, event)
    return [meeting_line(row, said.get(row.id)) for row in meetings.list_meetings(actor, event)]


def describe_party(party: EventParty) -> dict[str, Any]:
    """A party as the other side reads it: never its contact, its wishes, what is not public."""
    return {
        "id": party.id,
        "name": party.name,
        "topic": party.topic,
        "demands": [
            (each.listing.title, url_for("public_demands.show", code=each.listing.code))
            for each in party.demands
            if each.listing.status in PUBLIC_STATUSES
        ],
        "products": [
            (
                f"{each.product.supplier.short_name} {each.product.model}",
                url_for("products.show", code=each.product.code),
            )
            for each in party.products
            if each.product.state is ProfileState.PUBLISHED
        ],
    }


def send_agenda_pdf(
    event: Event, rows: Sequence[Meeting], own: EventParty | None = None
) -> ResponseReturnValue:
    """The agenda as a file."""
    return send_file(
        io.BytesIO(write_agenda(event, rows, own)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{event.code}会面议程.pdf",
    )


def send_agenda_calendar(
    event: Event, rows: Sequence[Meeting], own: EventParty | None = None
) -> ResponseReturnValue:
    """The agenda as a calendar file."""
    return send_file(
        io.BytesIO(write_calendar(event, rows, own)),
        mimetype=MIME,
        as_attachment=True,
        download_name=f"{event.code}会面议程.ics",
    )

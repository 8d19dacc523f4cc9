"""An agenda as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable

from icalendar import Calendar
from icalendar import Event as Entry

from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import MeetingState
from matchmaker.events.models import Event, ends_at, starts_at
from matchmaker.events.parties.models import EventParty

MIME = "text/calendar"


def write_calendar(
    event: Event, meetings: Iterable[Meeting], own: EventParty | None = None
) -> bytes:
    """The meetings as a calendar; ``own``: the party whose calendar it is.

    A meeting keeps its UID for ever, and its sequence number rises when it moves, so that a second
    import moves the entry instead of doubling it. A cancelled meeting is there as cancelled.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//matchmaker//events//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", event.title)
    for meeting in meetings:
        calendar.add_component(_make_entry(event, meeting, own))
    content: bytes = calendar.to_ical()
    return content


def _make_entry(event: Event, meeting: Meeting, own: EventParty | None) -> Entry:
    need, offer = meeting.need_party, meeting.offer_party
    other = f"{need.name}—{offer.name}"
    if own is not None:
        other = offer.name if own.id == need.id else need.name
    is_cancelled = meeting.state is MeetingState.CANCELLED
    entry = Entry()
    entry.add("uid", f"{event.code}-meeting-{meeting.id}@matchmaker")
    entry.add("dtstamp", meeting.changed_at)
    entry.add("last-modified", meeting.changed_at)
    entry.add("sequence", meeting.sequence)
    entry.add("dtstart", starts_at(event, meeting.slot))
    entry.add("dtend", ends_at(event, meeting.slot))
    entry.add("summary", f"{'（已取消）' if is_cancelled else ''}洽谈：{other}")
    entry.add("location", f"{event.place} {meeting.table_no}号桌")
    entry.add("description", meeting.cancel_reason or f"{event.title}（{event.code}）")
    entry.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    return entry

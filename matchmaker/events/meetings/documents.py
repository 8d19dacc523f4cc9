"""An agenda as PDF: of the whole event, or of one party."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matchmaker.documents.pdf import render_pdf
from matchmaker.events.hours import show_clock
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import MeetingState
from matchmaker.events.models import Event, EventSlot
from matchmaker.events.parties.models import EventParty
from matchmaker.events.rules import KIND_LABELS


def write_agenda(event: Event, meetings: Iterable[Meeting], own: EventParty | None = None) -> bytes:
    """The agenda on official pages; never in a write transaction."""
    planned = [row for row in meetings if row.state is MeetingState.PLANNED]
    header = ["时间", "桌号", "需求方", "供给方"] if own is None else ["时间", "桌号", "洽谈单位"]
    data = {
        "title": event.title,
        "subtitle": "会面议程" if own is None else f"{own.name}会面议程",
        "facts": _facts(event),
        "header": header,
        "rows": [_row(row, own) for row in planned],
        "provenance": _provenance(event, len(planned)),
    }
    made_at = event.agenda_published_at or event.created_at
    return render_pdf("event_agenda.typ", data, made_at=made_at)


def show_hours(slot: EventSlot) -> str:
    """``09:00—09:30``."""
    return f"{show_clock(slot.starts_minute)}—{show_clock(slot.ends_minute)}"


def _facts(event: Event) -> list[list[str]]:
    day = event.held_on
    return [
        ["编号", event.code],
        ["类型", KIND_LABELS[event.kind]],
        ["日期", f"{day.year}年{day.month}月{day.day}日"],
        ["地点", event.place],
    ]


def _row(meeting: Meeting, own: EventParty | None) -> list[str]:
    parties = [meeting.need_party, meeting.offer_party]
    names = [party.name for party in parties if own is None or party.id != own.id]
    return [show_hours(meeting.slot), f"{meeting.table_no}号桌", *names]


def _provenance(event: Event, count: int) -> Sequence[str]:
    lines = [f"共 {count} 场会面。"]
    if event.agenda_version:
        lines.append(f"议程第 {event.agenda_version} 版；如有调整，以平台页面为准。")
    else:
        lines.append("议程尚未发布，供核对使用。")
    if event.is_demo:
        lines.append("本活动为演示数据，不代表有关单位意见。")
    return lines

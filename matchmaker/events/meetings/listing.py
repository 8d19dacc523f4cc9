"""The meetings of an event as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from matchmaker.clock import CHINA
from matchmaker.documents.excel import Cell, Column, ColumnKind
from matchmaker.documents.listing import write_listing
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import PRESENCE_LABELS, MeetingState
from matchmaker.events.models import Event, ends_at, starts_at

COLUMNS = (
    Column("日期", 12, ColumnKind.DATE),
    Column("开始", 8),
    Column("结束", 8),
    Column("桌号", 8, ColumnKind.NUMBER),
    Column("需求方", 30),
    Column("供给方", 30),
    Column("是否取消", 10),
    Column("到场情况", 14),
)


def write_meetings(event: Event, rows: Sequence[Meeting], *, today: date) -> bytes:
    """The meetings that the agenda lists to the actor, in the order of the day."""
    return write_listing(
        f"{event.title}会面",
        COLUMNS,
        [_cells(event, row) for row in rows],
        unit="场",
        total=len(rows),
        today=today,
        is_demo=event.is_demo,
    )


def _cells(event: Event, row: Meeting) -> tuple[Cell, ...]:
    is_cancelled = row.state is MeetingState.CANCELLED
    return (
        event.held_on,
        _clock(starts_at(event, row.slot)),
        _clock(ends_at(event, row.slot)),
        row.table_no,
        row.need_party.name,
        row.offer_party.name,
        is_cancelled,
        None if is_cancelled else PRESENCE_LABELS[row.presence],
    )


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%H:%M}"

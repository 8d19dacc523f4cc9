"""The hours of an event: slots around breaks, times as people write them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from matchmaker.errors import InvalidInput

SLOTS_MAX = 48
SLOT_MIN, SLOT_MAX, GAP_MAX = 10, 120, 60
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, kw_only=True)
class DayPlan:
    """The hours of an event, in minutes of the day; ``breaks`` are (start, end)."""

    starts: int
    ends: int
    slot_minutes: int
    gap_minutes: int = 0
    breaks: tuple[tuple[int, int], ...] = ()


def check_number(value: int, field: str, label: str, low: int, high: int) -> None:
    """Raise ``InvalidInput`` naming the field unless low ≤ value ≤ high."""
    if not low <= value <= high:
        raise InvalidInput(
            "number_range",
            "{label}应为 {low} 至 {high}。",
            field=field,
            label=label,
            low=low,
            high=high,
        )


def plan_slots(plan: DayPlan) -> tuple[tuple[int, int], ...]:
    """The (start, end) of every meeting time that fits into the day and touches no break.

    >>> plan_slots(DayPlan(starts=540, ends=640, slot_minutes=30, breaks=((570, 580),)))
    ((540, 570), (580, 610), (610, 640))
    """
    _check_plan(plan)
    slots: list[tuple[int, int]] = []
    at = plan.starts
    while at + plan.slot_minutes <= plan.ends:
        end = at + plan.slot_minutes
        pause = next((b for b in plan.breaks if b[0] < end and at < b[1]), None)
        if pause is not None:
            at = pause[1]
            continue
        slots.append((at, end))
        at = end + plan.gap_minutes
    if not 1 <= len(slots) <= SLOTS_MAX:
        raise InvalidInput(
            "slot_count",
            "按此安排有 {count} 个时段，应为 1 至 {limit} 个，请调整起止时间或每场时长。",
            field="slot_minutes",
            count=len(slots),
            limit=SLOTS_MAX,
        )
    return tuple(slots)


def _check_plan(plan: DayPlan) -> None:
    check_number(plan.slot_minutes, "slot_minutes", "每场时长（分钟）", SLOT_MIN, SLOT_MAX)
    check_number(plan.gap_minutes, "gap_minutes", "两场间隔（分钟）", 0, GAP_MAX)
    if not 0 <= plan.starts < plan.ends <= DAY_MINUTES:
        raise InvalidInput("day_hours", "结束时间须晚于开始时间。", field="ends")
    for begin, end in plan.breaks:
        if not plan.starts <= begin < end <= plan.ends:
            raise InvalidInput(
                "break_hours", "休息时间须在起止时间之内，且先写开始后写结束。", field="breaks"
            )


_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)", re.ASCII)


def parse_clock(text: str, *, field: str) -> int:
    """Minutes of the day from ``9:30``; raises ``InvalidInput``."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise InvalidInput("clock", "请按 09:30 的写法填写时间。", field=field)
    return int(found[1]) * 60 + int(found[2])


def parse_breaks(text: str) -> tuple[tuple[int, int], ...]:
    """Breaks from lines such as ``12:00-13:30``.

    >>> parse_breaks("12:00-13:30")
    ((720, 810),)
    """
    breaks = []
    for line in re.split(r"[\r\n,，;；、]+", text):
        if not line.strip():
            continue
        parts = re.split(r"\s*[-—–~～至]+\s*", line.strip())
        if len(parts) != 2:
            raise InvalidInput("breaks", "休息时间每行一段，如 12:00-13:30。", field="breaks")
        breaks.append(
            (parse_clock(parts[0], field="breaks"), parse_clock(parts[1], field="breaks"))
        )
    return tuple(breaks)


def show_clock(minutes: int) -> str:
    """``09:30`` from minutes of the day."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def moment_of(day: date, minutes: int, zone: tzinfo) -> datetime:
    """The moment of a minute of a legal day."""
    return datetime.combine(day, time(), tzinfo=zone) + timedelta(minutes=minutes)

"""The only place that asks what time it is. Pure rules get ``today`` or ``now`` passed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Legal days are days of this zone.
CHINA = ZoneInfo("Asia/Shanghai")

_demonstrated: ContextVar[datetime | None] = ContextVar("demonstrated_moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _demonstrated.get() or read_wall_clock()


def read_wall_clock() -> datetime:
    """The real moment, whatever is being demonstrated: what the trail notes."""
    return datetime.now(UTC)


def today() -> date:
    """Today's legal day in China."""
    return now().astimezone(CHINA).date()


def format_day(day: date | None) -> str:
    """A day as an official text prints it; nothing for no day.

    >>> format_day(date(2026, 1, 5))
    '2026年1月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def begin_of_days_ago(days: int) -> datetime:
    """The moment at which the legal day so many days ago began.

    What is kept for 400 days may go when it is older than this: on the 400th day it still stays.
    """
    return datetime.combine(today() - timedelta(days=days), time(), tzinfo=CHINA)


@contextmanager
def demonstrate(moment: datetime) -> Iterator[None]:
    """Let ``now`` give a moment of the past, so that seeds act as the demonstrated people did.

    For the demonstration's seeds only (``tests/test_house.py``). A later moment than the real one
    becomes the real one: nothing is dated ahead.
    """
    token = _demonstrated.set(min(moment.astimezone(UTC), read_wall_clock()))
    try:
        yield
    finally:
        _demonstrated.reset(token)

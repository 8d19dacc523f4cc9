"""Moments of China's time."""

from __future__ import annotations

from datetime import date, datetime

from matchmaker.clock import CHINA


def moment(day: date, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """A moment of a legal day."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CHINA)

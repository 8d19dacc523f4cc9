"""The only place that asks what time it is. Pure rules get ``today`` or ``now`` passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: Legal days are days of this zone.
CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's legal day in China."""
    return now().astimezone(CHINA).date()

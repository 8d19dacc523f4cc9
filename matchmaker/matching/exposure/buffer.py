"""Impressions between their page and the table: a bounded buffer that may lose what it holds.

A page is a GET and cannot write. What it showed is counted here and written in one short
transaction every half minute; when the process dies, at most that is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock, Timer

from flask import Flask

from matchmaker.matching.exposure.models import Place

FLUSH_SECONDS = 30.0
#: Different impressions that are held; further ones are dropped until the next flush.
CAPACITY = 20_000


@dataclass(frozen=True)
class Impression:
    """A product at a rank of a list on a day."""

    day: date
    place: Place
    product: str
    supplier: str
    rank: int


class ImpressionBuffer:
    """Counts by impression; safe to use from several threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self.dropped = 0
        self._counts: Counter[Impression] = Counter()
        self._lock = Lock()

    def add(self, impressions: Iterable[Impression]) -> None:
        """Count them; new ones are dropped while the buffer is full."""
        with self._lock:
            for item in impressions:
                if item not in self._counts and len(self._counts) >= self.capacity:
                    self.dropped += 1
                else:
                    self._counts[item] += 1

    def take(self) -> dict[Impression, int]:
        """Everything counted so far; the buffer is empty afterwards."""
        with self._lock:
            counts, self._counts = dict(self._counts), Counter()
            return counts


BUFFER = ImpressionBuffer()
_timer_lock = Lock()
_timer: Timer | None = None


def flush_later(app: Flask) -> None:
    """Have the buffer written in half a minute, unless that is arranged already."""
    global _timer
    if app.testing:
        return
    with _timer_lock:
        if _timer is None or not _timer.is_alive():
            _timer = Timer(FLUSH_SECONDS, _flush, args=(app,))
            _timer.daemon = True
            _timer.start()


def _flush(app: Flask) -> None:
    from matchmaker.matching.exposure.operations import flush_impressions

    with app.app_context():
        flush_impressions()

"""The clock: the real moment, and a demonstrated one for the seeds only."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import record
from matchmaker.db import read_tx, write_tx

ROOT = Path(__file__).resolve().parent.parent


def test_a_demonstrated_moment_ends_with_its_block() -> None:
    moment = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    with clock.demonstrate(moment):
        assert clock.now() == moment
        assert clock.today() == date(2026, 1, 1), "the legal day is that of China"
        with clock.demonstrate(moment - timedelta(days=1)):
            assert clock.today() == date(2025, 12, 31)
        assert clock.now() == moment
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_nothing_is_dated_ahead() -> None:
    real, later = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
    with time_machine.travel(real, tick=False), clock.demonstrate(later):
        assert clock.now() == real


def test_days_ago_begin_with_the_legal_day() -> None:
    for moment, begun in (
        (datetime(2028, 3, 1, 15, 59, tzinfo=UTC), datetime(2028, 2, 28, 16, tzinfo=UTC)),
        (datetime(2028, 3, 1, 16, 0, tzinfo=UTC), datetime(2028, 2, 29, 16, tzinfo=UTC)),
    ):
        with time_machine.travel(moment, tick=False):
            assert clock.begin_of_days_ago(1) == begun


def test_the_trail_notes_the_real_moment(app: Flask) -> None:
    with app.app_context():
        with write_tx(), clock.demonstrate(datetime(2025, 1, 1, tzinfo=UTC)):
            record(COMMAND_LINE, "test.act", "thing", 1)
        with read_tx() as session:
            entry = session.query(AuditEntry).one()
            assert datetime.now(UTC) - entry.at < timedelta(minutes=1)


def test_only_seeds_demonstrate_a_moment() -> None:
    users = {
        path.name
        for path in (ROOT / "matchmaker").rglob("*.py")
        if re.search(r"\bdemonstrate\b", path.read_text(encoding="utf-8"))
    }
    seeds = {name for name in users if name.startswith("seed") or name.endswith("_seeds.py")}
    assert users - seeds == {"clock.py"}

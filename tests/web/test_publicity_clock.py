"""The clock of a published list on the pages: made-up days at work, New Year, the last midnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.clock import CHINA
from matchmaker.db import read_tx, write_tx
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.rounds.rules import RoundState
from tests.conftest import SignIn
from tests.policy.test_holidays import PERIODS, YEAR, record
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world

__all__ = ["ranked_world"]
CODE = "2026-humanoid-demonstration"
DESK = f"/bureau/selection/{CODE}"
OBJECTION = f"/selection/{CODE}/objection"
SECOND = timedelta(seconds=1)
FILED = {
    "application_id": "",
    "name": "市民乙",
    "contact": "0571-88880000",
    "text": "现场未见机器人作业，请核实。",
}
#: 31 December, 1 and 2 January are off, as ``PERIODS`` has it; the Sunday after them is at work.
NEW_YEAR = {date(YEAR - 1, 12, 31), date(YEAR, 1, 1), date(YEAR, 1, 2)}
MADE_UP = next(day for n in range(3, 10) if (day := date(YEAR, 1, n)).weekday() == 6)


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)


def midnight_after(day: date) -> datetime:
    return noon(day) + timedelta(hours=12)


def text_of(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def show_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def check_last_midnight(app: Flask, world: World, sign_in: SignIn, last: date) -> None:
    """A published list: the last second still takes an objection, the next one confirms."""
    visitor, end = app.test_client(), midnight_after(last)
    with time_machine.travel(end - SECOND, tick=False):
        approver = sign_in(app, "approver@test.example")
        assert f"公示期至{show_zh(last)}" in text_of(visitor, f"/selection/{CODE}")
        running = approver.post(f"{DESK}/confirm")
        assert running.status_code == 409
        assert f"公示期至{show_zh(last)}届满" in running.get_data(as_text=True)
        assert visitor.post(OBJECTION, data=FILED).status_code == 302
    with time_machine.travel(end, tick=False):
        assert "现在不能提出异议" in text_of(visitor, OBJECTION)
        assert visitor.post(OBJECTION, data=FILED).status_code == 409
        waiting = approver.post(f"{DESK}/confirm")
        assert waiting.status_code == 409
        assert "还有异议没有答复" in waiting.get_data(as_text=True)
        with app.app_context(), write_tx() as session:
            (row,) = session.query(Objection)
            objecting.decline_objection(world.people.officer, row, "没有具体事实")
        assert approver.post(f"{DESK}/confirm").status_code == 302
    with app.app_context(), read_tx():
        assert load_round().state is RoundState.CONFIRMED


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (date(2026, 9, 30), date(2026, 10, 13)),  # National Day; Saturday 10 October is at work
        (date(2026, 9, 18), date(2026, 9, 24)),  # Sunday 20 September is at work
        (date(2026, 4, 30), date(2026, 5, 11)),  # Labour Day; Saturday 9 May is at work
        (date(2026, 2, 13), date(2026, 2, 27)),  # the nine days of the Spring Festival
    ],
)
def test_period_over_a_holiday_ends_with_its_last_midnight(
    ranked: Flask, ranked_world: World, sign_in: SignIn, published: date, last: date
) -> None:
    with time_machine.travel(noon(published), tick=False):
        approver = sign_in(ranked, "approver@test.example")
        assert approver.post(f"{DESK}/publish").status_code == 302
    check_last_midnight(ranked, ranked_world, sign_in, last)


def test_deadline_of_an_objection_falls_on_a_saturday_at_work(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    """Three working days from 30 September: 8, 9 and Saturday 10 October."""
    visitor = ranked.test_client()
    with time_machine.travel(noon(date(2026, 9, 30)), tick=False):
        approver = sign_in(ranked, "approver@test.example")
        approver.post(f"{DESK}/publish")
        filed = visitor.post(OBJECTION, data=FILED)
        assert "2026年10月10日" in text_of(visitor, filed.location)
    end = midnight_after(date(2026, 10, 10))
    for moment, overdue in ((end - SECOND, False), (end, True)):
        with time_machine.travel(moment, tick=False):
            officer = sign_in(ranked, "officer@test.example")
            assert ("已超期限" in text_of(officer, f"{DESK}/objections")) is overdue


def test_period_over_new_year_waits_for_the_recorded_holidays(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    published = date(YEAR - 1, 12, 28)
    with time_machine.travel(noon(published), tick=False):
        approver = sign_in(ranked, "approver@test.example")
        refused = approver.post(f"{DESK}/publish")
        assert refused.status_code in {409, 422}
        assert "节假日安排" in refused.get_data(as_text=True)
        with ranked.app_context(), write_tx():
            assert load_round().state is RoundState.RANKED
            record(ranked_world.people.approver, workdays=MADE_UP.isoformat())
        assert approver.post(f"{DESK}/publish").status_code == 302
    last, left = published, 5
    while left:
        last += timedelta(days=1)
        left -= last == MADE_UP or (last.weekday() < 5 and last not in NEW_YEAR)
    assert PERIODS.startswith(f"元旦 {YEAR - 1}-12-31 {YEAR}-01-02")
    check_last_midnight(ranked, ranked_world, sign_in, last)

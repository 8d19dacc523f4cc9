"""Recorded holiday arrangements. The years used here are made up: no real notice is quoted."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import DomainError, InvalidInput, PermissionDenied
from matchmaker.policy.holidays import check_arrangement, check_source, read_days, read_periods
from matchmaker.policy.models import HolidayArrangement
from matchmaker.policy.operations import record_holidays
from matchmaker.policy.publicity import (
    NATIONAL_CALENDAR,
    AmendedCalendar,
    CalendarUnknown,
    HolidayYear,
    end_of_publicity,
)
from matchmaker.policy.queries import get_calendar
from tests.conftest import SignIn
from tests.people import People

#: The first year that the library does not know; its arrangement is invented for the test.
YEAR = NATIONAL_CALENDAR.years.stop
PERIODS = f"""元旦 {YEAR - 1}-12-31 {YEAR}-01-02
春节 {YEAR}-02-05 {YEAR}-02-11
清明节 {YEAR}-04-05 {YEAR}-04-05
劳动节 {YEAR}-05-01 {YEAR}-05-05
端午节 {YEAR}-06-09 {YEAR}-06-09
国庆节、中秋节 {YEAR}-10-01 {YEAR}-10-07"""


def find_weekend(year: int, month: int) -> date:
    return next(day for n in range(10, 18) if (day := date(year, month, n)).weekday() == 6)


def record(actor: object, **changes: object) -> HolidayArrangement:
    values = {
        "year": YEAR,
        "number": f"国办发明电〔{YEAR - 1}〕99号",
        "published_on": clock.today(),
        "source": "测试用通知",
        "periods": PERIODS,
        "workdays": find_weekend(YEAR, 2).isoformat(),
    }
    return record_holidays(actor, **(values | changes))  # type: ignore[arg-type]


def test_recorded_year_tells_working_days_over_new_year() -> None:
    off = frozenset({date(YEAR - 1, 12, 31), date(YEAR, 1, 1)})
    made_up = next(day for n in range(2, 9) if (day := date(YEAR, 1, n)).weekday() == 6)
    calendar = AmendedCalendar([HolidayYear(YEAR, off, frozenset({made_up}))])
    assert not calendar.is_working_day(date(YEAR - 1, 12, 31))
    assert calendar.is_working_day(made_up)
    assert calendar.is_working_day(date(2026, 1, 4))
    with pytest.raises(CalendarUnknown):
        calendar.is_working_day(date(YEAR + 1, 3, 1))


def test_unknown_year_is_refused_until_it_is_recorded(app: Flask, people: People) -> None:
    start = date(YEAR - 1, 12, 25)
    with app.app_context():
        with read_tx(), pytest.raises(CalendarUnknown) as refused:
            end_of_publicity(start, 5, calendar=get_calendar())
        assert "节假日安排" in refused.value.text
        with write_tx():
            record(people.approver)
        with read_tx():
            calendar = get_calendar()
            end = end_of_publicity(start, 5, calendar=calendar)
    assert end.year == YEAR
    assert calendar.is_working_day(end)
    assert not calendar.is_working_day(date(YEAR, 10, 7))


def test_a_correction_is_a_new_row_with_a_reason(app: Flask, people: People) -> None:
    other = find_weekend(YEAR, 3)
    with app.app_context(), write_tx() as session:
        record(people.approver)
        with pytest.raises(InvalidInput) as refused:
            record(people.approver, workdays=other.isoformat())
        assert refused.value.code == "holiday_reason"
        record(people.approver, workdays=other.isoformat(), reason="原登记漏看一行")
        assert session.query(HolidayArrangement).count() == 2
        assert get_calendar().is_working_day(other)
        assert not get_calendar().is_working_day(find_weekend(YEAR, 2))


@pytest.mark.parametrize("part", ["officer", "auditor", "owner", "judge"])
def test_only_an_approver_records(app: Flask, people: People, part: str) -> None:
    with app.app_context(), write_tx() as session:
        with pytest.raises(PermissionDenied):
            record(getattr(people, part))
        assert session.query(HolidayArrangement).count() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"year": 2026}, "holiday_year"),
        ({"year": YEAR + 5}, "holiday_year"),
        ({"number": "某通知"}, "holiday_number"),
        ({"number": "国办发明电〔2020〕1号"}, "holiday_number"),
        ({"source": " "}, "holiday_source"),
        ({"published_on": date(YEAR + 2, 1, 1)}, "holiday_published"),
        ({"periods": PERIODS.replace("端午节", "夏节")}, "festival_missing"),
        ({"periods": PERIODS.replace(f"{YEAR}-10-07", f"{YEAR}-02-30")}, "day_malformed"),
        ({"periods": PERIODS.replace(f"{YEAR}-10-07", f"{YEAR}-09-07")}, "period_order"),
        ({"periods": PERIODS.replace(f"{YEAR}-10-01", f"{YEAR}-10-02")}, "fixed_day_missing"),
        ({"periods": "元旦 2027"}, "period_malformed"),
        ({"workdays": f"{YEAR}-10-02"}, "workday_odd"),
        ({"workdays": "下周六"}, "day_malformed"),
    ],
)
def test_what_no_notice_could_say_is_refused(
    app: Flask, people: People, changes: dict[str, object], code: str
) -> None:
    with app.app_context(), write_tx() as session:
        with pytest.raises(DomainError) as refused:
            record(people.approver, **changes)
        assert refused.value.code == code
        assert session.query(HolidayArrangement).count() == 0


def test_days_are_read_line_by_line() -> None:
    assert read_days(f"\n{YEAR}-02-14\n \n{YEAR}-02-28\n")[1] == date(YEAR, 2, 28)
    assert [item.name for item in read_periods(PERIODS)][:2] == ["元旦", "春节"]
    today = date(YEAR - 1, 11, 30)
    days = check_arrangement(YEAR, read_periods(PERIODS), (), today=today)
    assert len(days.holidays) == 24
    check_source(f"国办发明电〔{YEAR - 1}〕9号", "网址", today, year=YEAR, today=today)


def test_page_records_and_shows_the_year(app: Flask, people: People, sign_in: SignIn) -> None:
    approver = sign_in(app, "approver@test.example")
    data = {
        "year": str(YEAR),
        "number": f"国办发明电〔{YEAR - 1}〕99号",
        "published_on": clock.today().isoformat(),
        "source": "测试用通知",
        "periods": PERIODS,
        "workdays": "",
    }
    bad = approver.post("/bureau/holidays", data={**data, "periods": "元旦"})
    assert bad.status_code == 422
    assert "第 1 行" in bad.get_data(as_text=True)
    assert approver.post("/bureau/holidays", data=data).status_code == 302
    assert "国办发明电" in approver.get("/bureau/holidays").get_data(as_text=True)
    officer = sign_in(app, "officer@test.example")
    assert officer.post("/bureau/holidays", data=data).status_code == 403
    assert sign_in(app, "owner@test.example").get("/bureau/holidays").status_code == 403

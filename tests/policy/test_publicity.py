"""Working days by the national calendar, 调休 included; publicity periods to the last midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.policy.publicity import (
    NATIONAL_CALENDAR,
    CalendarUnknown,
    add_working_days,
    closes_at,
    end_of_publicity,
    is_working_day,
    remaining_working_days,
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),  # New Year
        (date(2026, 1, 2), False),  # Friday off
        (date(2026, 1, 3), False),  # Saturday off
        (date(2026, 1, 4), True),  # Sunday made up
        (date(2025, 1, 26), True),  # Sunday made up for the Spring Festival
        (date(2025, 1, 28), False),  # New Year's Eve of the lunar year
        (date(2025, 2, 8), True),  # Saturday made up
        (date(2025, 4, 27), True),  # Sunday made up for Labour Day
        (date(2025, 10, 8), False),  # the eighth day of the long holiday
        (date(2025, 10, 11), True),  # Saturday made up
        (date(2026, 5, 9), True),  # Saturday made up for Labour Day
        (date(2026, 5, 8), True),  # an ordinary Friday
        (date(2026, 5, 10), False),  # an ordinary Sunday
        (date(2024, 2, 29), True),  # leap day, a Thursday
        (date(2020, 2, 29), False),  # leap day, a Saturday
        (date(2012, 2, 29), True),  # leap day, a Wednesday
    ],
)
def test_is_working_day(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 9)),  # Monday to the next Monday
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # Friday: over the week-end
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # published on a Saturday
        (date(2026, 4, 30), 5, date(2026, 5, 11)),  # Labour Day, Saturday 9 May works
        (date(2025, 9, 30), 3, date(2025, 10, 11)),  # long holiday, Saturday 11 October works
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # New Year, Sunday 4 January works
        (date(2024, 2, 28), 2, date(2024, 3, 1)),  # over a leap day
        (date(2024, 2, 28), 1, date(2024, 2, 29)),  # to a leap day
        (date(2023, 2, 27), 2, date(2023, 3, 1)),  # no leap day
        (date(2026, 12, 24), 5, date(2026, 12, 31)),  # the last day that is known
    ],
)
def test_end_of_publicity(start: date, days: int, end: date) -> None:
    assert end_of_publicity(start, days) == end
    assert add_working_days(start, days) == end


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2027, 1, 1), date(1, 1, 1)])
def test_unknown_year_is_refused(day: date) -> None:
    with pytest.raises(CalendarUnknown) as refused:
        is_working_day(day)
    assert refused.value.code == "calendar_year_unknown"
    assert refused.value.text == (
        f"节假日历没有 {day.year} 年的安排（现有 2004 年至 2026 年），不能推算工作日。"
        "国务院办公厅公布该年安排后，请审批人员先在“节假日安排”中登记文号和日期，再办理本事项。"
    )


def test_known_years_at_both_ends() -> None:
    assert NATIONAL_CALENDAR.years == range(2004, 2027)
    assert is_working_day(date(2004, 1, 2)) is True
    assert is_working_day(date(2026, 12, 31)) is True


def test_period_that_reaches_an_unknown_year_is_refused_not_guessed() -> None:
    with pytest.raises(CalendarUnknown, match="2027"):
        end_of_publicity(date(2026, 12, 25), 5)


@pytest.mark.parametrize("days", [0, -1])
def test_period_without_days_is_refused(days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        end_of_publicity(date(2026, 3, 2), days)
    assert (refused.value.code, refused.value.field) == ("working_days_too_few", "working_days")
    assert refused.value.text == f"工作日数须为不小于 1 的整数，现为 {days}。"


def test_period_closes_at_midnight_in_china() -> None:
    moment = closes_at(date(2026, 5, 11))
    assert moment == datetime(2026, 5, 11, 16, 0, tzinfo=UTC)
    assert moment.isoformat() == "2026-05-12T00:00:00+08:00"
    assert closes_at(date(2024, 2, 28)).date() == date(2024, 2, 29)
    assert closes_at(date(2025, 12, 31)).date() == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 4, 30), 6),  # the day of publication is itself a working day
        (date(2026, 5, 1), 5),
        (date(2026, 5, 6), 5),
        (date(2026, 5, 8), 3),
        (date(2026, 5, 9), 2),
        (date(2026, 5, 10), 1),
        (date(2026, 5, 11), 1),
        (date(2026, 5, 12), 0),
        (date(2027, 5, 12), 0),  # over: the unknown year is not asked for
    ],
)
def test_remaining_working_days(today: date, left: int) -> None:
    assert remaining_working_days(today, date(2026, 5, 11)) == left


def test_working_days_before_an_end_are_as_many_as_were_added() -> None:
    start = date(2025, 1, 2)
    while start.year == 2025:
        end = end_of_publicity(start, 5)
        assert remaining_working_days(start + timedelta(days=1), end) == 5
        assert is_working_day(end)
        start += timedelta(days=1)


class EveryThirdDay:
    """A calendar whose working days are those with a number divisible by three."""

    def is_working_day(self, day: date) -> bool:
        return day.day % 3 == 0


def test_another_calendar_can_be_passed_in() -> None:
    calendar = EveryThirdDay()
    assert is_working_day(date(2030, 1, 3), calendar=calendar) is True
    assert end_of_publicity(date(2030, 1, 1), 3, calendar=calendar) == date(2030, 1, 9)
    assert add_working_days(date(2030, 1, 1), 1, calendar=calendar) == date(2030, 1, 3)
    left = remaining_working_days(date(2030, 1, 4), date(2030, 1, 9), calendar=calendar)
    assert left == 2

"""Working days by the national calendar with its make-up days (调休), and publicity periods. Pure.

The State Council announces each year's holidays in the autumn before. A year that the calendar
does not know is refused, never guessed: one wrong day makes a publicity period void.
Source of the start rule: 《中华人民共和国民法典》第二百零一条, the first day is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import chinese_calendar

from matchmaker.errors import DomainError, InvalidInput

_CHINA = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)


class CalendarUnknown(DomainError):
    """The calendar has no holidays for a year, so that its working days cannot be told."""

    http_status = 409


class WorkingCalendar(Protocol):
    """What tells working days; another one may be passed in, with later years for instance."""

    def is_working_day(self, day: date) -> bool:
        """True on a working day. Raises CalendarUnknown for a year that is not known."""


class NationalCalendar:
    """The calendar of the State Council's yearly notices, from the library ``chinesecalendar``."""

    @property
    def years(self) -> range:
        """The years that are known."""
        known = chinese_calendar.constants.holidays
        return range(min(known).year, max(known).year + 1)

    def is_working_day(self, day: date) -> bool:
        years = self.years
        if day.year not in years:
            raise CalendarUnknown(
                "calendar_year_unknown",
                "节假日历没有 {year} 年的安排（现有 {first} 年至 {last} 年），不能推算工作日。"
                "国务院办公厅公布该年安排后，请审批人员先在“节假日安排”中登记文号和日期，再办理本事项。",
                year=day.year,
                first=years.start,
                last=years.stop - 1,
            )
        return bool(chinese_calendar.is_workday(day))


NATIONAL_CALENDAR = NationalCalendar()
SATURDAY = 5


@dataclass(frozen=True)
class HolidayYear:
    """The arrangement of one year (部分节假日安排): days off, and days at work that make up."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]


class AmendedCalendar:
    """The library's calendar with the years that were recorded from the published arrangement.

    A recorded arrangement also speaks for its days in the December before (元旦), which the
    library cannot have known.
    """

    def __init__(
        self, years: Iterable[HolidayYear], base: WorkingCalendar = NATIONAL_CALENDAR
    ) -> None:
        self._years = {item.year: item for item in years}
        self._base = base

    def is_working_day(self, day: date) -> bool:
        for year in (day.year, day.year + 1):
            known = self._years.get(year)
            if known is not None and day in known.holidays:
                return False
            if known is not None and day in known.workdays:
                return True
        if day.year in self._years:
            return day.weekday() < SATURDAY
        return self._base.is_working_day(day)


def is_working_day(day: date, *, calendar: WorkingCalendar = NATIONAL_CALENDAR) -> bool:
    """True on a working day, make-up Saturdays and Sundays included.

    >>> is_working_day(date(2026, 1, 4))
    True
    """
    return calendar.is_working_day(day)


def add_working_days(
    start: date, working_days: int, *, calendar: WorkingCalendar = NATIONAL_CALENDAR
) -> date:
    """The n-th working day after ``start``; ``start`` itself is not counted.

    Raises InvalidInput below 1 and CalendarUnknown when a year on the way is not known.
    """
    if working_days < 1:
        raise InvalidInput(
            "working_days_too_few",
            "工作日数须为不小于 1 的整数，现为 {working_days}。",
            field="working_days",
            working_days=working_days,
        )
    day = start
    for _ in range(working_days):
        day += _DAY
        while not calendar.is_working_day(day):
            day += _DAY
    return day


def end_of_publicity(
    start: date, working_days: int, *, calendar: WorkingCalendar = NATIONAL_CALENDAR
) -> date:
    """The last day of a publicity period (公示期) published on ``start``; it ends at 24:00.

    >>> end_of_publicity(date(2026, 4, 30), 5)
    datetime.date(2026, 5, 11)
    """
    return add_working_days(start, working_days, calendar=calendar)


def closes_at(last_day: date) -> datetime:
    """The moment a period ends: midnight after its last day in Asia/Shanghai, aware.

    >>> closes_at(date(2026, 5, 11)).isoformat()
    '2026-05-12T00:00:00+08:00'
    """
    return datetime.combine(last_day + _DAY, time.min, tzinfo=_CHINA)


def remaining_working_days(
    today: date, last_day: date, *, calendar: WorkingCalendar = NATIONAL_CALENDAR
) -> int:
    """Working days left, today and the last day included; 0 when the period is over."""
    count = 0
    day = today
    while day <= last_day:
        count += calendar.is_working_day(day)
        day += _DAY
    return count

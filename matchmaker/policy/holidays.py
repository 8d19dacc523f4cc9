"""Checking a year's holiday arrangement as the State Council's office published it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matchmaker.errors import InvalidInput
from matchmaker.policy.publicity import NATIONAL_CALENDAR, SATURDAY, HolidayYear
from matchmaker.policy.quoting import shown
from matchmaker.policy.strict_yaml import parse_iso_date

#: 《全国年节及纪念日放假办法》 第二条: every arrangement names these, joined or apart.
FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
#: Days of the same regulation that don't move with the lunar calendar: month and day.
FIXED_DAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
PERIOD_MAX_DAYS = 12
_NUMBER = re.compile(r"\S{2,40}〔(\d{4})〕\d{1,4}号")


@dataclass(frozen=True)
class Period:
    """Days off of one festival, both included."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every day of the period."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=step) for step in range(count)]


def read_periods(text: str) -> tuple[Period, ...]:
    """Periods from lines of 节日名称 第一天 最后一天; raises InvalidInput naming the line."""
    return tuple(_read_period(number, line) for number, line in _list_lines(text))


def read_days(text: str) -> tuple[date, ...]:
    """Days from lines of one date each; raises InvalidInput naming the line."""
    return tuple(_read_day(number, line, "workdays") for number, line in _list_lines(text))


def _list_lines(text: str) -> list[tuple[int, str]]:
    lines = enumerate(text.splitlines(), start=1)
    return [(number, line.strip()) for number, line in lines if line.strip()]


def _read_period(number: int, line: str) -> Period:
    parts = line.split()
    if len(parts) != 3:
        raise InvalidInput(
            "period_malformed",
            "放假日期第 {line} 行应为“节日名称 第一天 最后一天”，以空格分开，现为“{text}”。",
            field="periods",
            line=number,
            text=shown(line),
        )
    first, last = (_read_day(number, part, "periods") for part in parts[1:])
    if not first <= last < first + timedelta(days=PERIOD_MAX_DAYS):
        raise InvalidInput(
            "period_order",
            "放假日期第 {line} 行：最后一天应不早于第一天，且一次放假不超过 {most} 天。",
            field="periods",
            line=number,
            most=PERIOD_MAX_DAYS,
        )
    return Period(parts[0], first, last)


def _read_day(number: int, text: str, field: str) -> date:
    day = parse_iso_date(text)
    if day is None:
        raise InvalidInput(
            "day_malformed",
            "第 {line} 行的“{text}”不是真实日期，请写成如 2027-01-01 的形式。",
            field=field,
            line=number,
            text=shown(text),
        )
    return day


def check_source(number: str, source: str, published_on: date, *, year: int, today: date) -> None:
    """Raise InvalidInput unless the notice is named by its 文号 and was published by today."""
    found = _NUMBER.fullmatch(number)
    if not found or int(found.group(1)) not in (year - 1, year):
        raise InvalidInput(
            "holiday_number",
            "请填写国务院办公厅通知的文号，如“国办发明电〔{before}〕×号”，"
            "年份应为 {before} 或 {year}。",
            field="number",
            before=year - 1,
            year=year,
        )
    if not 0 < len(source) <= 500:
        raise InvalidInput("holiday_source", "请填写通知的网址或公报期号。", field="source")
    if published_on > today or published_on.year < year - 1:
        raise InvalidInput(
            "holiday_published",
            "发布日期应在 {before} 年 1 月 1 日以后，且不晚于今天。",
            field="published_on",
            before=year - 1,
        )


def check_arrangement(
    year: int, periods: Sequence[Period], workdays: Sequence[date], *, today: date
) -> HolidayYear:
    """The arrangement as a value; raises InvalidInput for what no published one could say."""
    if year in NATIONAL_CALENDAR.years or not today.year <= year <= today.year + 1:
        raise InvalidInput(
            "holiday_year",
            "只登记节假日历还没有的本年或次年安排；{year} 年不需要或还不能登记。",
            field="year",
            year=year,
        )
    missing = [name for name in FESTIVALS if not any(name in item.name for item in periods)]
    if missing:
        raise InvalidInput(
            "festival_missing",
            "放假日期缺少：{names}。请按通知逐项填写（合并放假的写在一行，如“国庆中秋”）。",
            field="periods",
            names="、".join(missing),
        )
    days = [day for item in periods for day in item.days]
    _check_days(year, days, workdays)
    return HolidayYear(year, frozenset(days), frozenset(workdays))


def _check_days(year: int, days: Sequence[date], workdays: Sequence[date]) -> None:
    first = date(year - 1, 12, 1)
    for field, label, listed in (("periods", "放假", days), ("workdays", "上班", workdays)):
        wrong = [day for day in listed if not first <= day <= date(year, 12, 31)]
        if wrong or len(set(listed)) != len(listed):
            raise InvalidInput(
                "holiday_days",
                "{label}日期不能重复，且应在 {before} 年 12 月至 {year} 年 12 月之间。",
                field=field,
                label=label,
                before=year - 1,
                year=year,
            )
    fixed = [date(year, month, day) for month, day in FIXED_DAYS]
    absent = [day.isoformat() for day in fixed if day not in days]
    if absent:
        raise InvalidInput(
            "fixed_day_missing",
            "法定节假日 {days} 没有列入放假日期，请与通知核对。",
            field="periods",
            days="、".join(absent),
        )
    odd = [day.isoformat() for day in workdays if day.weekday() < SATURDAY or day in days]
    if odd:
        raise InvalidInput(
            "workday_odd",
            "调休上班日应为周六或周日，且不在放假日期内：{days}。",
            field="workdays",
            days="、".join(odd),
        )

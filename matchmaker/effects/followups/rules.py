"""Pure decisions about follow-ups: due days, states, what a report must say."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from matchmaker.clock import format_day
from matchmaker.errors import IllegalTransition, InvalidInput
from matchmaker.steps import take_step

#: Months after the designation at which the unit reports.
PERIODS = (3, 6, 12)
#: A report may come this long before its due day.
OPENS_BEFORE = timedelta(days=30)
#: A late unit is reminded again after so many days.
CHASE_EVERY = timedelta(days=7)
UNITS_MAX = 100_000
HOURS_MAX = 100_000_000
FAILURES_MAX = 1_000_000
SAVINGS_MAX_FEN = 10_000_000_000_00
TEXT_MIN, TEXT_MAX = 10, 2000


class FollowupState(StrEnum):
    """Where a follow-up stands."""

    EXPECTED = "expected"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    FAILED = "failed"


STATE_LABELS: Mapping[FollowupState, str] = {
    FollowupState.EXPECTED: "待填报",
    FollowupState.SUBMITTED: "已填报，待审核",
    FollowupState.RETURNED: "已退回补正",
    FollowupState.ACCEPTED: "审核通过",
    FollowupState.FAILED: "未达到要求",
}
#: The unit has to act.
OPEN_STATES = frozenset({FollowupState.EXPECTED, FollowupState.RETURNED})


class Step(StrEnum):
    """What moves a follow-up."""

    SUBMIT = "submit"
    RETURN = "return"
    ACCEPT = "accept"
    FAIL = "fail"


_S = FollowupState
#: (state, step) → next state. What is not here does not exist.
TRANSITIONS: Mapping[tuple[FollowupState, Step], FollowupState] = {
    (_S.EXPECTED, Step.SUBMIT): _S.SUBMITTED,
    (_S.RETURNED, Step.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, Step.RETURN): _S.RETURNED,
    (_S.SUBMITTED, Step.ACCEPT): _S.ACCEPTED,
    (_S.SUBMITTED, Step.FAIL): _S.FAILED,
    (_S.EXPECTED, Step.FAIL): _S.FAILED,
    (_S.RETURNED, Step.FAIL): _S.FAILED,
}


def next_state(state: FollowupState, step: Step) -> FollowupState:
    """The state that a step leads to; raises IllegalTransition where it does not exist."""
    return take_step(TRANSITIONS, state, step, subject="跟踪填报", states=STATE_LABELS)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it has no such day.

    >>> add_months(date(2025, 11, 30), 3), add_months(date(2027, 11, 30), 3)
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def is_late(state: FollowupState, due_on: date, today: date) -> bool:
    """True from the day after the due day on while the unit has to act."""
    return state in OPEN_STATES and today > due_on


def is_to_be_chased(due_on: date, chased_on: date | None, today: date) -> bool:
    """True for a late one that was not reminded within the last days."""
    return today > due_on and (chased_on is None or today - chased_on >= CHASE_EVERY)


def check_open(due_on: date, today: date) -> None:
    """Raise IllegalTransition before the time for the report begins."""
    first = due_on - OPENS_BEFORE
    if today < first:
        raise IllegalTransition(
            "followup_early",
            "这一期应在{due}前填报，{first}起可以填报。",
            due=format_day(due_on),
            first=format_day(first),
        )


def check_may_fail(state: FollowupState, due_on: date, today: date) -> None:
    """Raise IllegalTransition for what was neither reported nor late."""
    if state in OPEN_STATES and not is_late(state, due_on, today):
        raise IllegalTransition(
            "followup_running", "填报期限未到，只能在逾期未报或已填报后认定未达到要求。"
        )


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A report as typed: robots at work, hours since the designation, failures, savings in fen."""

    units: int | None
    hours: int | None
    failures: int | None
    savings_fen: int | None
    note: str
    evidence: str
    savings_public: bool = False


@dataclass(frozen=True)
class CheckedFigures:
    """A report that may be handed in."""

    units: int
    hours: int
    failures: int
    savings_fen: int
    note: str
    evidence: str
    savings_public: bool


def check_figures(figures: Figures, *, earlier_hours: int) -> CheckedFigures:
    """The checked report. Raises InvalidInput naming the first field that is wrong.

    ``earlier_hours`` are the newest hours of the earlier periods: hours add up and never fall.
    """
    hours = _whole(figures.hours, "hours", "累计运行时长", HOURS_MAX)
    if hours < earlier_hours:
        raise InvalidInput(
            "hours_backwards",
            "累计运行时长不能少于上一期的 {earlier} 小时。",
            field="hours",
            earlier=earlier_hours,
        )
    savings = figures.savings_fen
    if savings is None or not 0 <= savings <= SAVINGS_MAX_FEN:
        raise InvalidInput(
            "savings", "请填写累计节约金额，没有的填 0，不超过 100 亿元。", field="savings"
        )
    return CheckedFigures(
        units=_whole(figures.units, "units", "在用台（套）数", UNITS_MAX),
        hours=hours,
        failures=_whole(figures.failures, "failures", "累计故障次数", FAILURES_MAX),
        savings_fen=savings,
        note=_text(figures.note, "note", "运行情况说明"),
        evidence=_text(figures.evidence, "evidence", "数据来源和佐证"),
        savings_public=figures.savings_public,
    )


def _whole(value: int | None, field: str, label: str, most: int) -> int:
    if value is None or not 0 <= value <= most:
        raise InvalidInput(
            field,
            "请填写{label}，为 0 至 {most} 的整数。",
            field=field,
            label=label,
            most=most,
        )
    return value


def _text(text: str, field: str, label: str) -> str:
    trimmed = text.strip()
    if not TEXT_MIN <= len(trimmed) <= TEXT_MAX:
        raise InvalidInput(
            field,
            "请填写{label}，{least} 至 {most} 个字。",
            field=field,
            label=label,
            least=TEXT_MIN,
            most=TEXT_MAX,
        )
    return trimmed


def check_reason(text: str, *, field: str = "note") -> str:
    """A reason that the unit reads, trimmed; raises InvalidInput for one that says nothing."""
    reason = text.strip()
    if not 4 <= len(reason) <= TEXT_MAX:
        raise InvalidInput("reason", "请写明理由，4 至 {most} 个字。", field=field, most=TEXT_MAX)
    return reason

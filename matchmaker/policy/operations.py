"""Recording that a draft was adopted, and a year's holidays that the calendar lacks."""

from __future__ import annotations

from datetime import date

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.policy import queries
from matchmaker.policy.holidays import check_arrangement, check_source, read_days, read_periods
from matchmaker.policy.law import DocumentStatus
from matchmaker.policy.loader import load_law
from matchmaker.policy.models import HolidayArrangement, PolicyAdoption
from matchmaker.policy.permissions import RECORD_ADOPTION, RECORD_HOLIDAYS

NUMBER_MAX = 80
SOURCE_MAX = 500


def record_adoption(
    actor: Actor, *, document_id: str, number: str, adopted_on: date, source: str
) -> PolicyAdoption:
    """Note the number, day and source of a draft's adoption; it cannot be changed afterwards.

    Raises InvalidInput for a text that is no draft, a missing number or source, a day to come.
    """
    require(actor, RECORD_ADOPTION)
    document = load_law().document_on(document_id, adopted_on)
    if document.status is not DocumentStatus.DRAFT:
        raise InvalidInput("not_a_draft", "《{title}》不是征求意见稿。", title=document.title)
    number, source = number.strip(), source.strip()
    if not 0 < len(number) <= NUMBER_MAX:
        raise InvalidInput("number_missing", "请填写文号，不超过 80 个字。", field="number")
    if not 0 < len(source) <= SOURCE_MAX:
        raise InvalidInput("source_missing", "请填写印发文件的来源或网址。", field="source")
    if adopted_on > clock.today():
        raise InvalidInput("adopted_later", "印发日期不能晚于今天。", field="adopted_on")
    if db.session.get(PolicyAdoption, document_id) is not None:
        raise Conflict("already_adopted", "该文件的正式印发已经登记，不能重复登记。")
    adoption = PolicyAdoption(
        document_id=document_id,
        number=number,
        adopted_on=adopted_on,
        source=source,
        recorded_by=actor.user_id,
    )
    db.session.add(adoption)
    db.session.flush()
    record(
        actor,
        "policy.record_adoption",
        "policy_document",
        document_id,
        number=number,
        adopted_on=adopted_on.isoformat(),
        source=source,
    )
    return adoption


def record_holidays(
    actor: Actor,
    *,
    year: int,
    number: str,
    published_on: date,
    source: str,
    periods: str,
    workdays: str,
    reason: str = "",
) -> HolidayArrangement:
    """Note a year's holidays from the State Council's notice, so that working days can be told.

    ``periods`` holds a line a festival, ``workdays`` a line a day. A year that was recorded before
    is corrected by a new row with a reason; periods that were published keep their dates.
    """
    require(actor, RECORD_HOLIDAYS)
    number, source, reason = number.strip(), source.strip(), reason.strip()
    today = clock.today()
    read, days = read_periods(periods), read_days(workdays)
    arrangement = check_arrangement(year, read, days, today=today)
    check_source(number, source, published_on, year=year, today=today)
    if queries.find_holidays(year) is not None and not 5 <= len(reason) <= 500:
        raise InvalidInput(
            "holiday_reason",
            "该年安排已经登记过，更正须写明理由（5 至 500 字）。",
            field="reason",
        )
    row = HolidayArrangement(
        year=year,
        number=number,
        published_on=published_on,
        source=source,
        periods=[[item.name, item.first.isoformat(), item.last.isoformat()] for item in read],
        workdays=[day.isoformat() for day in sorted(arrangement.workdays)],
        reason=reason,
        recorded_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "policy.record_holidays",
        "policy_holiday_arrangement",
        row.id,
        year=year,
        number=number,
        periods=row.periods,
        workdays=row.workdays,
        reason=reason,
    )
    return row

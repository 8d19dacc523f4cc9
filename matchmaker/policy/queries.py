"""The law as it stands: the documents with recorded adoptions, the calendar with recorded years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.policy.holidays import Period
from matchmaker.policy.law import Adoption, Law
from matchmaker.policy.loader import load_law
from matchmaker.policy.models import HolidayArrangement, PolicyAdoption
from matchmaker.policy.publicity import AmendedCalendar, HolidayYear


def get_law() -> Law:
    """The law with the recorded adoptions."""
    adoptions = [Adoption(row.document_id, row.number, row.adopted_on) for row in list_adoptions()]
    return load_law().with_adoptions(*adoptions)


def list_adoptions() -> Sequence[PolicyAdoption]:
    """Recorded adoptions by document."""
    return db.session.scalars(select(PolicyAdoption).order_by(PolicyAdoption.document_id)).all()


def list_holidays() -> Sequence[HolidayArrangement]:
    """Every recorded arrangement, newest first; corrected ones stay."""
    query = select(HolidayArrangement).order_by(HolidayArrangement.id.desc())
    return db.session.scalars(query).all()


def find_holidays(year: int) -> HolidayArrangement | None:
    """The arrangement of a year that counts, or None."""
    query = select(HolidayArrangement).where(HolidayArrangement.year == year)
    return db.session.scalars(query.order_by(HolidayArrangement.id.desc())).first()


def get_calendar() -> AmendedCalendar:
    """The working-day calendar with the recorded years; the newest record of a year counts."""
    newest = {row.year: row for row in reversed(list_holidays())}
    return AmendedCalendar(_as_year(row) for row in newest.values())


def _as_year(row: HolidayArrangement) -> HolidayYear:
    periods = [
        Period(name, date.fromisoformat(first), date.fromisoformat(last))
        for name, first, last in row.periods
    ]
    return HolidayYear(
        year=row.year,
        holidays=frozenset(day for item in periods for day in item.days),
        workdays=frozenset(map(date.fromisoformat, row.workdays)),
    )

"""Figures of the yearly budget, by instrument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.rewards.models import Budget, Claim, Clawback, Determination, Payment
from matchmaker.rewards.permissions import READ_BUDGET
from matchmaker.rewards.rules import GRANTED


@dataclass(frozen=True)
class BudgetFigures:
    """Budget, committed (approved) and paid amounts of one instrument in one year, in fen.

    ``paid_fen`` is what was transferred on the year's commitments less what came back.
    """

    instrument: str
    year: int
    budget_fen: int | None
    document_number: str
    committed_fen: int
    paid_fen: int

    @property
    def left_fen(self) -> int | None:
        """What may still be committed."""
        return None if self.budget_fen is None else self.budget_fen - self.committed_fen


def get_figures(instrument: str, year: int) -> BudgetFigures:
    """The figures of one instrument in one year."""
    budget = find_budget(instrument, year)
    return BudgetFigures(
        instrument=instrument,
        year=year,
        budget_fen=budget.amount_fen if budget else None,
        document_number=budget.document_number if budget else "",
        committed_fen=_sum(Determination.payable_fen, instrument, year),
        paid_fen=_sum_paid(instrument, year),
    )


def list_figures(actor: Actor, year: int, instruments: Iterable[str]) -> list[BudgetFigures]:
    """The figures of a year for each of the instruments."""
    require(actor, READ_BUDGET)
    return [get_figures(instrument, year) for instrument in instruments]


def list_years(today: date) -> list[int]:
    """Years with a budget or a commitment, this one included, newest first."""
    years = {today.year, *db.session.scalars(select(Budget.year).distinct())}
    committed = select(Determination.budget_year).where(Determination.budget_year.is_not(None))
    years.update(year for year in db.session.scalars(committed.distinct()) if year)
    return sorted(years, reverse=True)


def find_budget(instrument: str, year: int) -> Budget | None:
    """The newest entry of a budget; the earlier ones are its history."""
    query = select(Budget).where(Budget.instrument == instrument, Budget.year == year)
    return db.session.scalars(query.order_by(Budget.id.desc()).limit(1)).first()


def _sum(column: ColumnElement[int] | object, instrument: str, year: int) -> int:
    query = (
        select(func.coalesce(func.sum(column), 0))
        .select_from(Determination)
        .join(Claim, Claim.id == Determination.claim_id)
        .where(
            Claim.instrument == instrument,
            Claim.status.in_(GRANTED),
            Determination.budget_year == year,
        )
    )
    return int(db.session.scalar(query) or 0)


def _sum_paid(instrument: str, year: int) -> int:
    totals = []
    for table in (Payment, Clawback):
        query = (
            select(func.coalesce(func.sum(table.amount_fen), 0))
            .join(Determination, Determination.id == table.determination_id)
            .join(Claim, Claim.id == Determination.claim_id)
            .where(Claim.instrument == instrument, Determination.budget_year == year)
        )
        totals.append(int(db.session.scalar(query) or 0))
    return totals[0] - totals[1]

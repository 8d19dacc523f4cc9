"""The exposure report: who was shown how often, who never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from sqlalchemy import func, select

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.clock import CHINA
from matchmaker.db import db
from matchmaker.matching.exposure.models import MatchImpression
from matchmaker.matching.exposure.permissions import SEE_EXPOSURE
from matchmaker.matching.exposure.rules import compute_gini
from matchmaker.matching.feedback.queries import count_by_supplier
from matchmaker.matching.feedback.rules import Usefulness
from matchmaker.matching.market.corpus import get_corpus


@dataclass(frozen=True)
class FirmExposure:
    """One firm with published products. ``mean_rank`` is None for one never shown."""

    supplier_id: str
    name: str
    products: int
    shown: int
    share: Fraction
    mean_rank: Fraction | None
    useful: int
    unsuitable: int


@dataclass(frozen=True)
class ExposureReport:
    """The firms by impressions, most first; ``gini`` over all firms with published products."""

    since: date
    until: date
    firms: tuple[FirmExposure, ...]
    shown: int
    gini: Fraction

    @property
    def never_shown(self) -> tuple[FirmExposure, ...]:
        """Firms whose products no list showed."""
        return tuple(firm for firm in self.firms if firm.shown == 0)


def make_exposure_report(actor: Actor, since: date, until: date) -> ExposureReport:
    """The report over the days from ``since`` to ``until``, both included."""
    require(actor, SEE_EXPOSURE)
    counts = {code: (shown, ranks) for code, shown, ranks in _count(since, until)}
    words = _count_feedback(actor, since)
    total = sum(shown for shown, _ in counts.values())
    firms = [
        _make_firm(code, name, products, counts.get(code, (0, 0)), total, words)
        for code, (name, products) in _list_firms().items()
    ]
    firms.sort(key=lambda firm: (-firm.shown, firm.supplier_id))
    return ExposureReport(
        since=since,
        until=until,
        firms=tuple(firms),
        shown=total,
        gini=compute_gini([firm.shown for firm in firms]),
    )


def _make_firm(
    code: str,
    name: str,
    products: int,
    counted: tuple[int, int],
    total: int,
    words: dict[tuple[str, Usefulness], int],
) -> FirmExposure:
    shown, ranks = counted
    return FirmExposure(
        supplier_id=code,
        name=name,
        products=products,
        shown=shown,
        share=Fraction(shown, total) if total else Fraction(0),
        mean_rank=Fraction(ranks, shown) if shown else None,
        useful=words.get((code, Usefulness.USEFUL), 0),
        unsuitable=words.get((code, Usefulness.UNSUITABLE), 0),
    )


def _count(since: date, until: date) -> Sequence[tuple[str, int, int]]:
    """(firm's code, impressions, sum of ranks)."""
    query = (
        select(
            MatchImpression.supplier,
            func.sum(MatchImpression.shown),
            func.sum(MatchImpression.shown * MatchImpression.rank),
        )
        .where(MatchImpression.day >= since, MatchImpression.day <= until)
        .group_by(MatchImpression.supplier)
    )
    return [(row[0], int(row[1]), int(row[2])) for row in db.session.execute(query)]


def _count_feedback(actor: Actor, since: date) -> dict[tuple[str, Usefulness], int]:
    start = datetime.combine(since, time(), tzinfo=CHINA)
    return {(code, word): count for code, word, count in count_by_supplier(actor, start)}


def _list_firms() -> dict[str, tuple[str, int]]:
    """Firms with published products: code → (name, how many)."""
    firms: dict[str, tuple[str, int]] = {}
    for profile in get_corpus().profiles.values():
        name, count = firms.get(profile.supplier_id, (profile.supplier_name, 0))
        firms[profile.supplier_id] = (name, count + 1)
    return firms


def days_before(until: date, days: int) -> date:
    """The first day of a period of ``days`` that ends on ``until``."""
    return until - timedelta(days=days - 1)

"""What everybody may know of an award: who was paid how much, when and by which clause.

Shown from the day on which the award is paid in full; sums in between, accounts, vouchers and
reasons stay with those who handle the claim. What was paid back is shown beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.db import db
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.rules import ClaimStatus


@dataclass(frozen=True, kw_only=True)
class PaidAward:
    """The award of one designated scene; amounts in fen, one for each day of transfers."""

    designation_id: int
    unit: str
    instrument: str
    decided_on: date
    paid: tuple[tuple[date, int], ...]
    returned: tuple[tuple[date, int], ...]

    @property
    def paid_fen(self) -> int:
        """What was transferred, money that came back not deducted."""
        return sum(fen for _, fen in self.paid)

    @property
    def returned_fen(self) -> int:
        """What was paid back."""
        return sum(fen for _, fen in self.returned)

    @property
    def net_fen(self) -> int:
        """What the unit keeps."""
        return self.paid_fen - self.returned_fen


def list_paid_awards(designation_ids: Collection[int]) -> list[PaidAward]:
    """The awards of these scenes that were paid in full, in the order of the scenes' ids."""
    query = (
        select(Claim)
        .where(Claim.designation_id.in_(designation_ids), Claim.status == ClaimStatus.PAID)
        .options(
            joinedload(Claim.organisation),
            selectinload(Claim.determinations).selectinload(Determination.payments),
            selectinload(Claim.determinations).selectinload(Determination.clawbacks),
        )
        .order_by(Claim.designation_id, Claim.id)
    )
    return [_disclose(claim) for claim in db.session.scalars(query)]


def _disclose(claim: Claim) -> PaidAward:
    binding = [row for row in claim.determinations if row.is_binding and row.approved_at]
    return PaidAward(
        designation_id=claim.designation_id or 0,
        unit=claim.organisation.name,
        instrument=claim.instrument,
        decided_on=binding[-1].decided_on,
        paid=_by_day((each.paid_on, each.amount_fen) for row in binding for each in row.payments),
        returned=_by_day(
            (each.returned_on, each.amount_fen) for row in binding for each in row.clawbacks
        ),
    )


def _by_day(amounts: Iterable[tuple[date, int]]) -> tuple[tuple[date, int], ...]:
    days: Counter[date] = Counter()
    for day, fen in amounts:
        days[day] += fen
    return tuple(sorted(days.items()))

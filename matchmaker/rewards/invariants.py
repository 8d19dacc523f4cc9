"""M1–M3 of money as code: run by tests after every step, by the command line and every night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from sqlalchemy import func, select

from matchmaker.audit.rules import Violation
from matchmaker.db import db
from matchmaker.errors import DomainError
from matchmaker.funding.models import AwardRecord, Ledger
from matchmaker.funding.queries import claimed_fen, compute_totals, measure_work
from matchmaker.funding.register import find_own_award
from matchmaker.policy.instrument import Fixed, FixedByWord, Instrument, Share
from matchmaker.policy.law import Law, PolicyDocument
from matchmaker.policy.queries import get_law
from matchmaker.policy.receipt import recompute
from matchmaker.rewards.budgets.queries import get_figures
from matchmaker.rewards.models import Claim, Determination, Payee
from matchmaker.rewards.queries import sum_paid, sum_returned
from matchmaker.rewards.rules import (
    GRANTED,
    ClaimStatus,
    FactSource,
    hash_receipt,
    source_of,
)


def find_violations() -> list[Violation]:
    """Everything that contradicts M1, M2 or M3 in the database; empty when all holds."""
    law = get_law()
    rows = db.session.scalars(select(Determination).order_by(Determination.id)).all()
    found: list[Violation] = []
    for row in rows:
        found += _check_award(law, row)
        found += _check_sums(row)
    found += _check_works()
    found += _check_ledgers()
    found += _check_budgets(rows)
    return found


def _check_award(law: Law, row: Determination) -> Iterator[Violation]:
    """M1, and that the receipt still gives the same bytes (D1)."""
    subject = f"{row.claim.number}/{row.id}"
    if hash_receipt(row.receipt) != row.receipt_sha256:
        yield Violation("D1", subject, "回执与其 SHA-256 不符")
    try:
        if recompute(law, row.receipt) != row.receipt:
            yield Violation("D1", subject, "按回执复算的字节不同")
    except DomainError as error:
        yield Violation("D1", subject, error.text)
        return
    document, instrument = law.instrument_on(row.claim.instrument, row.decided_on)
    ceiling = _ceiling(document, instrument, row)
    if row.award_fen > ceiling:
        yield Violation("M1", subject, f"核定 {row.award_fen} 分高于上限 {ceiling} 分")
    if row.payable_fen and not (row.is_binding and row.is_eligible):
        yield Violation("M1", subject, "未生效或不符合条件的核定不应有应付金额")


def _ceiling(
    document: PolicyDocument, instrument: Instrument, row: Determination
) -> int | Fraction:
    """The cap, and rate × verified total where the base rests on the ledger."""
    calculation, on = instrument.calculation, row.decided_on
    if isinstance(calculation, Fixed):
        return document.money_on(calculation.amount, on)
    if isinstance(calculation, FixedByWord):
        return max(document.money_on(amount, on) for _, amount in calculation.amounts)
    if not isinstance(calculation, Share):
        return 0
    cap: int | Fraction = document.money_on(calculation.cap, on)
    ledger = row.claim.ledger
    rests_on_ledger = ledger is not None and _rests_on_ledger(instrument, calculation.base)
    if ledger is None or calculation.rate is None or not rests_on_ledger:
        return cap
    rate = Fraction(document.number_on(calculation.rate, on))
    return min(cap, rate * compute_totals(ledger).verified_fen)


def _rests_on_ledger(instrument: Instrument, base: str) -> bool:
    """True when the base is the ledger's total or that total less something."""
    sources = {measure.name: measure for measure in instrument.measures}
    if base in sources and sources[base].times is not None:
        return False
    name = sources[base].source if base in sources else base
    return source_of(name) in {FactSource.LEDGER_TOTAL, FactSource.LEDGER_ROBOTS}


def _check_sums(row: Determination) -> Iterator[Violation]:
    """M3: payees, transfers and register say the same."""
    claim, subject = row.claim, f"{row.claim.number}/{row.id}"
    paid = sum_paid(row)
    shares = db.session.scalar(
        select(func.sum(Payee.share_fen)).where(Payee.determination_id == row.id)
    )
    if shares is not None and shares != row.payable_fen:
        yield Violation("M3", subject, "收款单位金额合计不等于应付金额")
    if paid > row.payable_fen:
        yield Violation("M3", subject, "拨付合计超过应付金额")
    if paid and (row.approved_at is None or not row.is_binding):
        yield Violation("M3", subject, "没有核定的申领有拨付记录")
    if claim.determination is not row:
        return
    if (claim.status is ClaimStatus.PAID) != (row.payable_fen > 0 and paid == row.payable_fen):
        yield Violation("M3", subject, "申领状态与拨付合计不符")
    yield from _check_record(claim, row, paid - sum_returned(row))


def _check_record(claim: Claim, row: Determination, net_paid: int) -> Iterator[Violation]:
    if claim.status not in GRANTED:
        return
    entry = find_own_award(claim.number)
    wanted = (row.award_fen, net_paid, claim.work_key, True)
    if entry is None or wanted != (
        entry.amount_fen,
        entry.paid_fen,
        entry.work_key,
        entry.is_binding,
    ):
        yield Violation("M3", claim.number, "奖补台账与核定、拨付记录不一致")


def _check_works() -> Iterator[Violation]:
    """M2: for one piece of work at most its highest binding award was paid."""
    keys = select(AwardRecord.work_key).where(AwardRecord.work_key.is_not(None)).distinct()
    for key in sorted(key for key in db.session.scalars(keys) if key):
        work = measure_work(key)
        if work.excess_fen:
            yield Violation("M2", key, f"重复享受 {work.excess_fen} 分，应予追回")


def _check_ledgers() -> Iterator[Violation]:
    for ledger in db.session.scalars(select(Ledger).order_by(Ledger.id)):
        for item in ledger.items:
            if item.verified_fen is not None and item.verified_fen > claimed_fen(ledger, item):
                yield Violation("M1", f"ledger {ledger.id}/{item.id}", "审定金额高于申报金额")


def _check_budgets(rows: Sequence[Determination]) -> Iterator[Violation]:
    """Commitments stay within the budget that was noted."""
    pairs = {(row.claim.instrument, row.budget_year) for row in rows if row.budget_year}
    for instrument, year in sorted((name, year) for name, year in pairs if year):
        figures = get_figures(instrument, year)
        if figures.committed_fen > (figures.budget_fen or 0):
            yield Violation("M3", f"{instrument}/{year}", "已核定金额超过预算")

"""Reads of ledgers and of the register of awards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker.accounts.permissions import can, require
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.funding.models import ApartDecision, AwardRecord, Ledger, LedgerItem
from matchmaker.funding.permissions import READ_LEDGER, READ_REGISTER
from matchmaker.funding.rules import (
    AwardTrace,
    OverlapSign,
    Verified,
    compute_excluded,
    compute_total,
    find_overlap_signs,
)


@dataclass(frozen=True)
class LedgerTotals:
    """Sums of a ledger in fen, in its own terms (with or without tax)."""

    claimed_fen: int
    verified_fen: int
    excluded_fen: int
    unverified_items: int


@dataclass(frozen=True)
class ProbableOverlap:
    """An award of the register that may be for the same work, and why."""

    award: AwardRecord
    signs: tuple[OverlapSign, ...]


def get_ledger(actor: Actor, ledger_id: int) -> Ledger:
    """The ledger, or NotFound when there is none that the actor may know of."""
    ledger = db.session.get(Ledger, ledger_id)
    if ledger is None or not can(actor, READ_LEDGER, ledger):
        raise NotFound("ledger_missing", "没有找到这份投入明细。")
    return ledger


def get_item(ledger: Ledger, item_id: int) -> LedgerItem:
    """A line of exactly this ledger."""
    query = select(LedgerItem).where(LedgerItem.id == item_id, LedgerItem.ledger_id == ledger.id)
    item = db.session.scalar(query)
    if item is None:
        raise NotFound("item_missing", "没有找到这条投入明细。")
    return item


def claimed_fen(ledger: Ledger, item: LedgerItem) -> int:
    """What a line claims in its ledger's terms."""
    return item.amount_with_tax_fen if ledger.counts_tax else item.amount_without_tax_fen


def compute_totals(ledger: Ledger) -> LedgerTotals:
    """Claimed and verified sums; a line that nobody verified counts as nothing."""
    verified = [
        Verified(item.category, item.verified_fen or 0, item.verified_fen or 0)
        for item in ledger.items
    ]
    return LedgerTotals(
        claimed_fen=sum(claimed_fen(ledger, item) for item in ledger.items),
        verified_fen=compute_total(verified, with_tax=ledger.counts_tax),
        excluded_fen=compute_excluded(verified, with_tax=ledger.counts_tax),
        unverified_items=sum(item.verified_fen is None for item in ledger.items),
    )


def find_duplicate_invoices(ledger: Ledger) -> dict[str, list[LedgerItem]]:
    """Invoice key → lines of OTHER ledgers that carry the same number."""
    keys = [item.invoice_key for item in ledger.items]
    query = (
        select(LedgerItem)
        .where(LedgerItem.invoice_key.in_(keys), LedgerItem.ledger_id != ledger.id)
        .order_by(LedgerItem.id)
    )
    found: dict[str, list[LedgerItem]] = {}
    for item in db.session.scalars(query):
        found.setdefault(item.invoice_key, []).append(item)
    return found


def list_register(actor: Actor) -> Sequence[AwardRecord]:
    """Every award, newest first."""
    require(actor, READ_REGISTER)
    query = select(AwardRecord).order_by(AwardRecord.awarded_on.desc(), AwardRecord.id.desc())
    return db.session.scalars(query).all()


def get_award_record(actor: Actor, record_id: int) -> AwardRecord:
    """One award of the register."""
    require(actor, READ_REGISTER)
    row = db.session.get(AwardRecord, record_id)
    if row is None:
        raise NotFound("award_missing", "台账中没有这条记录。")
    return row


def list_awards_for_work(work_key: str) -> Sequence[AwardRecord]:
    """All awards, ours and others', that were decided to be for one piece of work."""
    query = select(AwardRecord).where(AwardRecord.work_key == work_key).order_by(AwardRecord.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


@dataclass(frozen=True)
class WorkTotals:
    """What one piece of work got and its highest binding award, over all programmes, in fen.

    ``used_fen`` is what was ever paid, less what came back and may be granted again.
    """

    paid_fen: int
    used_fen: int
    highest_fen: int

    @property
    def excess_fen(self) -> int:
        """What was paid beyond the highest award and has to come back."""
        return max(self.paid_fen - self.highest_fen, 0)


def measure_work(work_key: str) -> WorkTotals:
    """Paid and highest amounts of one piece of work (杭政办函〔2024〕66号 附则)."""
    awards = list_awards_for_work(work_key)
    return WorkTotals(
        paid_fen=sum(award.paid_fen for award in awards),
        used_fen=sum(award.used_fen for award in awards),
        highest_fen=max((award.amount_fen for award in awards if award.is_binding), default=0),
    )


def find_probable_overlaps(
    trace: AwardTrace, *, work_key: str | None = None
) -> list[ProbableOverlap]:
    """Awards that share a sign with the trace and on which nobody has decided yet."""
    found = []
    apart = _list_apart(work_key) if work_key is not None else frozenset()
    for award in db.session.scalars(select(AwardRecord).order_by(AwardRecord.id)):
        if work_key is not None and award.work_key == work_key:
            continue
        if award.id in apart or (award.work_key and award.work_key in apart):
            continue
        signs = find_overlap_signs(trace, trace_of(award))
        if signs:
            found.append(ProbableOverlap(award, signs))
    return found


def _list_apart(work_key: str) -> frozenset[int | str]:
    """Ids of awards and keys of works that were decided to be other work than this one.

    A decision on one of two works holds for the other as well.
    """
    decisions = select(ApartDecision).options(joinedload(ApartDecision.award))
    apart: set[int | str] = set()
    for row in db.session.scalars(decisions):
        if row.work_key == work_key:
            apart.add(row.award_id)
            apart.update([row.award.work_key] if row.award.work_key else [])
        elif row.award.work_key == work_key:
            apart.add(row.work_key)
    return frozenset(apart)


def list_apart(work_key: str) -> Sequence[ApartDecision]:
    """The decisions that an award is for other work than this one."""
    query = select(ApartDecision).where(ApartDecision.work_key == work_key)
    return db.session.scalars(query.order_by(ApartDecision.id)).all()


def trace_of(award: AwardRecord) -> AwardTrace:
    """What identifies the work of an award."""
    return AwardTrace(award.credit_code, award.project, frozenset(award.invoices))

"""M1–M3 of money as code: run by tests after every step, by the command line and every night."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from sqlalchemy import func, select

from matchmaker.audit.rules import Violation
from matchmaker.clock import CHINA
from matchmaker.db import db, find_triggers
from matchmaker.errors import DomainError
from matchmaker.funding import invariants as funding
from matchmaker.funding.models import AwardRecord, Ledger
from matchmaker.funding.queries import claimed_fen, compute_totals, measure_work
from matchmaker.funding.register import OWN, find_own_award
from matchmaker.policy.amounts import parse_hundredths
from matchmaker.policy.instrument import Fixed, FixedByWord, Instrument, Share
from matchmaker.policy.law import Law, PolicyDocument
from matchmaker.policy.queries import get_law
from matchmaker.policy.receipt import recompute
from matchmaker.rewards import trails
from matchmaker.rewards.budgets.queries import get_figures
from matchmaker.rewards.determinations.facts import read_ledger_facts
from matchmaker.rewards.models import Claim, Determination, Payee
from matchmaker.rewards.queries import (
    list_undecided_overlaps,
    sum_paid,
    sum_released,
    sum_returned,
)
from matchmaker.rewards.rules import (
    GRANTED,
    ClaimStatus,
    FactSource,
    hash_receipt,
    source_of,
)
from matchmaker.rewards.walls import LOCKS

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")
#: The newest determination was proposed or decided on the ledger as it stands.
_STANDING = GRANTED | {ClaimStatus.PROPOSED, ClaimStatus.SIMULATED, ClaimStatus.REJECTED}


def find_violations() -> list[Violation]:
    """Everything that contradicts M1, M2 or M3 in the database; empty when all holds."""
    law = get_law()
    rows = db.session.scalars(select(Determination).order_by(Determination.id)).all()
    found = list(_check_walls())
    for row in rows:
        found += _check_award(law, row)
        found += _check_sums(row)
    found += _check_register()
    found += _check_works()
    found += _check_ledgers()
    found += _check_budgets(rows)
    found += funding.find_violations()
    found += trails.find_violations()
    return found


def _check_walls() -> Iterator[Violation]:
    """The triggers that refuse a change of what was decided and paid stand in the database."""
    dialect, present = db.engine.dialect.name, find_triggers()
    for statements in LOCKS.values():
        for name in _TRIGGER.findall("\n".join(statements[dialect])):
            if name not in present:
                yield Violation("M3", name, "数据库缺少防改动的触发器")


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
    if not _is_result(row):
        yield Violation("M1", subject, "核定内容与回执的计算结果不符")
    yield from _check_facts(law, row)
    document, instrument = law.instrument_on(row.claim.instrument, row.decided_on)
    ceiling = _ceiling(document, instrument, row)
    if row.award_fen > ceiling:
        yield Violation("M1", subject, f"核定 {row.award_fen} 分高于上限 {ceiling} 分")
    if row.payable_fen and not (row.is_binding and row.is_eligible):
        yield Violation("M1", subject, "未生效或不符合条件的核定不应有应付金额")


def _is_result(row: Determination) -> bool:
    """True when the row says what its receipt computed, and nothing else."""
    value = json.loads(row.receipt)
    reward, overlap = value["result"]["reward"], value["result"]["overlap"]
    award_fen = parse_hundredths(reward["award_yuan"])
    is_highest = reward["binding"] and overlap["award_yuan"] == reward["award_yuan"]
    payable_fen = parse_hundredths(overlap["payable_yuan"]) if is_highest else 0
    return (
        row.claim.instrument,
        row.decided_on.isoformat(),
        row.award_fen,
        row.payable_fen,
        row.is_eligible,
        row.is_binding,
    ) == (
        value["instrument"],
        value["on"],
        award_fen,
        payable_fen,
        reward["eligible"],
        reward["binding"],
    )


def _check_facts(law: Law, row: Determination) -> Iterator[Violation]:
    """M1: what a standing determination took from the ledger is what the ledger says."""
    if row.claim.determination is not row or row.claim.status not in _STANDING:
        return
    inputs = json.loads(row.receipt)["inputs"]
    for name, text in read_ledger_facts(law, row.claim, row.decided_on).items():
        if inputs.get(name) != text:
            yield Violation(
                "M1", f"{row.claim.number}/{row.id}", "审定的投入与核定所取用的金额不符"
            )


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
    for payee in row.payees:
        got = sum(payment.amount_fen for payment in row.payments if payment.payee_id == payee.id)
        if got > payee.share_fen:
            yield Violation("M3", subject, "对收款单位的拨付超过其应得金额")
    if any(payment.payee_id not in {payee.id for payee in row.payees} for payment in row.payments):
        yield Violation("M3", subject, "拨付给了不在收款单位之列的单位")
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
    if claim.status not in GRANTED and claim.status is not ClaimStatus.SIMULATED:
        return
    entry = find_own_award(claim.number)
    wanted = (
        claim.instrument,
        row.award_fen,
        net_paid,
        sum_paid(row) - sum_released(row),
        claim.work_key,
        row.is_binding,
        row.approved_at and row.approved_at.astimezone(CHINA).date(),
    )
    if entry is None or wanted != (
        entry.scheme,
        entry.amount_fen,
        entry.paid_fen,
        entry.used_fen,
        entry.work_key,
        entry.is_binding,
        entry.awarded_on,
    ):
        yield Violation("M3", claim.number, "奖补台账与核定、拨付记录不一致")


def _check_register() -> Iterator[Violation]:
    """M3: an award of ours in the register that binds was granted to a claim."""
    granted = set(db.session.scalars(select(Claim.number).where(Claim.status.in_(GRANTED))))
    query = select(AwardRecord.reference).where(AwardRecord.source == OWN, AwardRecord.is_binding)
    for reference in sorted(set(db.session.scalars(query)) - granted):
        yield Violation("M3", reference, "奖补台账中的奖励没有对应的核定")


def _check_works() -> Iterator[Violation]:
    """M2: for one piece of work at most its highest binding award was paid; none is in doubt."""
    granted = select(Claim).where(Claim.status.in_(GRANTED)).order_by(Claim.id)
    for claim in db.session.scalars(granted):
        for overlap in list_undecided_overlaps(claim):
            award = overlap.award
            text = f"与“{award.payer}：{award.scheme}”（{award.reference}）是否同一事项尚未认定"
            yield Violation("M2", claim.number, text)
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

"""The facts of a determination: from the ledger, the selection and our register, or as stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matchmaker.errors import Conflict, NotReady
from matchmaker.funding import queries as funding
from matchmaker.funding.models import AwardRecord, Ledger
from matchmaker.funding.register import OWN
from matchmaker.funding.rules import OVERLAP_LABELS, Category
from matchmaker.policy.amounts import format_yuan
from matchmaker.policy.law import DocumentStatus, Law
from matchmaker.policy.overlap import OTHER_PREFIX
from matchmaker.rewards import queries
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.rules import (
    LEDGER_SOURCES,
    ONCE_PER_WORK,
    FactSource,
    source_of,
)
from matchmaker.selection.results.models import Designation

OTHER_NAME_MAX = 100


@dataclass(frozen=True)
class Grounds:
    """Everything that a determination of a claim rests on, as of now."""

    on: date
    facts: Mapping[str, str]
    other_awards: tuple[str, ...]
    #: Paid for the same work, with what had to be given back for a fault.
    paid_fen: int


def gather_grounds(law: Law, claim: Claim, today: date) -> Grounds:
    """The grounds as they stand. Raises Conflict while a line of the ledger is not verified."""
    _check_verified(claim)
    on = decide_on(law, claim, today)
    _, instrument = law.instrument_on(claim.instrument, on)
    facts = {}
    for spec in instrument.facts:
        text = _read_fact(claim, spec.name, on)
        if text is not None:
            facts[spec.name] = text
    records = [
        row for row in funding.list_awards_for_work(claim.work_key) if not _is_own(row, claim)
    ]
    return Grounds(
        on=on,
        facts=facts,
        other_awards=tuple(sorted(_as_award(row) for row in records if _counts(law, row, on))),
        paid_fen=sum(row.used_fen for row in funding.list_awards_for_work(claim.work_key)),
    )


def read_ledger_facts(law: Law, claim: Claim, on: date) -> dict[str, str]:
    """The facts that rest on the verified amounts of the ledger, as it stands now."""
    _, instrument = law.instrument_on(claim.instrument, on)
    names = [spec.name for spec in instrument.facts if source_of(spec.name) in LEDGER_SOURCES]
    found = {name: _read_fact(claim, name, on) for name in names}
    return {name: text for name, text in found.items() if text is not None}


def decide_on(law: Law, claim: Claim, today: date) -> date:
    """The day of the decision: of the designation for a designated project, else today.

    A draft binds decisions made from its adoption on, so a designation before it is decided on the
    day of adoption (seeds/policies, A25.draft_decisions).
    """
    designation = _designation(claim)
    if designation is None:
        return today
    day = designation.designated_on
    document, _ = law.instrument_on(claim.instrument, day)
    adoption = law.adoption_of(document.id)
    if document.status is DocumentStatus.DRAFT and adoption is not None:
        return max(day, adoption.adopted_on)
    return day


def _check_verified(claim: Claim) -> None:
    if claim.ledger is None:
        return
    missing = funding.compute_totals(claim.ledger).unverified_items
    if missing:
        raise Conflict(
            "lines_unverified",
            "还有 {count} 条投入明细没有审定，请审计人员逐条审定后再拟定核定意见。",
            count=missing,
        )


def _designation(claim: Claim) -> Designation | None:
    return queries.find_designation(claim.designation_id) if claim.designation_id else None


def _is_own(row: AwardRecord, claim: Claim) -> bool:
    return row.source == OWN and row.reference == claim.number


def _counts(law: Law, row: AwardRecord, on: date) -> bool:
    """A provisional award of ours whose draft binds by now has to be determined anew first."""
    if row.source != OWN or row.is_binding:
        return True
    document, _ = law.instrument_on(row.scheme, on)
    return not law.is_binding(document, on)


def _as_award(row: AwardRecord) -> str:
    if row.source == OWN:
        return f"{row.scheme}={format_yuan(row.amount_fen)}"
    name = "".join(sign if sign.isprintable() else " " for sign in f"{row.payer} {row.scheme}")
    return f"{OTHER_PREFIX}{name[:OTHER_NAME_MAX]}={format_yuan(row.amount_fen)}"


def _read_fact(claim: Claim, name: str, on: date) -> str | None:
    """One fact as text; None where the unit left an optional one out."""
    match source_of(name):
        case FactSource.LEDGER_TOTAL:
            return format_yuan(funding.compute_totals(_ledger(claim)).verified_fen)
        case FactSource.LEDGER_EXCLUDED:
            return format_yuan(funding.compute_totals(_ledger(claim)).excluded_fen)
        case FactSource.LEDGER_ROBOTS:
            return _list_robot_prices(_ledger(claim))
        case FactSource.DESIGNATION:
            return _as_flag(_is_designated(claim))
        case FactSource.PAID_BEFORE:
            return format_yuan(sum(row.payable_fen for row in _granted(claim)))
        case FactSource.PAID_THIS_YEAR:
            this_year = [row for row in _granted(claim) if row.decided_on.year == on.year]
            return format_yuan(sum(row.payable_fen for row in this_year))
        case FactSource.RECEIVED_BEFORE:
            return _as_flag(_has_received(claim))
        case FactSource.STATED:
            return claim.stated_facts.get(name)


def _ledger(claim: Claim) -> Ledger:
    if claim.ledger is None:
        raise NotReady("ledger_missing", "这份申领没有投入明细，请退回申领单位补登。")
    return claim.ledger


def _list_robot_prices(ledger: Ledger) -> str:
    prices = [
        format_yuan(item.verified_fen)
        for item in ledger.items
        if item.category is Category.ROBOT and item.verified_fen
    ]
    return ",".join(prices) or format_yuan(0)


def _is_designated(claim: Claim) -> bool:
    designation = _designation(claim)
    return designation is not None and queries.instrument_of(designation) == claim.instrument


def _granted(claim: Claim) -> list[Determination]:
    """What the unit was promised before under this instrument, paid or not."""
    return queries.list_granted(claim.instrument, claim.organisation_id, but=claim)


def _has_received(claim: Claim) -> bool:
    granted = _granted(claim)
    if claim.instrument in ONCE_PER_WORK:
        granted = [row for row in granted if row.claim.work_key == claim.work_key]
    return any(row.award_fen for row in granted)


def _as_flag(value: bool) -> str:
    return "true" if value else "false"


def check_unpaid_awards(claim: Claim) -> None:
    """Raise Conflict while another claim for the same work was granted and is not paid in full.

    Only what was paid is deducted, so two promises for one piece of work must not stand at once.
    """
    outstanding = queries.list_outstanding(claim)
    if outstanding:
        raise Conflict(
            "work_outstanding",
            "同一事项的 {number} 已核定、尚未付清，请待其付清后再办理本申领，以免重复享受。",
            number=outstanding[0].number,
        )


def check_overlaps_decided(claim: Claim) -> None:
    """Raise Conflict while an award shares a sign with the claim and nobody has decided on it.

    Source: 杭政办函〔2024〕66号 附则, 不重复.
    """
    undecided = queries.list_undecided_overlaps(claim)
    if undecided:
        overlap = undecided[0]
        raise Conflict(
            "overlap_undecided",
            "“{payer}：{scheme}”（{reference}）与本事项{signs}，可能重复享受。请经办人员先在"
            "“二、同一事项核查”中认定是否为同一事项，再拟定、批准或拨付。",
            payer=overlap.award.payer,
            scheme=overlap.award.scheme,
            reference=overlap.award.reference,
            signs="、".join(OVERLAP_LABELS[sign] for sign in overlap.signs),
        )

"""What pages of claims show, for the unit that claims and for the bureau."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Response, current_app, make_response, render_template, url_for

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.config import Settings
from matchmaker.documents.pdf import render_pdf
from matchmaker.funding import queries as funding
from matchmaker.funding.models import LedgerItem
from matchmaker.funding.rules import CATEGORY_LABELS
from matchmaker.policy.amounts import group_yuan
from matchmaker.policy.instrument import FactSpec
from matchmaker.policy.law import Law
from matchmaker.policy.queries import get_law
from matchmaker.rewards import queries
from matchmaker.rewards.documents import build_sheet, print_sheet, show_fact
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.permissions import INSPECT
from matchmaker.rewards.recomputing import recompute_determination
from matchmaker.rewards.rules import (
    SOURCE_LABELS,
    STATUS_LABELS,
    ClaimStatus,
    FactSource,
    mask_account,
    source_of,
)
from matchmaker.web.waiting import WaitingItem

TONES = {
    ClaimStatus.DRAFT: "plain",
    ClaimStatus.RETURNED: "unsure",
    ClaimStatus.SUBMITTED: "info",
    ClaimStatus.PROPOSED: "info",
    ClaimStatus.SIMULATED: "gold",
    ClaimStatus.APPROVED: "good",
    ClaimStatus.HANDED_OVER: "good",
    ClaimStatus.ACCEPTED: "good",
    ClaimStatus.PAID: "good",
    ClaimStatus.SETTLED: "good",
    ClaimStatus.REJECTED: "bad",
    ClaimStatus.WITHDRAWN: "plain",
}
#: The way of a claim as people see it: label and the states that stand in it.
WAY = (
    ("填报", {ClaimStatus.DRAFT, ClaimStatus.RETURNED}),
    ("审计和拟定", {ClaimStatus.SUBMITTED}),
    ("审批", {ClaimStatus.PROPOSED}),
    ("核定", {ClaimStatus.APPROVED, ClaimStatus.SIMULATED}),
    ("送市财政局", {ClaimStatus.HANDED_OVER}),
    ("拨付", {ClaimStatus.ACCEPTED}),
    ("办结", {ClaimStatus.PAID, ClaimStatus.SETTLED}),
)
STOPPED = frozenset({ClaimStatus.REJECTED, ClaimStatus.WITHDRAWN})


@dataclass(frozen=True)
class ClaimCard:
    """One line of a list of claims."""

    id: int
    number: str
    project: str
    organisation: str
    instrument: str
    status: str
    tone: str
    submitted_on: date | None
    award_fen: int | None
    payable_fen: int | None
    is_demo: bool


def make_card(law: Law, claim: Claim, *, is_bureau: bool) -> ClaimCard:
    """A claim in a list; the unit learns an amount once it is decided."""
    row = claim.determination
    shown = row if row is not None and (is_bureau or row.approved_at) else None
    moment = claim.submitted_at
    return ClaimCard(
        id=claim.id,
        number=claim.number,
        project=claim.project,
        organisation=claim.organisation.name,
        instrument=title_of(law, claim.instrument),
        status=label_of(claim.status, is_bureau=is_bureau),
        tone=TONES[claim.status],
        submitted_on=moment.astimezone(clock.CHINA).date() if moment else None,
        award_fen=shown.award_fen if shown else None,
        payable_fen=shown.payable_fen if shown else None,
        is_demo=claim.is_demo,
    )


def label_of(status: ClaimStatus, *, is_bureau: bool) -> str:
    """The state in words; who waits for a decision need not know whose desk it lies on."""
    if not is_bureau and status in {ClaimStatus.SUBMITTED, ClaimStatus.PROPOSED}:
        return "审核中"
    return STATUS_LABELS[status]


def title_of(law: Law, instrument_id: str) -> str:
    """The instrument's title with its id."""
    _, instrument = law.instrument_on(instrument_id, clock.today())
    return f"{instrument.title}（{instrument_id}）"


def list_steps(claim: Claim) -> list[dict[str, str]]:
    """Progress; a rejected or withdrawn claim stops where it was."""
    if claim.status in STOPPED:
        label = STATUS_LABELS[claim.status]
        return [{"label": "填报", "state": "done"}, {"label": label, "state": "stopped"}]
    present = next(index for index, (_, states) in enumerate(WAY) if claim.status in states)
    is_over = claim.status in {ClaimStatus.PAID, ClaimStatus.SETTLED}
    states = ["done" if n < present or is_over else "next" for n in range(len(WAY))]
    if not is_over:
        states[present] = "now"
    return [{"label": label, "state": state} for (label, _), state in zip(WAY, states, strict=True)]


def list_facts(law: Law, claim: Claim) -> list[tuple[str, str]]:
    """What the unit stated, and where the other facts come from."""
    _, instrument = law.instrument_on(claim.instrument, clock.today())
    return [(spec.label, _fact_text(claim, spec)) for spec in instrument.facts]


def _fact_text(claim: Claim, spec: FactSpec) -> str:
    source = source_of(spec.name)
    if source is not FactSource.STATED:
        return f"取自{SOURCE_LABELS[source]}"
    if spec.name in claim.stated_facts:
        return show_fact(spec, claim.stated_facts[spec.name])
    return "未填" if spec.default is None else f"未填（按“{show_fact(spec, spec.default)}”计算）"


@dataclass(frozen=True)
class LineView:
    """A line of the ledger with what the auditor made of it."""

    item: LedgerItem
    number: int
    category: str
    claimed_fen: int
    evidence: str | None
    duplicates: tuple[str, ...]


def list_lines(claim: Claim, *, with_duplicates: bool) -> list[LineView]:
    """The lines; other claims that carry the same invoice are the bureau's business."""
    ledger = claim.ledger
    if ledger is None:
        return []
    duplicates = funding.find_duplicate_invoices(ledger) if with_duplicates else {}
    others = {item.ledger_id for items in duplicates.values() for item in items}
    claims = queries.map_ledger_claims(sorted(others))
    return [
        LineView(
            item=item,
            number=number,
            category=CATEGORY_LABELS[item.category],
            claimed_fen=funding.claimed_fen(ledger, item),
            evidence="发票和付款凭证" if item.evidence_file_id else None,
            duplicates=tuple(
                _describe_use(claims[other.ledger_id], other)
                for other in duplicates.get(item.invoice_key, ())
                if other.ledger_id in claims
            ),
        )
        for number, item in enumerate(ledger.items, start=1)
    ]


def _describe_use(claim: Claim, item: LedgerItem) -> str:
    verified = "未审定" if item.verified_fen is None else f"审定 {group_yuan(item.verified_fen)} 元"
    return f"{claim.number} {claim.organisation.name}：{item.description}，{verified}"


def show_sheet(actor: Actor, determination_id: int, *, area: str, home: str) -> str:
    """The award sheet as a page; ``area`` is the blueprint that it is shown under."""
    row = queries.get_determination(actor, determination_id)
    return render_template(
        "shared/claims/sheet.html",
        sheet=build_sheet(get_law(), row),
        recomputed=recompute_determination(row),
        lines=list_lines(row.claim, with_duplicates=False),
        totals=funding.compute_totals(row.claim.ledger) if row.claim.ledger else None,
        payees=[(payee, mask_account(payee.account)) for payee in row.payees],
        paid_fen=queries.sum_paid(row),
        returned_fen=queries.sum_returned(row),
        status=label_of(row.claim.status, is_bureau=can(actor, INSPECT)),
        area=area,
        home=home,
        demo_data=row.claim.is_demo,
    )


def send_sheet(actor: Actor, determination_id: int) -> Response:
    """The award sheet as PDF."""
    row = queries.get_determination(actor, determination_id)
    settings: Settings = current_app.extensions["settings"]
    data = print_sheet(build_sheet(get_law(), row), settings.site_sponsor)
    content = render_pdf("award_sheet.typ", data, made_at=row.approved_at or row.proposed_at)
    return _download(content, "application/pdf", f"{row.claim.number}-{row.id}.pdf")


def send_receipt(actor: Actor, determination_id: int) -> Response:
    """The receipt's bytes, as they are hashed."""
    row = queries.get_determination(actor, determination_id)
    return _download(row.receipt, "application/json", f"{row.claim.number}-{row.id}-receipt.json")


def _download(content: bytes, kind: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    safe = re.sub(r"[^A-Za-z0-9.-]", "_", name)
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def newest_visible(actor: Actor, claim: Claim) -> Determination | None:
    """The newest determination that the actor may open."""
    rows = [row for row in claim.determinations if queries.can_read_determination(actor, row)]
    return rows[-1] if rows else None


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Lines of the home pages: what the unit has to correct, what waits for the bureau."""
    if actor.has_role(RoleName.OWNER, RoleName.SUPPLIER) and actor.organisation_id is not None:
        yield from _claimant_waiting(actor)
    if can(actor, INSPECT):
        yield from _bureau_waiting(actor)


def _claimant_waiting(actor: Actor) -> Iterator[WaitingItem]:
    returned = [c for c in queries.list_own(actor) if c.status is ClaimStatus.RETURNED]
    audience, area = (
        ("owner", "owner_claims")
        if actor.has_role(RoleName.OWNER)
        else ("supplier", "supplier_reward_claims")
    )
    for claim in returned:
        yield WaitingItem(
            audience=audience,
            title=f"奖补申领 {claim.number} 已退回补正",
            url=url_for(f"{area}.show", claim_id=claim.id),
            act="去补正",
            note=claim.status_note[:60],
            rank=10,
        )
    designations = queries.list_designations(actor) if audience == "owner" else []
    if designations:
        yield WaitingItem(
            audience=audience,
            title="已入选、尚未申领奖补的场景",
            url=url_for(f"{area}.index"),
            act="去申领",
            count=len(designations),
            rank=20,
        )


#: Who acts on which state: role, state, title, act.
_DESK: tuple[tuple[RoleName, ClaimStatus, str, str], ...] = (
    (RoleName.AUDITOR, ClaimStatus.SUBMITTED, "待审定投入的奖补申领", "去审定"),
    (RoleName.OFFICER, ClaimStatus.SUBMITTED, "待拟定核定意见的奖补申领", "去办理"),
    (RoleName.APPROVER, ClaimStatus.PROPOSED, "待审批的奖补核定", "去审批"),
    (RoleName.OFFICER, ClaimStatus.APPROVED, "待登记收款单位、送市财政局的奖补", "去办理"),
    (RoleName.OFFICER, ClaimStatus.HANDED_OVER, "待登记市财政局答复的奖补", "去登记"),
    (RoleName.OFFICER, ClaimStatus.ACCEPTED, "待登记拨付的奖补", "去登记"),
)


def _bureau_waiting(actor: Actor) -> Iterator[WaitingItem]:
    counts = queries.count_by_status(actor)
    for role, status, title, act in _DESK:
        if actor.has_role(role) and counts[status]:
            yield WaitingItem(
                audience="bureau",
                title=title,
                url=url_for("bureau_claims.index", status=status.value),
                act=act,
                count=counts[status],
                rank=15,
            )
    undecided = queries.list_undecided_claims() if actor.has_role(RoleName.OFFICER) else []
    if undecided:
        first = undecided[0]
        yield WaitingItem(
            audience="bureau",
            title="待认定是否同一事项的奖补",
            url=url_for("bureau_claims.show", claim_id=first.id, _anchor="overlap"),
            act="去认定",
            count=len(undecided),
            note="、".join(claim.number for claim in undecided[:3]),
            rank=12,
        )

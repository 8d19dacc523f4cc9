"""What the bureau's page of a claim shows: what may be done now, and on what ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.audit.queries import list_history
from matchmaker.errors import DomainError
from matchmaker.funding import queries as funding
from matchmaker.funding.permissions import KEEP_REGISTER, VERIFY_ITEMS
from matchmaker.funding.rules import OVERLAP_LABELS
from matchmaker.policy.law import Law
from matchmaker.policy.receipt import Receipt
from matchmaker.rewards import queries
from matchmaker.rewards.determinations.facts import (
    check_overlaps_decided,
    check_unpaid_awards,
)
from matchmaker.rewards.determinations.operations import preview_receipt
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.permissions import APPROVE, PROCESS
from matchmaker.rewards.rules import (
    TRANSITIONS,
    ClaimStatus,
    Step,
    compute_payable,
    mask_account,
)

STEP_LABELS = {
    "rewards.create_claim": "建立申领",
    "rewards.submit": "提交申领",
    "rewards.return": "退回补正",
    "rewards.withdraw": "撤回申领",
    "rewards.propose": "拟定核定意见",
    "rewards.approve": "批准核定",
    "rewards.simulate": "批准测算结果",
    "rewards.settle": "核定办结（无需拨付）",
    "rewards.send_back": "退回重新拟定",
    "rewards.reject": "不予奖补",
    "rewards.hand_over": "送市财政局",
    "rewards.finance_accepts": "市财政局同意拨付",
    "rewards.finance_returns": "市财政局退回",
    "rewards.pay": "全部拨付",
}


@dataclass(frozen=True)
class Preview:
    """What a determination would say now, or why none can be made."""

    receipt: Receipt | None
    payable_fen: int
    problem: str


def preview(law: Law, claim: Claim) -> Preview | None:
    """The preview while a determination can be proposed, else None.

    Beside a decided one under a draft there is nothing to preview until the draft binds.
    """
    if (claim.status, Step.PROPOSE) not in TRANSITIONS:
        return None
    try:
        check_unpaid_awards(claim)
        check_overlaps_decided(claim)
        receipt = preview_receipt(law, claim)
    except DomainError as error:
        return Preview(None, 0, error.text)
    reward = receipt.reward
    if claim.status is ClaimStatus.SIMULATED and not reward.binding:
        return None
    payable = compute_payable(receipt.overlap, reward.award_fen, is_binding=reward.binding)
    return Preview(receipt, payable, "")


def list_acts(actor: Actor, claim: Claim) -> dict[str, bool]:
    """What this person may do with this claim now."""
    row, status = claim.determination, claim.status
    is_officer = can(actor, PROCESS, claim)
    is_proposal = status is ClaimStatus.PROPOSED and row is not None
    return {
        "verify": (
            status is ClaimStatus.SUBMITTED
            and claim.ledger is not None
            and can(actor, VERIFY_ITEMS, claim.ledger)
        ),
        "return": is_officer and status is ClaimStatus.SUBMITTED,
        "propose": is_officer and (status, Step.PROPOSE) in TRANSITIONS,
        "decide": is_proposal and can(actor, APPROVE, row),
        "link": can(actor, KEEP_REGISTER),
        "payees": is_officer and status is ClaimStatus.APPROVED,
        "hand_over": is_officer and status is ClaimStatus.APPROVED and bool(row and row.payees),
        "answer": is_officer and status is ClaimStatus.HANDED_OVER,
        "pay": is_officer and status is ClaimStatus.ACCEPTED,
        "record_return": is_officer,
        "claw_back": is_officer and _left_to_ask(row) > 0,
    }


def _left_to_ask(row: Determination | None) -> int:
    if row is None:
        return 0
    return queries.sum_paid(row) - queries.sum_asked(row)


def describe_work(claim: Claim) -> dict[str, Any]:
    """Awards for the same work, decided and probable."""
    awards = funding.list_awards_for_work(claim.work_key)
    return {
        "totals": funding.measure_work(claim.work_key),
        "awards": awards,
        "claims": queries.list_same_work(claim),
        "apart": funding.list_apart(claim.work_key),
        "must_decide": bool(queries.list_undecided_overlaps(claim)),
        "probable": [
            (overlap.award, "、".join(OVERLAP_LABELS[sign] for sign in overlap.signs))
            for overlap in queries.find_overlaps(claim)
        ],
    }


def describe_money(claim: Claim) -> dict[str, Any] | None:
    """Payees, hand-overs, transfers and what came back, of the newest determination."""
    row = claim.determination
    if row is None or row.approved_at is None or not row.payable_fen:
        return None
    paid = {payee.id: 0 for payee in row.payees}
    for payment in row.payments:
        paid[payment.payee_id] += payment.amount_fen
    return {
        "payees": [(payee, mask_account(payee.account), paid[payee.id]) for payee in row.payees],
        "handovers": row.handovers,
        "payments": row.payments,
        "cases": row.clawback_cases,
        "clawbacks": row.clawbacks,
        "askable_fen": _left_to_ask(row),
        "paid_fen": queries.sum_paid(row),
        "left_fen": row.payable_fen - queries.sum_paid(row),
    }


def list_trail(claim: Claim) -> list[dict[str, Any]]:
    """Steps of the claim from the trail, newest first."""
    return [
        {
            "when": entry.at,
            "title": STEP_LABELS[entry.action],
            "who": entry.actor_name,
            "text": entry.data.get("note", ""),
        }
        for entry in reversed(list_history("claim", claim.id))
        if entry.action in STEP_LABELS
    ]

"""Proposing a determination and deciding on it: two persons, neither of whom verified a line."""

from __future__ import annotations

from datetime import date

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, PermissionDenied
from matchmaker.funding import register
from matchmaker.outbox import send
from matchmaker.policy.amounts import format_yuan
from matchmaker.policy.law import Law
from matchmaker.policy.queries import get_law
from matchmaker.policy.receipt import Receipt, make_receipt
from matchmaker.rewards import queries
from matchmaker.rewards.budgets import queries as budgets
from matchmaker.rewards.claims.operations import check_note, move_claim
from matchmaker.rewards.determinations.facts import (
    check_overlaps_decided,
    check_unpaid_awards,
    gather_grounds,
)
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.permissions import APPROVE, PROCESS
from matchmaker.rewards.rules import Step, check_budget, compute_payable, hash_receipt, next_status


def preview_receipt(law: Law, claim: Claim, today: date | None = None) -> Receipt:
    """What a determination would say now, or on the day of its proposal; nothing is stored."""
    grounds = gather_grounds(law, claim, today or clock.today())
    return make_receipt(
        law,
        claim.instrument,
        grounds.facts,
        grounds.on,
        other_awards=grounds.other_awards,
        paid_yuan=format_yuan(grounds.paid_fen),
    )


def propose_determination(actor: Actor, claim: Claim) -> Determination:
    """Compute the award and keep its receipt; another person decides.

    Raises Conflict while a line is not verified, another award for the work is not paid in full,
    or nobody has decided whether a similar award is for the same work.
    """
    require(actor, PROCESS, claim)
    next_status(claim.status, Step.PROPOSE)
    _check_not_verifier(actor, claim)
    check_unpaid_awards(claim)
    check_overlaps_decided(claim)
    receipt = preview_receipt(get_law(), claim)
    content = receipt.to_bytes()
    row = Determination(
        claim=claim,
        receipt=content,
        receipt_sha256=hash_receipt(content),
        decided_on=receipt.on,
        award_fen=receipt.reward.award_fen,
        payable_fen=compute_payable(
            receipt.overlap, receipt.reward.award_fen, is_binding=receipt.reward.binding
        ),
        is_eligible=receipt.reward.eligible,
        is_binding=receipt.reward.binding,
        proposed_by=actor.user_id,
    )
    db.session.add(row)
    move_claim(
        actor,
        claim,
        Step.PROPOSE,
        sha256=row.receipt_sha256,
        award_fen=row.award_fen,
        payable_fen=row.payable_fen,
        is_binding=row.is_binding,
    )
    return row


def approve_determination(actor: Actor, row: Determination) -> None:
    """Decide on a proposal as computed: granted, settled without money, or 测算 under a draft.

    Raises Conflict when the facts have changed since, the case is not eligible, an overlap is not
    decided on, or the budget of the year does not suffice.
    """
    claim = _lock_proposal(row)
    require(actor, APPROVE, row)
    _check_not_verifier(actor, claim)
    if not row.is_eligible:
        raise Conflict("not_eligible", "测算结论为不符合条件，只能退回或不予奖补。")
    check_unpaid_awards(claim)
    check_overlaps_decided(claim)
    if preview_receipt(get_law(), claim, row.decided_on).to_bytes() != row.receipt:
        raise Conflict(
            "determination_stale",
            "拟定之后，同一事项的奖补、政策状态或台账已经变化，请退回经办人员重新拟定。",
        )
    step = _choose_step(row)
    if step is Step.APPROVE:
        _commit_budget(claim, row)
    row.approved_by, row.approved_at = actor.user_id, clock.now()
    _register(claim, row)
    move_claim(
        actor,
        claim,
        step,
        sha256=row.receipt_sha256,
        award_fen=row.award_fen,
        payable_fen=row.payable_fen,
        budget_year=row.budget_year,
    )
    send("rewards.claim_decided", claim_id=claim.id)


def _choose_step(row: Determination) -> Step:
    if not row.is_binding:
        return Step.SIMULATE
    return Step.APPROVE if row.payable_fen else Step.SETTLE


def _commit_budget(claim: Claim, row: Determination) -> None:
    year = clock.today().year
    figures = budgets.get_figures(claim.instrument, year)
    check_budget(
        budget_fen=figures.budget_fen,
        committed_fen=figures.committed_fen,
        wanted_fen=row.payable_fen,
    )
    row.budget_year = year


def _register(claim: Claim, row: Determination) -> None:
    register.keep_own_award(
        register.OwnAward(
            reference=claim.number,
            scheme=claim.instrument,
            is_binding=row.is_binding,
            recipient=claim.organisation.name,
            credit_code=claim.organisation.credit_code or "",
            project=claim.project,
            invoices=tuple(sorted(queries.trace_claim(claim).invoices)),
            work_key=claim.work_key,
            amount_fen=row.award_fen,
            awarded_on=clock.today(),
            is_demo=claim.is_demo,
        )
    )


def send_back(actor: Actor, row: Determination, *, reason: str) -> None:
    """Give a proposal back to the officer; the claim waits for a new one."""
    claim = _lock_proposal(row)
    require(actor, APPROVE, row)
    row.note = check_note(reason, "退回的理由")
    move_claim(actor, claim, Step.SEND_BACK, note=row.note)


def reject_claim(actor: Actor, row: Determination, *, reason: str) -> None:
    """Decide that nothing is granted, with the reason that the unit reads."""
    claim = _lock_proposal(row)
    require(actor, APPROVE, row)
    _check_not_verifier(actor, claim)
    row.note = check_note(reason, "不予奖补的理由")
    move_claim(actor, claim, Step.REJECT, note=row.note)
    send("rewards.claim_decided", claim_id=claim.id)


def _lock_proposal(row: Determination) -> Claim:
    """The claim of a proposal under the locks of deciding; the newest proposal only."""
    session = db.session()
    lock(session, "rewards.decide")
    lock(session, f"work:{row.claim.work_key}")
    session.refresh(row)
    session.refresh(row.claim)
    if row.claim.determination is not row or row.approved_at is not None:
        raise IllegalTransition("determination_superseded", "这份核定意见已经处理，请刷新页面。")
    return row.claim


def _check_not_verifier(actor: Actor, claim: Claim) -> None:
    items = claim.ledger.items if claim.ledger else []
    if actor.user_id is not None and any(item.verified_by == actor.user_id for item in items):
        raise PermissionDenied(
            "verified_by_self", "您审定过这份申领的投入明细，不能再拟定或批准核定意见。"
        )

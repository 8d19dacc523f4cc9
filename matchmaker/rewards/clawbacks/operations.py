"""Acts on claw-backs: proposing, deciding, noting what came back."""

from __future__ import annotations

from datetime import date

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.effects.followups import queries as followups
from matchmaker.effects.followups.rules import FollowupState
from matchmaker.errors import Conflict, NotFound
from matchmaker.outbox import send
from matchmaker.policy.amounts import group_yuan
from matchmaker.rewards import queries
from matchmaker.rewards.claims.operations import check_note
from matchmaker.rewards.models import Claim, Clawback, ClawbackCase, Determination
from matchmaker.rewards.payments.operations import check_day, lock_determination, update_register
from matchmaker.rewards.permissions import DECIDE_CLAWBACK, PROCESS
from matchmaker.rewards.rules import (
    ClawbackState,
    check_clawback,
    check_clawback_state,
    check_return,
)

SUBJECT = "clawback"


def propose_clawback(
    actor: Actor,
    row: Determination,
    *,
    amount_fen: int,
    reason: str,
    followup_id: int | None = None,
) -> ClawbackCase:
    """Ask for money back, with the reason; another person decides.

    ``followup_id`` names the failed follow-up that the case starts from. Raises Conflict for more
    than what was paid and not asked back before.
    """
    claim = lock_determination(row)
    require(actor, PROCESS, claim)
    text = check_note(reason, "追回的理由")
    check_clawback(
        amount_fen=amount_fen, paid_fen=queries.sum_paid(row), asked_fen=queries.sum_asked(row)
    )
    if followup_id is not None:
        _check_followup(claim, followup_id)
    case = ClawbackCase(
        determination=row,
        amount_fen=amount_fen,
        reason=text,
        followup_id=followup_id,
        proposed_by=actor.user_id,
    )
    db.session.add(case)
    db.session.flush()
    record(
        actor,
        "rewards.propose_clawback",
        SUBJECT,
        case.id,
        determination_id=row.id,
        amount_fen=amount_fen,
        reason=text,
        followup_id=followup_id,
    )
    return case


def _check_followup(claim: Claim, followup_id: int) -> None:
    found = followups.find_followup(followup_id)
    if found is None or found.designation_id != claim.designation_id:
        raise NotFound("followup_missing", "没有找到这个场景的跟踪填报。")
    if found.state is not FollowupState.FAILED:
        raise Conflict("followup_not_failed", "这一期跟踪填报没有被认定为未达到要求。")


def approve_clawback(
    actor: Actor, case: ClawbackCase, *, may_be_granted_again: bool = False
) -> None:
    """Decide that the money is asked back.

    What comes back counts as paid for the same piece of work all the same, so that a firm which
    had to give money back does not get it by another award. ``may_be_granted_again`` decides
    otherwise, for money that was paid by mistake or twice.
    """
    _decide(actor, case, ClawbackState.APPROVED, "", may_be_granted_again)


def decline_clawback(actor: Actor, case: ClawbackCase, *, reason: str) -> None:
    """Decide that it is not, with the reason."""
    _decide(actor, case, ClawbackState.DECLINED, check_note(reason, "不予追回的理由"))


def _decide(
    actor: Actor, case: ClawbackCase, state: ClawbackState, note: str, again: bool = False
) -> None:
    lock_determination(case.determination)
    db.session.refresh(case)
    require(actor, DECIDE_CLAWBACK, case)
    check_clawback_state(case.state, ClawbackState.PROPOSED)
    case.state, case.decision_note, case.may_be_granted_again = state, note, again
    case.decided_by, case.decided_at = actor.user_id, clock.now()
    db.session.flush()
    record(
        actor,
        "rewards.decide_clawback",
        SUBJECT,
        case.id,
        state=state.value,
        note=note,
        may_be_granted_again=again,
    )
    send("rewards.clawback_decided", case_id=case.id, claim_id=case.determination.claim_id)


def record_return(
    actor: Actor, case: ClawbackCase, *, amount_fen: int, returned_on: date
) -> Clawback:
    """Note money that came back; the payments stay as they were and are not repeated."""
    row = case.determination
    claim = lock_determination(row)
    db.session.refresh(case)
    require(actor, PROCESS, claim)
    check_clawback_state(case.state, ClawbackState.APPROVED)
    left = case.amount_fen - sum(item.amount_fen for item in case.returns)
    check_return(amount_fen, left)
    check_day(returned_on, min(item.paid_on for item in row.payments), "returned_on", "退回日期")
    clawback = Clawback(
        determination_id=row.id,
        case_id=case.id,
        amount_fen=amount_fen,
        reason=case.reason,
        returned_on=returned_on,
        recorded_by=actor.user_id,
    )
    db.session.add(clawback)
    if amount_fen == left:
        case.state = ClawbackState.SETTLED
    db.session.flush()
    db.session.expire(row, ["clawbacks"])
    db.session.expire(case, ["returns"])
    update_register(claim, row)
    record(
        actor,
        "rewards.record_return",
        SUBJECT,
        case.id,
        amount_fen=amount_fen,
        returned_on=returned_on.isoformat(),
        left=group_yuan(left - amount_fen),
    )
    return clawback

"""What follows a designation: reports of effect, claims for rewards; no amount is in a notice."""

from __future__ import annotations

from typing import Any

from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.effects.followups import queries as followups
from matchmaker.effects.followups.rules import STATE_LABELS as FOLLOWUP_LABELS
from matchmaker.effects.followups.rules import FollowupState
from matchmaker.notifications.inbox.telling import Note, source_of, tell
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.people import area_of, list_applicants, list_consortium
from matchmaker.notifications.subjects import Subject, SubjectKind
from matchmaker.rewards import queries as rewards
from matchmaker.rewards.rules import STATUS_LABELS, ClawbackState


def tell_followup_late(payload: dict[str, Any]) -> None:
    """A report of effect is late: the people of all units of the consortium."""
    _tell_followup(payload, "已逾期，请尽快填报")


def tell_followup_decided(payload: dict[str, Any]) -> None:
    """A report was taken, sent back or found wanting: the same people, without the reason."""
    _tell_followup(payload, FOLLOWUP_LABELS[FollowupState(payload["state"])])


def _tell_followup(payload: dict[str, Any], result: str) -> None:
    followup_id = payload["followup_id"]
    found = followups.find_followup(followup_id)
    if found is None:
        return

    def make(actor: Actor) -> Note | None:
        row = followups.get_followup(actor, followup_id)
        title = row.designation.application.title
        return Note(
            kind=NotificationKind.FOLLOWUP,
            title=f"“{title}”第{row.months}个月的跟踪填报{result}",
            path=f"/{area_of(actor)}/followups/{followup_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.FOLLOWUP, str(followup_id)),
        )

    tell(list_consortium(found.designation.application), make)


def tell_claim_status(payload: dict[str, Any]) -> None:
    """A claim was sent back, decided or paid: the claimant's people."""
    status = rewards.get_claim(BACKGROUND_JOB, payload["claim_id"]).status
    _tell_claim(payload, f"：{STATUS_LABELS[status]}")


def tell_clawback_decided(payload: dict[str, Any]) -> None:
    """Money is asked back: the claimant's people; nobody is told of a declined proposal."""
    claim = rewards.get_claim(BACKGROUND_JOB, payload["claim_id"])
    case = rewards.get_clawback_case(claim, payload["case_id"])
    if case.state is ClawbackState.APPROVED:
        _tell_claim(payload, "：已决定追回奖补资金")


def _tell_claim(payload: dict[str, Any], result: str) -> None:
    claim_id = payload["claim_id"]

    def make(actor: Actor) -> Note | None:
        claim = rewards.get_claim(actor, claim_id)
        area = "owner/claims" if area_of(actor) == "owner" else "supplier/reward-claims"
        return Note(
            kind=NotificationKind.REWARD_DECIDED,
            title=f"申领“{claim.project}”{result}",
            path=f"/{area}/{claim_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.REWARD_CLAIM, str(claim_id)),
        )

    tell(list_applicants(rewards.get_claim(BACKGROUND_JOB, claim_id).organisation_id), make)

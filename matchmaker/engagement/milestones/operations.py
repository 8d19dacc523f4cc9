"""Acts of the two sides on the milestones of a challenge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import Permission, require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row
from matchmaker.demands.rules import ListingKind
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import STAGE_LABELS, Stage
from matchmaker.engagement.milestones.models import Milestone, MilestoneReport
from matchmaker.engagement.milestones.permissions import PLAN, REPORT
from matchmaker.engagement.milestones.rules import (
    MILESTONES_MAX,
    REPORT_MAX,
    REPORT_MIN,
    MilestonePlan,
    Step,
    check_plan,
    next_state,
)
from matchmaker.engagement.rules import clean_reason, clean_text
from matchmaker.errors import Conflict, InvalidInput, LimitExceeded
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload

SUBJECT = "milestone"
#: What files handed in on a milestone belong to.
REPORT_SUBJECT = "milestone_report"
#: Pairs that do not work together yet, or no longer.
_IDLE = frozenset({Stage.PROPOSED, Stage.ENDED})


def add_milestone(actor: Actor, pairing: Pairing, plan: MilestonePlan) -> Milestone:
    """The owner sets a milestone for the firm that took the challenge."""
    require(actor, PLAN, pairing)
    _check_working(pairing)
    plan = check_plan(plan, clock.today())
    query = select(func.count(Milestone.id)).where(Milestone.pairing_id == pairing.id)
    if (db.session.scalar(query) or 0) >= MILESTONES_MAX:
        raise LimitExceeded(
            "milestones_many", "每个项目最多设置 {most} 个里程碑。", most=MILESTONES_MAX
        )
    milestone = Milestone(pairing_id=pairing.id)
    _write(milestone, plan)
    db.session.add(milestone)
    return _note(actor, milestone, "add")


def change_milestone(
    actor: Actor, milestone: Milestone, plan: MilestonePlan, *, reason: str
) -> Milestone:
    """Put a milestone that nothing was handed in on otherwise, with a reason for the firm."""
    _enter(actor, milestone, PLAN, Step.CHANGE)
    plan = check_plan(plan, clock.today())
    before = {"title": milestone.title, "due_on": milestone.due_on.isoformat()}
    cleaned = clean_reason(reason)
    _write(milestone, plan)
    milestone.reminded_at = None
    return _note(actor, milestone, Step.CHANGE, reason=cleaned, before=before)


def remove_milestone(actor: Actor, milestone: Milestone) -> None:
    """Take a milestone away before anything was handed in on it."""
    _enter(actor, milestone, PLAN, Step.REMOVE)
    _note(actor, milestone, Step.REMOVE, title=milestone.title)
    db.session.delete(milestone)
    db.session.flush()


def report_milestone(
    actor: Actor, milestone: Milestone, uploads: Sequence[CheckedUpload], *, text: str
) -> MilestoneReport:
    """The firm hands in its result with at least one file."""
    _enter(actor, milestone, REPORT, Step.REPORT)
    cleaned = clean_text(text, field="text", label="成果说明", low=REPORT_MIN, high=REPORT_MAX)
    if not uploads:
        raise InvalidInput("evidence_missing", "请至少上传一份成果材料。", field="files")
    report = MilestoneReport(milestone_id=milestone.id, text=cleaned, submitted_by=actor.user_id)
    db.session.add(report)
    db.session.flush()
    attach_files(actor, uploads, subject_type=REPORT_SUBJECT, subject_id=report.id)
    _note(actor, milestone, Step.REPORT, report=report.id)
    db.session.refresh(milestone, ["reports"])
    return report


def accept_milestone(actor: Actor, milestone: Milestone, *, note: str = "") -> Milestone:
    """The owner has checked the result: the milestone is reached."""
    _enter(actor, milestone, PLAN, Step.ACCEPT)
    cleaned = clean_text(note, field="note", label="验收意见", low=0, high=500)
    _decide(actor, milestone, accepted=True, note=cleaned)
    return _note(actor, milestone, Step.ACCEPT)


def return_milestone(actor: Actor, milestone: Milestone, *, reason: str) -> Milestone:
    """The result does not reach the target: the firm hands in anew."""
    _enter(actor, milestone, PLAN, Step.RETURN)
    cleaned = clean_reason(reason, field="note")
    _decide(actor, milestone, accepted=False, note=cleaned)
    return _note(actor, milestone, Step.RETURN, reason=cleaned)


def _decide(actor: Actor, milestone: Milestone, *, accepted: bool, note: str) -> None:
    report = milestone.reports[-1]
    report.accepted, report.note = accepted, note
    report.decided_by, report.decided_at = actor.user_id, clock.now()


def _enter(actor: Actor, milestone: Milestone, permission: Permission, step: Step) -> None:
    require(actor, permission, milestone.pairing)
    _check_working(milestone.pairing)
    lock_row(milestone)
    milestone.state = next_state(milestone.state, step)


def _check_working(pairing: Pairing) -> None:
    lock_row(pairing)
    if pairing.answer.listing.kind is not ListingKind.CHALLENGE:
        raise Conflict("no_challenge", "只有揭榜挂帅项目设置里程碑。")
    if pairing.stage in _IDLE:
        raise Conflict(
            "not_working",
            "合作当前为“{stage}”，不能办理里程碑。",
            stage=STAGE_LABELS[pairing.stage],
        )


def _write(milestone: Milestone, plan: MilestonePlan) -> None:
    if plan.due_on is None:
        raise InvalidInput("due_on", "请填写完成期限。", field="due_on")
    milestone.title, milestone.target, milestone.due_on = plan.title, plan.target, plan.due_on


def _note(actor: Actor, milestone: Milestone, act: str, **values: Any) -> Milestone:
    db.session.flush()
    record(actor, f"milestones.{act}", SUBJECT, milestone.id, **values)
    outbox.send(
        "engagement.milestone_changed",
        milestone_id=milestone.id,
        pairing_id=milestone.pairing_id,
        act=str(act),
    )
    return milestone

"""Milestones as pages show them, and what of them waits for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import url_for

from matchmaker import clock
from matchmaker.actor import Actor, RoleName
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingKind
from matchmaker.engagement.contacts.permissions import side_of
from matchmaker.engagement.contacts.rules import Side
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import Stage
from matchmaker.engagement.milestones import queries
from matchmaker.engagement.milestones.models import Milestone, MilestoneReport
from matchmaker.engagement.milestones.operations import REPORT_SUBJECT
from matchmaker.engagement.milestones.rules import (
    OWED,
    STATE_LABELS,
    TRANSITIONS,
    MilestoneState,
    Step,
    is_complete,
    is_late,
)
from matchmaker.files.queries import list_files
from matchmaker.web.shared.demands import Badge
from matchmaker.web.waiting import WaitingItem

TONES = {
    MilestoneState.PLANNED: "info",
    MilestoneState.SUBMITTED: "unsure",
    MilestoneState.RETURNED: "bad",
    MilestoneState.ACCEPTED: "good",
}


def make_milestones(actor: Actor, pairing: Pairing | None) -> dict[str, Any] | None:
    """The milestones of a challenge's pairing; None where there can be none."""
    if pairing is None or pairing.answer.listing.kind is not ListingKind.CHALLENGE:
        return None
    side = side_of(actor, pairing.answer)
    works = pairing.stage not in {Stage.PROPOSED, Stage.ENDED}
    rows = queries.list_milestones(actor, pairing)
    today = clock.today()
    lines = [_line(row, side if works else None, today) for row in rows]
    return {
        "lines": lines,
        "may_add": works and side is Side.OWNER,
        "works": works,
        "accepted": sum(row.state is MilestoneState.ACCEPTED for row in rows),
        "is_complete": is_complete(row.state for row in rows),
    }


def milestone_badge(state: MilestoneState, due_on: date, today: date) -> Badge:
    """Where a milestone stands; one that the firm is late with says so."""
    if is_late(state, due_on, today):
        return Badge(f"{STATE_LABELS[state]} · 已逾期", "bad")
    return Badge(STATE_LABELS[state], TONES[state])


def _line(row: Milestone, side: Side | None, today: date) -> dict[str, Any]:
    def may(step: Step, needed: Side) -> bool:
        return side is needed and (row.state, step) in TRANSITIONS

    return {
        "id": row.id,
        "title": row.title,
        "target": row.target,
        "due_on": row.due_on,
        "badge": milestone_badge(row.state, row.due_on, today),
        "reports": present_reports(row),
        "may_change": may(Step.CHANGE, Side.OWNER),
        "may_remove": may(Step.REMOVE, Side.OWNER),
        "may_report": may(Step.REPORT, Side.SUPPLIER),
        "may_decide": may(Step.ACCEPT, Side.OWNER),
    }


def present_reports(row: Milestone) -> list[dict[str, Any]]:
    """What was handed in on a milestone, the newest first."""
    return [_report(report) for report in reversed(row.reports)]


def _report(row: MilestoneReport) -> dict[str, Any]:
    labels = {None: "待验收", True: "通过验收", False: "要求补正"}
    tones = {None: "unsure", True: "good", False: "bad"}
    return {
        "id": row.id,
        "text": row.text,
        "at": row.submitted_at,
        "badge": Badge(labels[row.accepted], tones[row.accepted]),
        "note": row.note,
        "files": list_files(REPORT_SUBJECT, row.id),
    }


def list_winner_lines(listing: DemandListing, today: date) -> list[dict[str, Any]]:
    """Who took a challenge, and its milestones in outline, for everybody."""
    return [
        {
            "firm": winner.firm + ("（演示账号）" if winner.is_demo else ""),
            "url": winner.firm_code and url_for("suppliers.show", code=winner.firm_code),
            "milestones": [
                {"title": title, "due_on": due_on, "badge": milestone_badge(state, due_on, today)}
                for title, due_on, state in winner.milestones
            ],
        }
        for winner in queries.list_winners(listing)
    ]


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Milestones that a firm owes, and results that wait for their owner."""
    if actor.has_role(RoleName.OWNER):
        for row in queries.list_awaiting_acceptance(actor):
            if side_of(actor, row.pairing.answer) is Side.OWNER:
                yield _item("owner", row, "验收成果", f"里程碑“{row.title}”的成果待验收", 14)
    if actor.has_role(RoleName.SUPPLIER):
        for row in queries.list_owed(actor, clock.today()):
            if side_of(actor, row.pairing.answer) is Side.SUPPLIER and row.state in OWED:
                yield _item("supplier", row, "提交成果", f"里程碑“{row.title}”", 16)


def _item(audience: str, row: Milestone, act: str, note: str, rank: int) -> WaitingItem:
    answer = row.pairing.answer
    return WaitingItem(
        audience=audience,
        title=answer.listing.title,
        url=url_for("milestones.show", answer_id=answer.id),
        act=act,
        note=note,
        deadline=row.due_on,
        rank=rank,
    )

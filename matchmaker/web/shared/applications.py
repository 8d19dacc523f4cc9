"""What the pages of an application show to its applicant and to the other units."""

from __future__ import annotations

from typing import Any

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.demands.models import DemandListing
from matchmaker.engagement.deployments.queries import find_deployment_for_demand
from matchmaker.files.queries import list_files
from matchmaker.selection.applications import queries, rules
from matchmaker.selection.applications.consortium import find_own_member
from matchmaker.selection.applications.models import Application, ConsortiumMember
from matchmaker.selection.applications.permissions import WRITE_APPLICATION
from matchmaker.selection.applications.rules import REPLY_LABELS, ApplicationState, Reply
from matchmaker.selection.hearings import queries as hearings
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import RoundState
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.selection import Badge


def list_open_rounds(actor: Actor) -> list[SelectionRound]:
    """Rounds in which the actor's unit can begin an application of its own."""
    is_owner = actor.has_role(RoleName.OWNER)
    return [
        row
        for row in rounds.list_rounds(actor)
        if row.state is RoundState.OPEN and (is_owner or not get_programme(row.programme).is_scene)
    ]


def label_scene(actor: Actor, listing: DemandListing) -> str:
    """A listing as a choice, with what is known of its deployment."""
    chain = find_deployment_for_demand(actor, listing.code)
    if chain is None:
        return listing.title
    return f"{listing.title}（已部署：{chain.supplier_name}，{chain.units}台）"


def read_page(actor: Actor, row: Application) -> dict[str, Any]:
    """Everything that the page of one application needs besides its forms."""
    can_write = can(actor, WRITE_APPLICATION, row)
    own = find_own_member(actor, row)
    may_reply = own is not None and row.state in rules.REPLY_STATES
    content = rules.from_stored(row.working_content)
    programme = get_programme(row.round.programme)
    return {
        "row": row,
        "round": row.round,
        "badge_": shared.application_badge(row),
        "editable": can_write and row.state in rules.EDITABLE_STATES,
        "can_write": can_write,
        "checklist": list_checklist(row),
        "missing": rules.list_missing(
            content, needs_investment=programme.is_scene, labels=programme.labels
        ),
        "is_scene": programme.is_scene,
        "content": shared.list_content(row, row.working_content, private=can_write),
        "investment_fen": row.working_content.get("investment_fen"),
        "parties": list_parties(row),
        "failed_gates": [
            line
            for line in queries.list_gates(row)
            if row.state is ApplicationState.REJECTED and line.decision and not line.decision.passed
        ],
        "twins": queries.list_twins(row) if can_write else [],
        "own_member": own if may_reply else None,
        "designation": results.find_designation(row.id),
        "slot": hearings.find_slot(row.id) if row.state in rules.JUDGED_STATES else None,
        "shared": shared,
        "now": clock.now(),
        "demo_data": row.is_demo,
    }


def list_checklist(row: Application) -> list[dict[str, Any]]:
    """The checklist of the round with what was handed in."""
    return [
        {
            "item": line.item,
            "attachment": line.attachment,
            "files": list_files(*line.attachment.file_subject) if line.attachment else [],
        }
        for line in queries.list_checklist(row)
    ]


def list_parties(row: Application) -> list[dict[str, Any]]:
    """The consortium with each unit's reply to the present content."""
    return [
        {**party, "id": member.id, "reply": _label_reply(row, member), "note": member.reply_note}
        for party, member in zip(shared.list_parties(row), row.members, strict=True)
    ]


def _label_reply(row: Application, member: ConsortiumMember) -> Badge | None:
    if member.is_lead:
        return None
    if member.organisation_id is None and member.reply is None:
        return Badge("未在平台注册，以盖章件为准", "plain")
    if member.reply is None:
        return Badge("待确认", "unsure")
    if member.reply is Reply.DECLINED:
        return Badge(REPLY_LABELS[Reply.DECLINED], "bad")
    if not member.has_agreed_to(row.content_sha256):
        return Badge("内容有改动，待重新确认", "unsure")
    return Badge(REPLY_LABELS[member.reply], "good")

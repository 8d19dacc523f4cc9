"""通过, 整改, 退回. A listing is published when both parts have approved one submission."""

from __future__ import annotations

from datetime import date

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.accounts.queries import get_organisation
from matchmaker.actor import Actor, RoleName
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.demands import permissions, queries
from matchmaker.demands.models import DemandListing, DemandReview
from matchmaker.demands.rules import (
    DECISION_LABELS,
    STATUS_LABELS,
    Decision,
    ListingStatus,
    ReviewPart,
    Step,
    list_missing_parts,
    next_status,
)
from matchmaker.demands.steps import check_note, lock_listing, move
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput


def approve(actor: Actor, listing: DemandListing, *, note: str = "") -> DemandListing:
    """Approve for every part that falls to the actor; the last missing part publishes."""
    _decide(actor, listing, Decision.APPROVE, note=note, due_on=None)
    if list_missing_parts(queries.list_approved_parts(listing)):
        return listing
    listing.published_at = listing.published_at or clock.now()
    following = next_status(listing.status, Step.PUBLISH)
    return move(actor, listing, following, "demands.publish", topic="demands.published")


def request_rectification(
    actor: Actor, listing: DemandListing, *, note: str, due_on: date | None = None
) -> DemandListing:
    """Ask the owner to mend what the note says, by a day if one is given."""
    check_note(note, field="note", needed="请写明须整改的内容。")
    if due_on is not None and due_on < clock.today():
        raise InvalidInput("due_past", "整改期限已过，请填写今天或以后的日期。", field="due_on")
    _decide(actor, listing, Decision.RECTIFY, note=note, due_on=due_on)
    following = next_status(listing.status, Step.RECTIFY)
    return move(actor, listing, following, "demands.rectify", note=note)


def return_listing(actor: Actor, listing: DemandListing, *, note: str) -> DemandListing:
    """Refuse the submission with the reason."""
    check_note(note, field="note", needed="请写明退回的原因。")
    _decide(actor, listing, Decision.RETURN, note=note, due_on=None)
    following = next_status(listing.status, Step.RETURN)
    return move(actor, listing, following, "demands.return", note=note)


def _decide(
    actor: Actor, listing: DemandListing, decision: Decision, *, note: str, due_on: date | None
) -> None:
    require(actor, permissions.REVIEW, listing)
    lock_listing(listing)
    if listing.status is not ListingStatus.SUBMITTED:
        raise IllegalTransition(
            "not_submitted",
            "当前状态为“{status}”，不能办理“{decision}”。请刷新页面后再试。",
            status=STATUS_LABELS[listing.status],
            decision=DECISION_LABELS[decision],
        )
    parts = permissions.list_review_parts(actor, listing)
    missing = list_missing_parts(queries.list_approved_parts(listing))
    mine = [part for part in missing if part in parts]
    if not mine:
        raise Conflict("already_reviewed", "本环节已审核通过，现待另一环节审核。")
    for part in mine:
        _add_review(actor, listing, part, decision, note=note, due_on=due_on)
    db.session.flush()
    db.session.refresh(listing, ["reviews"])
    record(
        actor,
        "demands.review",
        "demand",
        listing.id,
        decision=decision.value,
        parts=[part.value for part in mine],
        round=listing.round,
        note=note,
    )
    outbox.send("demands.reviewed", id=listing.id, code=listing.code, decision=decision.value)


def _add_review(
    actor: Actor,
    listing: DemandListing,
    part: ReviewPart,
    decision: Decision,
    *,
    note: str,
    due_on: date | None,
) -> None:
    db.session.add(
        DemandReview(
            listing_id=listing.id,
            round=listing.round,
            part=part,
            decision=decision,
            note=note,
            due_on=due_on,
            reviewer_id=actor.user_id,
            reviewer_name=_reviewer_name(actor),
            decided_at=clock.now(),
        )
    )


def _reviewer_name(actor: Actor) -> str:
    unit = get_organisation(actor.organisation_id) if actor.organisation_id else None
    name = unit.name if unit else actor.name
    stands_in = actor.has_role(RoleName.OFFICER, RoleName.APPROVER)
    return f"{name}（代审）" if stands_in else name

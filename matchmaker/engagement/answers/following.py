"""What the answers follow in their listing: its deadline, and a closing without a choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker import clock
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import OPEN_STATUSES, ListingStatus
from matchmaker.engagement.answers.choice import set_outcome
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import OPEN_STATES, Step
from matchmaker.engagement.rules import has_passed

_CLOSINGS = {
    ListingStatus.UNMET: "业主以“无合适方案”办结",
    ListingStatus.WITHDRAWN: "业主撤回了需求",
}


def follow_listing(payload: dict[str, Any]) -> None:
    """On ``demands.changed`` and ``demands.withdrawn``: move seals, settle what is left over."""
    query = (
        select(Answer)
        .where(Answer.listing_id == payload["id"], Answer.state.in_(OPEN_STATES))
        .options(joinedload(Answer.listing))
    )
    standing = db.session.scalars(query.order_by(Answer.id)).all()
    if not standing:
        return
    listing = standing[0].listing
    if listing.status in _CLOSINGS:
        _settle(listing, standing)
    elif listing.status in OPEN_STATUSES and listing.deadline is not None:
        _move_seals(standing, listing.deadline)


def _move_seals(standing: Sequence[Answer], deadline: date) -> None:
    """A seal follows the deadline until it has passed; what was opened stays open."""
    today = clock.today()
    for answer in standing:
        if not has_passed(answer.sealed_until, today):
            answer.sealed_until = deadline


def _settle(listing: DemandListing, standing: Sequence[Answer]) -> None:
    """Everybody gets an outcome; an answer that was sealed until now is never opened."""
    today = clock.today()
    note = f"：{listing.status_note}" if listing.status_note else ""
    for answer in standing:
        if not has_passed(answer.sealed_until, today):
            answer.sealed_until = date.max
        reason = f"{_CLOSINGS[listing.status]}{note}"
        set_outcome(BACKGROUND_JOB, answer, Step.DECLINE, reason)

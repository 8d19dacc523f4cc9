"""Reads of feedback; its texts are for the owner and the bureau only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.matching.exposure.permissions import SEE_EXPOSURE
from matchmaker.matching.feedback.models import MatchFeedback
from matchmaker.matching.feedback.permissions import GIVE_FEEDBACK
from matchmaker.matching.feedback.rules import Usefulness


def list_own_feedback(actor: Actor, listing: DemandListing) -> dict[str, MatchFeedback]:
    """The actor's last word on each product of a listing, by product code."""
    require(actor, GIVE_FEEDBACK, listing)
    query = (
        select(MatchFeedback)
        .where(MatchFeedback.listing_id == listing.id, MatchFeedback.user_id == actor.user_id)
        .order_by(MatchFeedback.id)
    )
    return {row.product: row for row in db.session.scalars(query)}


def count_by_supplier(actor: Actor, since: datetime) -> Sequence[tuple[str, Usefulness, int]]:
    """(firm's code, verdict, count) of everything said since a moment."""
    require(actor, SEE_EXPOSURE)
    columns = (MatchFeedback.supplier, MatchFeedback.usefulness)
    query = (
        select(*columns, func.count(MatchFeedback.id))
        .where(MatchFeedback.at >= since)
        .group_by(*columns)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]

"""Reads of deals: for the listing's owner, the bureau's overseers, and the firm that is named."""

from __future__ import annotations

from sqlalchemy import Select, false, or_, select, true

from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.permissions import OVERSEERS
from matchmaker.engagement.answers.rules import OPEN_STATES, AnswerState
from matchmaker.engagement.deals.models import DirectDeal
from matchmaker.suppliers.models import Supplier


def visible_to(actor: Actor) -> Select[DirectDeal]:
    """Deals that the actor may read."""
    query = select(DirectDeal).join(DirectDeal.listing).outerjoin(DirectDeal.supplier)
    unit = actor.organisation_id
    own = DemandListing.organisation_id == unit if actor.has_role(RoleName.OWNER) else false()
    named = Supplier.organisation_id == unit if actor.has_role(RoleName.SUPPLIER) else false()
    if actor.has_role(*OVERSEERS):
        return query.where(true())
    return query.where(or_(own, named)) if unit is not None else query.where(false())


def find_standing_deal(actor: Actor, listing: DemandListing) -> DirectDeal | None:
    """The deal that the listing was closed with, if it stands and the actor may read it."""
    query = visible_to(actor).where(
        DirectDeal.listing_id == listing.id, DirectDeal.ended_at.is_(None)
    )
    return db.session.scalar(query)


def find_chosen(listing: DemandListing) -> Answer | None:
    """The chosen answer of a listing with the lowest id: its pairing leads to deployment."""
    query = select(Answer).where(
        Answer.listing_id == listing.id, Answer.state == AnswerState.CHOSEN
    )
    return db.session.scalar(query.order_by(Answer.id).limit(1))


def has_standing_answer(listing: DemandListing) -> bool:
    """True while an answer waits for its outcome or was chosen."""
    standing = (*OPEN_STATES, AnswerState.CHOSEN)
    query = select(Answer.id).where(Answer.listing_id == listing.id, Answer.state.in_(standing))
    return db.session.scalar(query.limit(1)) is not None

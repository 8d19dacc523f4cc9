"""Reads of answers. Every list, page and count starts from ``visible_to``; the seal is in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.permissions import COUNT, OVERSEERS
from matchmaker.engagement.answers.rules import OPEN_STATES, AnswerState
from matchmaker.errors import NotFound
from matchmaker.suppliers.models import Supplier


def visible_to(actor: Actor) -> Select[Answer]:
    """Answers that the actor may read, joined with listing and firm.

    The firm: its own, always. The listing's owner and the bureau's overseers: those whose seal
    has passed and that were not withdrawn. Nobody else, and no other firm.
    """
    opened = and_(Answer.sealed_until < clock.today(), Answer.state != AnswerState.WITHDRAWN)
    return (
        select(Answer)
        .join(Answer.listing)
        .join(Answer.supplier)
        .where(or_(_is_own(actor), and_(opened, _may_judge(actor))))
        .options(contains_eager(Answer.listing), contains_eager(Answer.supplier))
    )


def _is_own(actor: Actor) -> ColumnElement[bool]:
    if actor.organisation_id is None or not actor.has_role(RoleName.SUPPLIER):
        return false()
    return Answer.organisation_id == actor.organisation_id


def _may_judge(actor: Actor) -> ColumnElement[bool]:
    if actor.has_role(*OVERSEERS):
        return Answer.id.is_not(None)
    return _is_of_own_listing(actor)


def _is_of_own_listing(actor: Actor) -> ColumnElement[bool]:
    if actor.organisation_id is None or not actor.has_role(RoleName.OWNER):
        return false()
    return DemandListing.organisation_id == actor.organisation_id


def get_answer(actor: Actor, answer_id: int) -> Answer:
    """One answer; raises ``NotFound`` where the actor may not know of it."""
    found = db.session.scalar(visible_to(actor).where(Answer.id == answer_id))
    if found is None:
        raise NotFound("answer_missing", "没有这份应答，或尚未开启。")
    return found


def find_answering_unit(answer_id: int) -> int | None:
    """The unit that answered: for the room that tells its people of the outcome."""
    return db.session.scalar(select(Answer.organisation_id).where(Answer.id == answer_id))


def list_answers(actor: Actor, listing: DemandListing) -> Sequence[Answer]:
    """The answers on a listing that the actor may read, in the order of the firms' codes."""
    query = visible_to(actor).where(Answer.listing_id == listing.id)
    return db.session.scalars(query.order_by(Supplier.code)).all()


def list_own(actor: Actor) -> Sequence[Answer]:
    """The answers of the actor's firm, the newest first."""
    query = visible_to(actor).where(_is_own(actor))
    return db.session.scalars(query.order_by(Answer.id.desc())).all()


def find_own(actor: Actor, listing: DemandListing) -> Answer | None:
    """The answer of the actor's firm to a listing, withdrawn or not."""
    query = visible_to(actor).where(_is_own(actor), Answer.listing_id == listing.id)
    return db.session.scalar(query)


def count_received(actor: Actor, listing: DemandListing) -> int:
    """How many answers stand: all that the owner and the bureau learn before the deadline."""
    require(actor, COUNT, listing)
    query = select(func.count(Answer.id)).where(
        Answer.listing_id == listing.id, Answer.state != AnswerState.WITHDRAWN
    )
    return db.session.scalar(query) or 0


def list_standing(listing: DemandListing) -> Sequence[Answer]:
    """Every answer that still needs an outcome, sealed or not, by id: for the acts of the room."""
    query = select(Answer).where(Answer.listing_id == listing.id, Answer.state.in_(OPEN_STATES))
    return db.session.scalars(query.order_by(Answer.id)).all()


def is_opened(listing: DemandListing, today: date) -> bool:
    """True while answers lie open without outcome: none may come in or change meanwhile."""
    query = select(Answer.id).where(
        Answer.listing_id == listing.id,
        Answer.sealed_until < today,
        Answer.state.in_(OPEN_STATES),
    )
    return db.session.scalar(query.limit(1)) is not None


def list_awaiting_owner(actor: Actor) -> Sequence[Answer]:
    """Opened answers without outcome on the listings of the actor's unit, by listing."""
    query = visible_to(actor).where(_is_of_own_listing(actor), Answer.state.in_(OPEN_STATES))
    return db.session.scalars(query.order_by(Answer.listing_id, Answer.id)).all()


def list_awaiting_outcome(actor: Actor, before: date) -> Sequence[Answer]:
    """Opened answers sealed until before a day that still have no outcome: for the bureau."""
    if not actor.has_role(*OVERSEERS):
        return ()
    query = visible_to(actor).where(Answer.state.in_(OPEN_STATES), Answer.sealed_until < before)
    return db.session.scalars(query.order_by(Answer.sealed_until, Answer.id)).all()

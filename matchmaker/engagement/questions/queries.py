"""Reads of questions: whoever sees the listing sees its questions, nobody sees who asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import OPEN_STATUSES
from matchmaker.engagement.questions.models import Question
from matchmaker.errors import NotFound


def visible_to(actor: Actor) -> Select[Question]:
    """Questions on the listings that the actor may know of."""
    listings = demands.visible_to(actor).with_only_columns(DemandListing.id)
    return select(Question).where(Question.listing_id.in_(listings))


def list_questions(actor: Actor, listing: DemandListing) -> Sequence[Question]:
    """The questions on a listing, oldest first."""
    query = visible_to(actor).where(Question.listing_id == listing.id)
    return db.session.scalars(query.order_by(Question.id)).all()


def get_question(actor: Actor, question_id: int) -> Question:
    """One question; raises ``NotFound`` where the actor may not know of it."""
    found = db.session.scalar(visible_to(actor).where(Question.id == question_id))
    if found is None:
        raise NotFound("question_missing", "没有这个提问。")
    return found


def find_asking_unit(question_id: int) -> int | None:
    """The unit that asked: for the room that tells its people of the reply, and for no page."""
    query = select(Question.organisation_id).where(Question.id == question_id)
    return db.session.scalar(query)


def is_waiting(question_id: int) -> bool:
    """True while the question has no reply: for the room that tells the owner's people of it."""
    query = select(Question.id).where(Question.id == question_id, Question.replied_at.is_(None))
    return db.session.scalar(query) is not None


def count_unanswered_of(organisation_id: int | None, listing: DemandListing) -> int:
    """How many questions of one unit on a listing still wait for a reply."""
    query = select(func.count(Question.id)).where(
        Question.listing_id == listing.id,
        Question.organisation_id == organisation_id,
        Question.replied_at.is_(None),
    )
    return db.session.scalar(query) or 0


def list_awaiting_owner(actor: Actor) -> Sequence[Question]:
    """Questions without reply on the open listings of the actor's unit, oldest first."""
    if actor.organisation_id is None or not actor.has_role(RoleName.OWNER):
        return ()
    query = (
        select(Question)
        .join(Question.listing)
        .where(
            DemandListing.organisation_id == actor.organisation_id,
            DemandListing.status.in_(OPEN_STATUSES),
            Question.replied_at.is_(None),
        )
        .options(contains_eager(Question.listing))
    )
    return db.session.scalars(query.order_by(Question.id)).all()

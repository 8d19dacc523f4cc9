"""Reads of nominations. What was named is public; what is pending is the bureau's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.effects.nominations.models import Nomination
from matchmaker.effects.nominations.permissions import READ_NOMINATIONS
from matchmaker.effects.nominations.rules import NominationState
from matchmaker.errors import NotFound
from matchmaker.selection.results.models import Designation


def visible_to(actor: Actor) -> Select[Nomination]:
    """For everybody what was named; for the bureau all."""
    query = select(Nomination).options(
        joinedload(Nomination.designation).joinedload(Designation.application)
    )
    if actor.is_system or can(actor, READ_NOMINATIONS):
        return query
    return query.where(Nomination.state == NominationState.NAMED)


def list_nominations(actor: Actor) -> Sequence[Nomination]:
    """Visible nominations, newest first."""
    query = visible_to(actor).order_by(Nomination.nominated_on.desc(), Nomination.id.desc())
    return db.session.scalars(query).all()


def list_of_designation(actor: Actor, designation_id: int) -> Sequence[Nomination]:
    """Visible nominations of one scene, oldest first."""
    query = visible_to(actor).where(Nomination.designation_id == designation_id)
    return db.session.scalars(query.order_by(Nomination.nominated_on, Nomination.id)).all()


def get_nomination(actor: Actor, nomination_id: int) -> Nomination:
    """The nomination, or NotFound when there is none that the actor may know of."""
    found = db.session.scalar(visible_to(actor).where(Nomination.id == nomination_id))
    if found is None:
        raise NotFound("nomination_missing", "没有找到这项推荐。")
    return found


def count_named() -> int:
    """Scenes named by the province or the nation; a scene on two lists counts once."""
    query = select(func.count(Nomination.designation_id.distinct())).where(
        Nomination.state == NominationState.NAMED
    )
    return db.session.scalar(query) or 0

"""Reads of parties. A party sees itself and, once registered, who sits on the other side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import contains_eager

from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.events.models import Event
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.rules import PartyState
from matchmaker.events.permissions import OVERSEERS
from matchmaker.events.rules import Side

#: Who is told what happens to an event.
_CONCERNED = (PartyState.INVITED, PartyState.REGISTERED)


def visible_to(actor: Actor) -> Select[EventParty]:
    """Every party for the bureau's overseers, else the actor's own; joined with the event."""
    query = select(EventParty).join(EventParty.event).options(contains_eager(EventParty.event))
    if actor.has_role(*OVERSEERS):
        return query
    return query.where(_is_own(actor), Event.published_at.is_not(None))


def _is_own(actor: Actor) -> ColumnElement[bool]:
    joins = actor.has_role(RoleName.OWNER, RoleName.SUPPLIER)
    if actor.organisation_id is None or not joins:
        return false()
    return EventParty.organisation_id == actor.organisation_id


def get_party(actor: Actor, event: Event, party_id: int) -> EventParty:
    """One party of an event; raises ``NotFound`` where the actor may not know of it."""
    query = visible_to(actor).where(EventParty.id == party_id, EventParty.event_id == event.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("party_missing", "这场对接会没有这个单位。")
    return found


def find_own(actor: Actor, event: Event) -> EventParty | None:
    """The party of the actor's unit, whatever its state."""
    query = visible_to(actor).where(_is_own(actor), EventParty.event_id == event.id)
    return db.session.scalar(query)


def get_own(actor: Actor, event: Event) -> EventParty:
    """The registered party of the actor's unit; raises ``NotFound``."""
    found = find_own(actor, event)
    if found is None or found.state is not PartyState.REGISTERED:
        raise NotFound("not_registered", "贵单位没有报名这场对接会。")
    return found


def list_own(actor: Actor) -> Sequence[EventParty]:
    """What the actor's unit is invited to or registered for, the event held last first."""
    query = visible_to(actor).where(_is_own(actor))
    return db.session.scalars(query.order_by(Event.held_on.desc(), EventParty.id.desc())).all()


def list_parties(actor: Actor, event: Event) -> Sequence[EventParty]:
    """The parties of an event that the actor may read, by side, then name."""
    query = visible_to(actor).where(EventParty.event_id == event.id)
    return db.session.scalars(query.order_by(EventParty.side, EventParty.name)).all()


def list_registered(event: Event) -> Sequence[EventParty]:
    """Who takes part, by side, then id: for the acts of the room."""
    query = select(EventParty).where(
        EventParty.event_id == event.id, EventParty.state == PartyState.REGISTERED
    )
    return db.session.scalars(query.order_by(EventParty.side, EventParty.id)).all()


def list_counterparts(party: EventParty) -> Sequence[EventParty]:
    """Who sits on the other side; the caller has loaded the party through ``visible_to``."""
    if party.state is not PartyState.REGISTERED:
        return ()
    query = select(EventParty).where(
        EventParty.event_id == party.event_id,
        EventParty.state == PartyState.REGISTERED,
        EventParty.side == party.side.other,
    )
    return db.session.scalars(query.order_by(EventParty.name)).all()


def find_of(
    event: Event, organisation_id: int | None, supplier_id: int | None
) -> EventParty | None:
    """The party of a unit or of a firm's profile: for the acts of the room."""
    keys = []
    if organisation_id is not None:
        keys.append(EventParty.organisation_id == organisation_id)
    if supplier_id is not None:
        keys.append(EventParty.supplier_id == supplier_id)
    if not keys:
        return None
    query = select(EventParty).where(EventParty.event_id == event.id, or_(*keys))
    return db.session.scalar(query.order_by(EventParty.id).limit(1))


def is_name_taken(event: Event, name: str, *, other_than: int | None = None) -> bool:
    """True when another party of the event has this name."""
    query = select(EventParty.id).where(EventParty.event_id == event.id, EventParty.name == name)
    if other_than is not None:
        query = query.where(EventParty.id != other_than)
    return db.session.scalar(query.limit(1)) is not None


def list_organisation_ids(event: Event) -> list[int]:
    """Units with a log-in that are invited to or registered for an event."""
    query = select(EventParty.organisation_id).where(
        EventParty.event_id == event.id,
        EventParty.state.in_(_CONCERNED),
        EventParty.has_account,
    )
    return [each for each in db.session.scalars(query.order_by(EventParty.id)) if each is not None]


def count_registered(event_ids: Sequence[int]) -> dict[int, Counter[Side]]:
    """How many parties of each side have registered, by event: a figure for everybody."""
    query = (
        select(EventParty.event_id, EventParty.side, func.count())
        .where(EventParty.event_id.in_(event_ids), EventParty.state == PartyState.REGISTERED)
        .group_by(EventParty.event_id, EventParty.side)
    )
    counts: dict[int, Counter[Side]] = {event_id: Counter() for event_id in event_ids}
    for event_id, side, number in db.session.execute(query):
        counts[event_id][side] = number
    return counts

"""Reads of requests: a party reads what it asked for, the bureau reads all."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.events.models import Event
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.models import EventParty
from matchmaker.events.requests.models import MeetingRequest
from matchmaker.events.requests.rules import Wish


def visible_to(actor: Actor) -> Select[MeetingRequest]:
    """Requests that the actor's unit made; all of them for the bureau's overseers."""
    known = parties.visible_to(actor).with_only_columns(EventParty.id)
    return select(MeetingRequest).where(MeetingRequest.from_party_id.in_(known))


def list_wishes(actor: Actor, party: EventParty) -> dict[int, Wish]:
    """What a party asked for: id of the other party → wish."""
    query = visible_to(actor).where(MeetingRequest.from_party_id == party.id)
    return {row.to_party_id: row.wish for row in db.session.scalars(query)}


def list_all(event: Event) -> dict[tuple[int, int], Wish]:
    """Every wish of an event by (from, to): for the schedule."""
    query = select(MeetingRequest).where(MeetingRequest.event_id == event.id)
    return {(row.from_party_id, row.to_party_id): row.wish for row in db.session.scalars(query)}


def count_made(actor: Actor, event: Event) -> dict[int, int]:
    """How many requests each party made, by party."""
    query = (
        visible_to(actor)
        .where(MeetingRequest.event_id == event.id)
        .with_only_columns(MeetingRequest.from_party_id, func.count())
        .group_by(MeetingRequest.from_party_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}

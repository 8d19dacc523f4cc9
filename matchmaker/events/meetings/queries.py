"""Reads of meetings. A participant sees its own, and only once the agenda is published."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.events.meetings.models import EventPlan, Meeting
from matchmaker.events.meetings.rules import MeetingState, Presence
from matchmaker.events.models import Event, EventSlot
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.models import EventParty
from matchmaker.events.permissions import OVERSEERS
from matchmaker.events.rules import AGENDA_STATES


def visible_to(actor: Actor) -> Select[Meeting]:
    """All meetings for the bureau's overseers, else those of the actor's own parties."""
    query = (
        select(Meeting)
        .join(Meeting.event)
        .join(Meeting.slot)
        .options(
            contains_eager(Meeting.event),
            contains_eager(Meeting.slot),
            joinedload(Meeting.need_party),
            joinedload(Meeting.offer_party),
        )
    )
    if actor.has_role(*OVERSEERS):
        return query
    own = parties.visible_to(actor).with_only_columns(EventParty.id)
    mine = or_(Meeting.need_party_id.in_(own), Meeting.offer_party_id.in_(own))
    return query.where(mine, Event.state.in_(AGENDA_STATES))


def _in_order(query: Select[Meeting]) -> Select[Meeting]:
    return query.order_by(EventSlot.number, Meeting.table_no, Meeting.id)


def get_meeting(actor: Actor, event: Event, meeting_id: int) -> Meeting:
    """One meeting; raises ``NotFound`` where the actor may not know of it."""
    query = visible_to(actor).where(Meeting.id == meeting_id, Meeting.event_id == event.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("meeting_missing", "没有这场会面，或议程尚未发布。")
    return found


def list_meetings(actor: Actor, event: Event) -> Sequence[Meeting]:
    """The visible meetings of an event in the order of the day, cancelled ones too."""
    query = visible_to(actor).where(Meeting.event_id == event.id)
    return db.session.scalars(_in_order(query)).all()


def list_of_party(actor: Actor, party: EventParty) -> Sequence[Meeting]:
    """The visible meetings of one party."""
    query = visible_to(actor).where(
        or_(Meeting.need_party_id == party.id, Meeting.offer_party_id == party.id)
    )
    return db.session.scalars(_in_order(query)).all()


def list_planned(event: Event) -> Sequence[Meeting]:
    """The meetings that take place, in the order of the day: for the acts of the room."""
    query = (
        select(Meeting)
        .join(Meeting.slot)
        .where(Meeting.event_id == event.id, Meeting.state == MeetingState.PLANNED)
        .options(
            contains_eager(Meeting.slot),
            joinedload(Meeting.need_party),
            joinedload(Meeting.offer_party),
        )
    )
    return db.session.scalars(_in_order(query)).all()


def find_plan(event: Event) -> EventPlan | None:
    """What the latest run of the schedule reached."""
    query = select(EventPlan).where(EventPlan.event_id == event.id)
    return db.session.scalar(query.order_by(EventPlan.id.desc()).limit(1))


def count_held(event_ids: Sequence[int]) -> dict[int, int]:
    """How many meetings took place, by event: a figure for everybody."""
    query = (
        select(Meeting.event_id, func.count())
        .where(Meeting.event_id.in_(event_ids), Meeting.presence == Presence.HELD)
        .where(Meeting.state == MeetingState.PLANNED)
        .group_by(Meeting.event_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}

"""Reads of outcomes: whoever may read a meeting reads what both sides wrote of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.events.meetings import queries as meetings
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import MeetingState, Presence
from matchmaker.events.models import Event
from matchmaker.events.outcomes.models import MeetingOutcome
from matchmaker.events.outcomes.rules import Verdict
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.permissions import is_own
from matchmaker.events.rules import EventState, Side

#: A meeting that somebody missed has no outcome.
OPEN_PRESENCE = frozenset({Presence.EXPECTED, Presence.HELD})
#: While outcomes may be written, from the day itself on.
WRITING_STATES = frozenset({EventState.SCHEDULED, EventState.HELD})


def visible_to(actor: Actor) -> Select[MeetingOutcome]:
    """The outcomes of the meetings that the actor may read."""
    known = meetings.visible_to(actor).with_only_columns(Meeting.id)
    return select(MeetingOutcome).where(MeetingOutcome.meeting_id.in_(known))


def list_outcomes(actor: Actor, event: Event) -> dict[int, dict[Side, MeetingOutcome]]:
    """The visible outcomes of an event, by meeting and side."""
    ids = select(Meeting.id).where(Meeting.event_id == event.id)
    rows = db.session.scalars(visible_to(actor).where(MeetingOutcome.meeting_id.in_(ids)))
    found: dict[int, dict[Side, MeetingOutcome]] = {}
    for row in rows:
        found.setdefault(row.meeting_id, {})[row.side] = row
    return found


def side_of(actor: Actor, meeting: Meeting) -> Side | None:
    """The side that the actor sits on, None for anybody else."""
    if is_own(actor, meeting.need_party):
        return Side.NEED
    return Side.OFFER if is_own(actor, meeting.offer_party) else None


def list_awaiting(actor: Actor) -> Sequence[Meeting]:
    """Meetings that took place and of which the actor's unit has not said what came."""
    own = parties.visible_to(actor).with_only_columns(EventParty.id)
    query = meetings.visible_to(actor).where(
        Meeting.state == MeetingState.PLANNED,
        Meeting.presence.in_(OPEN_PRESENCE),
        Event.state.in_(WRITING_STATES),
        Event.held_on <= clock.today(),
        or_(Meeting.need_party_id.in_(own), Meeting.offer_party_id.in_(own)),
    )
    rows = db.session.scalars(query.order_by(Meeting.id)).all()
    written = {
        (row.meeting_id, row.side)
        for row in db.session.scalars(
            visible_to(actor).where(MeetingOutcome.meeting_id.in_([row.id for row in rows]))
        )
    }
    return [row for row in rows if (row.id, side_of(actor, row)) not in written]


def count_verdicts(event_ids: Sequence[int]) -> Counter[Verdict]:
    """How often each verdict was given in the events: a figure for the bureau."""
    query = (
        select(MeetingOutcome.verdict, func.count())
        .join(Meeting, Meeting.id == MeetingOutcome.meeting_id)
        .where(Meeting.event_id.in_(event_ids))
        .group_by(MeetingOutcome.verdict)
    )
    return Counter({row[0]: row[1] for row in db.session.execute(query)})

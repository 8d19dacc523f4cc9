"""Writing what came of a meeting."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.demands.content import clean_line, clean_paragraphs
from matchmaker.errors import Conflict
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import MeetingState
from matchmaker.events.operations import hold
from matchmaker.events.outcomes.models import MeetingOutcome
from matchmaker.events.outcomes.queries import OPEN_PRESENCE, WRITING_STATES
from matchmaker.events.outcomes.rules import OutcomeContent, Verdict, check_outcome
from matchmaker.events.parties.permissions import ACT
from matchmaker.events.rules import Side, check_state


def write_outcome(
    actor: Actor, meeting: Meeting, side: Side, content: OutcomeContent
) -> MeetingOutcome:
    """Say, or correct, what one side makes of a meeting; the other side and the bureau read it."""
    mine, other = meeting.need_party, meeting.offer_party
    if side is Side.OFFER:
        mine, other = other, mine
    require(actor, ACT, mine)
    event = meeting.event
    hold(event)
    db.session.refresh(meeting)
    check_state(event.state, WRITING_STATES, "填写洽谈结果")
    if clock.today() < event.held_on:
        raise Conflict("too_early", "对接会当天起方可填写洽谈结果。")
    if meeting.state is not MeetingState.PLANNED or meeting.presence not in OPEN_PRESENCE:
        raise Conflict("not_met", "这场会面已取消或有一方缺席，没有洽谈结果。")
    cleaned = OutcomeContent(
        content.verdict, clean_paragraphs(content.note), clean_line(content.next_step)
    )
    check_outcome(cleaned)
    outcome = db.session.get(MeetingOutcome, (meeting.id, side))
    if outcome is None:
        outcome = MeetingOutcome(meeting_id=meeting.id, side=side)
        db.session.add(outcome)
    outcome.verdict, outcome.note = Verdict(cleaned.verdict), cleaned.note
    outcome.next_step = cleaned.next_step
    outcome.written_by, outcome.written_at = actor.user_id, clock.now()
    db.session.flush()
    record(
        actor,
        "outcomes.write",
        "event_meeting",
        meeting.id,
        side=side.value,
        verdict=cleaned.verdict,
    )
    ids = [other.organisation_id] if other.has_account else []
    outbox.send(
        "events.outcome_written",
        event_id=event.id,
        code=event.code,
        meeting_id=meeting.id,
        organisation_ids=ids,
    )
    return outcome

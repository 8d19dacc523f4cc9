"""Changing meetings by hand, publishing the agenda, and closing the day."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.demands.content import clean_line
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.events.meetings import queries, rules
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import MeetingState, Presence, presence_of
from matchmaker.events.models import Event, EventSlot
from matchmaker.events.operations import hold, send
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.queries import get_party
from matchmaker.events.parties.rules import PartyState
from matchmaker.events.permissions import MANAGE
from matchmaker.events.queries import is_planning
from matchmaker.events.requests.queries import list_all
from matchmaker.events.requests.rules import compute_pair_value
from matchmaker.events.rules import EventState, Side, Step, check_state, next_state

SUBJECT = "event_meeting"
_CHANGING = frozenset({EventState.REQUESTS, EventState.SCHEDULED})
_COUNTING = frozenset({EventState.SCHEDULED, EventState.HELD})


def add_meeting(
    actor: Actor, event: Event, *, need_id: int, offer_id: int, slot_number: int, table_no: int
) -> Meeting:
    """Put a meeting into the agenda by hand; it is locked from the beginning."""
    require(actor, MANAGE)
    _hold_for_change(event)
    need, offer = get_party(actor, event, need_id), get_party(actor, event, offer_id)
    if need.side is not Side.NEED or offer.side is not Side.OFFER:
        raise InvalidInput("sides", "请选择一家需求方和一家供给方。", field="need")
    slot = _get_slot(event, slot_number)
    meeting = Meeting(event_id=event.id, need_party_id=need.id, offer_party_id=offer.id)
    _check_place(event, meeting, need, offer, slot, table_no)
    wishes = list_all(event)
    meeting.value = compute_pair_value(
        None, wishes.get((need.id, offer.id)), wishes.get((offer.id, need.id))
    )
    meeting.slot_id, meeting.table_no, meeting.is_locked = slot.id, table_no, True
    db.session.add(meeting)
    db.session.flush()
    _record(actor, "meetings.add", event, meeting)
    _tell_moved(event, meeting, need, offer)
    return meeting


def move_meeting(actor: Actor, meeting: Meeting, *, slot_number: int, table_no: int) -> Meeting:
    """Move a meeting to another time or table; both sides are told once the agenda is out."""
    require(actor, MANAGE)
    event = meeting.event
    _hold_for_change(event)
    _check_planned(meeting)
    slot = _get_slot(event, slot_number)
    _check_place(event, meeting, meeting.need_party, meeting.offer_party, slot, table_no)
    meeting.slot_id, meeting.table_no = slot.id, table_no
    meeting.is_locked = True
    meeting.sequence += 1
    meeting.changed_at = clock.now()
    db.session.flush()
    db.session.refresh(meeting)
    _record(actor, "meetings.move", event, meeting)
    _tell_moved(event, meeting, meeting.need_party, meeting.offer_party)
    return meeting


def lock_meeting(actor: Actor, meeting: Meeting) -> Meeting:
    """Keep a meeting where it is when the meetings are planned anew."""
    return _set_lock(actor, meeting, "meetings.lock", to=True)


def unlock_meeting(actor: Actor, meeting: Meeting) -> Meeting:
    """Let the next plan move or drop the meeting."""
    return _set_lock(actor, meeting, "meetings.unlock", to=False)


def _set_lock(actor: Actor, meeting: Meeting, action: str, *, to: bool) -> Meeting:
    require(actor, MANAGE)
    _hold_for_change(meeting.event)
    _check_planned(meeting)
    meeting.is_locked = to
    _record(actor, action, meeting.event, meeting)
    return meeting


def cancel_meeting(actor: Actor, meeting: Meeting, *, reason: str) -> None:
    """Take a meeting out of the agenda; a published one stays readable with the reason."""
    require(actor, MANAGE)
    event = meeting.event
    _hold_for_change(event)
    _check_planned(meeting)
    if event.state is EventState.REQUESTS:
        _record(actor, "meetings.remove", event, meeting)
        db.session.delete(meeting)
        db.session.flush()
        return
    text = clean_line(reason)
    if not rules.REASON_MIN <= len(text) <= rules.REASON_MAX:
        raise InvalidInput("reason", "请写明取消会面的原因，4 至 300 个字。", field="note")
    meeting.state, meeting.cancel_reason = MeetingState.CANCELLED, text
    meeting.sequence += 1
    meeting.changed_at = clock.now()
    _record(actor, "meetings.cancel", event, meeting)
    _tell_moved(event, meeting, meeting.need_party, meeting.offer_party)


def publish_agenda(actor: Actor, event: Event) -> Event:
    """Show each participant its meetings."""
    require(actor, MANAGE)
    hold(event)
    following = next_state(event.state, Step.PUBLISH_AGENDA)
    if is_planning(event):
        raise Conflict("planning", "排程正在进行，完成后方可发布议程。")
    planned = queries.list_planned(event)
    if not planned:
        raise InvalidInput("no_meetings", "还没有排定的会面，请先排程。")
    gone = [row for row in planned if not _come(row.need_party, row.offer_party)]
    if gone:
        raise Conflict(
            "parties_gone",
            "有 {count} 场会面的单位已退出，请重新排程或逐场取消后再发布。",
            count=len(gone),
        )
    event.state = following
    event.agenda_version += 1
    event.agenda_published_at = clock.now()
    record(actor, "events.publish_agenda", "event", event.id, code=event.code, count=len(planned))
    send(event, "events.agenda_published")
    return event


def withdraw_agenda(actor: Actor, event: Event) -> Event:
    """Hide the agenda again, to plan anew; cancelled meetings are forgotten."""
    require(actor, MANAGE)
    hold(event)
    following = next_state(event.state, Step.WITHDRAW_AGENDA)
    if clock.today() >= event.held_on:
        raise Conflict("day_begun", "对接会当天起不能收回议程；个别会面可逐场调整或取消。")
    event.state = following
    for row in queries.list_meetings(actor, event):
        if row.state is MeetingState.CANCELLED:
            db.session.delete(row)
        else:
            row.sequence += 1
    record(actor, "events.withdraw_agenda", "event", event.id, code=event.code)
    send(event, "events.agenda_withdrawn")
    return event


def set_presence(actor: Actor, meeting: Meeting, presence: Presence) -> Meeting:
    """Note who came to a meeting, on the day or afterwards."""
    require(actor, MANAGE)
    event = meeting.event
    hold(event)
    check_state(event.state, _COUNTING, "登记到场情况")
    _check_day(event)
    _check_planned(meeting)
    meeting.presence = presence
    _record(actor, "meetings.set_presence", event, meeting)
    return meeting


def hold_event(actor: Actor, event: Event) -> Event:
    """Note that the event took place; open meetings take what the check-in says."""
    require(actor, MANAGE)
    hold(event)
    following = next_state(event.state, Step.HOLD)
    _check_day(event)
    for row in queries.list_planned(event):
        if row.presence is Presence.EXPECTED:
            row.presence = presence_of(
                need_came=row.need_party.checked_in_at is not None,
                offer_came=row.offer_party.checked_in_at is not None,
            )
    event.state = following
    record(actor, "events.hold", "event", event.id, code=event.code)
    outbox.send("events.held", event_id=event.id, code=event.code)
    return event


def _hold_for_change(event: Event) -> None:
    hold(event)
    check_state(event.state, _CHANGING, "调整会面")
    if is_planning(event):
        raise Conflict("planning", "排程正在进行，完成后再调整。")


def _check_planned(meeting: Meeting) -> None:
    db.session.refresh(meeting)
    if meeting.state is not MeetingState.PLANNED:
        raise IllegalTransition("meeting_cancelled", "这场会面已取消。")


def _check_day(event: Event) -> None:
    if clock.today() < event.held_on:
        raise Conflict("too_early", "对接会当天起方可办理。")


def _get_slot(event: Event, number: int) -> EventSlot:
    found = next((slot for slot in event.slots if slot.number == number), None)
    if found is None:
        raise InvalidInput("slot", "没有这个时段，请从列表中选择。", field="slot")
    return found


def _come(*parties: EventParty) -> bool:
    return all(party.state is PartyState.REGISTERED for party in parties)


def _check_place(
    event: Event,
    meeting: Meeting,
    need: EventParty,
    offer: EventParty,
    slot: EventSlot,
    table_no: int,
) -> None:
    """Raise unless table and both parties are free at that time."""
    if not 1 <= table_no <= event.tables:
        raise InvalidInput("table", "桌号应为 1 至 {tables}。", field="table", tables=event.tables)
    if not _come(need, offer):
        raise Conflict("party_gone", "双方须都已报名且未退出。")
    for party in (need, offer):
        if slot.id in {absence.slot_id for absence in party.absences}:
            raise Conflict("absent", "{name}此时段不能参加，请换一个时段。", name=party.name)
    for row in queries.list_planned(event):
        if row is meeting:
            continue
        if (row.need_party_id, row.offer_party_id) == (need.id, offer.id):
            raise Conflict("met", "这两家已有一场会面，不必重复安排。")
        if row.slot_id == slot.id:
            _check_apart(row, need, offer, table_no)


def _check_apart(row: Meeting, need: EventParty, offer: EventParty, table_no: int) -> None:
    if row.table_no == table_no:
        raise Conflict("table_taken", "该时段 {table} 号桌已有会面，请换一张桌。", table=table_no)
    for party, other_id in ((need, row.need_party_id), (offer, row.offer_party_id)):
        if party.id == other_id:
            raise Conflict(
                "double_booking", "{name}该时段已有会面，请换一个时段。", name=party.name
            )


def _tell_moved(event: Event, meeting: Meeting, *parties: EventParty) -> None:
    """Tell both sides of a change, once they know the agenda."""
    if event.state is not EventState.SCHEDULED:
        return
    outbox.send(
        "events.meeting_moved",
        event_id=event.id,
        code=event.code,
        meeting_id=meeting.id,
        organisation_ids=[party.organisation_id for party in parties if party.has_account],
    )


def _record(actor: Actor, action: str, event: Event, meeting: Meeting) -> None:
    record(
        actor,
        action,
        SUBJECT,
        meeting.id,
        event=event.code,
        slot_id=meeting.slot_id,
        table=meeting.table_no,
        reason=meeting.cancel_reason,
    )

"""The bureau's acts on an event as a whole; what happens to its agenda is in ``meetings``."""

from __future__ import annotations

from dataclasses import fields, replace

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock, lock_row
from matchmaker.demands.content import clean_line, clean_paragraphs
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.events import queries, rules
from matchmaker.events.hours import DayPlan, plan_slots
from matchmaker.events.models import Event, EventSlot
from matchmaker.events.parties.queries import list_organisation_ids
from matchmaker.events.permissions import MANAGE
from matchmaker.events.rules import EventDetails, EventState, Step

SUBJECT = "event"
#: After publication the hours stay: availability and requests refer to them.
_EDITABLE = frozenset({EventState.DRAFT, *rules.JOINING_STATES})
#: Fields of ``EventDetails`` that are columns of the same name.
_COLUMNS = tuple(field.name for field in fields(EventDetails) if field.name != "plan")


def create_event(actor: Actor, details: EventDetails, *, is_demo: bool = False) -> Event:
    """Add an event as a draft."""
    require(actor, MANAGE)
    lock(db.session(), "events.code")
    year = details.held_on.year
    event = Event(
        code=f"DJ{year}-{queries.last_code_number(year) + 1:02d}",
        created_by=actor.user_id,
        is_demo=is_demo,
        version=0,
        state=EventState.DRAFT,
    )
    _write(event, details)
    db.session.add(event)
    db.session.flush()
    record(actor, "events.create", SUBJECT, event.id, code=event.code, kind=event.kind.value)
    return event


def update_event(actor: Actor, event: Event, details: EventDetails, *, version: int) -> Event:
    """Change an event up to its agenda; kind and hours only as long as it is a draft."""
    require(actor, MANAGE)
    hold(event)
    rules.check_state(event.state, _EDITABLE, "修改")
    if event.version != version:
        raise Conflict("newer_version", "这场对接会刚刚被同事修改过，请刷新页面后再改。")
    if event.state is not EventState.DRAFT:
        if details.kind is not event.kind or details.plan != plan_of(event):
            raise IllegalTransition(
                "hours_fixed",
                "对接会发布后，类型和时段不能修改；如确需调整，请取消后重新发布。",
            )
        _check_ahead(details)
    before = (event.held_on, event.place)
    _write(event, details)
    record(actor, "events.update", SUBJECT, event.id, code=event.code)
    if event.published_at is not None and before != (event.held_on, event.place):
        send(event, "events.changed")
    return event


def publish_event(actor: Actor, event: Event) -> Event:
    """Open an event for registration."""
    require(actor, MANAGE)
    hold(event)
    following = rules.next_state(event.state, Step.PUBLISH)
    _check_ahead(details_of(event))
    event.published_at = clock.now()
    _move(actor, event, following, Step.PUBLISH)
    outbox.send("events.published", event_id=event.id, code=event.code)
    return event


def open_requests(actor: Actor, event: Event) -> Event:
    """End the registration: from now on the registered tell each other whom they want to meet."""
    require(actor, MANAGE)
    hold(event)
    following = rules.next_state(event.state, Step.OPEN_REQUESTS)
    _move(actor, event, following, Step.OPEN_REQUESTS)
    send(event, "events.requests_opened")
    return event


def reopen_registration(actor: Actor, event: Event) -> Event:
    """Let further parties register; what was asked for stays."""
    require(actor, MANAGE)
    hold(event)
    _move(actor, event, rules.next_state(event.state, Step.REOPEN), Step.REOPEN)
    return event


def close_event(actor: Actor, event: Event) -> Event:
    """File an event that was held: its record changes no more."""
    require(actor, MANAGE)
    hold(event)
    _move(actor, event, rules.next_state(event.state, Step.CLOSE), Step.CLOSE)
    return event


def cancel_event(actor: Actor, event: Event, *, reason: str) -> Event:
    """Call an event off; everybody who was invited or registered is told why."""
    require(actor, MANAGE)
    hold(event)
    following = rules.next_state(event.state, Step.CANCEL)
    text = clean_line(reason)
    if not 4 <= len(text) <= 500:
        raise InvalidInput("reason", "请写明取消原因，4 至 500 个字。", field="note")
    event.cancel_reason = text
    _move(actor, event, following, Step.CANCEL)
    send(event, "events.cancelled")
    return event


def hold(event: Event) -> None:
    """Read the row anew and hold it: acts on one event come one after the other."""
    db.session.flush()
    lock(db.session(), f"events.{event.id}")
    lock_row(event)


def send(event: Event, topic: str, **values: object) -> None:
    """Queue a message with the units that take part."""
    ids = list_organisation_ids(event)
    outbox.send(topic, event_id=event.id, code=event.code, organisation_ids=ids, **values)


def plan_of(event: Event) -> DayPlan:
    """The hours of an event as one value."""
    return DayPlan(
        starts=event.starts_minute,
        ends=event.ends_minute,
        slot_minutes=event.slot_minutes,
        gap_minutes=event.gap_minutes,
        breaks=tuple((begin, end) for begin, end in event.breaks),
    )


def details_of(event: Event) -> EventDetails:
    """What the bureau wrote for an event, as one value."""
    return EventDetails(**{name: getattr(event, name) for name in _COLUMNS}, plan=plan_of(event))


def _check_ahead(details: EventDetails) -> None:
    if details.registration_until < clock.today():
        raise InvalidInput(
            "registration_past",
            "报名截止日期已过，请先修改日期。",
            field="registration_until",
        )


def _write(event: Event, details: EventDetails) -> None:
    details = _clean(details)
    rules.check_details(details)
    for name in _COLUMNS:
        setattr(event, name, getattr(details, name))
    plan = details.plan
    event.starts_minute, event.ends_minute = plan.starts, plan.ends
    event.slot_minutes, event.gap_minutes = plan.slot_minutes, plan.gap_minutes
    event.breaks = [list(pause) for pause in plan.breaks]
    event.version = (event.version or 0) + 1
    _write_slots(event, plan_slots(plan))


def _write_slots(event: Event, slots: tuple[tuple[int, int], ...]) -> None:
    if [(slot.starts_minute, slot.ends_minute) for slot in event.slots] == list(slots):
        return
    event.slots.clear()
    db.session.flush()
    event.slots.extend(
        EventSlot(number=number, starts_minute=begin, ends_minute=end)
        for number, (begin, end) in enumerate(slots, 1)
    )


def _clean(details: EventDetails) -> EventDetails:
    return replace(
        details,
        title=clean_line(details.title),
        place=clean_line(details.place),
        summary=clean_paragraphs(details.summary),
    )


def _move(actor: Actor, event: Event, following: EventState, step: Step) -> None:
    event.state = following
    db.session.flush()
    record(
        actor,
        f"events.{step.value}",
        SUBJECT,
        event.id,
        code=event.code,
        reason=event.cancel_reason,
    )

"""The bureau at the desk: who has arrived, and how to reach who has not."""

from __future__ import annotations

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.engagement.contacts.rules import Contact
from matchmaker.errors import Conflict, IllegalTransition
from matchmaker.events.operations import hold
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.rules import PartyState
from matchmaker.events.permissions import MANAGE
from matchmaker.events.rules import EventState, check_state

SUBJECT = "event_party"
#: On the day itself.
_DESK = frozenset({EventState.SCHEDULED, EventState.HELD})


def check_in(actor: Actor, party: EventParty) -> EventParty:
    """Note that a party has arrived."""
    party = _at_the_desk(actor, party)
    party.checked_in_at, party.checked_in_by = clock.now(), actor.user_id
    record(actor, "parties.check_in", SUBJECT, party.id, event=party.event.code)
    return party


def undo_check_in(actor: Actor, party: EventParty) -> EventParty:
    """Take a check-in back that was ticked by mistake."""
    party = _at_the_desk(actor, party)
    party.checked_in_at = party.checked_in_by = None
    record(actor, "parties.undo_check_in", SUBJECT, party.id, event=party.event.code)
    return party


def _at_the_desk(actor: Actor, party: EventParty) -> EventParty:
    require(actor, MANAGE)
    hold(party.event)
    db.session.refresh(party)
    check_state(party.event.state, _DESK, "签到")
    if clock.today() < party.event.held_on:
        raise Conflict("too_early", "对接会当天方可签到。")
    if party.state is not PartyState.REGISTERED:
        raise IllegalTransition("not_registered", "该单位没有报名，不能签到。")
    return party


def reveal_contact(actor: Actor, party: EventParty) -> Contact:
    """A party's contact in full, for the bureau; every reveal is in the trail."""
    require(actor, MANAGE)
    record(actor, "parties.reveal_contact", SUBJECT, party.id, event=party.event.code)
    return Contact(party.contact_name, party.contact_phone)

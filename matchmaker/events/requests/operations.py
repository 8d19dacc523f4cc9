"""Saying whom one wants to meet."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, IllegalTransition, NotFound
from matchmaker.events.operations import hold
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.permissions import ACT
from matchmaker.events.parties.queries import list_counterparts
from matchmaker.events.parties.rules import PartyState
from matchmaker.events.permissions import MANAGE
from matchmaker.events.requests import queries
from matchmaker.events.requests.models import MeetingRequest
from matchmaker.events.requests.rules import Wish
from matchmaker.events.rules import EventState, check_state


def set_wishes(actor: Actor, party: EventParty, wishes: Mapping[int, Wish | None]) -> None:
    """Set a party's wishes towards the parties named; None takes a wish back.

    The trail keeps how many there are, never towards whom.
    """
    require(actor, ACT, party)
    hold(party.event)
    check_state(party.event.state, frozenset({EventState.REQUESTS}), "填写会面意向")
    if party.state is not PartyState.REGISTERED:
        raise IllegalTransition("not_registered", "请先报名，再填写会面意向。")
    if clock.today() > party.event.requests_until and not MANAGE.allows(actor, party):
        raise Conflict("requests_over", "会面意向已截止。如需修改，请联系市经信局。")
    known = {other.id for other in list_counterparts(party)}
    if not set(wishes) <= known:
        raise NotFound("counterpart_missing", "对方没有报名或已退出，请刷新页面后再填写。")
    rows = {
        row.to_party_id: row
        for row in db.session.scalars(
            queries.visible_to(actor).where(MeetingRequest.from_party_id == party.id)
        )
    }
    for other_id, wish in wishes.items():
        _set(actor, party, other_id, wish, rows.get(other_id))
    db.session.flush()
    record(actor, "requests.set", "event_party", party.id, count=len(wishes))


def _set(
    actor: Actor,
    party: EventParty,
    other_id: int,
    wish: Wish | None,
    row: MeetingRequest | None,
) -> None:
    if wish is None:
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        row = MeetingRequest(event_id=party.event_id, from_party_id=party.id, to_party_id=other_id)
        db.session.add(row)
    row.wish, row.asked_by, row.asked_at = wish, actor.user_id, clock.now()

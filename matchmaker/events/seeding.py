"""A small demonstration: a chain and a scene meeting held, one that asks wishes, one to join."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.catalogue.seed_rows import read_json
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.demands.rules import OPEN_STATUSES
from matchmaker.errors import InvalidInput
from matchmaker.events import operations
from matchmaker.events.hours import DayPlan, parse_breaks, parse_clock
from matchmaker.events.meetings import operations as agenda
from matchmaker.events.meetings.planning import run_planning
from matchmaker.events.meetings.queries import list_planned
from matchmaker.events.models import Event
from matchmaker.events.outcomes import operations as outcomes
from matchmaker.events.outcomes.rules import OutcomeContent
from matchmaker.events.parties import desk
from matchmaker.events.parties import operations as parties
from matchmaker.events.parties.queries import list_registered
from matchmaker.events.parties.rules import Invitation, PartyRecord, Registration
from matchmaker.events.requests import operations as requests
from matchmaker.events.requests.rules import Wish
from matchmaker.events.rules import EventDetails, EventKind, PartyKind, Side
from matchmaker.paths import SEEDS
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.rules import ProfileState

_FILE = SEEDS / "market" / "events.json"
_UNITS = (
    "owner@demo.example",
    "hospital@demo.example",
    "firm@demo.example",
    "firm2@demo.example",
)
_CONTACT = ("演示联系人", "13800000003")


def seed_events(settings: Settings) -> dict[str, int]:
    """Act the demonstration's events out once; none in production."""
    if settings.production:
        return {"对接会示例": 0}
    top = read_json(_FILE)
    top.text("note")
    past, recent = top.take("past"), top.take("recent")
    asking, coming = top.take("asking"), top.take("coming")
    top.close()
    with read_tx():
        done = db.session.scalar(select(func.count(Event.id)).where(Event.is_demo))
    if not done:
        _hold_past(past)
        with write_tx():
            _open_coming(coming)
        _hold_recent(recent)
        with write_tx():
            _ask_wishes(_register_all(asking))
    return {"对接会示例": 4}


def _person(email: str) -> Actor:
    user = find_user_by_email(email)
    if user is None:
        raise InvalidInput("demo_missing", "没有演示账号 {email}，请先装入演示账号。", email=email)
    return as_actor(user)


def _officer() -> Actor:
    return _person("officer@demo.example")


def _create(case: Mapping[str, Any], kind: EventKind, held_on: date) -> Event:
    hours = case["hours"]
    details = EventDetails(
        kind=kind,
        title=case["title"],
        summary=case["summary"],
        place=case["place"],
        held_on=held_on,
        registration_until=held_on - timedelta(days=8),
        requests_until=held_on - timedelta(days=3),
        plan=DayPlan(
            starts=parse_clock(hours["starts"], field="starts"),
            ends=parse_clock(hours["ends"], field="ends"),
            slot_minutes=hours["slot_minutes"],
            gap_minutes=hours["gap_minutes"],
            breaks=parse_breaks(hours["breaks"]),
        ),
        tables=case["tables"],
        need_max=case["most"],
        offer_max=case["most"],
    )
    event = operations.create_event(_officer(), details, is_demo=True)
    return operations.publish_event(_officer(), event)


def _bring(actor: Actor, side: Side, topic: str) -> Registration:
    supplier = suppliers.find_own_supplier(actor)
    products = suppliers.list_products_of(actor, supplier) if supplier else ()
    listings = [row.code for row in demands.list_own(actor) if row.status in OPEN_STATUSES]
    published = [row.code for row in products if row.state is ProfileState.PUBLISHED]
    return Registration(
        side=side,
        topic=topic,
        contact_name=_CONTACT[0],
        contact_phone=_CONTACT[1],
        demands=tuple(listings[:3]) if side is Side.NEED else (),
        products=tuple(published[:5]) if side is Side.OFFER else (),
    )


def _hold_past(case: Mapping[str, Any]) -> None:
    """A day after tomorrow is planned as if it were ahead, then put into the past."""
    with write_tx():
        event = _create(case, EventKind.CHAIN, clock.today() + timedelta(days=30))
        for each in case["firms"]:
            actor = _person(each["email"])
            parties.register(actor, event, _bring(actor, Side.NEED, each["topic"]))
        for each in case["vendors"]:
            parties.record_party(_officer(), event, _record(each))
        operations.open_requests(_officer(), event)
        _wish_all(event)
        event_id = event.id
    run_planning({"event_id": event_id}, lambda _done, _total: None)
    with write_tx():
        event = db.session.get_one(Event, event_id)
        agenda.publish_agenda(_officer(), event)
        _put_into_the_past(event, case["days_ago"])
        came = list_registered(event)[: -case["absent"]]
        for party in came:
            desk.check_in(_officer(), party)
        agenda.hold_event(_officer(), event)
        _write_outcomes(event, case)


def _register_all(case: Mapping[str, Any]) -> Event:
    """A scene meeting with everybody of the case registered, each on their usual side."""
    event = _create(case, EventKind.SCENE, clock.today() + timedelta(days=case["days_ahead"]))
    for each in case["registered"]:
        actor = _person(each["email"])
        side = parties.list_roles(actor, event)[0][0]
        parties.register(actor, event, _bring(actor, side, each["topic"]))
    return event


def _ask_wishes(event: Event) -> None:
    """The first unit has said whom it wants to meet; the others still may."""
    operations.open_requests(_officer(), event)
    first, *rest = list_registered(event)
    others = [party for party in rest if party.side is not first.side]
    actor = _actor_of(first.organisation_id)
    requests.set_wishes(actor, first, {party.id: Wish.WANT for party in others})


def _hold_recent(case: Mapping[str, Any]) -> None:
    """A scene meeting of some days ago: one side has written, the other is still asked."""
    with write_tx():
        event = _register_all(case)
        _ask_wishes(event)
        event_id = event.id
    run_planning({"event_id": event_id}, lambda _done, _total: None)
    with write_tx():
        event = db.session.get_one(Event, event_id)
        agenda.publish_agenda(_officer(), event)
        _put_into_the_past(event, case["days_ago"])
        for party in list_registered(event):
            desk.check_in(_officer(), party)
        agenda.hold_event(_officer(), event)
        said = OutcomeContent(**case["said"])
        for row in list_planned(event)[:1]:
            firm = _actor_of(row.offer_party.organisation_id)
            outcomes.write_outcome(firm, row, Side.OFFER, said)


def _record(each: Mapping[str, str]) -> PartyRecord:
    return PartyRecord(
        name=each["name"],
        kind=PartyKind.FIRM,
        side=Side.OFFER,
        topic=each["topic"],
        contact_name=_CONTACT[0],
        contact_phone=_CONTACT[1],
    )


def _wish_all(event: Event) -> None:
    """The makers ask for every vendor; the vendors leave it to the matches."""
    rows = list_registered(event)
    vendors = [party for party in rows if party.side is Side.OFFER]
    for party in rows:
        if party.side is Side.NEED:
            actor = _actor_of(party.organisation_id)
            requests.set_wishes(actor, party, {each.id: Wish.WANT for each in vendors})
        else:
            makers = [each.id for each in rows if each.side is Side.NEED]
            requests.set_wishes(_officer(), party, dict.fromkeys(makers, Wish.OPEN))


def _actor_of(organisation_id: int | None) -> Actor:
    for email in _UNITS:
        actor = _person(email)
        if actor.organisation_id == organisation_id:
            return actor
    raise InvalidInput("demo_missing", "演示单位与账号不符，请重新装入演示数据。")


def _put_into_the_past(event: Event, days_ago: int) -> None:
    """The demonstration cannot wait: the days are put before today."""
    event.held_on = clock.today() - timedelta(days=days_ago)
    event.registration_until = event.held_on - timedelta(days=8)
    event.requests_until = event.held_on - timedelta(days=3)
    db.session.flush()


def _write_outcomes(event: Event, case: Mapping[str, Any]) -> None:
    said = [
        {side: OutcomeContent(**text) for side, text in pair.items()} for pair in case["outcomes"]
    ]
    held = [row for row in list_planned(event) if row.presence.value == "held"]
    for row, pair in zip(held, said, strict=False):
        maker = _actor_of(row.need_party.organisation_id)
        outcomes.write_outcome(maker, row, Side.NEED, pair["need"])
        outcomes.write_outcome(_officer(), row, Side.OFFER, pair["offer"])


def _open_coming(case: Mapping[str, Any]) -> None:
    event = _register_all(case)
    for each in case["recorded"]:
        parties.record_party(_officer(), event, _record(each))
    invitations = []
    for email in case["invited"]:
        actor = _person(email)
        side, kind = parties.list_roles(actor, event)[0]
        supplier = suppliers.find_own_supplier(actor)
        user = find_user_by_email(email)
        invitations.append(
            Invitation(
                name=user.organisation.name if user and user.organisation else email,
                kind=kind,
                side=side,
                organisation_id=actor.organisation_id,
                supplier_id=supplier.id if supplier else None,
                reasons=(case["reason"],),
            )
        )
    parties.invite(_officer(), event, invitations)

"""Inviting, registering, leaving, saying when one is free."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.accounts.queries import get_organisation, list_people_of
from matchmaker.actor import Actor, RoleName
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.demands import queries as demands
from matchmaker.demands.content import clean_line, clean_paragraphs
from matchmaker.demands.rules import OPEN_STATUSES
from matchmaker.engagement.contacts.rules import Contact, check_contact
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.events.models import Event
from matchmaker.events.operations import hold
from matchmaker.events.parties import queries, rules
from matchmaker.events.parties.models import EventParty, PartyAbsence, PartyDemand, PartyProduct
from matchmaker.events.parties.permissions import ACT, REGISTER
from matchmaker.events.parties.rules import (
    Invitation,
    PartyRecord,
    PartyState,
    PartyStep,
    Registration,
)
from matchmaker.events.permissions import MANAGE
from matchmaker.events.rules import (
    JOINING_STATES,
    SIDES,
    EventState,
    PartyKind,
    Side,
    check_side,
    check_state,
)
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.rules import ProfileState

SUBJECT = "event_party"
#: From the invitation to the last day; the bureau may write a party down at any of these.
_RECORDING = frozenset({EventState.DRAFT, *JOINING_STATES})


def invite(actor: Actor, event: Event, invitations: Iterable[Invitation]) -> list[EventParty]:
    """Invite parties to an event that takes registrations; who was invited before is left out."""
    require(actor, MANAGE)
    hold(event)
    check_state(event.state, frozenset({EventState.REGISTRATION}), "发出邀请")
    invited = []
    for each in invitations:
        check_side(event.kind, each.kind, each.side)
        if queries.find_of(event, each.organisation_id, each.supplier_id) is not None:
            continue
        party = EventParty(
            event_id=event.id,
            kind=each.kind,
            side=each.side,
            state=PartyState.INVITED,
            organisation_id=each.organisation_id,
            supplier_id=each.supplier_id,
            has_account=has_account(each.organisation_id),
            name=_free_name(event, each.name),
            reasons=list(each.reasons),
            invited_by=actor.user_id,
            invited_at=clock.now(),
        )
        db.session.add(party)
        db.session.flush()
        record(actor, "parties.invite", SUBJECT, party.id, event=event.code, name=party.name)
        invited.append(party)
    _tell_invited(event, invited)
    return invited


def has_account(organisation_id: int | None) -> bool:
    """True for a unit some of whose people can sign in as its owner or firm."""
    if organisation_id is None:
        return False
    return bool(list_people_of(organisation_id, RoleName.OWNER, RoleName.SUPPLIER))


def _tell_invited(event: Event, invited: list[EventParty]) -> None:
    ids = [party.organisation_id for party in invited if party.has_account]
    if ids:
        outbox.send("events.invited", event_id=event.id, code=event.code, organisation_ids=ids)


def register(actor: Actor, event: Event, registration: Registration) -> EventParty:
    """Register the actor's unit, or change what it brings."""
    require(actor, REGISTER)
    hold(event)
    supplier = suppliers.find_own_supplier(actor)
    found = queries.find_of(event, actor.organisation_id, supplier.id if supplier else None)
    is_registered = found is not None and found.state is PartyState.REGISTERED
    _check_registering(event, is_registered)
    kind = kind_of(actor, event, registration.side)
    check_side(event.kind, kind, registration.side)
    listings = _own_listings(actor, registration.demands)
    products = _own_products(supplier, registration.products)
    if is_registered and found is not None and found.side is not registration.side:
        raise Conflict("side_fixed", "报名后不能更换参会身份；请先退出，再以新的身份报名。")
    if found is None:
        unit = get_organisation(actor.organisation_id or 0)
        found = EventParty(event_id=event.id, name=_free_name(event, unit.name if unit else ""))
        found.state = PartyState.INVITED
    found.organisation_id, found.has_account = actor.organisation_id, True
    found.supplier_id = supplier.id if supplier and kind is PartyKind.FIRM else None
    found.kind, found.side = kind, registration.side
    _write(found, registration.topic, registration.contact_name, registration.contact_phone)
    found.state = rules.next_state(found.state, PartyStep.REGISTER)
    found.registered_by, found.registered_at = actor.user_id, clock.now()
    db.session.add(found)
    db.session.flush()
    _bring(found, listings, products)
    record(actor, "parties.register", SUBJECT, found.id, event=event.code, side=found.side.value)
    return found


def list_roles(actor: Actor, event: Event) -> list[tuple[Side, PartyKind]]:
    """On which sides the actor's unit may sit, and as what; the usual one first."""
    kinds = [
        kind
        for role, kind in ((RoleName.SUPPLIER, PartyKind.FIRM), (RoleName.OWNER, PartyKind.OWNER))
        if actor.has_role(role)
    ]
    return [(side, kind) for kind in kinds for side in SIDES[event.kind].get(kind, ())]


def kind_of(actor: Actor, event: Event, side: Side) -> PartyKind:
    """As what a unit sits on a side; a firm's or an owner's account decides it."""
    for possible, kind in list_roles(actor, event):
        if possible is side:
            return kind
    return PartyKind.FIRM if actor.has_role(RoleName.SUPPLIER) else PartyKind.OWNER


def _check_registering(event: Event, is_registered: bool) -> None:
    """New parties come until the last day of registration, changes until that of requests."""
    allowed = JOINING_STATES if is_registered else frozenset({EventState.REGISTRATION})
    check_state(event.state, allowed, "修改报名" if is_registered else "报名")
    last = event.requests_until if is_registered else event.registration_until
    if clock.today() > last:
        raise Conflict("registration_over", "报名已截止。如需参加，请联系市经信局。")


def decline(actor: Actor, party: EventParty) -> EventParty:
    """Decline an invitation."""
    require(actor, ACT, party)
    return _leave(actor, party, PartyStep.DECLINE)


def withdraw(actor: Actor, party: EventParty) -> EventParty:
    """Take a registration back; the bureau may do it for anybody."""
    require(actor, MANAGE if MANAGE.allows(actor, party) else ACT, party)
    return _leave(actor, party, PartyStep.WITHDRAW)


def _leave(actor: Actor, party: EventParty, step: PartyStep) -> EventParty:
    hold(party.event)
    db.session.refresh(party)
    check_state(party.event.state, JOINING_STATES, "退出")
    party.state = rules.next_state(party.state, step)
    record(actor, f"parties.{step.value}", SUBJECT, party.id, event=party.event.code)
    return party


def record_party(actor: Actor, event: Event, written: PartyRecord) -> EventParty:
    """Write down a party that has no log-in: a research team, a financier, a firm by telephone."""
    require(actor, MANAGE)
    hold(event)
    check_state(event.state, _RECORDING, "登记参会单位")
    check_side(event.kind, written.kind, written.side)
    name = clean_line(written.name)
    rules.check_name(name)
    if queries.is_name_taken(event, name):
        raise InvalidInput("name_taken", "这场对接会已有同名单位，请核对。", field="name")
    party = EventParty(
        event_id=event.id,
        kind=written.kind,
        side=written.side,
        name=name,
        state=PartyState.REGISTERED,
        registered_by=actor.user_id,
        registered_at=clock.now(),
    )
    _write(party, written.topic, written.contact_name, written.contact_phone)
    db.session.add(party)
    db.session.flush()
    record(actor, "parties.record", SUBJECT, party.id, event=event.code, name=name)
    return party


def update_record(actor: Actor, party: EventParty, written: PartyRecord) -> EventParty:
    """Change what the bureau wrote down, or confirm an invited firm without log-in."""
    require(actor, MANAGE)
    hold(party.event)
    check_state(party.event.state, _RECORDING, "修改参会单位")
    if party.has_account:
        raise IllegalTransition("has_account", "有平台账号的单位自行报名和修改，不由市经信局代填。")
    check_side(party.event.kind, written.kind, written.side)
    name = clean_line(written.name)
    rules.check_name(name)
    if queries.is_name_taken(party.event, name, other_than=party.id):
        raise InvalidInput("name_taken", "这场对接会已有同名单位，请核对。", field="name")
    party.name, party.kind, party.side = name, written.kind, written.side
    _write(party, written.topic, written.contact_name, written.contact_phone)
    party.state = rules.next_state(party.state, PartyStep.REGISTER)
    party.registered_by, party.registered_at = actor.user_id, clock.now()
    record(actor, "parties.update", SUBJECT, party.id, event=party.event.code, name=name)
    return party


def set_absences(actor: Actor, party: EventParty, absent: Collection[int]) -> EventParty:
    """Say in which slots (ids) the party cannot come."""
    require(actor, ACT, party)
    hold(party.event)
    check_state(party.event.state, JOINING_STATES, "修改可会面时段")
    if party.state is not PartyState.REGISTERED:
        raise IllegalTransition("not_registered", "请先报名，再填写可会面时段。")
    known = {slot.id for slot in party.event.slots}
    chosen = sorted(known & set(absent))
    rules.check_free_slots(len(chosen), len(known))
    party.absences.clear()
    db.session.flush()
    party.absences.extend(PartyAbsence(slot_id=slot_id) for slot_id in chosen)
    record(actor, "parties.set_absences", SUBJECT, party.id, slots=len(chosen))
    return party


def _write(party: EventParty, topic: str, contact_name: str, contact_phone: str) -> None:
    text = clean_paragraphs(topic)
    rules.check_topic(text)
    contact = Contact(clean_line(contact_name), clean_line(contact_phone))
    _check_contact(contact)
    party.topic, party.contact_name, party.contact_phone = text, contact.name, contact.phone


def _check_contact(contact: Contact) -> None:
    try:
        check_contact(contact)
    except InvalidInput as error:
        error.field = f"contact_{error.field}"
        raise


def _own_listings(actor: Actor, codes: tuple[str, ...]) -> list[int]:
    rules.check_brought(codes, "需求", field="demands")
    own = {row.code: row for row in demands.list_own(actor) if row.status in OPEN_STATUSES}
    if not set(codes) <= set(own):
        raise InvalidInput(
            "foreign_demand", "只能选择本单位正在公开征集的需求，请重新选择。", field="demands"
        )
    return sorted({own[code].id for code in codes})


def _own_products(supplier: Supplier | None, codes: tuple[str, ...]) -> list[int]:
    rules.check_brought(codes, "产品", field="products")
    own: dict[str, Product] = {}
    if supplier is not None:
        own = {row.code: row for row in supplier.products if row.state is ProfileState.PUBLISHED}
    if not set(codes) <= set(own):
        raise InvalidInput(
            "foreign_product", "只能选择本企业已发布的产品，请重新选择。", field="products"
        )
    return sorted({own[code].id for code in codes})


def _bring(party: EventParty, listings: list[int], products: list[int]) -> None:
    party.demands.clear()
    party.products.clear()
    db.session.flush()
    party.demands.extend(PartyDemand(listing_id=listing_id) for listing_id in listings)
    party.products.extend(PartyProduct(product_id=product_id) for product_id in products)
    db.session.flush()


def _free_name(event: Event, name: str) -> str:
    """The name, with a number where two units of an event are called alike."""
    number, free = 1, name
    while queries.is_name_taken(event, free):
        number += 1
        free = f"{name[: rules.NAME_MAX - 5]}（{number}）"
    return free

"""Acts on bookings: booking a visit, cancelling it by number, reading who comes."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock, read_tx, write_tx
from matchmaker.effects.showrooms import queries, rules
from matchmaker.effects.showrooms.models import Booking, ShowroomSlot
from matchmaker.effects.showrooms.permissions import RUN_SHOWROOM
from matchmaker.effects.showrooms.rules import BookingState
from matchmaker.engagement.contacts.rules import Contact, check_contact
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.outbox import send

SUBJECT = "booking"
UNIT_MAX = 100


def book_visit(
    actor: Actor, slot: ShowroomSlot, *, contact: Contact, party: int | None, unit: str = ""
) -> Booking:
    """Anybody books places of an open time; the number follows and cancels it.

    Raises Conflict when the places do not suffice or the person has booked this time already.
    """
    check_contact(contact)
    people = rules.check_party(party)
    if len(unit.strip()) > UNIT_MAX:
        raise InvalidInput("unit", "单位名称不超过 {most} 个字。", field="unit", most=UNIT_MAX)
    _lock(slot)
    rules.check_bookable(slot.showroom.state, slot.starts_at, slot.is_open, clock.now())
    query = select(Booking.id).where(
        Booking.slot_id == slot.id,
        Booking.phone == contact.phone,
        Booking.state == BookingState.BOOKED,
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise Conflict("booked_before", "这个电话号码已预约这一场；如需更改人数，请先取消原预约。")
    rules.check_room(slot.capacity, slot.booked, people)
    booking = Booking(
        number=f"CG{clock.today():%y%m%d}-{secrets.token_hex(5).upper()}",
        slot=slot,
        name=contact.name,
        phone=contact.phone,
        unit=unit.strip(),
        party=people,
    )
    slot.booked += people
    db.session.add(booking)
    db.session.flush()
    record(actor, "effects.book_visit", SUBJECT, booking.id, slot_id=slot.id, party=people)
    send("effects.visit_booked", booking_id=booking.id)
    return booking


def cancel_visit(actor: Actor, number: str) -> Booking:
    """Give the places back by the booking's number, before the time has come."""
    booking = queries.find_by_number(number)
    _lock(booking.slot)
    db.session.refresh(booking)
    rules.check_cancellable(booking.state, booking.slot.starts_at, clock.now())
    booking.state, booking.ended_at = BookingState.CANCELLED, clock.now()
    booking.slot.booked -= booking.party
    db.session.flush()
    record(actor, "effects.cancel_visit", SUBJECT, booking.id, party=booking.party)
    send("effects.visit_cancelled", booking_id=booking.id)
    return booking


def reveal_visitor(actor: Actor, booking: Booking) -> Contact:
    """The visitor's name and number for the unit that receives them; each reading is noted."""
    require(actor, RUN_SHOWROOM, booking.slot.showroom)
    record(actor, "effects.reveal_visitor", SUBJECT, booking.id)
    return Contact(booking.name, booking.phone)


def forget_visitors() -> None:
    """Nightly: names and numbers of visits long past are deleted."""
    before = clock.now() - rules.CONTACT_KEPT
    with read_tx() as session:
        query = (
            select(Booking.id)
            .join(Booking.slot)
            .where(ShowroomSlot.ends_at < before, Booking.phone != "")
        )
        past = list(session.scalars(query.order_by(Booking.id)))
    for booking_id in past:
        with write_tx() as session:
            booking = session.get_one(Booking, booking_id)
            booking.name = booking.phone = booking.unit = ""
            record(BACKGROUND_JOB, "effects.forget_visitor", SUBJECT, booking.id)


def _lock(slot: ShowroomSlot) -> None:
    session = db.session()
    lock(session, f"showroom:{slot.showroom_id}")
    session.refresh(slot)
    session.refresh(slot.showroom)

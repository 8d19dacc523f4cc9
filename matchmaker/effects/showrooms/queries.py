"""Reads of showrooms and bookings; ``visible_to`` is their base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.effects.showrooms.models import Booking, Showroom, ShowroomSlot
from matchmaker.effects.showrooms.rules import ShowroomKind, ShowroomState
from matchmaker.errors import NotFound


def visible_to(actor: Actor) -> Select[Showroom]:
    """Published showrooms, and all of the actor's own unit."""
    query = select(Showroom).options(joinedload(Showroom.organisation))
    if actor.is_system:
        return query
    published = Showroom.state == ShowroomState.PUBLISHED
    if actor.has_role(RoleName.OWNER, RoleName.SUPPLIER) and actor.organisation_id is not None:
        return query.where(or_(published, Showroom.organisation_id == actor.organisation_id))
    return query.where(published)


@dataclass(frozen=True)
class ShowroomFilter:
    """What a visitor looks for; empty is no bound. ``kind`` is one of ``ShowroomKind``."""

    sector: str = ""
    district: str = ""
    kind: str = ""


def list_published(
    actor: Actor, wanted: ShowroomFilter, *, page: int, per_page: int
) -> tuple[Sequence[Showroom], int]:
    """One page of the published showrooms and how many there are."""
    query = visible_to(actor).where(Showroom.state == ShowroomState.PUBLISHED)
    if wanted.sector:
        query = query.where(Showroom.sector == wanted.sector)
    if wanted.district:
        query = query.where(Showroom.district == wanted.district)
    if wanted.kind:
        query = query.where(Showroom.kind == ShowroomKind(wanted.kind))
    total = db.session.scalar(
        query.options().with_only_columns(func.count(Showroom.id)).order_by(None)
    )
    rows = query.order_by(Showroom.id.desc()).offset((page - 1) * per_page).limit(per_page)
    return db.session.scalars(rows).all(), total or 0


def list_own(actor: Actor) -> Sequence[Showroom]:
    """The showrooms of the actor's unit, newest first."""
    query = visible_to(actor).where(Showroom.organisation_id == actor.organisation_id)
    return db.session.scalars(query.order_by(Showroom.id.desc())).all()


def list_for_designation(actor: Actor, designation_id: int) -> Sequence[Showroom]:
    """Published showrooms of a designated scene."""
    return _list_shown(actor, Showroom.designation_id == designation_id)


def list_for_product(actor: Actor, product_code: str) -> Sequence[Showroom]:
    """Published showrooms that show a product."""
    return _list_shown(actor, Showroom.product_code == product_code)


def _list_shown(actor: Actor, condition: ColumnElement[bool]) -> Sequence[Showroom]:
    query = visible_to(actor).where(condition, Showroom.state == ShowroomState.PUBLISHED)
    return db.session.scalars(query.order_by(Showroom.id)).all()


def get_showroom(actor: Actor, code: str) -> Showroom:
    """The showroom, or NotFound when there is none that the actor may know of."""
    found = db.session.scalar(visible_to(actor).where(Showroom.code == code))
    if found is None:
        raise NotFound("showroom_missing", "没有找到这个样板间或体验中心。")
    return found


def list_open_slots(showroom: Showroom, now: datetime) -> Sequence[ShowroomSlot]:
    """Open times to come, soonest first."""
    query = select(ShowroomSlot).where(
        ShowroomSlot.showroom_id == showroom.id,
        ShowroomSlot.starts_at > now,
        ShowroomSlot.is_open,
    )
    return db.session.scalars(query.order_by(ShowroomSlot.starts_at)).all()


def list_slots(showroom: Showroom) -> Sequence[ShowroomSlot]:
    """Every open time with its bookings, the latest first: for the unit that runs it."""
    query = (
        select(ShowroomSlot)
        .where(ShowroomSlot.showroom_id == showroom.id)
        .options(selectinload(ShowroomSlot.bookings))
    )
    return db.session.scalars(query.order_by(ShowroomSlot.starts_at.desc())).all()


def get_slot(showroom: Showroom, slot_id: int) -> ShowroomSlot:
    """An open time of exactly this showroom; raises NotFound."""
    slot = db.session.get(ShowroomSlot, slot_id)
    if slot is None or slot.showroom_id != showroom.id:
        raise NotFound("slot_missing", "没有找到这一场，请刷新页面后重选。")
    return slot


def get_booking(showroom: Showroom, booking_id: int) -> Booking:
    """A booking of exactly this showroom; raises NotFound."""
    booking = db.session.get(Booking, booking_id)
    if booking is None or booking.slot.showroom_id != showroom.id:
        raise NotFound("booking_missing", "没有找到这个预约。")
    return booking


def find_by_number(number: str) -> Booking:
    """The booking with this number; raises NotFound. The number is the key to it."""
    query = select(Booking).where(Booking.number == number.strip().upper())
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("booking_missing", "没有找到该预约编号，请核对后再查询。")
    return found


def count_coming(actor: Actor, now: datetime) -> int:
    """Visitors who are booked with the actor's unit from now on."""
    own = visible_to(actor).where(Showroom.organisation_id == actor.organisation_id)
    query = select(func.coalesce(func.sum(ShowroomSlot.booked), 0)).where(
        ShowroomSlot.showroom_id.in_(own.options().with_only_columns(Showroom.id)),
        ShowroomSlot.starts_at > now,
    )
    return int(db.session.scalar(query) or 0)

"""Acts of the unit that runs a showroom: describing, publishing, opening times, closing."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db, lock
from matchmaker.effects.followups.permissions import is_party
from matchmaker.effects.showrooms import rules
from matchmaker.effects.showrooms.models import Showroom, ShowroomSlot
from matchmaker.effects.showrooms.permissions import (
    CLOSE_SHOWROOM,
    CREATE_SHOWROOM,
    RUN_SHOWROOM,
)
from matchmaker.effects.showrooms.rules import BookingState, ShowroomDraft, ShowroomState
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.outbox import send
from matchmaker.selection.results.models import Designation
from matchmaker.suppliers import queries as suppliers

SUBJECT = "showroom"


def create_showroom(
    actor: Actor,
    draft: ShowroomDraft,
    *,
    organisation_id: int | None = None,
    is_demo: bool = False,
) -> Showroom:
    """A showroom of the actor's unit, not public yet; ``organisation_id`` is for the system."""
    require(actor, CREATE_SHOWROOM)
    unit = organisation_id if actor.is_system else actor.organisation_id
    if unit is None:
        raise InvalidInput("unit_missing", "当前账号没有所属单位，不能登记。")
    row = Showroom(
        code=f"TY{secrets.token_hex(4).upper()}",
        organisation_id=unit,
        created_by=actor.user_id,
        is_demo=is_demo,
    )
    _fill(actor, row, draft)
    db.session.add(row)
    db.session.flush()
    record(actor, "effects.create_showroom", SUBJECT, row.id, code=row.code, title=row.title)
    return row


def edit_showroom(actor: Actor, row: Showroom, draft: ShowroomDraft) -> None:
    """Change what is said of a showroom."""
    require(actor, RUN_SHOWROOM, row)
    _fill(actor, row, draft)
    db.session.flush()
    record(actor, "effects.edit_showroom", SUBJECT, row.id, title=row.title)


def _fill(actor: Actor, row: Showroom, draft: ShowroomDraft) -> None:
    rules.check_draft(draft)
    vocabulary = load_vocabulary()
    if draft.sector not in {sector.id for sector in vocabulary.sectors}:
        raise InvalidInput("sector", "请选择行业领域。", field="sector")
    if draft.district not in {district.id for district in vocabulary.districts}:
        raise InvalidInput("district", "请选择所在区县。", field="district")
    row.kind, row.sector, row.district = draft.kind, draft.sector, draft.district
    row.title, row.address = " ".join(draft.title.split()), " ".join(draft.address.split())
    row.text = draft.text.strip()
    row.designation_id = _check_scene(actor, draft.designation_id)
    row.product_code = _check_product(actor, draft.product_code)


def _check_scene(actor: Actor, designation_id: int | None) -> int | None:
    if designation_id is None:
        return None
    found = db.session.get(Designation, designation_id)
    if found is None or not (actor.is_system or is_party(actor, found)):
        raise InvalidInput("scene", "请选择本单位入选的场景。", field="designation")
    return found.id


def _check_product(actor: Actor, code: str) -> str:
    code = code.strip()
    if code and code not in suppliers.list_products_by_code(actor, [code]):
        raise InvalidInput("product", "没有编号为“{code}”的产品。", field="product", code=code)
    return code


def publish_showroom(actor: Actor, row: Showroom) -> None:
    """Show it to everybody; one that was closed may open again."""
    require(actor, RUN_SHOWROOM, row)
    if row.state is ShowroomState.PUBLISHED:
        raise IllegalTransition("showroom_published", "已经公开。")
    row.state, row.state_note = ShowroomState.PUBLISHED, ""
    record(actor, "effects.publish_showroom", SUBJECT, row.id)


def close_showroom(actor: Actor, row: Showroom, *, reason: str) -> None:
    """Take it off the public pages; visits that were booked are called off."""
    require(actor, CLOSE_SHOWROOM, row)
    if row.state is not ShowroomState.PUBLISHED:
        raise IllegalTransition("showroom_not_published", "尚未公开，无须停止开放。")
    note = reason.strip()
    if not 4 <= len(note) <= rules.TEXT_MAX:
        raise InvalidInput("reason", "请写明停止开放的理由（不少于 4 个字）。", field="note")
    lock(db.session(), f"showroom:{row.id}")
    row.state, row.state_note = ShowroomState.CLOSED, note
    for slot in row.slots:
        if slot.starts_at > clock.now() and slot.is_open:
            _call_off(actor, slot, note)
    record(actor, "effects.close_showroom", SUBJECT, row.id, reason=note)


def open_slot(
    actor: Actor,
    row: Showroom,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    capacity: int | None,
) -> ShowroomSlot:
    """Offer an open time. Raises Conflict where it overlaps with another one."""
    require(actor, RUN_SHOWROOM, row)
    first, last, places = rules.check_slot(starts_at, ends_at, capacity, clock.now())
    lock(db.session(), f"showroom:{row.id}")
    query = select(ShowroomSlot.id).where(
        ShowroomSlot.showroom_id == row.id,
        ShowroomSlot.starts_at < last,
        ShowroomSlot.ends_at > first,
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise Conflict("slot_overlaps", "这个时间与已有场次重叠，请另选时间。")
    slot = ShowroomSlot(showroom=row, starts_at=first, ends_at=last, capacity=places)
    db.session.add(slot)
    db.session.flush()
    record(actor, "effects.open_slot", SUBJECT, row.id, slot_id=slot.id, capacity=places)
    return slot


def call_off_slot(actor: Actor, slot: ShowroomSlot, *, reason: str) -> None:
    """End an open time; whoever booked it reads why by the number."""
    require(actor, RUN_SHOWROOM, slot.showroom)
    if not slot.is_open:
        raise IllegalTransition("slot_closed", "这一场已经取消。")
    if len(reason.strip()) < 4:
        raise InvalidInput("reason", "请写明取消的理由（不少于 4 个字）。", field="note")
    lock(db.session(), f"showroom:{slot.showroom_id}")
    _call_off(actor, slot, reason.strip())


def _call_off(actor: Actor, slot: ShowroomSlot, reason: str) -> None:
    db.session.refresh(slot)
    slot.is_open, slot.note = False, reason
    for booking in slot.bookings:
        if booking.state is BookingState.BOOKED:
            booking.state, booking.ended_at = BookingState.CALLED_OFF, clock.now()
            send("effects.visit_called_off", booking_id=booking.id)
    slot.booked = 0
    record(
        actor, "effects.call_off_slot", SUBJECT, slot.showroom_id, slot_id=slot.id, reason=reason
    )

"""Tables of showrooms, their open times and the visits that were booked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.db import Model
from matchmaker.effects.showrooms.rules import BookingState, ShowroomKind, ShowroomState

_BOOKED = text("state = 'BOOKED' AND phone <> ''")


class Showroom(Model):
    """A place where robots at work can be seen. ``code`` is its address."""

    __tablename__ = "effect_showroom"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[ShowroomKind] = mapped_column(Enum(ShowroomKind, native_enum=False, length=20))
    title: Mapped[str] = mapped_column(String(100))
    sector: Mapped[str] = mapped_column(String(40), index=True)
    district: Mapped[str] = mapped_column(String(40), index=True)
    address: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    designation_id: Mapped[int | None] = mapped_column(
        ForeignKey("selection_designation.id"), index=True
    )
    #: The product's public code.
    product_code: Mapped[str] = mapped_column(String(60), default="", index=True)
    state: Mapped[ShowroomState] = mapped_column(
        Enum(ShowroomState, native_enum=False, length=16), default=ShowroomState.DRAFT, index=True
    )
    state_note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    is_demo: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship()
    slots: Mapped[list[ShowroomSlot]] = relationship(
        order_by="ShowroomSlot.starts_at", back_populates="showroom"
    )


class ShowroomSlot(Model):
    """One open time; ``booked`` people have a place, never more than there are."""

    __tablename__ = "effect_showroom_slot"
    __table_args__ = (
        UniqueConstraint("showroom_id", "starts_at"),
        CheckConstraint("booked >= 0 AND booked <= capacity", name="not_overbooked"),
        CheckConstraint("ends_at > starts_at", name="ends_later"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    showroom_id: Mapped[int] = mapped_column(ForeignKey("effect_showroom.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    booked: Mapped[int] = mapped_column(default=0)
    is_open: Mapped[bool] = mapped_column(default=True)
    #: Why it was called off; whoever booked it reads it by the number.
    note: Mapped[str] = mapped_column(Text, default="")

    showroom: Mapped[Showroom] = relationship(back_populates="slots")
    bookings: Mapped[list[Booking]] = relationship(order_by="Booking.id", back_populates="slot")


class Booking(Model):
    """One visit; a person (by number) has one at a time for an open time."""

    __tablename__ = "effect_booking"
    __table_args__ = (
        Index(
            "uq_effect_booking_visitor",
            "slot_id",
            "phone",
            unique=True,
            sqlite_where=_BOOKED,
            postgresql_where=_BOOKED,
        ),
        CheckConstraint("party >= 1", name="party"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    #: What the visitor follows and cancels it by; cannot be guessed.
    number: Mapped[str] = mapped_column(String(40), unique=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("effect_showroom_slot.id"), index=True)
    name: Mapped[str] = mapped_column(String(30))
    phone: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(100), default="")
    party: Mapped[int]
    state: Mapped[BookingState] = mapped_column(
        Enum(BookingState, native_enum=False, length=16), default=BookingState.BOOKED, index=True
    )
    booked_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    slot: Mapped[ShowroomSlot] = relationship(back_populates="bookings")

"""Tables of events and of the times of their meetings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.events.hours import moment_of
from matchmaker.events.rules import EventKind, EventState

CODE_LENGTH = 20


class Event(Model):
    """A matchmaking event (对接会). Days are legal days; hours are minutes of the day.

    ``version`` rises with each change of the details, ``agenda_version`` with each publication of
    the agenda: calendars tell by it which of two copies is newer.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(
            "registration_until <= requests_until AND requests_until < held_on", name="days"
        ),
        CheckConstraint("tables > 0", name="tables"),
        CheckConstraint(
            "need_min >= 0 AND offer_min >= 0 AND need_min <= need_max AND offer_min <= offer_max",
            name="limits",
        ),
        CheckConstraint("state <> 'CANCELLED' OR cancel_reason <> ''", name="reason"),
        Index("ix_event_state_held_on", "state", "held_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    kind: Mapped[EventKind] = mapped_column(Enum(EventKind, native_enum=False, length=12))
    state: Mapped[EventState] = mapped_column(
        Enum(EventState, native_enum=False, length=16), default=EventState.DRAFT
    )
    title: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(120))
    held_on: Mapped[date] = mapped_column(index=True)
    registration_until: Mapped[date]
    requests_until: Mapped[date]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    slot_minutes: Mapped[int]
    gap_minutes: Mapped[int] = mapped_column(default=0)
    breaks: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    tables: Mapped[int]
    need_max: Mapped[int]
    offer_max: Mapped[int]
    need_min: Mapped[int] = mapped_column(default=0)
    offer_min: Mapped[int] = mapped_column(default=0)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    agenda_version: Mapped[int] = mapped_column(default=0)
    #: The job that plans the meetings, the latest one.
    job_id: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    agenda_published_at: Mapped[datetime | None]

    slots: Mapped[list[EventSlot]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="EventSlot.number"
    )


class EventSlot(Model):
    """One time in which meetings take place, at all tables at once."""

    __tablename__ = "event_slot"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("starts_minute < ends_minute", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    number: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]


def starts_at(event: Event, slot: EventSlot) -> datetime:
    """When a slot of an event begins."""
    return moment_of(event.held_on, slot.starts_minute, clock.CHINA)


def ends_at(event: Event, slot: EventSlot) -> datetime:
    """When a slot of an event ends."""
    return moment_of(event.held_on, slot.ends_minute, clock.CHINA)

"""Tables of meetings and of the plans that made them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Enum, Float, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.events.meetings.rules import MeetingState, Presence
from matchmaker.events.models import Event, EventSlot
from matchmaker.events.parties.models import EventParty

_PLANNED = text("state = 'PLANNED'")


def _once(name: str, *columns: str) -> Index:
    """No two planned meetings share these columns."""
    return Index(
        f"uq_event_meeting_{name}",
        *columns,
        unique=True,
        sqlite_where=_PLANNED,
        postgresql_where=_PLANNED,
    )


class Meeting(Model):
    """A meeting of two parties. The indexes are the second wall against double booking.

    ``sequence`` rises whenever the meeting moves: calendars tell by it which copy is newer.
    """

    __tablename__ = "event_meeting"
    __table_args__ = (
        _once("table", "slot_id", "table_no"),
        _once("need", "slot_id", "need_party_id"),
        _once("offer", "slot_id", "offer_party_id"),
        _once("pair", "need_party_id", "offer_party_id"),
        CheckConstraint("table_no > 0", name="table"),
        CheckConstraint("state <> 'CANCELLED' OR cancel_reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("event_slot.id"))
    table_no: Mapped[int]
    need_party_id: Mapped[int] = mapped_column(ForeignKey("event_party.id"), index=True)
    offer_party_id: Mapped[int] = mapped_column(ForeignKey("event_party.id"), index=True)
    state: Mapped[MeetingState] = mapped_column(
        Enum(MeetingState, native_enum=False, length=12), default=MeetingState.PLANNED
    )
    presence: Mapped[Presence] = mapped_column(
        Enum(Presence, native_enum=False, length=16), default=Presence.EXPECTED, index=True
    )
    #: What the schedule counted it for.
    value: Mapped[float] = mapped_column(Float, default=0.0)
    is_locked: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    event: Mapped[Event] = relationship()
    slot: Mapped[EventSlot] = relationship(lazy="joined")
    need_party: Mapped[EventParty] = relationship(foreign_keys=[need_party_id])
    offer_party: Mapped[EventParty] = relationship(foreign_keys=[offer_party_id])


class EventPlan(Model):
    """One run of the schedule: what it reached and what it could have reached at best."""

    __tablename__ = "event_plan"
    __table_args__ = (CheckConstraint("meetings >= 0", name="meetings"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    need_parties: Mapped[int]
    offer_parties: Mapped[int]
    meetings: Mapped[int]
    locked: Mapped[int]
    value: Mapped[float] = mapped_column(Float)
    bound: Mapped[float] = mapped_column(Float)
    timed_out: Mapped[bool] = mapped_column(default=False)
    #: [{"party", "planned", "minimum"}] of the parties below their minimum.
    shortfalls: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def gap(self) -> float:
        """The share of the bound that is missing, 0 to 1."""
        return max(0.0, 1.0 - self.value / self.bound) if self.bound > 0 else 0.0

"""Table of the yearly plan."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.events.rules import EventKind


class EventTarget(Model):
    """How many events of a kind the bureau plans in a year; without a row the texts' minimum."""

    __tablename__ = "event_target"
    __table_args__ = (CheckConstraint("planned >= 0", name="planned"),)

    year: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EventKind] = mapped_column(
        Enum(EventKind, native_enum=False, length=12), primary_key=True
    )
    planned: Mapped[int]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime] = mapped_column(default=clock.now)

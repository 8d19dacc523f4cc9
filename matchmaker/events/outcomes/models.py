"""Table of outcomes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.events.outcomes.rules import Verdict
from matchmaker.events.rules import Side


class MeetingOutcome(Model):
    """What one side says of a meeting."""

    __tablename__ = "event_outcome"
    __table_args__ = (CheckConstraint("note <> ''", name="note"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("event_meeting.id"), primary_key=True)
    side: Mapped[Side] = mapped_column(Enum(Side, native_enum=False, length=8), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(Enum(Verdict, native_enum=False, length=12))
    note: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str] = mapped_column(String(500), default="")
    written_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime] = mapped_column(default=clock.now)

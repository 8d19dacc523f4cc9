"""Table of requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.events.requests.rules import Wish


class MeetingRequest(Model):
    """One party's wish to meet another, or not to."""

    __tablename__ = "event_request"
    __table_args__ = (
        UniqueConstraint("from_party_id", "to_party_id"),
        CheckConstraint("from_party_id <> to_party_id", name="two_parties"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    from_party_id: Mapped[int] = mapped_column(ForeignKey("event_party.id"))
    to_party_id: Mapped[int] = mapped_column(ForeignKey("event_party.id"), index=True)
    wish: Mapped[Wish] = mapped_column(Enum(Wish, native_enum=False, length=8))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)

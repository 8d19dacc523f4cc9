"""Table of what people chose; no row means the default of the kind."""

from __future__ import annotations

from sqlalchemy import Enum, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Model
from matchmaker.notifications.rules import NotificationKind, Pace


class NotificationChoice(Model):
    """What one person chose for one kind."""

    __tablename__ = "notification_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[NotificationKind] = mapped_column(
        Enum(NotificationKind, native_enum=False, length=24), primary_key=True
    )
    in_inbox: Mapped[bool]
    email: Mapped[Pace] = mapped_column(Enum(Pace, native_enum=False, length=8))
    webhook: Mapped[Pace] = mapped_column(Enum(Pace, native_enum=False, length=8))

"""Table of what people were told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.notifications.rules import NotificationKind

TITLE_MAX, TEXT_MAX = 200, 400


class Notification(Model):
    """One thing told to one person. ``source`` names what it was told for: never twice.

    ``subject_kind`` and ``subject_key`` say what the person must be allowed to see for it.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "source"),
        Index("ix_notification_user_id_in_inbox_read_at", "user_id", "in_inbox", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[NotificationKind] = mapped_column(
        Enum(NotificationKind, native_enum=False, length=24)
    )
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    text: Mapped[str] = mapped_column(String(TEXT_MAX), default="")
    #: Address on this site, below its root.
    path: Mapped[str] = mapped_column(String(400))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_key: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(120))
    #: False for what the person only wants by other channels.
    in_inbox: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]

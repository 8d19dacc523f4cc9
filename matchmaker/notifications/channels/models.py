"""Tables of robots and of deliveries; the deliveries are the log as well."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.db import Model
from matchmaker.notifications.channels.rules import DeliveryState, Vendor
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.rules import Channel

URL_MAX, SECRET_MAX = 500, 120


class Webhook(Model):
    """The group robot of one person. Address and secret are keys: no page shows them again."""

    __tablename__ = "notification_webhook"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    vendor: Mapped[Vendor] = mapped_column(Enum(Vendor, native_enum=False, length=12))
    url: Mapped[str] = mapped_column(String(URL_MAX))
    secret: Mapped[str] = mapped_column(String(SECRET_MAX), default="")
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class Delivery(Model):
    """One notice on its way by one channel. Those sent together carry the same ``batch``."""

    __tablename__ = "notification_delivery"
    __table_args__ = (
        UniqueConstraint("notification_id", "channel"),
        Index("ix_notification_delivery_state_due_at", "state", "due_at"),
        Index(
            "ix_notification_delivery_user_id_channel_tried_at", "user_id", "channel", "tried_at"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    channel: Mapped[Channel] = mapped_column(Enum(Channel, native_enum=False, length=8))
    state: Mapped[DeliveryState] = mapped_column(
        Enum(DeliveryState, native_enum=False, length=12), default=DeliveryState.WAITING
    )
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    batch: Mapped[str] = mapped_column(String(40), default="")
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    #: Why the last attempt failed, or why it was not sent.
    detail: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    notification: Mapped[Notification] = relationship()

"""Marking as read."""

from __future__ import annotations

from sqlalchemy import update

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.permissions import RECEIVE


def mark_read(actor: Actor, row: Notification) -> None:
    """Note that the receiver has read it; a second time changes nothing."""
    require(actor, RECEIVE)
    if row.read_at is None:
        row.read_at = clock.now()
        record(actor, "notifications.read", "notification", row.id)


def mark_all_read(actor: Actor) -> int:
    """Note that the receiver has read everything so far; returns how many were unread."""
    require(actor, RECEIVE)
    unread = (
        update(Notification)
        .where(
            Notification.user_id == actor.user_id,
            Notification.in_inbox,
            Notification.read_at.is_(None),
        )
        .values(read_at=clock.now())
    )
    count: int = db.session.execute(unread).rowcount  # type: ignore[attr-defined]
    if count:
        record(actor, "notifications.read_all", "user", actor.user_id or 0, count=count)
    return count

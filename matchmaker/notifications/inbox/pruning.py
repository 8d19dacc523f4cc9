"""The night's pruning of notices that were read long ago, with the log of their deliveries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, or_, select

from matchmaker import clock
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, read_tx, write_tx
from matchmaker.notifications.channels.models import Delivery
from matchmaker.notifications.channels.queries import read_settings
from matchmaker.notifications.channels.rules import DeliveryState
from matchmaker.notifications.inbox.models import Notification

#: Notices of one write transaction; databases limit the number of parameters as well.
AT_ONCE = 500
_UNDER_WAY = (DeliveryState.WAITING, DeliveryState.SENDING)


def prune_notices() -> None:
    """Nightly: drop what was read longer ago than the setting says, and what was only sent.

    Unread notices stay, and those of which a delivery is still under way.
    """
    days = read_settings().keep_notices_days
    before = clock.begin_of_days_ago(days)
    while True:
        with read_tx():
            ids = _find_old(before)
        if not ids:
            return
        with write_tx():
            _prune(ids, days)


def _find_old(before: datetime) -> list[int]:
    under_way = select(Delivery.id).where(
        Delivery.notification_id == Notification.id, Delivery.state.in_(_UNDER_WAY)
    )
    # Nobody can read what is in no inbox: its age counts from when it was told.
    sent_only = and_(Notification.in_inbox.is_(False), Notification.created_at < before)
    query = (
        select(Notification.id)
        .where(or_(Notification.read_at < before, sent_only), ~under_way.exists())
        .order_by(Notification.id)
        .limit(AT_ONCE)
    )
    return list(db.session.scalars(query))


def _prune(ids: list[int], days: int) -> None:
    """Both tables in one transaction, with one entry of how many rows went."""
    sent = db.session.execute(delete(Delivery).where(Delivery.notification_id.in_(ids)))
    told = db.session.execute(delete(Notification).where(Notification.id.in_(ids)))
    record(
        BACKGROUND_JOB,
        "notifications.prune",
        "installation",
        "notices",
        days=days,
        notices=told.rowcount,  # type: ignore[attr-defined]
        deliveries=sent.rowcount,  # type: ignore[attr-defined]
    )

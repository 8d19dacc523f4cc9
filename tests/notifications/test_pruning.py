"""Notices read long ago go at night, to the day; what is unread or on its way stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from matchmaker import clock
from matchmaker.audit.models import AuditEntry
from matchmaker.db import read_tx, write_tx
from matchmaker.notifications.channels.models import Delivery
from matchmaker.notifications.channels.rules import DeliveryState
from matchmaker.notifications.inbox import pruning
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.inbox.pruning import prune_notices
from matchmaker.notifications.rules import Channel, NotificationKind
from matchmaker.notifications.subjects import SubjectKind
from tests.people import People

MOMENT = timedelta(microseconds=1)


def add(
    people: People,
    name: str,
    *,
    created: datetime,
    read: datetime | None = None,
    in_inbox: bool = True,
    delivery: DeliveryState | None = None,
) -> None:
    assert people.owner.user_id is not None
    row = Notification(
        user_id=people.owner.user_id,
        kind=NotificationKind.REVIEW_DECIDED,
        title=name,
        path="/account",
        subject_kind=SubjectKind.NOTHING.value,
        source=name,
        in_inbox=in_inbox,
        created_at=created,
        read_at=read,
    )
    with write_tx() as session:
        session.add(row)
        session.flush()
        if delivery is not None:
            session.add(
                Delivery(
                    notification_id=row.id,
                    user_id=row.user_id,
                    channel=Channel.EMAIL,
                    state=delivery,
                    due_at=created,
                )
            )


def list_left(app: Flask) -> tuple[list[str], int, list[dict[str, int]]]:
    """Titles of the notices, number of deliveries, what the trail says."""
    with app.app_context(), read_tx() as session:
        titles = [row.title for row in session.query(Notification).order_by(Notification.id)]
        entries = session.query(AuditEntry).filter_by(action="notifications.prune")
        noted = [entry.data for entry in entries.order_by(AuditEntry.seq)]
        return titles, session.query(Delivery).count(), noted


def test_notices_go_the_day_after_their_last(app: Flask, people: People) -> None:
    with app.app_context():
        limit = clock.begin_of_days_ago(400)
        old = limit - timedelta(days=30)
        sent, waiting = DeliveryState.SENT, DeliveryState.WAITING
        add(people, "read on the last day", created=old, read=limit, delivery=sent)
        add(people, "read a moment before it", created=old, read=limit - MOMENT, delivery=sent)
        add(people, "never read", created=old, delivery=sent)
        add(people, "still being sent", created=old, read=old, delivery=waiting)
        add(people, "only sent", created=limit - MOMENT, in_inbox=False, delivery=sent)
        add(people, "only sent, last day", created=limit, in_inbox=False, delivery=sent)
        prune_notices()
    left = ["read on the last day", "never read", "still being sent", "only sent, last day"]
    assert list_left(app) == (left, 4, [{"days": 400, "notices": 2, "deliveries": 2}])
    with app.app_context():
        prune_notices()
    assert list_left(app)[2] == [{"days": 400, "notices": 2, "deliveries": 2}]


def test_many_notices_go_in_parts(app: Flask, people: People) -> None:
    with app.app_context():
        old = clock.begin_of_days_ago(401)
        for number in range(pruning.AT_ONCE + 1):
            add(people, f"notice {number}", created=old, read=old)
        prune_notices()
    titles, deliveries, noted = list_left(app)
    assert (titles, deliveries) == ([], 0)
    assert [entry["notices"] for entry in noted] == [pruning.AT_ONCE, 1]

"""The job that sends what is due: one message for everything due to one person by one channel.

Deliveries are claimed in a short transaction, sent outside of any, and their end is noted in
another short one. What the receiver may not see any more is withheld at the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import joinedload

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.accounts.queries import as_actor, find_user
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.jobs.operations import Report, start_job
from matchmaker.matching.preferences import wants_recommendations
from matchmaker.notifications.channels import rules
from matchmaker.notifications.channels.failures import SendingFailed
from matchmaker.notifications.channels.mail import Envelope, send_mail
from matchmaker.notifications.channels.messages import Item, write_message
from matchmaker.notifications.channels.models import Delivery
from matchmaker.notifications.channels.queries import find_webhook, has_channel, read_settings
from matchmaker.notifications.channels.rules import DeliveryState, Vendor
from matchmaker.notifications.channels.tokens import StopToken, write_token
from matchmaker.notifications.channels.webhooks import post_to_webhook
from matchmaker.notifications.inbox.queries import subject_of
from matchmaker.notifications.rules import Channel, NotificationKind
from matchmaker.notifications.subjects import is_visible

log = structlog.get_logger(__name__)
SEND = "notifications.send"
#: After so many the job ends, so that other jobs have their turn; the next sweep goes on.
FAILURES_IN_A_ROW = 5
SETTINGS_PATH = "/account/notices/settings"


@dataclass(frozen=True)
class Batch:
    """What one message holds and where it goes; nothing in it is a database row."""

    ids: tuple[int, ...]
    channel: Channel
    user_id: int
    email: str
    items: tuple[Item, ...]
    webhook: tuple[Vendor, str, str] | None


def queue_due() -> None:
    """Have the job run when something is due; called each minute and after each piece of work."""
    with read_tx():
        is_needed = _find_due() is not None and not _is_queued()
    if is_needed:
        with write_tx():
            start_job(BACKGROUND_JOB, SEND)


def _is_queued() -> bool:
    waiting = select(Job.id).where(Job.kind == SEND, Job.status == JobStatus.QUEUED).limit(1)
    return db.session.scalar(waiting) is not None


def run_sending(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    """Runner of the job: sends until nothing is due, or until a server seems to be down."""
    del parameters, report
    counts, in_a_row = {"messages": 0, "failed": 0}, 0
    while in_a_row < FAILURES_IN_A_ROW and (batch := _claim()) is not None:
        if not batch.ids:
            continue
        is_sent = _send(batch)
        counts["messages" if is_sent else "failed"] += 1
        in_a_row = 0 if is_sent else in_a_row + 1
    return counts


def _is_due(now: datetime) -> ColumnElement[bool]:
    died = now - rules.CLAIM_LASTS
    return or_(
        and_(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= now),
        and_(Delivery.state == DeliveryState.SENDING, Delivery.tried_at <= died),
    )


def _find_due() -> Delivery | None:
    query = select(Delivery).where(_is_due(clock.now())).order_by(Delivery.due_at, Delivery.id)
    return db.session.scalar(query.limit(1))


def _claim() -> Batch | None:
    """Take everything that is due to one person by one channel; None when nothing is due."""
    with write_tx():
        first = _find_due()
        if first is None:
            return None
        query = (
            select(Delivery)
            .where(
                _is_due(clock.now()),
                Delivery.user_id == first.user_id,
                Delivery.channel == first.channel,
            )
            .order_by(Delivery.id)
            .limit(rules.BATCH_MAX)
            .options(joinedload(Delivery.notification))
            .with_for_update(skip_locked=True, of=Delivery)
        )
        rows = db.session.scalars(query).all()
        user = find_user(first.user_id)
        if user is None or not rows:
            return None
        return _take(user, first.channel, rows)


def _take(user: User, channel: Channel, rows: Sequence[Delivery]) -> Batch:
    actor = as_actor(user)
    if not (user.active and has_channel(user, channel)):
        kept = [row for row in rows if _withhold(row, "收件人已停收或已停用此通道")]
    else:
        kept = [row for row in rows if may_send(actor, row) or _withhold(row, "相关内容已不可见")]
    if kept and channel is Channel.WEBHOOK and _is_at_limit(user.id):
        for row in kept:
            row.state = DeliveryState.WAITING
            row.due_at = clock.now() + timedelta(minutes=1)
        kept = []
    for row in kept:
        row.state = DeliveryState.SENDING
        row.tried_at = clock.now()
        row.attempts += 1
        row.batch = f"{kept[0].id}-{kept[0].attempts}"
    webhook = find_webhook(user.id) if channel is Channel.WEBHOOK else None
    return Batch(
        ids=tuple(row.id for row in kept),
        channel=channel,
        user_id=user.id,
        email=user.email,
        items=tuple(_make_item(row) for row in kept),
        webhook=(webhook.vendor, webhook.url, webhook.secret) if webhook else None,
    )


def may_send(actor: Actor, row: Delivery) -> bool:
    """True while the receiver may see the thing and still wants to be told of it."""
    told = row.notification
    if told.kind is NotificationKind.MATCH_FOUND and not wants_recommendations(actor):
        return False
    return is_visible(actor, subject_of(told))


def _withhold(row: Delivery, why: str) -> bool:
    row.state, row.detail = DeliveryState.WITHHELD, why
    return False


def _is_at_limit(user_id: int) -> bool:
    """True when the robot got its messages of the last minute."""
    since = clock.now() - timedelta(minutes=1)
    query = select(func.count(func.distinct(Delivery.batch))).where(
        Delivery.user_id == user_id,
        Delivery.channel == Channel.WEBHOOK,
        Delivery.tried_at > since,
    )
    return (db.session.scalar(query) or 0) >= rules.PER_MINUTE


def _make_item(row: Delivery) -> Item:
    told = row.notification
    url = f"{read_settings().site_url.rstrip('/')}{told.path}"
    return Item(kind=told.kind, title=told.title, text=told.text, url=url)


def _send(batch: Batch) -> bool:
    try:
        _hand_over(batch)
    except SendingFailed as error:
        _note_failure(batch, error)
        return False
    except Exception as error:
        log.exception("message could not be made", channel=batch.channel.value, ids=batch.ids)
        _note_failure(batch, SendingFailed(f"系统出错（{type(error).__name__}）"))
        return False
    values = {"state": DeliveryState.SENT, "sent_at": clock.now(), "detail": ""}
    with write_tx() as session:
        session.execute(update(Delivery).where(Delivery.id.in_(batch.ids)).values(**values))
    return True


def _hand_over(batch: Batch) -> None:
    settings = read_settings()
    root = settings.site_url.rstrip("/")
    message = write_message(
        batch.items, site_name=settings.site_name, settings_url=f"{root}{SETTINGS_PATH}"
    )
    if batch.webhook is not None:
        post_to_webhook(settings, *batch.webhook, message)
        return
    kinds = {item.kind for item in batch.items} - {NotificationKind.CHANNEL_TEST}
    token = StopToken(batch.user_id, kinds.pop() if len(kinds) == 1 else None)
    domain = settings.smtp_from.rpartition("@")[2].strip("> ")
    envelope = Envelope(
        to=batch.email,
        message_id=f"<notice-{batch.ids[0]}@{domain}>",
        stop_url=f"{root}/stop-mail/{write_token(token)}",
    )
    send_mail(settings, envelope, message)


def _note_failure(batch: Batch, error: SendingFailed) -> None:
    now = clock.now()
    with write_tx() as session:
        rows = session.scalars(select(Delivery).where(Delivery.id.in_(batch.ids)))
        for row in rows:
            row.detail = error.detail
            if error.is_final or row.attempts > len(rules.RETRY_AFTER):
                row.state = DeliveryState.GIVEN_UP
                continue
            row.state = DeliveryState.WAITING
            row.due_at = now + rules.RETRY_AFTER[0 if error.is_too_often else row.attempts - 1]

"""Reads of the inbox. Every list, count and act starts from ``visible_to``: one's own only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, false, func, select

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.subjects import Subject, SubjectKind, is_visible


def visible_to(actor: Actor) -> Select[Notification]:
    """What the actor was told in the inbox."""
    query = select(Notification)
    if not actor.is_signed_in:
        return query.where(false())
    return query.where(Notification.user_id == actor.user_id, Notification.in_inbox)


def count_unread(actor: Actor) -> int:
    """How many notices the actor has not read: for the head of each page."""
    unread = visible_to(actor).where(Notification.read_at.is_(None))
    return db.session.scalar(unread.with_only_columns(func.count())) or 0


def list_page(
    actor: Actor,
    *,
    kind: NotificationKind | None = None,
    only_unread: bool = False,
    page: int,
    per_page: int,
) -> tuple[Sequence[Notification], int]:
    """One page of the actor's notices, newest first, and how many there are."""
    query = visible_to(actor)
    if kind is not None:
        query = query.where(Notification.kind == kind)
    if only_unread:
        query = query.where(Notification.read_at.is_(None))
    total = db.session.scalar(query.with_only_columns(func.count())) or 0
    rows = query.order_by(Notification.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def get_own(actor: Actor, notification_id: int) -> Notification:
    """One of the actor's own notices; raises ``NotFound`` for anybody else's."""
    found = db.session.scalar(visible_to(actor).where(Notification.id == notification_id))
    if found is None:
        raise NotFound("notification_missing", "没有这条通知。")
    return found


def find_hidden(actor: Actor, rows: Iterable[Notification]) -> frozenset[int]:
    """Ids of those whose subject the actor may not see any more; their text stays unshown."""
    known: dict[Subject, bool] = {}
    hidden = set()
    for row in rows:
        subject = subject_of(row)
        if subject not in known:
            known[subject] = is_visible(actor, subject)
        if not known[subject]:
            hidden.add(row.id)
    return frozenset(hidden)


def subject_of(row: Notification) -> Subject:
    """What the receiver must be allowed to see."""
    return Subject(SubjectKind(row.subject_kind), row.subject_key)


def is_told(user_id: int, kind: NotificationKind, source: str) -> bool:
    """True when the person was told this already."""
    query = select(Notification.id).where(
        Notification.user_id == user_id,
        Notification.kind == kind,
        Notification.source == source,
    )
    return db.session.scalar(query.limit(1)) is not None


def count_told(user_id: int, kind: NotificationKind, source_start: str) -> int:
    """How many things of a kind the person was told whose source begins so."""
    query = select(func.count(Notification.id)).where(
        Notification.user_id == user_id,
        Notification.kind == kind,
        Notification.source.startswith(source_start, autoescape=True),
    )
    return db.session.scalar(query) or 0

"""Reads of notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.publishing.models import Notice
from matchmaker.publishing.permissions import READ_DRAFTS
from matchmaker.publishing.rules import NoticeKind, NoticeState

PAGE_SIZE = 20


@dataclass(frozen=True)
class NoticePage:
    """One page of the list."""

    items: Sequence[Notice]
    total: int
    page: int
    per_page: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def visible_to(actor: Actor) -> Select[Notice]:
    """Notices that the actor may know of. A withdrawn one stays, with its reason."""
    query = select(Notice)
    if can(actor, READ_DRAFTS):
        return query
    return query.where(Notice.state != NoticeState.DRAFT)


def find_notices(
    actor: Actor, *, kind: NoticeKind | None = None, question: str = ""
) -> Select[Notice]:
    """Published and withdrawn notices whose title holds the words, newest first."""
    query = visible_to(actor).where(Notice.state != NoticeState.DRAFT)
    if kind is not None:
        query = query.where(Notice.kind == kind)
    for word in question.split():
        query = query.where(Notice.title.contains(word, autoescape=True))
    return query.order_by(Notice.published_at.desc(), Notice.id.desc())


def list_all(
    actor: Actor, *, kind: NoticeKind | None = None, question: str = "", most: int
) -> tuple[Sequence[Notice], int]:
    """The first ``most`` of what ``find_notices`` finds, and how many there are."""
    query = find_notices(actor, kind=kind, question=question)
    return db.session.scalars(query.limit(most)).all(), _count(query)


def _count(query: Select[Notice]) -> int:
    counted = query.order_by(None).with_only_columns(func.count(Notice.id))
    return db.session.scalar(counted) or 0


def list_notices(
    actor: Actor, *, kind: NoticeKind | None = None, question: str = "", page: int = 1
) -> NoticePage:
    """One page of what ``find_notices`` finds."""
    query = find_notices(actor, kind=kind, question=question)
    total = _count(query)
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    rows = query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return NoticePage(db.session.scalars(rows).all(), total, page)


def list_for_desk(actor: Actor) -> Sequence[Notice]:
    """Everything that the actor may see, drafts first, then newest first."""
    query = visible_to(actor).order_by(
        (Notice.state == NoticeState.DRAFT).desc(), Notice.published_at.desc(), Notice.id.desc()
    )
    return db.session.scalars(query.limit(200)).all()


def get_notice(actor: Actor, notice_id: int) -> Notice:
    """The notice; raises ``NotFound`` when the actor may not know of it."""
    found = db.session.scalar(visible_to(actor).where(Notice.id == notice_id))
    if found is None:
        raise NotFound("notice_missing", "没有找到这条通知。")
    return found


def list_about(actor: Actor, subject_type: str, subject_id: str) -> Sequence[Notice]:
    """Notices about one subject, oldest first."""
    query = visible_to(actor).where(
        Notice.subject_type == subject_type,
        Notice.subject_id == subject_id,
        Notice.state != NoticeState.DRAFT,
    )
    return db.session.scalars(query.order_by(Notice.published_at, Notice.id)).all()

"""How far the market has moved on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from matchmaker.db import db
from matchmaker.matching.changes.models import ChangeKind, IndexChange
from matchmaker.outbox import OutboxMessage

PRODUCT_TOPICS = (
    "suppliers.product_published",
    "suppliers.product_changed",
    "suppliers.product_withdrawn",
)
DEMAND_TOPICS = ("demands.published", "demands.changed", "demands.withdrawn")

#: Equal versions mean equal public rows; nothing else can be read from it.
Version = tuple[object, ...]


def read_version(kind: ChangeKind) -> Version:
    """The present version of one kind, in two short look-ups.

    Messages still on their way count too, so that a change is seen from its commit on.
    """
    return (kind.value, *_read_last(kind), *_read_waiting(kind))


def read_last_seq() -> int:
    """The number of the last change, 0 where there is none."""
    return db.session.scalar(select(func.max(IndexChange.seq))) or 0


def list_since(seq: int, *, limit: int) -> Sequence[IndexChange]:
    """Changes after a number, oldest first."""
    query = select(IndexChange).where(IndexChange.seq > seq).order_by(IndexChange.seq)
    return db.session.scalars(query.limit(limit)).all()


def _read_last(kind: ChangeKind) -> tuple[object, ...]:
    query = select(IndexChange.seq, IndexChange.mark).where(IndexChange.kind == kind)
    row = db.session.execute(query.order_by(IndexChange.seq.desc()).limit(1)).first()
    return (0, "") if row is None else tuple(row)


def _read_waiting(kind: ChangeKind) -> tuple[object, ...]:
    topics = PRODUCT_TOPICS if kind is ChangeKind.PRODUCT else DEMAND_TOPICS
    query = select(
        func.count(OutboxMessage.id),
        func.max(OutboxMessage.id),
        func.max(OutboxMessage.created_at),
    ).where(OutboxMessage.delivered_at.is_(None), OutboxMessage.topic.in_(topics))
    return tuple(db.session.execute(query).one())

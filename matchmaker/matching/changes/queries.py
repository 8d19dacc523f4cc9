"""How far the market has moved on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from matchmaker.db import db
from matchmaker.matching.changes.models import ChangeKind, IndexChange
from matchmaker.outbox import OutboxMessage

PRODUCT_TOPICS = (
    "suppliers.product_published",
    "suppliers.product_changed",
    "suppliers.product_withdrawn",
)
DEMAND_TOPICS = ("demands.published", "demands.changed", "demands.withdrawn")

#: What the messages of a kind call its key.
KEY_NAMES = {ChangeKind.PRODUCT: "product_id", ChangeKind.DEMAND: "code"}


class Mark(NamedTuple):
    """One change: its number, and what tells it from that of another database."""

    seq: int
    mark: str


#: Equal versions mean equal public rows; nothing else can be read from it.
Version = tuple[object, ...]


def read_version(kind: ChangeKind) -> Version:
    """The present version of one kind, in two short look-ups.

    Messages still on their way count too, so that a change is seen from its commit on.
    """
    return (kind.value, *read_last_mark(kind), *_read_waiting(kind))


def read_last_seq() -> int:
    """The number of the last change, 0 where there is none."""
    return db.session.scalar(select(func.max(IndexChange.seq))) or 0


def list_since(seq: int, *, limit: int) -> Sequence[IndexChange]:
    """Changes after a number, oldest first."""
    query = select(IndexChange).where(IndexChange.seq > seq).order_by(IndexChange.seq)
    return db.session.scalars(query.limit(limit)).all()


def read_last_mark(kind: ChangeKind) -> Mark:
    """The last change of a kind, (0, "") where there is none."""
    query = select(IndexChange.seq, IndexChange.mark).where(IndexChange.kind == kind)
    row = db.session.execute(query.order_by(IndexChange.seq.desc()).limit(1)).first()
    return Mark(0, "") if row is None else Mark(*row)


def has_mark(kind: ChangeKind, mark: Mark) -> bool:
    """Whether a change that was taken up is one of this database."""
    query = select(IndexChange.seq).where(
        IndexChange.kind == kind, IndexChange.seq == mark.seq, IndexChange.mark == mark.mark
    )
    return db.session.scalar(query) is not None


def list_keys_since(kind: ChangeKind, seq: int) -> frozenset[str]:
    """Whose change came after a number."""
    query = select(IndexChange.key).where(IndexChange.kind == kind, IndexChange.seq > seq)
    return frozenset(db.session.scalars(query.distinct()))


def list_waiting_keys(kind: ChangeKind) -> frozenset[str]:
    """Whose change is committed and still on its way."""
    query = select(OutboxMessage.payload).where(*_waiting(kind))
    return frozenset(payload[KEY_NAMES[kind]] for payload in db.session.scalars(query))


def _read_waiting(kind: ChangeKind) -> tuple[object, ...]:
    query = select(
        func.count(OutboxMessage.id),
        func.max(OutboxMessage.id),
        func.max(OutboxMessage.created_at),
    ).where(*_waiting(kind))
    return tuple(db.session.execute(query).one())


def _waiting(kind: ChangeKind) -> tuple[ColumnElement[bool], ...]:
    topics = PRODUCT_TOPICS if kind is ChangeKind.PRODUCT else DEMAND_TOPICS
    return (OutboxMessage.delivered_at.is_(None), OutboxMessage.topic.in_(topics))

"""Messages from a lower room to the rooms above it, stored in the sender's transaction.

The table is the queue. Delivery is at least once; each (message, handler) pair is remembered, so
a handler runs again only when its own transaction failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from matchmaker import clock
from matchmaker.db import Model, db, read_tx, write_tx

log = structlog.get_logger(__name__)

#: A handler gets the payload, with the message's own id as ``message_id``, and works inside one
#: write transaction that the outbox commits.
Handler = Callable[[dict[str, Any]], None]
MAX_ATTEMPTS = 10
#: Messages are looked up so many at a time; one delivery looks them up at most so often.
PASS, MAX_PASSES = 500, 20
#: Key of ``Session.info`` that asks the unit of work to wake the executor after its commit.
POKE = "poke_executor"


def ask_for_poke() -> None:
    """Have the executor woken once the present transaction is committed."""
    db.session().info[POKE] = True


class OutboxMessage(Model):
    """One message; ``delivered_at`` is set when every handler has done its work."""

    __tablename__ = "outbox_message"
    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(80), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))


class OutboxDelivery(Model):
    """Which handler has done which message."""

    __tablename__ = "outbox_delivery"
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"), primary_key=True)
    handler: Mapped[str] = mapped_column(String(120), primary_key=True)


def send(topic: str, /, **payload: Any) -> None:
    """Queue a message in the present transaction; it leaves with the commit or not at all."""
    db.session.add(OutboxMessage(topic=topic, payload=payload, created_at=clock.now()))
    ask_for_poke()


def pending_ids(limit: int = PASS, *, after: int = 0) -> Sequence[int]:
    """Ids of messages not yet delivered that come after an id, oldest first."""
    with read_tx() as session:
        query = (
            select(OutboxMessage.id)
            .where(
                OutboxMessage.id > after,
                OutboxMessage.delivered_at.is_(None),
                OutboxMessage.attempts < MAX_ATTEMPTS,
            )
            .order_by(OutboxMessage.id)
            .limit(limit)
        )
        return session.scalars(query).all()


def deliver_outbox(handlers: Mapping[str, Sequence[Handler]]) -> int:
    """Deliver what waits; returns how many messages were completed. Never raises for a handler.

    A message whose handler fails is tried again by the next delivery, not by this one.
    """
    completed, last = 0, 0
    for _ in range(MAX_PASSES):
        ids = pending_ids(after=last)
        completed += sum(_deliver(message_id, handlers) for message_id in ids)
        if len(ids) < PASS:
            break
        last = ids[-1]
    return completed


def _deliver(message_id: int, handlers: Mapping[str, Sequence[Handler]]) -> int:
    with read_tx() as session:
        message = session.get_one(OutboxMessage, message_id)
        topic, payload = message.topic, {**message.payload, "message_id": message_id}
    try:
        for handler in handlers.get(topic, ()):
            _run_once(message_id, handler, payload)
    except Exception as error:
        log.exception("outbox handler failed", topic=topic, message_id=message_id)
        with write_tx() as session:
            failed = session.get_one(OutboxMessage, message_id)
            failed.attempts += 1
            failed.last_error = f"{type(error).__name__}: {error}"[:500]
        return 0
    with write_tx() as session:
        session.get_one(OutboxMessage, message_id).delivered_at = clock.now()
    return 1


def _run_once(message_id: int, handler: Handler, payload: dict[str, Any]) -> None:
    name = f"{handler.__module__}.{handler.__qualname__}"
    with write_tx() as session:
        if _is_done(session, message_id, name):
            return
        handler(payload)
        session.add(OutboxDelivery(message_id=message_id, handler=name))


def _is_done(session: Session, message_id: int, name: str) -> bool:
    return session.get(OutboxDelivery, (message_id, name)) is not None

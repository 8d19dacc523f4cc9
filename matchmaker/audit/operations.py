"""Writing the trail. Entries wait in the session and are chained just before its COMMIT."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.rules import GENESIS, Entry, compute_hash
from matchmaker.db import db, lock

_PENDING = "audit_pending"
DONE = "done"
REFUSED = "refused"
OUTCOMES = frozenset({DONE, REFUSED})


def record(
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: int | str,
    /,
    *,
    outcome: str = DONE,
    **data: Any,
) -> None:
    """Note an act in the present transaction. ``data`` takes JSON values only, no secrets.

    ``subject_id`` must be known: flush a new row first. ``outcome`` says whether the act was
    carried out; what it decided belongs in ``data``. Raises ``ValueError`` for any other outcome.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome of an act: a decision belongs in the data")
    canonical = json.loads(json.dumps(data, ensure_ascii=False, default=str))
    session = db.session()
    if not session.in_transaction():
        session.begin()  # so that a rollback without any other statement forgets the entry
    waiting = session.info.setdefault(_PENDING, [])
    waiting.append(
        (clock.read_wall_clock(), actor, action, subject_type, str(subject_id), outcome, canonical)
    )


def list_waiting(subject_type: str) -> list[tuple[str, str, int | None, dict[str, Any]]]:
    """Subject, action, actor and data of the acts that wait for the present COMMIT."""
    return [
        (subject_id, action, actor.user_id, data)
        for _, actor, action, kind, subject_id, _, data in db.session().info.get(_PENDING, ())
        if kind == subject_type
    ]


def _as_entry(seq: int, waiting: tuple[Any, ...]) -> tuple[Entry, datetime]:
    at, actor, action, subject_type, subject_id, outcome, data = waiting
    entry = Entry(
        seq=seq,
        at=format_moment(at),
        actor_kind=actor.kind.value,
        actor_id=actor.user_id,
        actor_name=actor.name[:120],
        action=action,
        subject_type=subject_type,
        subject_id=subject_id[:80],
        outcome=outcome,
        data=data,
    )
    return entry, at


def format_moment(at: datetime) -> str:
    """The form in which a moment enters the hash."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_moment(text: str) -> datetime:
    """The moment that ``format_moment`` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


@event.listens_for(Session, "before_commit")
def _chain_pending(session: Session) -> None:
    waiting = session.info.get(_PENDING)
    if not waiting:
        return
    session.flush()
    lock(session, "audit_trail")
    seq, prev_hash = _head(session)
    for item in waiting:
        seq += 1
        entry, at = _as_entry(seq, item)
        digest = compute_hash(entry, prev_hash)
        values = {**entry.__dict__, "at": at}
        session.add(AuditEntry(**values, prev_hash=prev_hash, hash=digest))
        prev_hash = digest
    waiting.clear()


@event.listens_for(Session, "after_soft_rollback")
def _forget_pending(session: Session, previous: Any) -> None:
    if previous.parent is None:
        session.info.pop(_PENDING, None)


def seal_head() -> tuple[int, str]:
    """Chain what waits in the present write transaction at once; the head that covers it.

    For a head that is printed with an act: it must cover the act's own entries, which otherwise
    are chained only just before the COMMIT. The trail's lock is held from here to the COMMIT.
    """
    session = db.session()
    _chain_pending(session)
    session.flush()
    return _head(session)


def _head(session: Session) -> tuple[int, str]:
    query = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    row = session.execute(query).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def append_anchor(path: Path, seq: int, head_hash: str) -> None:
    """Append the head of the chain to a file outside the database (of another owner, ideally)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    moment = format_moment(clock.read_wall_clock())
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"seq": seq, "hash": head_hash, "at": moment}) + "\n")

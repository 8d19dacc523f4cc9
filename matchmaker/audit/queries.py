"""Reading the trail: its head, its check, and the history of one subject."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import and_, false, or_, select

from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import format_moment, list_waiting, parse_moment
from matchmaker.audit.rules import GENESIS, Entry, Verification, verify_chain
from matchmaker.db import db
from matchmaker.errors import InvalidInput

_FIELDS = [field.name for field in fields(Entry) if field.name != "at"]


def get_head() -> tuple[int, str]:
    """Sequence number and hash of the newest entry; (0, zeros) for an empty trail."""
    query = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    row = db.session.execute(query).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def list_history(subject_type: str, subject_id: int | str) -> Sequence[AuditEntry]:
    """Entries about one subject, oldest first."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == str(subject_id))
        .order_by(AuditEntry.seq)
    )
    return db.session.scalars(query).all()


def find_latest(subject_type: str, subject_id: str) -> AuditEntry | None:
    """The newest entry about one subject."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def map_histories(subject_type: str) -> dict[str, list[AuditEntry]]:
    """Entries about all subjects of a type by id, oldest first."""
    query = select(AuditEntry).where(AuditEntry.subject_type == subject_type)
    histories: dict[str, list[AuditEntry]] = {}
    for entry in db.session.scalars(query.order_by(AuditEntry.seq)):
        histories.setdefault(entry.subject_id, []).append(entry)
    return histories


@dataclass(frozen=True)
class Act:
    """What the trail says was done: an entry, or one that waits for the present COMMIT."""

    action: str
    actor_id: int | None
    data: Mapping[str, Any]


def map_acts(subject_type: str) -> dict[str, list[Act]]:
    """Acts on all subjects of a type by id, oldest first, those of this transaction included."""
    acts: dict[str, list[Act]] = {}
    columns = (AuditEntry.subject_id, AuditEntry.action, AuditEntry.actor_id, AuditEntry.data)
    query = select(*columns).where(AuditEntry.subject_type == subject_type)
    for subject_id, action, actor_id, data in db.session.execute(query.order_by(AuditEntry.seq)):
        acts.setdefault(subject_id, []).append(Act(action, actor_id, data))
    for subject_id, action, actor_id, data in list_waiting(subject_type):
        acts.setdefault(subject_id, []).append(Act(action, actor_id, data))
    return acts


def list_entries_about(subjects: Mapping[str, Sequence[int | str]]) -> Sequence[AuditEntry]:
    """Entries about many subjects (type → ids), oldest first."""
    wanted = [
        and_(
            AuditEntry.subject_type == kind,
            AuditEntry.subject_id.in_([str(key) for key in keys]),
        )
        for kind, keys in subjects.items()
    ]
    query = select(AuditEntry).where(or_(false(), *wanted)).order_by(AuditEntry.seq)
    return db.session.scalars(query).all()


def verify_trail(anchors: dict[int, str]) -> Verification:
    """Check the whole stored trail."""
    return verify_chain(_rows(), anchors)


def _rows() -> Iterator[tuple[Entry, str, str]]:
    query = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000)
    for row in db.session.scalars(query):
        values = {name: getattr(row, name) for name in _FIELDS}
        yield Entry(**values, at=format_moment(row.at)), row.prev_hash, row.hash


def read_newest_anchor_time(path: Path) -> datetime | None:
    """When the last line of an anchor file was written; None if there is no such file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return parse_moment(json.loads(lines[-1])["at"]) if lines else None


def read_anchors(path: Path) -> dict[int, str]:
    """Published heads from an anchor file; an empty mapping if there is none."""
    if not path.is_file():
        return {}
    anchors: dict[int, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            item = json.loads(line)
            anchors[int(item["seq"])] = str(item["hash"])
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(
                "anchor_invalid", "存证文件第 {line} 行无法读取，请核对文件。", line=number
            ) from error
    return anchors

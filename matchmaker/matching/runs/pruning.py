"""The night's pruning of kept facts that no run, word of feedback or stored index refers to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, select

from matchmaker import clock
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, lock, read_tx, write_tx
from matchmaker.matching.archive.models import MatchRecord, RecordKind
from matchmaker.matching.archive.operations import LOCK
from matchmaker.matching.archive.queries import CHUNK, find_parts
from matchmaker.matching.feedback.models import MatchFeedback
from matchmaker.matching.indexing.models import IndexGeneration
from matchmaker.matching.runs.models import MatchInput, MatchRun

#: Columns that name a kept record.
_REFERENCES = (MatchRun.corpus, MatchInput.need, MatchFeedback.corpus, IndexGeneration.corpus)


def prune_records() -> None:
    """Nightly: drop old facts that nothing kept refers to, so that every run stays reproducible.

    Mostly corpora that an index was counted from and no run used. Looked for twice: the second
    time under the lock under which facts are kept.
    """
    days: int = current_app.extensions["settings"].keep_match_records_days
    before = clock.begin_of_days_ago(days)
    with read_tx():
        found = _find_unneeded(before)
    if not found:
        return
    with write_tx() as session:
        lock(session, LOCK)
        unneeded = _find_unneeded(before)
        _delete(sorted(unneeded))
        counts = Counter(kind.value for kind in unneeded.values())
        values: dict[str, Any] = {"days": days, **counts}
        record(BACKGROUND_JOB, "matching.prune", "installation", "records", **values)


def _find_unneeded(before: datetime) -> dict[str, RecordKind]:
    """Old records by digest that no kept row and no record that stays refers to."""
    old = select(MatchRecord.digest, MatchRecord.kind).where(MatchRecord.kept_at < before)
    candidates = {row.digest: row.kind for row in db.session.execute(old)}
    if not candidates:
        return {}
    needed = set[str]()
    for column in _REFERENCES:
        needed.update(db.session.scalars(select(column).distinct()))
    recent = select(MatchRecord.digest).where(
        MatchRecord.kept_at >= before, MatchRecord.kind == RecordKind.CORPUS
    )
    needed = _follow(needed.union(db.session.scalars(recent)))
    return {digest: kind for digest, kind in candidates.items() if digest not in needed}


def _follow(roots: Collection[str]) -> set[str]:
    """The roots and what they refer to, over any number of steps."""
    seen, waiting = set[str](), set(roots)
    while waiting:
        seen |= waiting
        waiting = find_parts(waiting) - seen
    return seen


def _delete(digests: list[str]) -> None:
    for start in range(0, len(digests), CHUNK):
        part = digests[start : start + CHUNK]
        db.session.execute(delete(MatchRecord).where(MatchRecord.digest.in_(part)))

"""Reads of runs and their lists."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from matchmaker.db import db
from matchmaker.matching.runs.models import MatchList, MatchRun
from matchmaker.matching.runs.rules import ListEntry


def read_covered_seq() -> int:
    """The last change that a finished run took up, 0 before the first run."""
    query = select(func.max(MatchRun.covers_seq)).where(MatchRun.finished_at.is_not(None))
    return db.session.scalar(query) or 0


def find_last_lists() -> dict[int, tuple[str, tuple[ListEntry, ...]]]:
    """The last list of each need: id of the listing → (digest, places)."""
    newest = select(func.max(MatchList.id)).group_by(MatchList.listing_id)
    rows = db.session.scalars(select(MatchList).where(MatchList.id.in_(newest)))
    return {row.listing_id: (row.digest, _read(row.entries)) for row in rows}


def list_runs(limit: int = 20) -> Sequence[MatchRun]:
    """The latest runs, newest first."""
    return db.session.scalars(select(MatchRun).order_by(MatchRun.id.desc()).limit(limit)).all()


def _read(entries: list[dict[str, str]]) -> tuple[ListEntry, ...]:
    return tuple(ListEntry(**entry) for entry in entries)

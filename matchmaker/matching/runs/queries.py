"""Reads of runs and their lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.errors import NotFound
from matchmaker.matching.runs.models import MatchInput, MatchList, MatchRun
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


def list_runs(limit: int = 20, *, offset: int = 0) -> Sequence[MatchRun]:
    """The latest runs, newest first."""
    query = select(MatchRun).order_by(MatchRun.id.desc())
    return db.session.scalars(query.limit(limit).offset(offset)).all()


@dataclass(frozen=True)
class StoredList:
    """The list of a need as a run left it; ``made_by`` is the run that it first came out of."""

    made_by: int
    suitable: bool
    entries: tuple[ListEntry, ...]
    digest: str


def get_run(run_id: int) -> MatchRun:
    """A run; raises ``NotFound``."""
    run = db.session.get(MatchRun, run_id)
    if run is None:
        raise NotFound("run_missing", "没有编号为“{run}”的匹配记录。", run=run_id)
    return run


def count_runs() -> int:
    """How many runs are kept."""
    return db.session.scalar(select(func.count(MatchRun.id))) or 0


@dataclass(frozen=True)
class RankedNeed:
    """A need that a run ranked."""

    code: str
    title: str


def list_ranked_needs(
    run_id: int, *, limit: int | None = None, offset: int = 0
) -> Sequence[RankedNeed]:
    """The needs that a run ranked, by code; the titles are those of today."""
    query = (
        select(DemandListing.code, DemandListing.title)
        .join(MatchInput, MatchInput.listing_id == DemandListing.id)
        .where(MatchInput.run_id == run_id)
        .order_by(DemandListing.code)
    )
    rows = db.session.execute(query.limit(limit).offset(offset))
    return [RankedNeed(code, title) for code, title in rows]


def count_ranked_needs(run_id: int) -> int:
    """How many needs a run ranked."""
    query = select(func.count()).select_from(MatchInput).where(MatchInput.run_id == run_id)
    return db.session.scalar(query) or 0


def find_ranked_need(run_id: int, code: str) -> str | None:
    """Digest of a need as a run saw it; None where the run did not rank it."""
    query = (
        select(MatchInput.need)
        .join(DemandListing, DemandListing.id == MatchInput.listing_id)
        .where(MatchInput.run_id == run_id, DemandListing.code == code)
    )
    return db.session.scalar(query)


def find_stored_list(run_id: int, code: str) -> StoredList | None:
    """The list of a need as it was after a run: the last one stored by then."""
    query = (
        select(MatchList)
        .join(DemandListing, DemandListing.id == MatchList.listing_id)
        .where(MatchList.run_id <= run_id, DemandListing.code == code)
        .order_by(MatchList.run_id.desc())
        .limit(1)
    )
    row = db.session.scalar(query)
    if row is None:
        return None
    return StoredList(row.run_id, row.suitable, _read(row.entries), row.digest)


def _read(entries: list[dict[str, str]]) -> tuple[ListEntry, ...]:
    return tuple(ListEntry(**entry) for entry in entries)

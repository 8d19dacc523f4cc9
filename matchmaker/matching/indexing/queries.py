"""Reads of stored generations."""

from __future__ import annotations

from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy import func, select

from matchmaker.db import db
from matchmaker.matching.changes.models import ChangeKind, ChangeOp, IndexChange
from matchmaker.matching.generations import Generation, read_generation
from matchmaker.matching.indexing.models import IndexGeneration
from matchmaker.matching.parameters import SCORER

log = structlog.get_logger(__name__)


def index_folder() -> Path:
    """Where this machine keeps its generations."""
    folder: Path = current_app.extensions["settings"].instance_folder
    return folder / "index"


def find_newest(kind: ChangeKind) -> IndexGeneration | None:
    """The newest generation of the present scorer, None where there is none yet."""
    query = select(IndexGeneration).where(
        IndexGeneration.kind == kind, IndexGeneration.scorer == SCORER
    )
    return db.session.scalar(query.order_by(IndexGeneration.n.desc()).limit(1))


def find_files(row: IndexGeneration) -> Generation | None:
    """The files of a generation; None where this machine lacks them or holds others."""
    try:
        stored = read_generation(index_folder() / row.folder)
    except (OSError, ValueError, KeyError):
        stored = None
    if stored is None or stored.sha256 != row.sha256:
        log.warning("generation not found, its texts are counted anew", folder=row.folder)
        return None
    return stored


def count_changes(kind: ChangeKind, after: int) -> tuple[int, int]:
    """Changes after a number, and how many of them are withdrawals."""
    query = (
        select(IndexChange.op, func.count(IndexChange.seq))
        .where(IndexChange.kind == kind, IndexChange.seq > after)
        .group_by(IndexChange.op)
    )
    counts = dict(list(db.session.execute(query)))
    return sum(counts.values()), counts.get(ChangeOp.REMOVE, 0)

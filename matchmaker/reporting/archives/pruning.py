"""The night's pruning of old archive files; the rows stay, and say that the file is gone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, read_tx, write_tx
from matchmaker.reporting.archives.models import ArchivePackage
from matchmaker.reporting.archives.operations import find_file


def prune_archives() -> None:
    """Nightly: delete the files of archives older than the setting, the newest never.

    The newest of each round and edition is kept whatever its age. An archive can be made again.
    """
    days: int = current_app.extensions["settings"].keep_archives_days
    before = clock.begin_of_days_ago(days)
    with read_tx():
        names = _find_old(before)
    paths = [path for name in names if _is_old(path := find_file(name), before)]
    if not paths:
        return
    with write_tx():
        size = sum(_delete(path) for path in paths)
        record(
            BACKGROUND_JOB,
            "reporting.prune_archives",
            "installation",
            "archives",
            days=days,
            files=len(paths),
            bytes=size,
            sha256=[path.stem for path in paths],
        )


def _find_old(before: datetime) -> list[str]:
    """Digests of old archives that are not the newest of their round and edition."""
    newest = select(func.max(ArchivePackage.id)).group_by(
        ArchivePackage.round_id, ArchivePackage.edition
    )
    # The same bytes may have been made twice: what any row still needs is kept.
    needed = select(ArchivePackage.sha256).where(
        ArchivePackage.id.in_(newest) | (ArchivePackage.made_at >= before)
    )
    query = select(ArchivePackage.sha256).where(ArchivePackage.sha256.not_in(needed)).distinct()
    return list(db.session.scalars(query.order_by(ArchivePackage.sha256)))


def _is_old(path: Path, before: datetime) -> bool:
    """False as well for a file that a job has just made anew and is about to note."""
    return path.is_file() and path.stat().st_mtime < before.timestamp()


def _delete(path: Path) -> int:
    size = path.stat().st_size
    path.unlink()
    return size

"""Confirming an import, going on with a stopped one, taking up what a dead worker left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from matchmaker import clock
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock, lock_row, read_tx, write_tx
from matchmaker.documents.table import TableImport
from matchmaker.errors import Conflict
from matchmaker.imports.models import ImportedRow, ImportRun
from matchmaker.imports.queries import find_by_token
from matchmaker.imports.rules import KEPT, SILENT, UNFINISHED, ImportState
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.jobs.operations import start_job

STORE = "imports.store"
SUBJECT = "import_run"


@dataclass(frozen=True, kw_only=True)
class ConfirmedTable:
    """What the dry run found faultless and the person confirmed."""

    kind: str
    token: str
    address: str
    file_name: str
    sha256: str
    content: bytes
    details: Mapping[str, str]
    rows: int


def start_import(actor: Actor, table: TableImport, confirmed: ConfirmedTable) -> ImportRun:
    """Keep the table and queue its storing. One dry run leads to one import, however often sent."""
    table.permit(actor)
    lock(db.session(), f"imports.{confirmed.token}")
    known = find_by_token(actor, confirmed.token)
    if known is not None:
        return known
    run = ImportRun(
        kind=confirmed.kind,
        title=table.title,
        token=confirmed.token,
        address=confirmed.address,
        file_name=confirmed.file_name,
        sha256=confirmed.sha256,
        content=confirmed.content,
        details=dict(confirmed.details),
        rows_total=confirmed.rows,
        created_by=actor.user_id,
    )
    db.session.add(run)
    db.session.flush()
    record(
        actor,
        "imports.start",
        SUBJECT,
        run.id,
        kind=run.kind,
        sha256=run.sha256,
        rows=run.rows_total,
    )
    _queue(actor, run)
    return run


def resume_import(actor: Actor, table: TableImport, run: ImportRun) -> None:
    """Go on with a stopped import; what is stored already is not stored again."""
    table.permit(actor)
    lock_row(run)
    if run.state is not ImportState.STOPPED:
        raise Conflict("not_stopped", "这次导入没有中止，不需要继续。请刷新页面查看进度。")
    run.state, run.error, run.faults, run.finished_at = ImportState.WAITING, None, [], None
    run.touched_at = clock.now()
    record(actor, "imports.resume", SUBJECT, run.id, stored=run.rows_stored)
    _queue(actor, run)


def give_up_import(actor: Actor, table: TableImport, run: ImportRun) -> None:
    """Drop the rest of a stopped import; what is stored stays."""
    table.permit(actor)
    lock_row(run)
    if run.state is not ImportState.STOPPED:
        raise Conflict("not_stopped", "这次导入没有中止，或其余各行已经放弃。")
    run.state, run.content = ImportState.CLOSED, None
    record(actor, "imports.give_up", SUBJECT, run.id, stored=run.rows_stored)


def _queue(actor: Actor, run: ImportRun) -> None:
    run.job_id = start_job(actor, STORE, run_id=run.id).id


def resume_interrupted() -> None:
    """Sweep: queue anew the imports whose worker has been silent, as one that was killed is."""
    silent = ImportRun.touched_at < clock.now() - SILENT
    query = select(ImportRun.id).where(ImportRun.state.in_(UNFINISHED), silent)
    with read_tx() as session:
        found = session.scalars(query.order_by(ImportRun.id)).all()
    for run_id in found:
        with write_tx() as session:
            run = session.get_one(ImportRun, run_id)
            lock_row(run)
            _take_up(run)


def _take_up(run: ImportRun) -> None:
    """Queue a silent import, unless its job still waits its turn or somebody was faster."""
    job = db.session.get(Job, run.job_id) if run.job_id is not None else None
    is_waiting = job is not None and job.status is JobStatus.QUEUED
    if is_waiting or run.state not in UNFINISHED or run.touched_at >= clock.now() - SILENT:
        return
    run.touched_at = clock.now()
    record(BACKGROUND_JOB, "imports.take_up", SUBJECT, run.id, stored=run.rows_stored)
    _queue(BACKGROUND_JOB, run)


def forget_old_imports() -> None:
    """Nightly: drop what nobody looks at any more; what was stored stays where it is."""
    old = select(ImportRun.id).where(ImportRun.finished_at < clock.now() - KEPT)
    with write_tx() as session:
        session.execute(delete(ImportedRow).where(ImportedRow.run_id.in_(old)))
        session.execute(delete(ImportRun).where(ImportRun.finished_at < clock.now() - KEPT))

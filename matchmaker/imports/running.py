"""The job that stores a confirmed table.

It reads and checks the whole table again before the first row is stored; then it stores a few rows
in each transaction, together with the place it has come to. Killed at any moment, the next worker
goes on at that place: no row is lost and none is stored twice. After some seconds it goes to the
end of the queue.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_user
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.audit.operations import record
from matchmaker.db import lock_row, read_tx, write_tx
from matchmaker.documents.spreadsheet import read_rows
from matchmaker.documents.table import Fault, Record, TableImport, read_table
from matchmaker.errors import DomainError, PermissionDenied
from matchmaker.imports.models import LABEL_MAX, ImportedRow, ImportRun
from matchmaker.imports.operations import STORE, SUBJECT
from matchmaker.imports.rules import (
    FAULTS_KEPT,
    FIRST_CHUNK,
    SLICE_SECONDS,
    UNFINISHED,
    ImportState,
    compute_chunk,
)
from matchmaker.jobs.operations import Report, Runner, start_job
from matchmaker.outbox import send

FINISHED = "imports.finished"
#: Of a failure that is nobody's mistake; the log knows more.
FAILED = "系统出错，导入中止。已导入的各行不受影响，可以继续导入其余各行。"


def make_runner(tables: Mapping[str, TableImport]) -> Runner:
    """The runner of the job, for these kinds of tables."""

    def run_import(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
        run_id = int(parameters["run_id"])
        with read_tx() as session:
            run = session.get(ImportRun, run_id)
            if run is None or run.state not in UNFINISHED:
                return {"stored": 0}
            table = tables[run.kind]
        try:
            return _Storing(run_id, table, report).work()
        except DomainError as error:
            _stop(run_id, error.text, ())
            return {"stopped": error.code}
        except Exception:
            _stop(run_id, FAILED, ())
            raise

    return run_import


class _Storing:
    """One turn of the work on one import."""

    def __init__(self, run_id: int, table: TableImport, report: Report) -> None:
        self.run_id, self.table, self.report = run_id, table, report

    def work(self) -> dict[str, Any]:
        """Check what is left, then store until all is stored or the turn is over."""
        with read_tx() as session:
            run = session.get_one(ImportRun, self.run_id)
            actor, details, stored = _get_actor(run), dict(run.details), run.rows_stored
            self.table.permit(actor)
            records, faults = self._read(actor, run, stored)
        if faults:
            _stop(self.run_id, "导入前再次核对，发现下列错误。", faults)
            return {"faults": len(faults)}
        result = self._store(actor, records, details, stored)
        self.report(result["stored"], len(records))
        return result

    def _read(
        self, actor: Actor, run: ImportRun, stored: int
    ) -> tuple[Sequence[Record], Sequence[Fault]]:
        """The whole table, and every fault of the rows that are not stored yet."""
        rows = read_rows(run.content or b"", run.file_name)
        reading = read_table(rows, self.table.columns(), rows_max=self.table.rows_max)
        left = reading.records[stored:]
        checked = self.table.check(actor, left, run.details)
        first = left[0].row if left else 0
        faults = [each for each in reading.faults if each.row >= first or each.row == 1]
        return reading.records, sorted([*faults, *checked.faults], key=lambda each: each.row)

    def _store(
        self, actor: Actor, records: Sequence[Record], details: Mapping[str, str], stored: int
    ) -> dict[str, Any]:
        began, size = time.monotonic(), FIRST_CHUNK
        while stored < len(records):
            if time.monotonic() - began > SLICE_SECONDS:
                self._queue_again()
                return {"stored": stored, "goes_on": True}
            chunk_began = time.monotonic()
            chunk = records[stored : stored + size]
            if not self._store_chunk(actor, chunk, details, stored):
                return {"stored": stored, "other_worker": True}
            stored += len(chunk)
            size = compute_chunk(len(chunk), time.monotonic() - chunk_began)
        return {"stored": stored}

    def _store_chunk(
        self, actor: Actor, chunk: Sequence[Record], details: Mapping[str, str], stored: int
    ) -> bool:
        """Store the rows and how far it has come, at once; False when another worker has it."""
        with write_tx() as session:
            run = session.get_one(ImportRun, self.run_id)
            lock_row(run)
            if run.rows_stored != stored or run.state not in UNFINISHED:
                return False
            self.table.permit(_get_actor(run))
            made = self.table.store(actor, chunk, details)
            session.add_all(
                ImportedRow(
                    run_id=run.id,
                    row=line.row,
                    act=each.act,
                    label=each.label[:LABEL_MAX],
                    key=each.key,
                )
                for line, each in zip(chunk, made, strict=True)
            )
            run.rows_stored = stored + len(chunk)
            run.state, run.touched_at = ImportState.RUNNING, clock.now()
            if run.rows_stored == run.rows_total:
                _finish(run, ImportState.DONE)
                run.content = None
        return True

    def _queue_again(self) -> None:
        with write_tx() as session:
            run = session.get_one(ImportRun, self.run_id)
            lock_row(run)
            run.job_id = start_job(BACKGROUND_JOB, STORE, run_id=run.id).id


def _get_actor(run: ImportRun) -> Actor:
    """The person who confirmed, with what they may do now."""
    user = find_user(run.created_by)
    if user is None or not user.active:
        raise PermissionDenied("account", "确认导入的账号已停用，导入中止。")
    return as_actor(user)


def _finish(run: ImportRun, state: ImportState) -> None:
    run.state, run.finished_at = state, clock.now()
    record(BACKGROUND_JOB, f"imports.{state.value}", SUBJECT, run.id, stored=run.rows_stored)
    send(FINISHED, run_id=run.id, user_id=run.created_by, state=state.value)


def _stop(run_id: int, error: str, faults: Sequence[Fault]) -> None:
    with write_tx() as session:
        run = session.get_one(ImportRun, run_id)
        lock_row(run)
        if run.state not in UNFINISHED:
            return
        run.error = error[:500]
        run.faults = [[each.row, each.column, each.message] for each in faults[:FAULTS_KEPT]]
        _finish(run, ImportState.STOPPED)

"""Starting a job and running those that wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import DomainError
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.outbox import ask_for_poke

log = structlog.get_logger(__name__)

#: ``report(done, total)`` stores progress in a short transaction of its own.
Report = Callable[[int, int], None]
#: A runner gets the parameters and ``report``; it opens its own short transactions.
Runner = Callable[[dict[str, Any], Report], dict[str, Any]]


def start_job(actor: Actor, kind: str, **parameters: Any) -> Job:
    """Queue a job in the present transaction; the caller has checked the permission."""
    job = Job(kind=kind, parameters=parameters, created_by=actor.user_id)
    db.session.add(job)
    db.session.flush()
    record(actor, "jobs.start", "job", job.id, kind=kind)
    ask_for_poke()
    return job


def run_queued_jobs(
    runners: Mapping[str, Runner], *, between: Callable[[], object] = lambda: None
) -> int:
    """Run every waiting job, oldest first; returns how many ran. Never raises for a job.

    ``between`` is called after each, so that nothing else waits until the last is done.
    """
    ran = 0
    while (job_id := _claim()) is not None:
        _run(job_id, runners)
        ran += 1
        between()
    return ran


def _claim() -> int | None:
    with read_tx() as session:
        waiting = select(Job.id).where(Job.status == JobStatus.QUEUED).order_by(Job.id).limit(1)
        job_id = session.scalar(waiting)
    if job_id is None:
        return None
    with write_tx() as session:
        claimed = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.status == JobStatus.QUEUED)
            .values(status=JobStatus.RUNNING, started_at=clock.now())
        )
        taken = claimed.rowcount  # type: ignore[attr-defined]
    return job_id if taken else _claim()


def _run(job_id: int, runners: Mapping[str, Runner]) -> None:
    with read_tx() as session:
        job = session.get_one(Job, job_id)
        kind, parameters = job.kind, dict(job.parameters)
    try:
        result = runners[kind](parameters, lambda done, total: _report(job_id, done, total))
        values: dict[str, Any] = {"status": JobStatus.DONE, "result": result}
    except DomainError as error:
        values = {"status": JobStatus.FAILED, "error": error.text[:500]}
    except Exception as error:
        log.exception("job failed", kind=kind, job_id=job_id)
        values = {"status": JobStatus.FAILED, "error": f"系统出错：{type(error).__name__}"}
    with write_tx() as session:
        session.execute(
            update(Job).where(Job.id == job_id).values(finished_at=clock.now(), **values)
        )


def _report(job_id: int, done: int, total: int) -> None:
    with write_tx() as session:
        session.execute(update(Job).where(Job.id == job_id).values(done=done, total=total))

"""The job that writes generations: queued by a message where one is due, and each night."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from matchmaker.actor import BACKGROUND_JOB
from matchmaker.db import db, write_tx
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.jobs.operations import Report, start_job
from matchmaker.matching.indexing.operations import KIND, renew_generation
from matchmaker.matching.indexing.queries import count_changes, find_newest
from matchmaker.matching.indexing.rules import is_due

REINDEX = "matching.reindex"


def queue_reindex(payload: dict[str, Any]) -> None:
    """Have a generation written where one is due; one waiting job serves all changes so far."""
    del payload
    newest = find_newest(KIND)
    changes, withdrawals = count_changes(KIND, newest.covers_seq if newest else 0)
    if not is_due(exists=newest is not None, changes=changes, withdrawals=withdrawals):
        return
    waiting = select(Job.id).where(Job.kind == REINDEX, Job.status == JobStatus.QUEUED).limit(1)
    if db.session.scalar(waiting) is None:
        start_job(BACKGROUND_JOB, REINDEX)


def queue_overdue() -> None:
    """Have a generation written where a start finds one due, as after a new version."""
    with write_tx():
        queue_reindex({})


def run_reindex(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    """Runner of the job."""
    del parameters, report
    return {"generation": renew_generation()}


def renew_nightly() -> None:
    """What has changed during the day goes into a new generation."""
    renew_generation()

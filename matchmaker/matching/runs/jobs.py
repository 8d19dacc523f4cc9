"""The job that follows the market: it is queued by a message and runs outside of requests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from matchmaker.actor import BACKGROUND_JOB
from matchmaker.db import db
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.jobs.operations import Report, start_job
from matchmaker.matching.runs.operations import describe_summary, rematch_changed

REMATCH = "matching.rematch"


def queue_rematch(payload: dict[str, Any]) -> None:
    """Have the changes taken up; one waiting job serves all changes before its start."""
    del payload
    waiting = select(Job.id).where(Job.kind == REMATCH, Job.status == JobStatus.QUEUED).limit(1)
    if db.session.scalar(waiting) is None:
        start_job(BACKGROUND_JOB, REMATCH)


def run_rematch(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    """Runner of the job."""
    del parameters
    summary = rematch_changed(report)
    return {"needs": 0} if summary is None else describe_summary(summary)

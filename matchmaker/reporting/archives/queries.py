"""Reads of archives and of the jobs that make them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, false, select

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.reporting.archives.models import ArchivePackage
from matchmaker.reporting.archives.permissions import ARCHIVE_ROUND
from matchmaker.reporting.archives.rules import ARCHIVE, Edition
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds.models import SelectionRound

_RECENT = 50


def visible_to(actor: Actor) -> Select[ArchivePackage]:
    """Archives that the actor may know of."""
    query = select(ArchivePackage)
    return query if can(actor, ARCHIVE_ROUND) else query.where(false())


def list_packages(actor: Actor, round_: SelectionRound) -> Sequence[ArchivePackage]:
    """Archives of a round, newest first."""
    query = visible_to(actor).where(ArchivePackage.round_id == round_.id)
    return db.session.scalars(query.order_by(ArchivePackage.id.desc()).limit(_RECENT)).all()


def get_package(actor: Actor, round_: SelectionRound, package_id: int) -> ArchivePackage:
    """An archive of this round; raises ``NotFound``."""
    query = visible_to(actor).where(ArchivePackage.round_id == round_.id)
    found = db.session.scalar(query.where(ArchivePackage.id == package_id))
    if found is None:
        raise NotFound("archive_missing", "没有找到这份归档。")
    return found


def find_offered(round_: SelectionRound) -> ArchivePackage | None:
    """The newest public edition that was made since the result's confirmation, for everybody."""
    result = results.get_public(round_)
    if result is None or result.confirmed_at is None or result.state is not ResultState.CONFIRMED:
        return None
    query = select(ArchivePackage).where(
        ArchivePackage.round_id == round_.id,
        ArchivePackage.edition == Edition.PUBLIC,
        ArchivePackage.made_at >= result.confirmed_at,
    )
    return db.session.scalars(query.order_by(ArchivePackage.id.desc()).limit(1)).first()


def list_jobs(round_: SelectionRound, edition: Edition | None = None) -> list[Job]:
    """The newest jobs that make an archive of the round, newest first."""
    query = select(Job).where(Job.kind == ARCHIVE).order_by(Job.id.desc()).limit(_RECENT)
    return [
        job
        for job in db.session.scalars(query)
        if job.parameters["code"] == round_.code
        and edition in (None, Edition(job.parameters["edition"]))
    ]


def is_waiting(job: Job) -> bool:
    """True while a job has not ended."""
    return job.status in {JobStatus.QUEUED, JobStatus.RUNNING}

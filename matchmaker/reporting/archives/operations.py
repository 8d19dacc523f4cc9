"""Making an archive as a job or for the command line, and taking one away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app

from matchmaker.accounts.permissions import require
from matchmaker.actor import BACKGROUND_JOB, COMMAND_LINE, Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock, read_tx, write_tx
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.jobs.models import Job
from matchmaker.jobs.operations import Report, start_job
from matchmaker.reporting.archives import queries
from matchmaker.reporting.archives.contents import collect
from matchmaker.reporting.archives.models import ArchivePackage
from matchmaker.reporting.archives.packing import Packed, write_archive
from matchmaker.reporting.archives.permissions import ARCHIVE_ROUND
from matchmaker.reporting.archives.rules import ARCHIVE, Edition, check_ready
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.queries import PUBLIC_STATES
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage

_SUBJECT = "archive_package"
#: Progress is stored at most so often; each report is a transaction of its own.
_REPORTS = 20


def start_archive(actor: Actor, round_: SelectionRound, edition: Edition) -> Job:
    """Queue the making of an archive; one at a time for a round and edition."""
    require(actor, ARCHIVE_ROUND)
    lock(db.session(), f"archive:{round_.id}:{edition.value}")
    final = results.get_latest(round_, Stage.FINAL)
    is_public = final is not None and final.state in PUBLIC_STATES
    check_ready(edition, has_final=final is not None, is_public=is_public)
    if any(queries.is_waiting(job) for job in queries.list_jobs(round_, edition)):
        raise Conflict("archive_running", "该版本的归档正在生成，请稍候刷新页面。")
    return start_job(
        actor, ARCHIVE, code=round_.code, edition=edition.value, requested_by=actor.user_id
    )


def start_for_everybody(payload: dict[str, Any]) -> None:
    """A confirmed result's public edition is made at once, for the public page of the round."""
    round_ = rounds.get_round_by_id(BACKGROUND_JOB, payload["round_id"])
    edition = Edition.PUBLIC.value
    start_job(BACKGROUND_JOB, ARCHIVE, code=round_.code, edition=edition, requested_by=None)


def run_archive(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    """The runner of the job: read in one transaction, pack outside of any, then note it."""
    edition = Edition(parameters["edition"])
    with read_tx():
        round_ = rounds.get_round(BACKGROUND_JOB, parameters["code"])
        round_id = round_.id
        members, about = collect(round_, edition)
    folder = archive_folder()
    draft = folder / f"{parameters['code']}-{edition.value}.part"
    packed = write_archive(draft, members, about, _sparse(report))
    draft.replace(find_file(packed.sha256))
    with write_tx():
        row = _note(BACKGROUND_JOB, round_id, edition, packed, parameters["requested_by"])
        return {"package": row.id, "sha256": packed.sha256, "size": packed.size}


def archive_folder() -> Path:
    """Where this installation keeps its archives."""
    instance: Path = current_app.extensions["settings"].instance_folder
    return instance / "archives"


def find_file(sha256: str) -> Path:
    """Where the archive with this digest lies, if it still does."""
    return archive_folder() / f"{sha256}.zip"


def has_file(row: ArchivePackage) -> bool:
    """False for an archive whose file the night has pruned."""
    return find_file(row.sha256).is_file()


def _sparse(report: Report) -> Report:
    def tell(done: int, total: int) -> None:
        if done == total or done % max(1, total // _REPORTS) == 0:
            report(done, total)

    return tell


def _note(
    actor: Actor, round_id: int, edition: Edition, packed: Packed, made_by: int | None
) -> ArchivePackage:
    row = ArchivePackage(
        round_id=round_id,
        edition=edition,
        sha256=packed.sha256,
        manifest_sha256=packed.manifest_sha256,
        snapshot_sha256=packed.snapshot_sha256,
        size=packed.size,
        files=packed.files,
        made_by_id=made_by,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "reporting.make_archive",
        _SUBJECT,
        row.id,
        round_id=round_id,
        edition=edition.value,
        sha256=packed.sha256,
        manifest_sha256=packed.manifest_sha256,
    )
    return row


def take_archive(actor: Actor, row: ArchivePackage) -> Path:
    """The file of an archive, with an entry in the trail of who took it."""
    require(actor, ARCHIVE_ROUND)
    path = find_file(row.sha256)
    if not path.is_file():
        raise Conflict("archive_gone", "这份归档的文件已不在服务器上，请重新生成。")
    record(actor, "reporting.take_archive", _SUBJECT, row.id, sha256=row.sha256)
    return path


def export_archive(code: str, edition: Edition, target: Path) -> dict[str, Any]:
    """Write an archive to a file of the caller's choice; for the command line.

    Raises InvalidInput for a target that exists or has no folder, NotFound for an unknown round.
    """
    if target.exists() or not target.parent.is_dir():
        raise InvalidInput(
            "archive_target",
            "“{path}”已经存在，或所在文件夹不存在：请换一个文件名。",
            field="out",
            path=str(target),
        )
    with read_tx():
        round_ = rounds.get_round(COMMAND_LINE, code)
        members, about = collect(round_, edition)
    packed = write_archive(target, members, about)
    with write_tx():
        record(
            COMMAND_LINE,
            "reporting.export_archive",
            "selection_archive",
            code,
            edition=edition.value,
            sha256=packed.sha256,
            manifest_sha256=packed.manifest_sha256,
        )
    return {
        "round": code,
        "edition": edition.value,
        "file": str(target),
        "sha256": packed.sha256,
        "manifest_sha256": packed.manifest_sha256,
        "snapshot_sha256": packed.snapshot_sha256,
        "files": packed.files,
        "size": packed.size,
    }

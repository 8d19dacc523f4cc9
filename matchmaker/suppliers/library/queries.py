"""Reads of the libraries; only the bureau's people get any row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.suppliers.library.models import KeyProject, LibraryEntry, ProjectPhase, Stage
from matchmaker.suppliers.library.permissions import READ


def list_entries(
    actor: Actor, *, stage: Stage | None = None, with_former: bool = False
) -> Sequence[LibraryEntry]:
    """The firms in the library, by stage and code; ``with_former`` adds those that left."""
    require(actor, READ)
    query = select(LibraryEntry).options(joinedload(LibraryEntry.supplier))
    if stage is not None:
        query = query.where(LibraryEntry.stage == stage)
    if not with_former:
        query = query.where(LibraryEntry.left_on.is_(None))
    order = (LibraryEntry.left_on.is_not(None), LibraryEntry.stage, LibraryEntry.supplier_id)
    return db.session.scalars(query.order_by(*order, LibraryEntry.id)).all()


def count_by_stage(actor: Actor) -> dict[Stage, int]:
    """How many firms stand at each stage now; every stage has its figure."""
    require(actor, READ)
    rows = db.session.execute(
        select(LibraryEntry.stage, func.count())
        .where(LibraryEntry.left_on.is_(None))
        .group_by(LibraryEntry.stage)
    )
    counts = {row[0]: row[1] for row in rows}
    return {stage: counts.get(stage, 0) for stage in Stage}


def get_entry(actor: Actor, entry_id: int) -> LibraryEntry:
    """One entry; raises ``NotFound``."""
    require(actor, READ)
    entry = db.session.get(LibraryEntry, entry_id)
    if entry is None:
        raise NotFound("entry_missing", "培育库中没有这条记录。")
    return entry


def find_present_entry(supplier_id: int, stage: Stage) -> LibraryEntry | None:
    """The present entry of a firm at a stage, or None."""
    return db.session.scalar(
        select(LibraryEntry).where(
            LibraryEntry.supplier_id == supplier_id,
            LibraryEntry.stage == stage,
            LibraryEntry.left_on.is_(None),
        )
    )


def list_projects(actor: Actor, *, phase: ProjectPhase | None = None) -> Sequence[KeyProject]:
    """Key projects, newest first."""
    require(actor, READ)
    query = select(KeyProject).options(joinedload(KeyProject.supplier))
    if phase is not None:
        query = query.where(KeyProject.phase == phase)
    return db.session.scalars(query.order_by(KeyProject.id.desc())).all()


def get_project(actor: Actor, project_id: int) -> KeyProject:
    """One key project; raises ``NotFound``."""
    require(actor, READ)
    project = db.session.get(KeyProject, project_id)
    if project is None:
        raise NotFound("project_missing", "重点项目库中没有这个项目。")
    return project

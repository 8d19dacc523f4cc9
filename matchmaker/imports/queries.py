"""Reads of confirmed imports: everybody sees their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, func, select

from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.documents.table import Act
from matchmaker.errors import NotFound
from matchmaker.imports.models import ImportedRow, ImportRun

RECENT = 5


def visible_to(actor: Actor) -> Select[ImportRun]:
    """The base of every read: what the person confirmed."""
    own = -1 if actor.user_id is None else actor.user_id
    return select(ImportRun).where(ImportRun.created_by == own)


def get_run(actor: Actor, run_id: int) -> ImportRun:
    """One of the person's own imports; raises ``NotFound`` for any other."""
    run = db.session.scalar(visible_to(actor).where(ImportRun.id == run_id))
    if run is None:
        raise NotFound("import_run", "没有这次导入。")
    return run


def find_by_token(actor: Actor, token: str) -> ImportRun | None:
    """The import that this dry run led to, or None."""
    return db.session.scalar(visible_to(actor).where(ImportRun.token == token))


def list_recent(actor: Actor, kind: str) -> Sequence[ImportRun]:
    """The person's latest imports of one kind, newest first."""
    query = visible_to(actor).where(ImportRun.kind == kind).order_by(ImportRun.id.desc())
    return db.session.scalars(query.limit(RECENT)).all()


def count_acts(run: ImportRun) -> Mapping[Act, int]:
    """How many rows were made and changed."""
    query = (
        select(ImportedRow.act, func.count().label("rows"))
        .where(ImportedRow.run_id == run.id)
        .group_by(ImportedRow.act)
        .order_by(ImportedRow.act)
    )
    return {row.act: row.rows for row in db.session.execute(query)}


def list_stored(run: ImportRun, *, page: int, per_page: int) -> Sequence[ImportedRow]:
    """What the rows of one page became, in the order of the table."""
    query = select(ImportedRow).where(ImportedRow.run_id == run.id).order_by(ImportedRow.row)
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()


def find_last_row(run: ImportRun) -> int | None:
    """The number of the last row that was stored, or None."""
    query = select(func.max(ImportedRow.row)).where(ImportedRow.run_id == run.id)
    return db.session.scalar(query)

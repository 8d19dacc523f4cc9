"""Keeping the terms of a row, inside the transaction of the operation that changed the row.

No permission is asked here: the calling operation has asked for its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from matchmaker.db import db
from matchmaker.search.backends import Backend, backend_of
from matchmaker.search.models import SearchRow
from matchmaker.search.terms import index_terms


@dataclass(frozen=True)
class Findable:
    """What a row can be found by.

    ``kind`` names the room's table ("demand", "product"), ``subject_id`` the row's stable key.
    """

    kind: str
    subject_id: str
    title: str
    body: str = ""


def index_row(kind: str, subject_id: str, title: str, body: str = "") -> None:
    """Make a row findable by the words of its title and body, or replace them."""
    index_rows([Findable(kind, subject_id, title, body)])


def index_rows(rows: Iterable[Findable]) -> None:
    """``index_row`` for many, in few statements. Each (kind, subject_id) at most once."""
    wanted = {(row.kind, row.subject_id): row for row in rows}
    if not wanted:
        return
    known = _find_rows({kind for kind, _ in wanted}, {subject for _, subject in wanted})
    known = {key: row for key, row in known.items() if key in wanted}
    missing = [SearchRow(kind=k, subject_id=s) for k, s in wanted if (k, s) not in known]
    db.session.add_all(missing)
    db.session.flush()
    backend = _backend()
    backend.forget(db.session(), [row.id for row in known.values()])
    kept = [*known.values(), *missing]
    backend.store(
        db.session(), [(row.id, _terms(wanted[row.kind, row.subject_id])) for row in kept]
    )


def remove_row(kind: str, subject_id: str) -> None:
    """Make a row unfindable; nothing happens when it was."""
    row = _find_rows({kind}, {subject_id}).get((kind, subject_id))
    if row is not None:
        _backend().forget(db.session(), [row.id])
        db.session.execute(delete(SearchRow).where(SearchRow.id == row.id))
        db.session.expunge(row)


def _find_rows(kinds: set[str], subjects: set[str]) -> dict[tuple[str, str], SearchRow]:
    db.session.flush()
    query = select(SearchRow).where(SearchRow.kind.in_(kinds), SearchRow.subject_id.in_(subjects))
    return {(row.kind, row.subject_id): row for row in db.session.scalars(query)}


def _terms(row: Findable) -> list[str]:
    return index_terms(f"{row.title}\n{row.body}")


def _backend() -> Backend:
    return backend_of(db.session().get_bind().dialect.name)

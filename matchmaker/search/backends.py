"""The two search engines behind one small interface: FTS5 of SQLite, tsvector of PostgreSQL.

Both get the same terms, already cut, and answer "which rows hold all of these". The table
``search_terms`` belongs to the engine: the ORM doesn't map it, and migrations create it with
``create_statement`` and ``index_statements``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Integer, Select, bindparam, column, func, literal_column, select, table
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import TextClause, cast, text

from matchmaker.errors import NotReady

TABLE = "search_terms"


class Backend(Protocol):
    """What a search engine must be able to do."""

    create_statement: str
    index_statements: tuple[str, ...]
    drop_statement: str

    def store(self, session: Session, rows: Sequence[tuple[int, Iterable[str]]]) -> None:
        """Store the terms of rows that have none."""

    def forget(self, session: Session, row_ids: Sequence[int]) -> None:
        """Delete the terms of the rows."""

    def rows_with(self, terms: Sequence[str]) -> Select[int]:
        """Ids of the rows that hold every one of the terms (at least one)."""


class Fts5:
    """SQLite: no positions are kept, since a question asks for terms only."""

    create_statement: str = (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(terms, detail=none, columnsize=0, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '.-+/'\")"
    )
    index_statements: tuple[str, ...] = ()
    drop_statement: str = f"DROP TABLE IF EXISTS {TABLE}"

    def store(self, session: Session, rows: Sequence[tuple[int, Iterable[str]]]) -> None:
        _run(
            session,
            text(f"INSERT INTO {TABLE} (rowid, terms) VALUES (:id, :terms)"),  # noqa: S608
            [{"id": row_id, "terms": " ".join(terms)} for row_id, terms in rows],
        )

    def forget(self, session: Session, row_ids: Sequence[int]) -> None:
        statement = text(f"DELETE FROM {TABLE} WHERE rowid = :id")  # noqa: S608
        _run(session, statement, [{"id": row_id} for row_id in row_ids])

    def rows_with(self, terms: Sequence[str]) -> Select[int]:
        row_id = column("rowid", Integer)
        question = " AND ".join(f'"{term}"' for term in terms)
        matches = literal_column(TABLE).op("MATCH")(bindparam(None, question))
        return select(row_id).select_from(table(TABLE, row_id)).where(matches)


class TsVector:
    """PostgreSQL: lexemes go in and out as they are, no dictionary of its own cuts them."""

    create_statement: str = (
        f"CREATE TABLE {TABLE} (row_id INTEGER PRIMARY KEY, terms tsvector NOT NULL)"
    )
    index_statements: tuple[str, ...] = (
        f"CREATE INDEX ix_{TABLE}_terms ON {TABLE} USING gin (terms)",
    )
    drop_statement: str = f"DROP TABLE IF EXISTS {TABLE}"

    def store(self, session: Session, rows: Sequence[tuple[int, Iterable[str]]]) -> None:
        statement = text(
            f"INSERT INTO {TABLE} (row_id, terms) "  # noqa: S608
            "VALUES (:id, array_to_tsvector(CAST(:terms AS text[])))"
        )
        _run(session, statement, [{"id": row_id, "terms": list(terms)} for row_id, terms in rows])

    def forget(self, session: Session, row_ids: Sequence[int]) -> None:
        statement = text(f"DELETE FROM {TABLE} WHERE row_id = :id")  # noqa: S608
        _run(session, statement, [{"id": row_id} for row_id in row_ids])

    def rows_with(self, terms: Sequence[str]) -> Select[int]:
        # Loads PostgreSQL's driver: an installation on SQLite starts without it.
        from sqlalchemy.dialects.postgresql import TSQUERY

        row_id = column("row_id", Integer)
        question = " & ".join(f"'{term}'" for term in terms)
        matches = column("terms").op("@@")(cast(func.concat(question), TSQUERY))
        return select(row_id).select_from(table(TABLE, row_id, column("terms"))).where(matches)


_BACKENDS: dict[str, Backend] = {"sqlite": Fts5(), "postgresql": TsVector()}


def backend_of(dialect_name: str) -> Backend:
    """The engine of a database; raises NotReady for a database that has none here."""
    try:
        return _BACKENDS[dialect_name]
    except KeyError:
        raise NotReady(
            "no_search_engine",
            "数据库 {name} 不受支持，请改用 SQLite 或 PostgreSQL。",
            name=dialect_name,
        ) from None


def _run(session: Session, statement: TextClause, parameters: list[dict[str, object]]) -> None:
    if parameters:
        session.execute(statement, parameters)

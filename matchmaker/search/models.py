"""Which rows can be found; their terms stand in a table of the database's own search engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, String, Table, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Model
from matchmaker.search.backends import backend_of


class SearchRow(Model):
    """One findable row of a room; ``id`` is the key of its terms in ``search_terms``."""

    __tablename__ = "search_row"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    #: The subject's stable key: a product's id, a demand's or a firm's code.
    subject_id: Mapped[str] = mapped_column(String(80))


class PublicList(Model):
    """A list that everybody sees alike; the token is drawn anew with each change of it."""

    __tablename__ = "public_list"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    token: Mapped[str] = mapped_column(String(32))


@event.listens_for(SearchRow.__table__, "after_create")
def _create_terms(target: Table, connection: Connection, **_: Any) -> None:
    del target
    connection.exec_driver_sql(backend_of(connection.dialect.name).create_statement)
    for statement in backend_of(connection.dialect.name).index_statements:
        connection.exec_driver_sql(statement)


@event.listens_for(SearchRow.__table__, "before_drop")
def _drop_terms(target: Table, connection: Connection, **_: Any) -> None:
    del target
    connection.exec_driver_sql(backend_of(connection.dialect.name).drop_statement)

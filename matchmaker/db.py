"""The database: recipe of the engine, kinds of transaction, column types, naming conventions.

The kind of a transaction (read or write) is fixed before its first statement. A read transaction
has a wall: SQLite refuses a write by ``PRAGMA query_only``, PostgreSQL by ``READ ONLY``. A write
transaction of SQLite begins IMMEDIATE, because a deferred one that later writes fails under load.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, MetaData, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Largest id that every supported database takes; addresses use ``<int(max=…):id>``.
MAX_ID = 2_147_483_647


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: Money: whole fen (分).
Fen = BigInteger


class Base(DeclarativeBase):
    """Base of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime}
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class TransactionKind(StrEnum):
    """What the next transaction of this context may do."""

    READ = "read"
    WRITE = "write"


_kind: ContextVar[TransactionKind] = ContextVar("transaction_kind", default=TransactionKind.READ)


def set_transaction_kind(kind: TransactionKind) -> None:
    """Fix the kind of the transactions that begin from now on in this context."""
    _kind.set(kind)


def get_transaction_kind() -> TransactionKind:
    """The kind that the next transaction of this context will have."""
    return _kind.get()


def init_db(app: Flask) -> None:
    """Bind the database to the application and install the engine's recipe."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    del record
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if _kind.get() is TransactionKind.WRITE:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _kind.get() is TransactionKind.READ:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def write_tx() -> Iterator[Session]:
    """One write transaction for a job, a command or the error path: commits at the end.

    Raises ``RuntimeError`` when the session is already inside a transaction: its kind was fixed
    by its first statement and cannot be changed.
    """
    with _transaction(TransactionKind.WRITE) as session:
        yield session
        session.commit()


@contextmanager
def read_tx() -> Iterator[Session]:
    """One read transaction for a job or a command; never commits."""
    with _transaction(TransactionKind.READ) as session:
        yield session


@contextmanager
def _transaction(kind: TransactionKind) -> Iterator[Session]:
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("a transaction is already open; its kind cannot change")
    token = _kind.set(kind)
    try:
        yield session
    finally:
        session.rollback()
        _kind.reset(token)


def lock_row(row: Base) -> None:
    """Read a stored row anew and hold it until the end of the transaction.

    Its own table only: PostgreSQL refuses to lock what an outer join of the row's loading may
    leave empty.
    """
    db.session.refresh(row, with_for_update={"of": type(row)})


def lock(session: Session, name: str) -> None:
    """Hold the named lock until the end of the transaction.

    On PostgreSQL a transaction's advisory lock; on SQLite the write transaction itself is the
    lock already. Order: domain lock first, then the trail's.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,)
        )


def find_triggers() -> set[str]:
    """Names of the triggers that stand in the database."""
    names = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    if db.engine.dialect.name == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return set(db.session.scalars(text(names)))

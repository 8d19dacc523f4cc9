"""Alembic's environment: runs inside the application, on the application's own engine."""

from contextlib import contextmanager

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]
database = migrate.db


def belongs_to_models(_object, name, kind, _reflected, _other):
    """The word index is a virtual table of its own making, outside the models."""
    return not (kind == "table" and name.startswith("search_terms"))


def run_migrations():
    """Run the wanted migrations in one transaction on the application's engine."""
    with database.engine.connect() as connection, without_reference_checks(connection):
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=belongs_to_models,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


@contextmanager
def without_reference_checks(connection):
    """On SQLite, let a table be copied while others refer to it; the references are checked after.

    The pragma does nothing inside a transaction, so it is said to the driver before the first
    statement (https://sqlite.org/lang_altertable.html, "Making other kinds of table schema changes").
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows without the row they refer to: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


run_migrations()

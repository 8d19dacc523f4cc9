"""Alembic's environment: runs inside the application, on the application's own engine."""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]
database = migrate.db


def belongs_to_models(_object, name, kind, _reflected, _other):
    """The word index is a virtual table of its own making, outside the models."""
    return not (kind == "table" and name.startswith("search_terms"))


def run_migrations():
    """Run the wanted migrations in one transaction on the application's engine."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=belongs_to_models,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()

"""Migrations run on PostgreSQL up and down, and give the models' structure."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import Migrate, downgrade, upgrade
from sqlalchemy import inspect

from matchmaker import paths
from matchmaker.db import TransactionKind, db, read_tx, set_transaction_kind
from matchmaker.installation import find_newest_revision, read_revision
from tests.both_db.conftest import Server, forget_connections, make_app

pytestmark = pytest.mark.both_db


def test_migrations_give_the_models(postgresql: Server, migrated: str, tmp_path: Path) -> None:
    app = make_app(postgresql.address(migrated), tmp_path)
    with app.app_context(), read_tx() as session:
        context = MigrationContext.configure(
            session.connection(),
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, kind, _r, _c: (
                    not (kind == "table" and name.startswith("search_terms"))
                ),
            },
        )
        assert compare_metadata(context, db.metadata) == []
    assert read_revision(app) == find_newest_revision()
    forget_connections(app)


def test_every_step_can_be_taken_back(postgresql: Server, migrated: str, tmp_path: Path) -> None:
    app = make_app(postgresql.make_database("down_and_up", migrated), tmp_path)
    Migrate(app, db, directory=str(paths.MIGRATIONS))
    with app.app_context():
        full = set(inspect(db.engine).get_table_names())
        set_transaction_kind(TransactionKind.WRITE)
        downgrade(revision="base")
        left = set(inspect(db.engine).get_table_names())
        upgrade()
        set_transaction_kind(TransactionKind.READ)
        again = set(inspect(db.engine).get_table_names())
    forget_connections(app)
    assert left == {"alembic_version"}
    assert again == full

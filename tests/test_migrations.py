"""Migrations give exactly the models' structure, and every step can be taken back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, downgrade, stamp, upgrade

from matchmaker import paths
from matchmaker.app import create_app
from matchmaker.db import TransactionKind, db, read_tx, set_transaction_kind
from matchmaker.installation import find_newest_revision, migrate
from tests.conftest import make_settings


@pytest.fixture
def bare_app(tmp_path: Path) -> Flask:
    return create_app(make_settings(tmp_path))


def _structure(app: Flask) -> set[tuple[str, str]]:
    file = Path(app.extensions["settings"].instance_folder) / "matchmaker.db"
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
    connection.close()
    return {(kind, name) for kind, name in rows if not name.startswith("sqlite_")}


def test_migrations_give_the_models(bare_app: Flask) -> None:
    migrate(bare_app)
    with bare_app.app_context(), read_tx() as session:
        context = MigrationContext.configure(
            session.connection(),
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, kind, _r, _c: (
                    not (kind == "table" and name.startswith("search_terms"))
                ),
            },
        )
        difference = compare_metadata(context, db.metadata)
    assert difference == []


def test_migrations_give_what_create_all_gives(bare_app: Flask, tmp_path: Path) -> None:
    """Triggers and the word index too, which the models' comparison does not see."""
    migrate(bare_app)
    other = create_app(make_settings(tmp_path / "other"))
    with other.app_context():
        set_transaction_kind(TransactionKind.WRITE)
        db.create_all()
        db.session.remove()
        set_transaction_kind(TransactionKind.READ)
    migrated = {item for item in _structure(bare_app) if item[1] != "alembic_version"}

    assert migrated == _structure(other)


def test_every_step_can_be_taken_back(bare_app: Flask) -> None:
    migrate(bare_app)
    full = _structure(bare_app)
    with bare_app.app_context():
        set_transaction_kind(TransactionKind.WRITE)
        downgrade(revision="base")
        empty = {name for _, name in _structure(bare_app)}
        upgrade()
        set_transaction_kind(TransactionKind.READ)

    assert empty <= {"alembic_version"}
    assert _structure(bare_app) == full


def test_there_is_one_head() -> None:
    assert ScriptDirectory(str(paths.MIGRATIONS)).get_heads() == [find_newest_revision()]


def test_repeated_init_changes_nothing(bare_app: Flask) -> None:
    first = migrate(bare_app)
    before = _structure(bare_app)

    assert migrate(bare_app) == first
    assert _structure(bare_app) == before


def test_a_filled_database_goes_down_and_up_again(seeded_app: Flask) -> None:
    """Steps that copy a table meet rows that others refer to."""
    before = _structure(seeded_app) | {("table", "alembic_version")}
    Migrate(
        seeded_app, db, directory=str(paths.MIGRATIONS), render_as_batch=True, compare_type=True
    )
    with seeded_app.app_context():
        set_transaction_kind(TransactionKind.WRITE)
        stamp(revision="head")
        downgrade(revision="20261120_10")
        upgrade()
        db.session.remove()
        set_transaction_kind(TransactionKind.READ)
        with db.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw.execute("PRAGMA foreign_keys").fetchone() == (1,)
            assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
            listings = raw.execute("SELECT count(*) FROM demand_listing").fetchone()[0]

    assert _structure(seeded_app) == before
    assert listings > 0

"""Fixtures of the whole suite: one application, a fresh database for each test, named people."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.app import create_app
from matchmaker.config import Settings
from matchmaker.db import TransactionKind, db, set_transaction_kind
from matchmaker.installation import seed_all
from tests.people import People, create_people

#: A hash that costs next to nothing; the scheme stays the real one.
CHEAP_HASH = {
    "argon2__time_cost": 1,
    "argon2__memory_cost": 8,
    "argon2__parallelism": 1,
}


def make_settings(folder: Path, **changes: object) -> Settings:
    """Settings of a test installation in a folder of its own."""
    overrides = {
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": CHEAP_HASH,
        "RATELIMIT_ENABLED": False,
        "WTF_CSRF_ENABLED": False,
        "SERVER_NAME": None,
    }
    return Settings(instance_folder=folder, testing=True, overrides=overrides, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, built once; its database file is exchanged before each test."""
    return create_app(make_settings(tmp_path_factory.mktemp("instance")))


@pytest.fixture(scope="session")
def empty_template(shared_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, no rows; test_migrations shows the migrations' equality."""
    with shared_app.app_context():
        set_transaction_kind(TransactionKind.WRITE)
        db.create_all()
        db.session.remove()
        set_transaction_kind(TransactionKind.READ)
    return _store_template(shared_app, tmp_path_factory.mktemp("template") / "empty.db")


@pytest.fixture(scope="session")
def seeded_template(
    shared_app: Flask, empty_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A database with everything that ``matchmaker seed`` loads."""
    _exchange(shared_app, empty_template)
    seed_all(shared_app)
    shared_app.extensions["poke_executor"]()  # what the seeds' messages ask for, once
    return _store_template(shared_app, tmp_path_factory.mktemp("template") / "seeded.db")


def _database_file(app: Flask) -> Path:
    return Path(app.extensions["settings"].instance_folder) / "matchmaker.db"


#: Folders of files that belong to a database: the stored index, the archives of rounds.
_FOLDERS = ("index", "archives")


def _store_template(app: Flask, target: Path) -> Path:
    with app.app_context():
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    shutil.copyfile(_database_file(app), target)
    for name in _FOLDERS:
        if (folder := _database_file(app).with_name(name)).exists():
            shutil.copytree(folder, target.with_suffix(f".{name}"))
    return target


def _exchange(app: Flask, template: Path) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    file = _database_file(app)
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(template, file)
    # Heads of the trail that was here before; the new database has another one.
    (file.parent / "audit-anchors.jsonl").unlink(missing_ok=True)
    # The files never change, so links do.
    for name in _FOLDERS:
        shutil.rmtree(folder := file.with_name(name), ignore_errors=True)
        if (stored := template.with_suffix(f".{name}")).exists():
            shutil.copytree(stored, folder, copy_function=os.link)


@pytest.fixture
def app(shared_app: Flask, empty_template: Path) -> Iterator[Flask]:
    """The application on an empty database."""
    _exchange(shared_app, empty_template)
    yield shared_app
    with shared_app.app_context():
        db.engine.dispose()


@pytest.fixture
def seeded_app(shared_app: Flask, seeded_template: Path) -> Iterator[Flask]:
    """The application on the seeded database."""
    _exchange(shared_app, seeded_template)
    yield shared_app
    with shared_app.app_context():
        db.engine.dispose()


@pytest.fixture
def people(app: Flask) -> People:
    """The named people of the test world, on the empty database."""
    return create_people(app)


SignIn = Callable[[Flask, str], FlaskClient]


@pytest.fixture
def sign_in() -> SignIn:
    """``sign_in(app, email)`` gives a client with that person's session."""

    def make(application: Flask, email: str) -> FlaskClient:
        from tests.people import PASSWORD

        client = application.test_client()
        answer = client.post("/login", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return make

"""The same application on SQLite and on a PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from flask import Flask

from matchmaker.app import create_app
from matchmaker.db import db
from matchmaker.installation import migrate
from tests.conftest import make_settings
from tests.people import People, create_people

#: A server for minutes: it may forget everything when it falls.
OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=30"
#: Who runs the server where the tests run as root, which initdb refuses.
SERVER_USER = "postgres"


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL and how to call its programs."""

    programs: Path
    folder: Path
    port: int

    def address(self, database: str) -> str:
        """Where a database of this server is."""
        return f"postgresql+psycopg://{SERVER_USER}@127.0.0.1:{self.port}/{database}"

    def tell(self, *statements: str) -> None:
        """Run statements that belong to no transaction."""
        where = f"host=127.0.0.1 port={self.port} user={SERVER_USER} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def make_database(self, name: str, template: str = "template1") -> str:
        """The address of a database made anew from a template."""
        self.tell(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy",
        )
        return self.address(name)


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl: Debian keeps them off the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").is_file():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _call(*command: str | Path) -> None:
    """Run a program of PostgreSQL, as its own user where we are root."""
    line = [str(part) for part in command]
    if os.geteuid() == 0:
        line = ["runuser", "-u", SERVER_USER, "--", *line]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{' '.join(line)}\n{done.stdout}\n{done.stderr}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server in a folder of its own, stopped at the end."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (sudo apt-get install postgresql)")
    folder = Path(mkdtemp(prefix="matchmaker-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        user = pwd.getpwnam(SERVER_USER)
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, port = folder / "data", _free_port()
    control = ("-D", data, "-w", "-s")
    options = f"{OPTIONS} -c listen_addresses=127.0.0.1 -p {port} -k {folder}"
    _call(programs / "initdb", "-D", data, "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "-N")
    _call(programs / "pg_ctl", *control, "-l", folder / "log", "-o", options, "start")
    try:
        yield Server(programs, folder, port)
    finally:
        _call(programs / "pg_ctl", *control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a template database whose structure the migrations made."""
    made = make_app(postgresql.make_database("migrated"), tmp_path_factory.mktemp("migrated"))
    migrate(made)
    forget_connections(made)
    return "migrated"


@pytest.fixture(scope="session")
def postgresql_app(
    postgresql: Server, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """The application on PostgreSQL; each test gets its database anew."""
    assert migrated
    return make_app(postgresql.address("matchmaker"), tmp_path_factory.mktemp("pg"))


def make_app(url: str, folder: Path) -> Flask:
    """An application on a database of the server."""
    return create_app(make_settings(folder, database_url=url))


def forget_connections(app: Flask) -> None:
    """Close what the pool keeps open."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def either_app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with an empty database, once on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    server: Server = request.getfixturevalue("postgresql")
    server.make_database("matchmaker", request.getfixturevalue("migrated"))
    made: Flask = request.getfixturevalue("postgresql_app")
    yield made
    forget_connections(made)


@pytest.fixture
def either_people(either_app: Flask) -> People:
    """The named people of the test world."""
    return create_people(either_app)

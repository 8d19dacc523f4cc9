"""Preparing an installation: structure, seeds, warm caches. Used by the command line only."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import inspect, text

from matchmaker import paths
from matchmaker.config import Settings
from matchmaker.db import TransactionKind, db, read_tx, set_transaction_kind
from matchmaker.errors import NotReady
from matchmaker.wiring import SEEDERS, WARMERS


def migrate(app: Flask) -> str:
    """Bring the database to the newest revision; returns its name.

    Alembic is loaded only when there is something to do: it would cost each start a second.
    """
    newest = find_newest_revision()
    if read_revision(app) == newest:
        return newest
    from flask_migrate import Migrate, upgrade

    Migrate(app, db, directory=str(paths.MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        set_transaction_kind(TransactionKind.WRITE)
        try:
            upgrade()
        finally:
            db.session.remove()
            set_transaction_kind(TransactionKind.READ)
    return newest


def find_newest_revision() -> str:
    """The last revision by file name; the names sort in their order."""
    newest = max((paths.MIGRATIONS / "versions").glob("*.py")).name
    return "_".join(newest.split("_")[:2])


def read_revision(app: Flask) -> str | None:
    """The revision of the database; None before the first ``init``."""
    with app.app_context(), read_tx() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        return session.scalar(text("SELECT version_num FROM alembic_version"))


def check_initialised(app: Flask) -> None:
    """Raise ``NotReady`` unless ``matchmaker init`` has been run for this version."""
    revision = read_revision(app)
    if revision is None:
        raise NotReady(
            "not_initialised", "数据库尚未初始化，请先运行 matchmaker init 和 matchmaker seed。"
        )
    if revision != find_newest_revision():
        raise NotReady(
            "structure_outdated", "数据库结构与程序版本不一致，请先运行 matchmaker init。"
        )


def seed_all(app: Flask) -> dict[str, int]:
    """Load every room's seeds, in order; repeating changes nothing. Returns counts by name."""
    settings: Settings = app.extensions["settings"]
    counts: dict[str, int] = {}
    with app.app_context():
        for seeder in SEEDERS:
            counts |= seeder(settings)
    return counts


def warm_up(app: Flask) -> None:
    """Fill the caches that a first visitor would otherwise wait for."""
    with app.app_context():
        for warmer in WARMERS:
            warmer()

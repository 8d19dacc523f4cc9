"""Preparing an installation: structure, seeds, warm caches. Used by the command line only."""

from __future__ import annotations

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect, text

from matchmaker.config import Settings
from matchmaker.db import TransactionKind, db, read_tx, set_transaction_kind
from matchmaker.errors import NotReady
from matchmaker.wiring import SEEDERS, WARMERS


def migrate(app: Flask) -> str:
    """Bring the database to the newest revision; returns its name."""
    with app.app_context():
        set_transaction_kind(TransactionKind.WRITE)
        try:
            upgrade()
        finally:
            db.session.remove()
            set_transaction_kind(TransactionKind.READ)
        with read_tx() as session:
            return str(session.scalar(text("SELECT version_num FROM alembic_version")))


def check_initialised(app: Flask) -> None:
    """Raise ``NotReady`` when ``matchmaker init`` has not been run."""
    with app.app_context(), read_tx() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            raise NotReady(
                "not_initialised", "数据库尚未初始化，请先运行 matchmaker init 和 matchmaker seed。"
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

"""A demonstration of the libraries: firms at several stages, key projects in each phase."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.catalogue.seed_rows import read_json
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import InvalidInput
from matchmaker.paths import SEEDS
from matchmaker.suppliers.library import operations
from matchmaker.suppliers.library.models import KeyProject, ProjectPhase, Stage, Standing
from matchmaker.suppliers.library.operations import ProjectFacts
from matchmaker.suppliers.models import Supplier

_FILE = SEEDS / "market" / "library.json"
_NAME = "培育库和重点项目示例"
_FEN_PER_WAN = 1_000_000


def seed_library(settings: Settings) -> dict[str, int]:
    """Act the demonstration out once; none in production."""
    if settings.production:
        return {_NAME: 0}
    top = read_json(_FILE)
    note, entries, projects = (
        top.text("note"),
        list(top.take("entries")),
        list(top.take("projects")),
    )
    top.close()
    with read_tx():
        done = db.session.scalar(select(func.count(KeyProject.id)))
    if not done:
        with write_tx():
            officer = _officer()
            for row in entries:
                _enter(officer, row, note)
            for row in projects:
                _add_project(officer, row, note)
    return {_NAME: len(entries) + len(projects)}


def _officer() -> Actor:
    user = find_user_by_email("officer@demo.example")
    if user is None:
        raise InvalidInput("demo_missing", "没有演示账号，请先装入演示账号。")
    return as_actor(user)


def _enter(officer: Actor, row: dict[str, Any], note: str) -> None:
    supplier = db.session.scalar(select(Supplier).where(Supplier.short_name == row["firm"]))
    if supplier is None:
        return
    today = clock.today()
    operations.enter_firm(
        officer,
        supplier,
        stage=Stage(row["stage"]),
        standing=Standing(row["standing"]),
        entered_on=today - timedelta(days=row["days_ago"]),
        basis=f"（演示）{note}",
        today=today,
    )


def _add_project(officer: Actor, row: dict[str, Any], note: str) -> None:
    starts_on = clock.today() + timedelta(days=row["starts"])
    facts = ProjectFacts(
        name=row["name"],
        firm_name=row["firm"],
        investment_fen=row["wan"] * _FEN_PER_WAN,
        starts_on=starts_on,
        ends_on=_month_end(starts_on + timedelta(days=row["days"])),
        content=f"{row['content']}\n\n{note}",
        district=row["district"],
        progress=row["progress"],
    )
    project = operations.create_project(officer, facts)
    for phase in row["phases"]:
        operations.move_project(officer, project, phase=ProjectPhase(phase))


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

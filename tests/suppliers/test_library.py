"""The bureau's libraries of firms and key projects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.actor import VISITOR
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, PermissionDenied
from matchmaker.suppliers.library import operations, queries
from matchmaker.suppliers.library.models import (
    KeyProject,
    LibraryEntry,
    ProjectPhase,
    Stage,
    Standing,
)
from matchmaker.suppliers.library.operations import ProjectFacts
from matchmaker.suppliers.models import Supplier
from tests.people import People
from tests.suppliers.market import make_compiled_supplier, world

TODAY = date(2026, 11, 20)
PROJECT = ProjectFacts(
    name="人形机器人整机产线",
    firm_name="某机器人公司",
    district="binjiang",
    investment_fen=50_000_000_000,
    starts_on=date(2026, 1, 1),
    ends_on=date(2027, 12, 31),
    content="建设年产一万台的整机装配线。",
)


def enter(people: People, supplier: Supplier, stage: Stage = Stage.LITTLE_GIANT) -> LibraryEntry:
    return operations.enter_firm(
        people.officer,
        supplier,
        stage=stage,
        standing=Standing.FOSTERED,
        entered_on=TODAY,
        basis="市级推荐名单",
        today=TODAY,
    )


def test_a_firm_enters_is_recognised_and_leaves_with_its_history(
    app: Flask, people: People
) -> None:
    with world(app):
        supplier = make_compiled_supplier()
        entry = enter(people, supplier)
        assert queries.count_by_stage(people.auditor) == {
            Stage.CHAIN_LEADER: 0,
            Stage.CHAMPION: 0,
            Stage.LITTLE_GIANT: 1,
            Stage.SPECIALISED: 0,
            Stage.UNICORN: 0,
        }
        operations.recognise_firm(people.approver, entry, basis="工信部公布名单")
        assert (entry.standing, entry.basis) == (Standing.RECOGNISED, "工信部公布名单")
        with pytest.raises(IllegalTransition):
            operations.recognise_firm(people.approver, entry, basis="再次认定")
        operations.remove_firm(people.officer, entry, reason="迁出本市", today=TODAY)
        assert queries.list_entries(people.officer) == []
        assert queries.list_entries(people.officer, with_former=True) == [entry]
        with pytest.raises(IllegalTransition):
            operations.remove_firm(people.officer, entry, reason="再次出库", today=TODAY)
        assert enter(people, supplier).id != entry.id


def test_a_firm_stands_once_at_a_stage(app: Flask, people: People) -> None:
    with world(app):
        supplier = make_compiled_supplier()
        enter(people, supplier)
        enter(people, supplier, Stage.UNICORN)
        with pytest.raises(Conflict):
            enter(people, supplier)


@pytest.mark.parametrize(
    "part", ["firm", "owner", "auditor", "sysadmin", "sector_reviewer", "judge"]
)
def test_only_market_officers_keep_the_libraries(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with world(app) as session:
        supplier = make_compiled_supplier()
        entry = enter(people, supplier)
        project = operations.create_project(people.officer, PROJECT)
        for act in (
            lambda: operations.enter_firm(
                actor,
                supplier,
                stage=Stage.UNICORN,
                standing=Standing.FOSTERED,
                entered_on=TODAY,
                basis="名单",
                today=TODAY,
            ),
            lambda: operations.recognise_firm(actor, entry, basis="名单"),
            lambda: operations.remove_firm(actor, entry, reason="理由", today=TODAY),
            lambda: operations.create_project(actor, PROJECT),
            lambda: operations.edit_project(actor, project, PROJECT),
            lambda: operations.move_project(actor, project, phase=ProjectPhase.BUILDING),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert (entry.standing, entry.left_on) == (Standing.FOSTERED, None)
        assert project.phase is ProjectPhase.PLANNED
        assert session.scalar(select(func.count(KeyProject.id))) == 1


def test_nobody_outside_the_bureau_reads_them(app: Flask, people: People) -> None:
    with world(app):
        enter(people, make_compiled_supplier())
        for actor in (VISITOR, people.firm, people.owner, people.judge):
            for read in (queries.list_entries, queries.count_by_stage, queries.list_projects):
                with pytest.raises(PermissionDenied):
                    read(actor)
        for actor in (people.auditor, people.district_reviewer):
            assert len(queries.list_entries(actor)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "短"}, "name"),
        ({"investment_fen": 0}, "investment"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"content": "短"}, "content"),
    ],
)
def test_faulty_projects_are_refused(
    app: Flask, people: People, change: dict[str, object], field: str
) -> None:
    with world(app) as session:
        with pytest.raises(InvalidInput) as refused:
            operations.create_project(people.officer, replace(PROJECT, **change))  # type: ignore[arg-type]
        assert refused.value.field == field
        assert session.scalar(select(func.count(KeyProject.id))) == 0


def test_a_project_moves_along_its_phases(app: Flask, people: People) -> None:
    with world(app):
        project = operations.create_project(people.officer, PROJECT)
        with pytest.raises(IllegalTransition):
            operations.move_project(people.officer, project, phase=ProjectPhase.RUNNING)
        operations.move_project(people.officer, project, phase=ProjectPhase.BUILDING)
        operations.move_project(people.officer, project, phase=ProjectPhase.RUNNING)
        with pytest.raises(IllegalTransition):
            operations.move_project(people.officer, project, phase=ProjectPhase.STOPPED)
        assert project.phase is ProjectPhase.RUNNING


def test_an_entry_of_tomorrow_is_refused(app: Flask, people: People) -> None:
    with world(app):
        supplier = make_compiled_supplier()
        with pytest.raises(InvalidInput) as refused:
            operations.enter_firm(
                people.officer,
                supplier,
                stage=Stage.UNICORN,
                standing=Standing.FOSTERED,
                entered_on=date(2026, 11, 21),
                basis="名单",
                today=TODAY,
            )
        assert refused.value.field == "entered_on"

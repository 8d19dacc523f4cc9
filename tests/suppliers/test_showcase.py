"""Cases and solutions of a firm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.actor import VISITOR
from matchmaker.db import read_tx
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, PermissionDenied
from matchmaker.suppliers import operations as suppliers
from matchmaker.suppliers import queries
from matchmaker.suppliers.rules import ProfileState
from matchmaker.suppliers.showcase import operations
from matchmaker.suppliers.showcase import queries as showcase
from matchmaker.suppliers.showcase.models import Case, Solution
from matchmaker.suppliers.showcase.operations import CaseFacts, SolutionFacts
from tests.people import People
from tests.suppliers.market import DOG, FIRM, make_firm, make_product, world

CASE = CaseFacts(
    title="某变电所夜间巡检",
    sector="municipal-inspection",
    place="杭州市上城区",
    year=2025,
    units=2,
    summary="两台四足机器人每夜巡检一次，自动生成报告。",
)
SOLUTION = SolutionFacts(
    title="变电所无人巡检方案",
    sector="municipal-inspection",
    summary="四足机器人定时巡检并抄读仪表，异常即时报警。",
    content="部署两台机器人和一处充电点，按班次自动巡检，结果接入业主平台。",
    tasks=("inspection-round",),
    modes=("raas",),
)


def test_a_published_case_and_solution_are_seen_by_everybody(app: Flask, people: People) -> None:
    with world(app):
        product = make_product(people.firm)
        supplier = product.supplier
        case = operations.create_case(people.firm, supplier, CASE, product=product)
        solution = operations.create_solution(people.firm, supplier, SOLUTION, products=[product])
        assert showcase.list_cases_of(VISITOR, supplier) == []
        assert showcase.list_solutions_of(VISITOR, supplier) == []
        assert showcase.list_cases_of(people.firm, supplier) == [case]
        operations.publish_entry(people.firm, case)
        operations.publish_entry(people.firm, solution)
    with app.app_context(), read_tx():
        supplier = queries.get_supplier(VISITOR, "S001")
        assert [row.title for row in showcase.list_cases_of(VISITOR, supplier)] == [CASE.title]
        (listed,) = showcase.list_published_solutions()
        assert [item.model for item in showcase.list_shown_products(listed)] == [DOG.model]
        assert showcase.list_published_solutions(sector="logistics") == []


def test_a_withdrawn_firm_shows_neither(app: Flask, people: People) -> None:
    with world(app):
        supplier = make_firm(people.firm)
        solution = operations.create_solution(people.firm, supplier, SOLUTION)
        operations.publish_entry(people.firm, solution)
        suppliers.withdraw_supplier(people.firm, supplier, reason="整理资料")
        assert showcase.list_published_solutions() == []


@pytest.mark.parametrize("part", ["other_firm", "owner", "officer", "judge"])
def test_others_write_nothing(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with world(app) as session:
        supplier = make_firm(people.firm)
        case = operations.create_case(people.firm, supplier, CASE)
        solution = operations.create_solution(people.firm, supplier, SOLUTION)
        for act in (
            lambda: operations.create_case(actor, supplier, CASE),
            lambda: operations.edit_case(actor, case, replace(CASE, title="改名的案例")),
            lambda: operations.create_solution(actor, supplier, SOLUTION),
            lambda: operations.edit_solution(actor, solution, SOLUTION),
            lambda: operations.publish_entry(actor, case),
            lambda: operations.publish_entry(actor, solution),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert (case.title, case.state) == (CASE.title, ProfileState.DRAFT)
        assert session.scalar(select(func.count(Case.id))) == 1
        assert session.scalar(select(func.count(Solution.id))) == 1


def test_the_bureau_may_withdraw_with_a_reason(app: Flask, people: People) -> None:
    with world(app):
        supplier = make_firm(people.firm)
        case = operations.create_case(people.firm, supplier, CASE)
        with pytest.raises(IllegalTransition):
            operations.withdraw_entry(people.officer, case, reason="失实")
        operations.publish_entry(people.firm, case)
        with pytest.raises(PermissionDenied):
            operations.withdraw_entry(people.other_firm, case, reason="失实")
        operations.withdraw_entry(people.officer, case, reason="失实")
        assert case.state is ProfileState.WITHDRAWN


def test_an_unpublished_firm_publishes_nothing(app: Flask, people: People) -> None:
    with world(app):
        supplier = suppliers.create_supplier(people.firm, FIRM)
        solution = operations.create_solution(people.firm, supplier, SOLUTION)
        with pytest.raises(Conflict):
            operations.publish_entry(people.firm, solution)
        assert solution.state is ProfileState.DRAFT


def test_only_own_products_are_named(app: Flask, people: People) -> None:
    with world(app):
        supplier = make_firm(people.firm)
        foreign = make_product(people.other_firm)
        with pytest.raises(InvalidInput):
            operations.create_case(people.firm, supplier, CASE, product=foreign)
        with pytest.raises(InvalidInput):
            operations.create_solution(people.firm, supplier, SOLUTION, products=[foreign])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "短"}, "title"),
        ({"year": 1999}, "year"),
        ({"year": 2999}, "year"),
        ({"units": 0}, "units"),
        ({"summary": "短"}, "summary"),
        ({"source": "ftp://example.org"}, "source"),
    ],
)
def test_faulty_cases_are_refused(
    app: Flask, people: People, change: dict[str, object], field: str
) -> None:
    with world(app):
        supplier = make_firm(people.firm)
        with pytest.raises(InvalidInput) as refused:
            operations.create_case(people.firm, supplier, replace(CASE, **change))  # type: ignore[arg-type]
        assert refused.value.field == field

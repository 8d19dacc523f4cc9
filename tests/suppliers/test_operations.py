"""A firm's profile and products: who may do what, and what it leaves behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.actor import VISITOR, Actor
from matchmaker.db import db, read_tx
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.search.queries import matching_ids
from matchmaker.suppliers import operations, queries
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.rules import ProfileState
from tests.people import People
from tests.suppliers.market import (
    DOG,
    FIRM,
    count_acts,
    list_messages,
    make_compiled_supplier,
    make_firm,
    make_product,
    prepare,
    world,
)


def test_a_new_profile_is_a_draft_that_only_its_firm_sees(app: Flask, people: People) -> None:
    with world(app):
        code = operations.create_supplier(people.firm, FIRM).code
    with app.app_context(), read_tx() as session:
        supplier = queries.get_supplier(people.firm, code)
        assert (supplier.code, supplier.state, supplier.organisation_id) == (
            "S001",
            ProfileState.DRAFT,
            people.firm.organisation_id,
        )
        assert [row.mode for row in supplier.modes] == ["purchase", "raas"]
        for actor in (VISITOR, people.other_firm, people.officer, people.owner):
            with pytest.raises(NotFound):
                queries.get_supplier(actor, code)
        assert count_acts(session, "suppliers.create") == 1


@pytest.mark.parametrize("part", ["owner", "judge", "officer", "sysadmin"])
def test_only_a_firm_makes_a_profile(app: Flask, people: People, part: str) -> None:
    with world(app) as session:
        with pytest.raises(PermissionDenied):
            operations.create_supplier(getattr(people, part), FIRM)
        assert session.scalar(select(func.count(Supplier.id))) == 0


def test_a_unit_has_one_profile(app: Flask, people: People) -> None:
    with world(app):
        make_firm(people.firm)
        with pytest.raises(Conflict) as refused:
            operations.create_supplier(people.firm, FIRM)
        assert refused.value.code == "supplier_exists"


def test_codes_follow_the_highest_one(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier("S069")
        make_compiled_supplier("S070", "另一家")
        assert make_firm(people.firm).code == "S071"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"legal_name": "甲"}, "legal_name"),
        ({"short_name": " "}, "short_name"),
        ({"founded_year": 1700}, "founded_year"),
        ({"founded_year": 2999}, "founded_year"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"introduction": "长" * 3001}, "introduction"),
    ],
)
def test_faulty_facts_of_a_firm_are_refused(
    app: Flask, people: People, change: dict[str, object], field: str
) -> None:
    with world(app) as session:
        with pytest.raises(InvalidInput) as refused:
            operations.create_supplier(people.firm, replace(FIRM, **change))  # type: ignore[arg-type]
        assert refused.value.field == field
        assert session.scalar(select(func.count(Supplier.id))) == 0


@pytest.mark.parametrize("change", [{"city": "亚特兰蒂斯"}, {"modes": ("送",)}, {"district": "x"}])
def test_words_outside_the_catalogue_are_refused(
    app: Flask, people: People, change: dict[str, object]
) -> None:
    with world(app), pytest.raises(InvalidInput):
        operations.create_supplier(people.firm, replace(FIRM, **change))  # type: ignore[arg-type]


def test_what_a_firm_says_is_no_longer_unverified(app: Flask, people: People) -> None:
    with world(app):
        supplier = make_compiled_supplier()
        supplier.organisation_id = people.firm.organisation_id
        operations.edit_supplier(people.firm, supplier, FIRM)
        assert supplier.unverified_fields == []
        assert supplier.legal_name == FIRM.legal_name


@pytest.mark.parametrize("part", ["other_firm", "owner", "officer", "judge", "sysadmin"])
def test_nobody_else_edits_a_firm_or_its_product(app: Flask, people: People, part: str) -> None:
    actor: Actor = getattr(people, part)
    with world(app):
        product = make_product(people.firm)
        for act in (
            lambda: operations.edit_supplier(actor, product.supplier, replace(FIRM, city=None)),
            lambda: operations.create_product(actor, product.supplier, replace(DOG, model="乙")),
            lambda: operations.edit_product(actor, product, replace(DOG, model="乙")),
            lambda: operations.publish_product(actor, product),
            lambda: operations.publish_supplier(actor, product.supplier),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert (product.model, product.supplier.city) == (DOG.model, "hangzhou")
        assert db.session.scalar(select(func.count(Product.id))) == 1


def test_a_published_product_is_seen_found_and_announced(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with app.app_context(), read_tx() as session:
        product = queries.get_product(VISITOR, code)
        assert code == "s001-1"
        assert product.published_at is not None
        found = queries.visible_to(VISITOR).where(
            Product.code.in_(matching_ids("product", "变电所"))
        )
        assert [row.code for row in session.scalars(found)] == [code]
        assert list_messages(session, "suppliers.product_published") == [{"product_id": code}]
        assert count_acts(session, "suppliers.publish_product") == 1


def test_a_draft_is_seen_by_its_firm_only_and_found_by_nobody(app: Flask, people: People) -> None:
    with world(app):
        code = make_product(people.firm, replace(DOG, model="暗号型"), published=False).code
    with app.app_context(), read_tx() as session:
        assert queries.get_product(people.firm, code).state is ProfileState.DRAFT
        for actor in (VISITOR, people.other_firm, people.officer, people.owner):
            with pytest.raises(NotFound):
                queries.get_product(actor, code)
            assert queries.list_products_by_code(actor, [code]) == {}
            assert queries.count_visible_products(actor) == 0
        assert session.scalars(matching_ids("product", "暗号型")).all() == []
        assert queries.count_visible_products(people.firm) == 1


def test_a_person_of_the_unit_without_the_firms_role_sees_no_draft(
    app: Flask, people: People
) -> None:
    with world(app):
        code = make_product(people.firm, published=False).code
        colleague = replace(people.owner, organisation_id=people.firm.organisation_id)
        with pytest.raises(NotFound):
            queries.get_product(colleague, code)


def test_a_change_of_a_published_product_is_announced(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with world(app):
        product = queries.get_own_product(people.firm, code)
        operations.edit_product(people.firm, product, replace(DOG, model="巡检二号"))
    with app.app_context(), read_tx() as session:
        assert list_messages(session, "suppliers.product_changed") == [{"product_id": code}]
        assert session.scalars(matching_ids("product", "巡检二号")).all() == [code]


def test_a_firms_change_is_announced_for_each_published_product(app: Flask, people: People) -> None:
    with world(app):
        first = make_product(people.firm)
        make_product(people.firm, replace(DOG, model="草稿"), published=False)
        operations.edit_supplier(people.firm, first.supplier, replace(FIRM, modes=("raas",)))
        code = first.code
    with app.app_context(), read_tx() as session:
        assert list_messages(session, "suppliers.product_changed") == [{"product_id": code}]


@pytest.mark.parametrize("part", ["firm", "officer", "approver"])
def test_a_withdrawn_product_is_gone(app: Flask, people: People, part: str) -> None:
    code = prepare(app, people)
    with world(app):
        product = queries.get_product(VISITOR, code)
        operations.withdraw_product(getattr(people, part), product, reason="停产")
    with app.app_context(), read_tx() as session:
        with pytest.raises(NotFound):
            queries.get_product(VISITOR, code)
        assert session.scalars(matching_ids("product", "变电所")).all() == []
        assert list_messages(session, "suppliers.product_withdrawn") == [{"product_id": code}]


@pytest.mark.parametrize("part", ["other_firm", "owner", "auditor", "sysadmin", "judge"])
def test_others_withdraw_nothing(app: Flask, people: People, part: str) -> None:
    code = prepare(app, people)
    with world(app):
        product = queries.get_product(VISITOR, code)
        with pytest.raises(PermissionDenied):
            operations.withdraw_product(getattr(people, part), product, reason="捣乱")
        assert product.state is ProfileState.PUBLISHED


def test_withdrawing_needs_a_reason(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with world(app):
        product = queries.get_product(VISITOR, code)
        with pytest.raises(InvalidInput) as refused:
            operations.withdraw_product(people.firm, product, reason=" ")
        assert refused.value.field == "reason"
        assert product.state is ProfileState.PUBLISHED


def test_a_withdrawn_firm_takes_its_products_along(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with world(app):
        supplier = queries.get_own_supplier(people.firm)
        operations.withdraw_supplier(people.officer, supplier, reason="资料失实，待更正")
    with app.app_context(), read_tx() as session:
        for act in (
            lambda: queries.get_product(VISITOR, code),
            lambda: queries.get_supplier(VISITOR, "S001"),
        ):
            with pytest.raises(NotFound):
                act()
        assert session.scalars(matching_ids("supplier", "丙方")).all() == []
        assert list_messages(session, "suppliers.product_withdrawn") == [{"product_id": code}]


def test_a_product_of_an_unpublished_firm_waits(app: Flask, people: People) -> None:
    with world(app):
        supplier = operations.create_supplier(people.firm, FIRM)
        product = operations.create_product(people.firm, supplier, DOG)
        with pytest.raises(Conflict) as refused:
            operations.publish_product(people.firm, product)
        assert refused.value.code == "supplier_unpublished"
        assert product.state is ProfileState.DRAFT


@pytest.mark.parametrize(
    ("change", "field"), [({"tasks": ()}, "tasks"), ({"description": "太短"}, "description")]
)
def test_an_empty_product_is_not_published(
    app: Flask, people: People, change: dict[str, object], field: str
) -> None:
    with world(app):
        make_firm(people.firm)
        facts = replace(DOG, **change)  # type: ignore[arg-type]
        product = make_product(people.firm, facts, published=False)
        with pytest.raises(InvalidInput) as refused:
            operations.publish_product(people.firm, product)
        assert refused.value.field == field
        assert product.state is ProfileState.DRAFT


def test_publishing_twice_is_refused(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with world(app), pytest.raises(IllegalTransition):
        operations.publish_product(people.firm, queries.get_own_product(people.firm, code))


def test_a_firm_has_each_model_once(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with world(app):
        supplier = queries.get_own_supplier(people.firm)
        with pytest.raises(Conflict) as refused:
            operations.create_product(people.firm, supplier, DOG)
        assert refused.value.code == "model_taken"
        product = queries.get_own_product(people.firm, code)
        assert operations.edit_product(people.firm, product, DOG).model == DOG.model


def test_own_products_are_the_firms_alone(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with app.app_context(), read_tx():
        assert queries.get_own_product(people.firm, code).code == code
        for actor in (VISITOR, people.other_firm, people.owner, people.officer):
            with pytest.raises(NotFound):
                queries.get_own_product(actor, code)

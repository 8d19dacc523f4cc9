"""Figures and prices: what the firm says, what it loses when it changes its word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from matchmaker.actor import VISITOR
from matchmaker.db import read_tx
from matchmaker.errors import InvalidInput, NotFound, PermissionDenied
from matchmaker.suppliers import queries
from matchmaker.suppliers.capabilities import operations
from matchmaker.suppliers.models import Capability, Price
from matchmaker.suppliers.profiles import list_profiles
from matchmaker.suppliers.rules import Evidence
from tests.people import People
from tests.suppliers.market import count_acts, list_messages, make_product, prepare, world


def test_a_stated_figure_is_claimed(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with world(app):
        product = queries.get_own_product(people.firm, code)
        operations.set_capability(people.firm, product, attribute="payload_kg", text="12.5")
    with app.app_context(), read_tx() as session:
        (figure,) = queries.get_product(VISITOR, code).capabilities
        assert (figure.attribute, figure.value, figure.evidence, figure.sources) == (
            "payload_kg",
            Decimal("12.5"),
            Evidence.CLAIMED,
            [],
        )
        assert list_messages(session, "suppliers.product_changed") == [{"product_id": code}]


def test_the_same_figure_again_changes_nothing(app: Flask, people: People) -> None:
    with world(app):
        product = make_product(people.firm)
        figure = operations.set_capability(people.firm, product, attribute="payload_kg", text="12")
        figure.evidence, figure.proven_until = Evidence.VERIFIED, date(2027, 1, 1)
        operations.set_capability(people.firm, product, attribute="payload_kg", text="12")
        assert (figure.evidence, figure.proven_until) == (Evidence.VERIFIED, date(2027, 1, 1))
    with app.app_context(), read_tx() as session:
        assert count_acts(session, "suppliers.set_capability") == 1


def test_a_changed_figure_loses_its_proof_and_sources(app: Flask, people: People) -> None:
    with world(app):
        product = make_product(people.firm)
        figure = operations.set_capability(people.firm, product, attribute="payload_kg", text="12")
        figure.evidence, figure.proven_until = Evidence.VERIFIED, date(2027, 1, 1)
        figure.sources = ["https://example.org/a"]
        operations.set_capability(people.firm, product, attribute="payload_kg", text="20")
        assert (figure.value, figure.evidence, figure.proven_until, figure.sources) == (
            20,
            Evidence.CLAIMED,
            None,
            [],
        )


def test_a_confirmed_unverified_figure_becomes_the_firms_word(app: Flask, people: People) -> None:
    with world(app) as session:
        product = make_product(people.firm)
        session.add(
            Capability(
                product_id=product.id,
                attribute="stairs",
                value=True,
                evidence=Evidence.UNVERIFIED,
            )
        )
        session.flush()
        figure = operations.set_capability(people.firm, product, attribute="stairs", text="是")
        assert (figure.value, figure.evidence) == (True, Evidence.CLAIMED)


@pytest.mark.parametrize("attribute", ["manipulation_required", "certificates", "price_yuan", "x"])
def test_some_attributes_are_not_stated_here(app: Flask, people: People, attribute: str) -> None:
    with world(app):
        product = make_product(people.firm)
        with pytest.raises(InvalidInput) as refused:
            operations.set_capability(people.firm, product, attribute=attribute, text="是")
        assert refused.value.code == "attribute_unknown"


@pytest.mark.parametrize("part", ["other_firm", "owner", "officer", "approver", "judge"])
def test_others_state_nothing(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with world(app):
        product = make_product(people.firm)
        operations.set_capability(people.firm, product, attribute="payload_kg", text="12")
        operations.set_price(people.firm, product, mode="purchase", amount_fen=100)
        for act in (
            lambda: operations.set_capability(actor, product, attribute="payload_kg", text="99"),
            lambda: operations.remove_capability(actor, product, attribute="payload_kg"),
            lambda: operations.set_price(actor, product, mode="purchase", amount_fen=1),
            lambda: operations.remove_price(actor, product, mode="purchase"),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert [row.value for row in product.capabilities] == [12]
        assert [row.amount_fen for row in product.prices] == [100]


def test_a_figure_can_be_taken_back(app: Flask, people: People) -> None:
    with world(app):
        product = make_product(people.firm)
        operations.set_capability(people.firm, product, attribute="payload_kg", text="12")
        operations.remove_capability(people.firm, product, attribute="payload_kg")
        assert product.capabilities == []
        with pytest.raises(NotFound):
            operations.remove_capability(people.firm, product, attribute="payload_kg")


def test_a_price_stands_per_mode_and_answers_a_requirement(app: Flask, people: People) -> None:
    code = prepare(app, people)
    with world(app):
        product = queries.get_own_product(people.firm, code)
        operations.set_price(people.firm, product, mode="purchase", amount_fen=9_900_000)
        operations.set_price(people.firm, product, mode="short-term-rental", amount_fen=80_000)
        operations.set_price(people.firm, product, mode="purchase", amount_fen=9_800_050)
    with app.app_context(), read_tx():
        (profile,) = list_profiles(VISITOR)
        assert {mode.mode: mode.price_fen for mode in profile.modes} == {
            "purchase": 9_800_050,
            "short-term-rental": 80_000,
        }
        figures = {fact.attribute: fact.value for fact in profile.capabilities}
        assert figures == {
            "price_yuan": Decimal("98000.50"),
            "price_yuan_per_day": Decimal(800),
        }


@pytest.mark.parametrize("amount", [0, -1, 10_000_000_001])
def test_a_price_has_bounds(app: Flask, people: People, amount: int) -> None:
    with world(app):
        product = make_product(people.firm)
        with pytest.raises(InvalidInput) as refused:
            operations.set_price(people.firm, product, mode="purchase", amount_fen=amount)
        assert refused.value.field == "amount"
        assert product.prices == []


def test_a_mode_that_nobody_offers_alone_has_no_price(app: Flask, people: People) -> None:
    with world(app):
        product = make_product(people.firm)
        with pytest.raises(InvalidInput):
            operations.set_price(people.firm, product, mode="maintenance", amount_fen=1)


def test_a_price_can_be_taken_back(app: Flask, people: People) -> None:
    with world(app) as session:
        product = make_product(people.firm)
        operations.set_price(people.firm, product, mode="raas", amount_fen=100)
        operations.remove_price(people.firm, product, mode="raas")
        assert session.query(Price).count() == 0
        with pytest.raises(NotFound):
            operations.remove_price(people.firm, product, mode="raas")

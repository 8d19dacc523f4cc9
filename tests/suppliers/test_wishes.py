"""Private wishes: the firm's own people alone, and the one check that may use them."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.audit.models import AuditEntry
from matchmaker.db import read_tx
from matchmaker.errors import InvalidInput, PermissionDenied
from matchmaker.outbox import OutboxMessage
from matchmaker.suppliers.profiles import list_profiles
from matchmaker.suppliers.rules import Order, Wish, WishKind
from matchmaker.suppliers.wishes.operations import set_wishes
from matchmaker.suppliers.wishes.queries import find_unwelcoming_suppliers, list_own_wishes
from tests.people import People
from tests.suppliers.market import make_firm, make_product, world

WISHES = [
    Wish(kind=WishKind.MIN_BUDGET_FEN, amount=77_777_700),
    Wish(kind=WishKind.NOT_SECTORS, ids=frozenset({"logistics"})),
]


def test_wishes_are_kept_for_the_firm(app: Flask, people: People) -> None:
    with world(app):
        supplier = make_firm(people.firm)
        set_wishes(people.firm, supplier, WISHES)
        stored = [row.as_value() for row in list_own_wishes(people.firm, supplier)]
        assert stored == WISHES
        set_wishes(people.firm, supplier, [])
        assert list_own_wishes(people.firm, supplier) == []


@pytest.mark.parametrize("part", ["other_firm", "owner", "officer", "approver", "auditor"])
def test_nobody_else_reads_or_writes_them(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with world(app):
        supplier = make_firm(people.firm)
        set_wishes(people.firm, supplier, WISHES)
        with pytest.raises(PermissionDenied):
            list_own_wishes(actor, supplier)
        with pytest.raises(PermissionDenied):
            set_wishes(actor, supplier, [])
        assert len(list_own_wishes(people.firm, supplier)) == 2


def test_an_order_against_a_wish_names_the_firm_only(app: Flask, people: People) -> None:
    with world(app):
        set_wishes(people.firm, make_firm(people.firm), WISHES)
        assert find_unwelcoming_suppliers(Order(sector="logistics")) == {"S001"}
        assert find_unwelcoming_suppliers(Order(budget_max_fen=77_777_699)) == {"S001"}
        assert find_unwelcoming_suppliers(Order(budget_max_fen=77_777_700)) == frozenset()
        assert find_unwelcoming_suppliers(Order()) == frozenset()


def test_wishes_leave_no_trace_elsewhere(app: Flask, people: People) -> None:
    with world(app):
        product = make_product(people.firm)
        set_wishes(people.firm, product.supplier, WISHES)
    with app.app_context(), read_tx() as session:
        trail = [json.dumps(row.data) for row in session.scalars(select(AuditEntry))]
        messages = [json.dumps(row.payload) for row in session.scalars(select(OutboxMessage))]
        profiles = [str(profile) for profile in list_profiles(VISITOR)]
    assert profiles
    assert not [text for text in trail + messages + profiles if "777777" in text]


@pytest.mark.parametrize(
    "wish",
    [
        Wish(kind=WishKind.MIN_BUDGET_FEN, amount=0),
        Wish(kind=WishKind.MIN_UNITS, amount=-1),
        Wish(kind=WishKind.ONLY_SECTORS),
        Wish(kind=WishKind.ONLY_MODES, ids=frozenset({"没有的方式"})),
    ],
)
def test_faulty_wishes_are_refused(app: Flask, people: People, wish: Wish) -> None:
    with world(app):
        supplier = make_firm(people.firm)
        with pytest.raises(InvalidInput) as refused:
            set_wishes(people.firm, supplier, [wish])
        assert refused.value.field == wish.kind.value
        assert list_own_wishes(people.firm, supplier) == []


def test_a_kind_of_wish_is_given_once(app: Flask, people: People) -> None:
    with world(app):
        supplier = make_firm(people.firm)
        with pytest.raises(InvalidInput):
            set_wishes(people.firm, supplier, [WISHES[0], WISHES[0]])
        set_wishes(COMMAND_LINE, supplier, WISHES)

"""What the corpus is made of: the public only, and always the present state."""

from __future__ import annotations

import json
from datetime import date

from flask import Flask

from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import read_tx, write_tx
from matchmaker.matching.exchange import export_match
from matchmaker.matching.market.corpus import get_corpus
from matchmaker.matching.market.needs import read_text
from matchmaker.matching.market.open_needs import list_open_needs
from matchmaker.matching.queries import match_need, match_text
from matchmaker.matching.ranking import WISH_REASON
from matchmaker.suppliers import operations, queries
from matchmaker.suppliers.facts import ProductFacts
from matchmaker.suppliers.rules import Wish, WishKind
from matchmaker.suppliers.wishes.operations import set_wishes

#: A day on which every seeded need is open.
SEED_DAY = date(2026, 11, 20)
QUESTION = "在变电所用蓝孔雀七号机夜间巡检、测温"
SECRET = ProductFacts(
    model="蓝孔雀七号",
    form="quadruped",
    description="蓝孔雀七号机专为变电所夜间巡检、测温而造，可上下楼梯。",
    sectors=("municipal-inspection",),
    tasks=("inspection-round",),
    modes=("purchase",),
)


def _actor(email: str) -> Actor:
    user = find_user_by_email(email)
    assert user is not None
    return as_actor(user)


def _answer(app: Flask) -> str:
    with app.app_context(), read_tx():
        need = read_text(QUESTION, vocabulary=load_vocabulary())
        return json.dumps(export_match(match_text(need, top=200)), ensure_ascii=False)


def test_unpublished_listing_changes_no_byte_and_a_published_one_is_found_at_once(
    seeded_app: Flask,
) -> None:
    before = _answer(seeded_app)
    with seeded_app.app_context(), write_tx():
        firm = _actor("firm@demo.example")
        product = operations.create_product(firm, queries.get_own_supplier(firm), SECRET)
        code = product.code
    assert _answer(seeded_app) == before

    with seeded_app.app_context(), write_tx():
        firm = _actor("firm@demo.example")
        operations.publish_product(firm, queries.get_own_product(firm, code))
    published = json.loads(_answer(seeded_app))
    assert published["results"][0]["product_id"] == code
    assert {"蓝", "孔雀", "七号"} & {t["term"] for t in published["results"][0]["terms"]}

    with seeded_app.app_context(), write_tx():
        firm = _actor("firm@demo.example")
        operations.withdraw_product(
            firm, queries.get_own_product(firm, code), reason="停止供货，下架处理"
        )
    assert _answer(seeded_app) == before


def test_corpus_is_kept_while_nothing_changes(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        first, second = get_corpus(), get_corpus()
    assert first is second
    assert len(first) == 122


def test_private_wish_shows_only_as_one_phrase_and_never_in_a_try_out(seeded_app: Flask) -> None:
    with seeded_app.app_context(), write_tx():
        firm = _actor("firm@demo.example")
        supplier = queries.get_own_supplier(firm)
        wish = Wish(kind=WishKind.MIN_BUDGET_FEN, amount=99_999_999_900)
        set_wishes(firm, supplier, [wish])
        code = supplier.code
    with seeded_app.app_context(), read_tx():
        need = next(n.facts for n in list_open_needs(SEED_DAY) if n.code == "D019")
        both_sides = match_need(need, top=200)
        one_side = match_text(need, top=200)
        mine = [i for i in both_sides.ranking.excluded if i.supplier_id == code]
        assert mine
        assert {item.reason for item in mine} == {WISH_REASON}
        assert all(item.verdicts == () for item in mine)
        assert code not in {item.supplier_id for item in both_sides.ranking.results}
        assert code in {item.supplier_id for item in one_side.ranking.results}
        assert "99999999" not in json.dumps(export_match(both_sides), ensure_ascii=False)

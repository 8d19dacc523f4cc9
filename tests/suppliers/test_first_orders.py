"""First purchases and first orders: reported with a contract, confirmed by the bureau, counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import VISITOR, Actor
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.suppliers.first_orders import operations, queries, rules
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.first_orders.rules import OrderFacts, OrderKind, OrderState
from tests.files.samples import kept_upload
from tests.people import People
from tests.suppliers.market import DOG, make_product, world

FACTS = OrderFacts(
    kind=OrderKind.FIRST_PURCHASE,
    buyer="甲方地铁公司",
    units=2,
    amount_fen=96_000_001,
    ordered_on=date(2026, 5, 12),
)


def report(people: People, facts: OrderFacts = FACTS, model: str = "巡检一号") -> FirstOrder:
    product = make_product(people.firm, replace(DOG, model=model))
    return operations.report_order(people.firm, product, facts, [kept_upload()])


def test_reported_order_shows_and_counts_once_confirmed(app: Flask, people: People) -> None:
    with world(app):
        row = report(people)
        assert queries.list_of_product(row.product_id) == []
        assert queries.count_by_year() == []
        for actor in (VISITOR, people.owner, people.other_firm, people.judge):
            with pytest.raises(NotFound):
                queries.get_order(actor, row.id)
        operations.confirm_order(people.officer, row)
        assert queries.list_of_product(row.product_id) == [row]
        assert queries.get_order(VISITOR, row.id) is row


def test_counts_are_those_of_the_rows(app: Flask, people: People) -> None:
    more = (
        (FACTS, "一号"),
        (replace(FACTS, units=3, amount_fen=2, ordered_on=date(2026, 12, 31)), "二号"),
        (replace(FACTS, kind=OrderKind.FIRST_ORDER, ordered_on=date(2026, 1, 1)), "三号"),
        (replace(FACTS, ordered_on=date(2024, 2, 29)), "四号"),
    )
    with world(app):
        for facts, model in more:
            if facts.ordered_on <= clock.today():
                operations.confirm_order(people.officer, report(people, facts, model))
        report(people, replace(FACTS, units=99), "五号")
        counts = {
            (c.year, c.kind): (c.orders, c.units, c.amount_fen) for c in queries.count_by_year()
        }
        rows = queries.list_orders(VISITOR)
        for (year, kind), found in counts.items():
            own = [row for row in rows if row.ordered_on.year == year and row.kind is kind]
            assert found == (
                len(own),
                sum(row.units for row in own),
                sum(row.amount_fen for row in own),
            )
        assert counts[2024, OrderKind.FIRST_PURCHASE] == (1, 2, 96_000_001)
        assert [count.year for count in queries.count_by_year()] == sorted(
            (count.year for count in queries.count_by_year()), reverse=True
        )


def test_refused_and_revoked_orders_are_not_public(app: Flask, people: People) -> None:
    with world(app):
        refused, revoked = report(people), report(people, model="二号")
        with pytest.raises(InvalidInput):
            operations.refuse_order(people.officer, refused, reason="短")
        operations.refuse_order(people.officer, refused, reason="合同未盖章")
        operations.confirm_order(people.officer, revoked)
        operations.revoke_order(people.officer, revoked, reason="合同已解除")
        assert queries.list_orders(VISITOR) == []
        assert (refused.state, revoked.state) == (OrderState.REFUSED, OrderState.REVOKED)
        for row in (refused, revoked):
            with pytest.raises(IllegalTransition):
                operations.confirm_order(people.officer, row)


@pytest.mark.parametrize(
    "part", ["owner", "firm", "other_firm", "judge", "approver", "auditor", "sysadmin"]
)
def test_others_neither_confirm_nor_report(app: Flask, people: People, part: str) -> None:
    actor: Actor = getattr(people, part)
    with world(app) as session:
        row = report(people)
        with pytest.raises(PermissionDenied):
            operations.confirm_order(actor, row)
        if part != "firm":
            with pytest.raises(PermissionDenied):
                operations.report_order(actor, row.product, FACTS, [kept_upload()])
        assert row.state is OrderState.REPORTED
        assert session.query(FirstOrder).count() == 1


def test_nobody_confirms_an_order_of_the_own_unit(app: Flask, people: People) -> None:
    with world(app):
        row = report(people)
        for insider in (
            replace(people.officer, user_id=people.firm.user_id),
            replace(people.officer, organisation_id=people.firm.organisation_id),
        ):
            with pytest.raises(PermissionDenied):
                operations.confirm_order(insider, row)


def test_order_needs_evidence_and_a_published_product(app: Flask, people: People) -> None:
    with world(app) as session:
        product = make_product(people.firm)
        with pytest.raises(InvalidInput):
            operations.report_order(people.firm, product, FACTS, [])
        draft = make_product(people.firm, replace(DOG, model="草稿"), published=False)
        with pytest.raises(Conflict):
            operations.report_order(people.firm, draft, FACTS, [kept_upload()])
        assert session.query(FirstOrder).count() == 0


def test_facts_at_and_beyond_their_bounds() -> None:
    today = date(2028, 2, 29)
    good = replace(FACTS, ordered_on=today, units=rules.UNITS_MAX, amount_fen=rules.AMOUNT_MAX_FEN)
    rules.check_facts(good, today)
    rules.check_facts(replace(good, units=1, amount_fen=1, buyer="长" * 120), today)
    for change in (
        {"units": 0},
        {"units": rules.UNITS_MAX + 1},
        {"amount_fen": 0},
        {"amount_fen": rules.AMOUNT_MAX_FEN + 1},
        {"ordered_on": today + timedelta(days=1)},
        {"buyer": " 甲 "},
        {"buyer": "长" * 121},
        {"note": "长" * 501},
    ):
        with pytest.raises(InvalidInput):
            rules.check_facts(replace(good, **change), today)  # type: ignore[arg-type]

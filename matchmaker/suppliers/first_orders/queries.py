"""Reads of first purchases and first orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager

from matchmaker.actor import VISITOR, Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.first_orders.permissions import OVERSEERS
from matchmaker.suppliers.first_orders.rules import OrderKind, OrderState
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.rules import ProfileState

#: Subject of the files that prove an order: contract or acceptance sheet.
SUBJECT = "first_order"


@dataclass(frozen=True)
class YearCount:
    """The confirmed orders of a year and kind."""

    year: int
    kind: OrderKind
    orders: int
    units: int
    amount_fen: int


def visible_to(actor: Actor) -> Select[FirstOrder]:
    """Confirmed orders of public products for everybody; a firm's own; all for the overseers."""
    query = (
        select(FirstOrder)
        .join(FirstOrder.product)
        .join(Product.supplier)
        .options(contains_eager(FirstOrder.product).contains_eager(Product.supplier))
    )
    if actor.has_role(*OVERSEERS):
        return query
    is_confirmed = FirstOrder.state == OrderState.CONFIRMED
    parts: list[ColumnElement[bool]] = [is_confirmed & (Product.state == ProfileState.PUBLISHED)]
    if actor.has_role(RoleName.SUPPLIER) and actor.organisation_id is not None:
        parts.append(Supplier.organisation_id == actor.organisation_id)
    return query.where(or_(*parts))


def get_order(actor: Actor, order_id: int) -> FirstOrder:
    """One order; raises ``NotFound`` where the actor may not know of it."""
    found = db.session.scalar(visible_to(actor).where(FirstOrder.id == order_id))
    if found is None:
        raise NotFound("order_missing", "没有这条首购订购记录。")
    return found


def list_orders(actor: Actor, *, most: int = 500) -> Sequence[FirstOrder]:
    """Everything that the actor may see, the newest first."""
    query = visible_to(actor).order_by(FirstOrder.ordered_on.desc(), FirstOrder.id.desc())
    return db.session.scalars(query.limit(most)).all()


def list_reported(actor: Actor) -> Sequence[FirstOrder]:
    """What waits to be confirmed, the longest waiting first."""
    query = visible_to(actor).where(FirstOrder.state == OrderState.REPORTED)
    return db.session.scalars(query.order_by(FirstOrder.reported_at, FirstOrder.id)).all()


def list_own(actor: Actor, supplier: Supplier) -> Sequence[FirstOrder]:
    """A firm's, in whatever state."""
    query = visible_to(actor).where(Product.supplier_id == supplier.id)
    return db.session.scalars(query.order_by(FirstOrder.id.desc())).all()


def list_of_product(product_id: int) -> Sequence[FirstOrder]:
    """The confirmed orders of a product, for its page."""
    query = visible_to(VISITOR).where(FirstOrder.product_id == product_id)
    return db.session.scalars(query.order_by(FirstOrder.ordered_on.desc(), FirstOrder.id)).all()


def count_by_year() -> list[YearCount]:
    """The confirmed orders that everybody may see, by year of the contract, the latest first."""
    found: dict[tuple[int, OrderKind], list[FirstOrder]] = defaultdict(list)
    for row in db.session.scalars(visible_to(VISITOR)):
        found[row.ordered_on.year, row.kind].append(row)
    return [
        YearCount(
            year=year,
            kind=kind,
            orders=len(rows),
            units=sum(row.units for row in rows),
            amount_fen=sum(row.amount_fen for row in rows),
        )
        for (year, kind), rows in sorted(found.items(), key=lambda item: (-item[0][0], item[0][1]))
    ]

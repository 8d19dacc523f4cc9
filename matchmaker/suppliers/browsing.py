"""Filtered lists of firms and products with their counts: what a visitor may see, for everybody.

A firm finds its own drafts in its own area.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.actor import VISITOR, Actor
from matchmaker.catalogue.concepts import ProductClass
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.search.lists import remember
from matchmaker.search.queries import matching_ids
from matchmaker.suppliers.indexing import PRODUCT, SUPPLIER, SUPPLY
from matchmaker.suppliers.models import (
    Product,
    ProductMode,
    ProductSector,
    ProductTask,
    Supplier,
    SupplierMode,
)
from matchmaker.suppliers.queries import hidden_from_visitors, suppliers_visible_to, visible_to
from matchmaker.suppliers.rules import ProfileState

ListRow = TypeVar("ListRow", Product, Supplier)


@dataclass(frozen=True, kw_only=True)
class ProductFilter:
    """What a list of products is narrowed to; None and empty mean everything."""

    question: str = ""
    kind: ProductClass | None = None
    form: str | None = None
    sector: str | None = None
    task: str | None = None
    mode: str | None = None
    city: str | None = None
    district: str | None = None


@dataclass(frozen=True, kw_only=True)
class SupplierFilter:
    """What a list of firms is narrowed to."""

    question: str = ""
    kind: ProductClass | None = None
    sector: str | None = None
    mode: str | None = None
    city: str | None = None
    district: str | None = None


#: Orders of the two lists, each along one index; firms are numbered in the order of their codes.
PRODUCT_ORDERS: dict[str, tuple[Any, ...]] = {
    "-published": (Product.published_at.desc(), Product.id.desc()),
    "published": (Product.published_at.asc(), Product.id.asc()),
    "model": (Product.model.asc(), Product.id.asc()),
    "-model": (Product.model.desc(), Product.id.desc()),
    "firm": (Product.supplier_id.asc(), Product.id.asc()),
    "-firm": (Product.supplier_id.desc(), Product.id.desc()),
}
SUPPLIER_ORDERS: dict[str, tuple[Any, ...]] = {
    "code": (Supplier.code.asc(),),
    "-code": (Supplier.code.desc(),),
    "name": (Supplier.short_name.asc(), Supplier.code),
    "-name": (Supplier.short_name.desc(), Supplier.code),
    "founded": (Supplier.founded_year.asc(), Supplier.code),
    "-founded": (Supplier.founded_year.desc(), Supplier.code),
}


def find_products(actor: Actor, wanted: ProductFilter) -> Select[Product]:
    """The visible published products that the filter keeps, not yet ordered."""
    published = visible_to(actor).where(Product.state == ProfileState.PUBLISHED)
    return published.where(*_product_conditions(wanted).values())


def find_suppliers(actor: Actor, wanted: SupplierFilter) -> Select[Supplier]:
    """The visible published firms that the filter keeps, not yet ordered."""
    published = suppliers_visible_to(actor).where(Supplier.state == ProfileState.PUBLISHED)
    return published.where(*_supplier_conditions(wanted).values())


def list_products(
    wanted: ProductFilter, *, order: str, page: int, per_page: int
) -> tuple[Sequence[Product], int]:
    """One page of the published products with their firms, and how many there are."""
    base = find_products(VISITOR, wanted)
    rows = _load_page(
        Product,
        _published().options(
            joinedload(Product.supplier).lazyload(Supplier.modes), selectinload(Product.prices)
        ),
        ("products", wanted, order, page, per_page),
        base.order_by(*PRODUCT_ORDERS[order]).limit(per_page).offset((page - 1) * per_page),
    )
    return rows, _remember_count(("products", wanted), base)


def list_suppliers(
    wanted: SupplierFilter, *, order: str, page: int, per_page: int
) -> tuple[Sequence[Supplier], int]:
    """One page of the published firms, and how many there are."""
    base = find_suppliers(VISITOR, wanted)
    rows = _load_page(
        Supplier,
        _published_firms(),
        ("firms", wanted, order, page, per_page),
        base.order_by(*SUPPLIER_ORDERS[order]).limit(per_page).offset((page - 1) * per_page),
    )
    return rows, _remember_count(("firms", wanted), base)


def _load_page(
    table: type[ListRow], loaded: Select[Any], question: Hashable, page: Select[Any]
) -> Sequence[ListRow]:
    """The rows of a page read fresh, by ids that hold until the list changes."""
    ids = remember(
        SUPPLY, question, lambda: db.session.scalars(page.with_only_columns(table.id)).all()
    )
    rows = {row.id: row for row in db.session.scalars(loaded.where(table.id.in_(ids)))}
    return [rows[id_] for id_ in ids if id_ in rows]


def _remember_count(question: Hashable, base: Select[Any]) -> int:
    return remember(SUPPLY, ("count", question), lambda: count_rows(base))


def count_products_of(suppliers: Iterable[Supplier]) -> dict[int, int]:
    """How many published products each of the firms has, by row id."""
    ids = [supplier.id for supplier in suppliers]
    query = (
        _published()
        .where(Product.supplier_id.in_(ids))
        .with_only_columns(Product.supplier_id, func.count())
        .group_by(Product.supplier_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def count_rows(base: Select[Product] | Select[Supplier]) -> int:
    """How many rows a list has in all."""
    return db.session.scalar(base.with_only_columns(func.count()).order_by(None)) or 0


def count_product_facets(wanted: ProductFilter) -> dict[str, dict[str, int]]:
    """Per filter and choice, how many products the list would then show."""
    return remember(SUPPLY, ("facets", wanted), lambda: _count_product_facets(wanted))


def _count_product_facets(wanted: ProductFilter) -> dict[str, dict[str, int]]:
    conditions = _product_conditions(wanted)

    def count(name: str, column: Any, product_id: Any) -> dict[str, int]:
        others = [condition for key, condition in conditions.items() if key != name]
        if not others:
            return _count_column(column, product_id.not_in(hidden_from_visitors()))
        found = _published().where(*others).with_only_columns(Product.id)
        return _count_column(column, product_id.in_(found))

    def count_forms(name: str) -> dict[str, int]:
        others = [condition for key, condition in conditions.items() if key != name]
        query = _published().where(*others).with_only_columns(Product.form, func.count())
        return {row[0]: row[1] for row in db.session.execute(query.group_by(Product.form))}

    forms = count_forms("form")
    is_same = wanted.form is None and wanted.kind is None
    kinds = forms if is_same else count_forms("kind")
    return {
        "sector": count("sector", ProductSector.sector, ProductSector.product_id),
        "mode": count("mode", ProductMode.mode, ProductMode.product_id),
        "form": forms,
        "kind": _count_classes(kinds),
    }


def count_supplier_facets(wanted: SupplierFilter) -> dict[str, dict[str, int]]:
    """Per filter and choice, how many firms the list would then show."""
    return remember(SUPPLY, ("facets", wanted), lambda: _count_supplier_facets(wanted))


def _count_supplier_facets(wanted: SupplierFilter) -> dict[str, dict[str, int]]:
    conditions = _supplier_conditions(wanted)

    def others(name: str) -> Select[int]:
        kept = [condition for key, condition in conditions.items() if key != name]
        return _published_firms().where(*kept).with_only_columns(Supplier.id)

    return {
        "kind": _count_column(Supplier.kind, Supplier.id.in_(others("kind"))),
        "city": _count_column(Supplier.city, Supplier.id.in_(others("city"))),
        "district": _count_column(Supplier.district, Supplier.id.in_(others("district"))),
        "mode": _count_column(SupplierMode.mode, SupplierMode.supplier_id.in_(others("mode"))),
    }


def _published() -> Select[Product]:
    return visible_to(VISITOR).where(Product.state == ProfileState.PUBLISHED)


def _published_firms() -> Select[Supplier]:
    return suppliers_visible_to(VISITOR).where(Supplier.state == ProfileState.PUBLISHED)


def _product_conditions(wanted: ProductFilter) -> dict[str, ColumnElement[bool]]:
    found: dict[str, ColumnElement[bool]] = {}
    if wanted.question:
        found["question"] = Product.code.in_(matching_ids(PRODUCT, wanted.question))
    if wanted.kind is not None:
        forms = [f.id for f in load_vocabulary().forms if f.form_class is wanted.kind]
        found["kind"] = Product.form.in_(forms)
    if wanted.form is not None:
        found["form"] = Product.form == wanted.form
    if wanted.sector is not None:
        found["sector"] = Product.id.in_(
            select(ProductSector.product_id).where(ProductSector.sector == wanted.sector)
        )
    if wanted.task is not None:
        found["task"] = Product.id.in_(
            select(ProductTask.product_id).where(ProductTask.task == wanted.task)
        )
    if wanted.mode is not None:
        found["mode"] = Product.id.in_(
            select(ProductMode.product_id).where(ProductMode.mode == wanted.mode)
        )
    if wanted.city is not None:
        found["city"] = _of_firms(Supplier.city == wanted.city)
    if wanted.district is not None:
        found["district"] = _of_firms(Supplier.district == wanted.district)
    return found


def _of_firms(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Product.supplier_id.in_(select(Supplier.id).where(condition))


def _supplier_conditions(wanted: SupplierFilter) -> dict[str, ColumnElement[bool]]:
    found: dict[str, ColumnElement[bool]] = {}
    if wanted.question:
        found["question"] = Supplier.code.in_(matching_ids(SUPPLIER, wanted.question))
    if wanted.kind is not None:
        found["kind"] = Supplier.kind == wanted.kind
    if wanted.sector is not None:
        products = _published().where(
            *_product_conditions(ProductFilter(sector=wanted.sector)).values()
        )
        found["sector"] = Supplier.id.in_(products.with_only_columns(Product.supplier_id))
    if wanted.mode is not None:
        found["mode"] = Supplier.id.in_(
            select(SupplierMode.supplier_id).where(SupplierMode.mode == wanted.mode)
        )
    if wanted.city is not None:
        found["city"] = Supplier.city == wanted.city
    if wanted.district is not None:
        found["district"] = Supplier.district == wanted.district
    return found


def _count_column(column: Any, condition: ColumnElement[bool]) -> dict[str, int]:
    query = select(column, func.count()).where(condition, column.is_not(None)).group_by(column)
    return {str(row[0]): row[1] for row in db.session.execute(query)}


def _count_classes(by_form: dict[str, int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for form, count in by_form.items():
        name = load_vocabulary().form(form).form_class.value
        counts[name] = counts.get(name, 0) + count
    return counts

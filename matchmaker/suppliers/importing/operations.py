"""Storing products of a table in the present transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.suppliers.capabilities.operations import set_capability, set_price
from matchmaker.suppliers.importing.columns import ProductRow, merge_facts
from matchmaker.suppliers.importing.queries import find_products
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.operations import create_product, edit_product, publish_product
from matchmaker.suppliers.permissions import COMPILE, WRITE_PRODUCT

#: Model in lower case → product of one firm.
_Known = dict[str, Product]


@dataclass(frozen=True)
class Written:
    """What a row did."""

    product: Product
    is_new: bool


def import_products(actor: Actor, supplier: Supplier, rows: Sequence[ProductRow]) -> list[Written]:
    """Products of the actor's own firm: new ones as drafts, changes of those that it has."""
    require(actor, WRITE_PRODUCT, supplier)
    known = _take(supplier, rows)
    stored = [_write(actor, supplier, row, known) for row in rows]
    record(actor, "suppliers.import_products", "supplier", supplier.code, rows=len(rows))
    return stored


def compile_products(
    actor: Actor, rows: Sequence[tuple[Supplier, str, ProductRow]]
) -> list[Written]:
    """Products of firms that nobody has claimed, read in a public source: published at once.

    Rows are (firm, address of the source, what it says).
    """
    require(actor, COMPILE)
    stored: list[Written] = []
    known: dict[int, _Known] = {}
    for supplier, source, row in rows:
        require(actor, WRITE_PRODUCT, supplier)
        if supplier.id not in known:
            known[supplier.id] = _take(
                supplier, [each for firm, _, each in rows if firm is supplier]
            )
        written = _write(actor, supplier, row, known[supplier.id])
        _note_source(written.product, source, row)
        if written.is_new:
            written.product.is_demo = supplier.is_demo
            publish_product(actor, written.product)
        stored.append(written)
    record(actor, "suppliers.compile_products", "product_list", "table", rows=len(rows))
    return stored


def _take(supplier: Supplier, rows: Sequence[ProductRow]) -> _Known:
    """The firm's products that the rows name, by model, under the firm's lock."""
    lock(db.session(), f"supplier:{supplier.code}")
    found = find_products([supplier.id], [row.model for row in rows])
    return {model: product for (_, model), product in found.items()}


def _write(actor: Actor, supplier: Supplier, row: ProductRow, known: _Known) -> Written:
    product = known.get(row.model.lower())
    facts, is_new = merge_facts(row, product), product is None
    if product is None:
        product = create_product(actor, supplier, facts)
        known[row.model.lower()] = product
    elif row.facts:
        edit_product(actor, product, facts)
    for attribute, text in row.figures.items():
        set_capability(actor, product, attribute=attribute, text=text)
    notes = {price.mode: price.note for price in product.prices}
    for mode, amount_fen in row.prices.items():
        set_price(actor, product, mode=mode, amount_fen=amount_fen, note=notes.get(mode, ""))
    return Written(product, is_new)


def _note_source(product: Product, source: str, row: ProductRow) -> None:
    if source not in product.sources:
        product.sources = [*product.sources, source]
    for capability in product.capabilities:
        if capability.attribute in row.figures:
            capability.sources = [source]
    for price in product.prices:
        if price.mode in row.prices:
            price.sources = [source]
    db.session.flush()

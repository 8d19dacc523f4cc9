"""Storing the products of a table in one transaction."""

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


@dataclass
class Stored:
    """How many products an import made and changed."""

    added: int = 0
    changed: int = 0


def import_products(actor: Actor, supplier: Supplier, rows: Sequence[ProductRow]) -> Stored:
    """Products of the actor's own firm: new ones as drafts, changes of those that it has."""
    require(actor, WRITE_PRODUCT, supplier)
    stored, known = Stored(), _take(supplier)
    for row in rows:
        _write(actor, supplier, row, known, stored)
    record(actor, "suppliers.import_products", "supplier", supplier.code, rows=len(rows))
    return stored


def compile_products(actor: Actor, rows: Sequence[tuple[Supplier, str, ProductRow]]) -> Stored:
    """Products of firms that nobody has claimed, read in a public source: published at once.

    Rows are (firm, address of the source, what it says).
    """
    require(actor, COMPILE)
    stored = Stored()
    known: dict[int, _Known] = {}
    for supplier, source, row in rows:
        require(actor, WRITE_PRODUCT, supplier)
        if supplier.id not in known:
            known[supplier.id] = _take(supplier)
        before = stored.added
        product = _write(actor, supplier, row, known[supplier.id], stored)
        _note_source(product, source, row)
        if stored.added > before:
            product.is_demo = supplier.is_demo
            publish_product(actor, product)
    record(actor, "suppliers.compile_products", "product_list", "table", rows=len(rows))
    return stored


def _take(supplier: Supplier) -> _Known:
    """The firm's products by model, under the firm's lock."""
    lock(db.session(), f"supplier:{supplier.code}")
    return {model: product for (_, model), product in find_products([supplier.id]).items()}


def _write(
    actor: Actor, supplier: Supplier, row: ProductRow, known: _Known, stored: Stored
) -> Product:
    product = known.get(row.model.lower())
    facts = merge_facts(row, product)
    if product is None:
        product = create_product(actor, supplier, facts)
        known[row.model.lower()] = product
        stored.added += 1
    else:
        if row.facts:
            edit_product(actor, product, facts)
        stored.changed += 1
    for attribute, text in row.figures.items():
        set_capability(actor, product, attribute=attribute, text=text)
    notes = {price.mode: price.note for price in product.prices}
    for mode, amount_fen in row.prices.items():
        set_price(actor, product, mode=mode, amount_fen=amount_fen, note=notes.get(mode, ""))
    return product


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

"""What the search room may find firms and products by: published words only, no wishes."""

from __future__ import annotations

from collections.abc import Iterable

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.search.lists import note_change
from matchmaker.search.operations import Findable, index_rows, remove_row
from matchmaker.suppliers.models import Product, Supplier

PRODUCT = "product"
SUPPLIER = "supplier"
#: The public lists of firms and products: either's change can change both.
SUPPLY = "supply"


def index_products(products: Iterable[Product]) -> None:
    """Make published products findable by what their page says."""
    index_rows(
        Findable(
            PRODUCT, product.code, f"{product.supplier.short_name} {product.model}", _body(product)
        )
        for product in products
    )
    note_change(SUPPLY)


def remove_product(product: Product) -> None:
    """Make a product unfindable."""
    remove_row(PRODUCT, product.code)
    note_change(SUPPLY)


def index_suppliers(suppliers: Iterable[Supplier]) -> None:
    """Make published firms findable by name, place and what they say of themselves."""
    index_rows(
        Findable(
            SUPPLIER,
            supplier.code,
            f"{supplier.short_name} {supplier.legal_name}",
            "\n".join((supplier.introduction, _place(supplier))),
        )
        for supplier in suppliers
    )
    note_change(SUPPLY)


def remove_supplier(supplier: Supplier) -> None:
    """Make a firm unfindable."""
    remove_row(SUPPLIER, supplier.code)
    note_change(SUPPLY)


def _body(product: Product) -> str:
    vocabulary = load_vocabulary()
    words = [
        product.supplier.legal_name,
        vocabulary.form(product.form).zh,
        *(vocabulary.sector(row.sector).zh for row in product.sectors),
        *(vocabulary.task(row.task).zh for row in product.tasks),
        *product.task_words,
        *(str(row.value) for row in product.capabilities if isinstance(row.value, str)),
        *(
            word
            for row in product.capabilities
            if isinstance(row.value, tuple)
            for word in row.value
        ),
        product.description,
    ]
    return "\n".join(words)


def _place(supplier: Supplier) -> str:
    vocabulary = load_vocabulary()
    city = vocabulary.cities.get(supplier.city).zh if supplier.city else ""
    district = vocabulary.district(supplier.district).zh if supplier.district else ""
    return f"{city} {district} {supplier.other_district or ''}".strip()

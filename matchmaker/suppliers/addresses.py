"""What the addresses of the two lists say; an unknown word is as good as none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchmaker.catalogue.concepts import ProductClass
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.browsing import (
    PRODUCT_ORDERS,
    SUPPLIER_ORDERS,
    ProductFilter,
    SupplierFilter,
)

QUESTION_MAX = 200


def read_product_filter(args: Mapping[str, str]) -> ProductFilter:
    """The filter of the list of products."""
    vocabulary = load_vocabulary()
    return ProductFilter(
        question=_question(args),
        kind=_kind(args),
        form=_known(vocabulary.forms, args.get("form")),
        sector=_known(vocabulary.sectors, args.get("sector")),
        task=_known(vocabulary.tasks, args.get("task")),
        mode=_known(vocabulary.modes, args.get("mode")),
        city=_known(vocabulary.cities, args.get("city")),
        district=_known(vocabulary.districts, args.get("district")),
    )


def read_supplier_filter(args: Mapping[str, str]) -> SupplierFilter:
    """The filter of the list of firms."""
    vocabulary = load_vocabulary()
    return SupplierFilter(
        question=_question(args),
        kind=_kind(args),
        sector=_known(vocabulary.sectors, args.get("sector")),
        mode=_known(vocabulary.modes, args.get("mode")),
        city=_known(vocabulary.cities, args.get("city")),
        district=_known(vocabulary.districts, args.get("district")),
    )


def read_product_order(args: Mapping[str, str]) -> str:
    """The order of the list of products; the newest first unless asked otherwise."""
    order = args.get("sort", "")
    return order if order in PRODUCT_ORDERS else "-published"


def read_supplier_order(args: Mapping[str, str]) -> str:
    """The order of the list of firms; by code unless asked otherwise."""
    order = args.get("sort", "")
    return order if order in SUPPLIER_ORDERS else "code"


def _question(args: Mapping[str, str]) -> str:
    return args.get("q", "").strip()[:QUESTION_MAX]


def _kind(args: Mapping[str, str]) -> ProductClass | None:
    word = args.get("kind", "")
    return ProductClass(word) if word in set(ProductClass) else None


def _known(shelf: Any, word: str | None) -> str | None:
    entry = shelf.find(word) if word else None
    return entry.id if entry is not None else None

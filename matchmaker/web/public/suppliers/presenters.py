"""What the templates of the lists and of a firm's page need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.browsing import ProductFilter, SupplierFilter
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.web.shared import suppliers as shared

CARD_TEXT = 88


#: Who keeps a profile, in the words of its page.
KEEPERS = {
    "平台整理": "平台根据公开资料整理，尚未认领",
    "演示账号维护": "由演示账号维护，不代表该企业",
    "企业维护": "企业已认领，自行维护",
}


@dataclass(frozen=True)
class ProductCard:
    """A product in a grid."""

    title: str
    url: str
    firm: str
    text: str
    tags: list[str]
    facts: list[tuple[str, str]]
    is_demo: bool


@dataclass(frozen=True)
class FirmRow:
    """A firm in the list."""

    code: str
    name: str
    legal_name: str
    url: str
    kind: str
    place: str
    founded: str
    modes: list[str]
    products: int
    products_url: str
    keeper: str
    keeper_tone: str


def describe_keeper(supplier: Supplier, *, by_demo: bool) -> str:
    """Who keeps the profile: the platform, the firm, or a demonstration account."""
    if supplier.organisation_id is None:
        return "平台整理"
    return "演示账号维护" if by_demo else "企业维护"


def present_product(product: Product) -> ProductCard:
    """The card of a product."""
    prices = [shared.format_price(price) for price in product.prices]
    return ProductCard(
        title=product.model,
        url=url_for("products.show", code=product.code),
        firm=product.supplier.short_name,
        text=shorten(product.description),
        tags=shared.list_tasks(product)[:4],
        facts=[
            ("形态", shared.label_form(product.form)),
            ("参考价", prices[0] if prices else "面议"),
        ],
        is_demo=product.is_demo,
    )


def present_firm(supplier: Supplier, products: int, *, by_demo: bool) -> FirmRow:
    """The row of a firm; ``by_demo``: its profile is in the hands of a demonstration account."""
    keeper = describe_keeper(supplier, by_demo=by_demo)
    return FirmRow(
        code=supplier.code,
        name=supplier.short_name,
        legal_name=supplier.legal_name,
        url=url_for("suppliers.show", code=supplier.code),
        kind=shared.label_kind(supplier.kind),
        place=shared.describe_place(supplier),
        founded=f"{supplier.founded_year}年" if supplier.founded_year else "",
        modes=[shared.label_mode(row.mode) for row in supplier.modes],
        products=products,
        products_url=url_for("suppliers.show", code=supplier.code) + "#products",
        keeper=keeper,
        keeper_tone="good" if keeper == "企业维护" else "plain",
    )


def list_product_facets(
    wanted: ProductFilter, counts: Mapping[str, Mapping[str, int]]
) -> list[dict[str, Any]]:
    """The rows of choices above the list of products."""
    vocabulary = load_vocabulary()
    return [
        _facet("kind", "类别", wanted.kind, _options(vocabulary.classes, counts["kind"])),
        _facet("sector", "行业", wanted.sector, _options(vocabulary.sectors, counts["sector"])),
        _facet("mode", "合作方式", wanted.mode, _options(vocabulary.modes, counts["mode"])),
    ]


def list_product_selects(
    wanted: ProductFilter, counts: Mapping[str, Mapping[str, int]]
) -> list[dict[str, Any]]:
    """The drop-down filters of the list of products."""
    vocabulary = load_vocabulary()
    return [
        _select("form", "形态", wanted.form, _options(vocabulary.forms, counts["form"])),
        _select("task", "任务", wanted.task, [(t.id, t.zh, None) for t in vocabulary.tasks]),
        _select(
            "city", "企业所在城市", wanted.city, [(c.id, c.zh, None) for c in vocabulary.cities]
        ),
        _select(
            "district",
            "杭州区县",
            wanted.district,
            [(d.id, d.zh, None) for d in vocabulary.districts],
        ),
    ]


def list_supplier_facets(
    wanted: SupplierFilter, counts: Mapping[str, Mapping[str, int]]
) -> list[dict[str, Any]]:
    """The rows of choices above the list of firms."""
    vocabulary = load_vocabulary()
    return [
        _facet("kind", "类别", wanted.kind, _options(vocabulary.classes, counts["kind"])),
        _facet("mode", "合作方式", wanted.mode, _options(vocabulary.modes, counts["mode"])),
    ]


def list_supplier_selects(
    wanted: SupplierFilter, counts: Mapping[str, Mapping[str, int]]
) -> list[dict[str, Any]]:
    """The drop-down filters of the list of firms."""
    vocabulary = load_vocabulary()
    return [
        _select("sector", "行业", wanted.sector, [(s.id, s.zh, None) for s in vocabulary.sectors]),
        _select("city", "城市", wanted.city, _options(vocabulary.cities, counts["city"])),
        _select(
            "district",
            "杭州区县",
            wanted.district,
            _options(vocabulary.districts, counts["district"]),
        ),
    ]


def _options(shelf: Iterable[Any], counts: Mapping[str, int]) -> list[tuple[str, str, int | None]]:
    return [(entry.id, entry.zh, counts[entry.id]) for entry in shelf if counts.get(entry.id)]


def _facet(
    name: str, label: str, value: str | None, options: list[tuple[str, str, int | None]]
) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value or "", "options": options}


def _select(
    name: str, label: str, value: str | None, options: list[tuple[str, str, int | None]]
) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "value": value or "",
        "options": [
            (id_, zh if count is None else f"{zh}（{count}）") for id_, zh, count in options
        ],
    }


def list_firm_facts(supplier: Supplier, *, by_demo: bool) -> list[tuple[str, str]]:
    """The particulars of a firm; what was not read in a source says so."""
    unread = set(supplier.unverified_fields)

    def mark(name: str, text: str) -> str:
        return f"{text}（待核实）" if text and name in unread else text

    founded = f"{supplier.founded_year}年" if supplier.founded_year else ""
    return [
        ("企业全称", mark("legal_name", supplier.legal_name)),
        ("主营类别", shared.label_kind(supplier.kind)),
        ("所在地", mark("district", shared.describe_place(supplier))),
        ("成立年份", mark("founded_year", founded)),
        ("资料维护", KEEPERS[describe_keeper(supplier, by_demo=by_demo)]),
    ]


def shorten(text: str, most: int = CARD_TEXT) -> str:
    """The beginning of a text, cut with 省略号."""
    return text if len(text) <= most else f"{text[: most - 1]}…"

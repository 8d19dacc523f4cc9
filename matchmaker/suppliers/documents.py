"""Filtered lists of products and firms as workbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.documents.excel import Cell, Column, ColumnKind
from matchmaker.documents.listing import write_listing
from matchmaker.suppliers.exchange import SUPPLY_COLUMNS, list_supply_cells
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.profiles import list_profiles

FIRM_COLUMNS = (
    Column("企业编号", 12),
    Column("企业简称", 20),
    Column("企业全称", 34),
    Column("类别", 14),
    Column("城市", 12),
    Column("区县", 12),
    Column("成立年份", 10, ColumnKind.NUMBER),
    Column("合作方式", 34),
    Column("公开产品数", 12, ColumnKind.NUMBER),
    Column("网址", 34),
)


def write_products(actor: Actor, rows: Sequence[Product], *, total: int, today: date) -> bytes:
    """The products that a page lists, in its order."""
    profiles = {profile.id: profile for profile in list_profiles(actor, [r.code for r in rows])}
    listed = [profiles[row.code] for row in rows if row.code in profiles]
    return write_listing(
        "机器人产品",
        SUPPLY_COLUMNS,
        list_supply_cells(listed, today),
        unit="个产品",
        total=total,
        today=today,
        is_demo=any(row.is_demo for row in rows),
    )


def write_firms(
    rows: Sequence[Supplier], products: Mapping[int, int], *, total: int, today: date
) -> bytes:
    """The firms that a page lists, in its order; ``products``: row id → how many are public."""
    return write_listing(
        "机器人企业",
        FIRM_COLUMNS,
        (_firm_cells(row, products.get(row.id, 0)) for row in rows),
        unit="家企业",
        total=total,
        today=today,
        is_demo=any(row.is_demo for row in rows),
    )


def _firm_cells(row: Supplier, products: int) -> tuple[Cell, ...]:
    vocabulary = load_vocabulary()
    return (
        row.code,
        row.short_name,
        row.legal_name,
        vocabulary.classes.get(row.kind.value).zh,
        vocabulary.cities.get(row.city).zh if row.city else None,
        vocabulary.district(row.district).zh if row.district else row.other_district,
        row.founded_year,
        "、".join(vocabulary.mode(each.mode).zh for each in row.modes),
        products,
        row.website,
    )

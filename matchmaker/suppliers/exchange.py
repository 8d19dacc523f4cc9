"""The published lists of supply (供给清单) and solutions (解决方案清单), P35 (十三)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matchmaker.actor import VISITOR
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.documents.excel import Cell, Column, ColumnKind, Sheet, write_workbook
from matchmaker.suppliers.capability_profile import ProductProfile
from matchmaker.suppliers.profiles import list_profiles
from matchmaker.suppliers.rules import Evidence
from matchmaker.suppliers.showcase.models import Solution
from matchmaker.suppliers.showcase.queries import list_published_solutions, list_shown_products
from matchmaker.suppliers.values import format_value

SUPPLY_COLUMNS = (
    Column("产品编号", 18),
    Column("产品型号", 22),
    Column("企业", 24),
    Column("所在地", 12),
    Column("形态", 14),
    Column("行业", 26),
    Column("任务", 34),
    Column("合作方式", 24),
    Column("参考价（元）", 16, ColumnKind.YUAN),
    Column("计价单位", 12),
    Column("主要参数", 60),
    Column("已核验参数", 12, ColumnKind.NUMBER),
)
SOLUTION_COLUMNS = (
    Column("方案名称", 34),
    Column("企业", 26),
    Column("行业", 14),
    Column("任务", 34),
    Column("合作方式", 24),
    Column("所用产品", 30),
    Column("方案摘要", 60),
    Column("发布日期", 14, ColumnKind.DATE),
)


@dataclass(frozen=True)
class SupplyRow:
    """One product of the list of supply, in words."""

    code: str
    model: str
    firm: str
    place: str
    form: str
    sectors: str
    tasks: str
    modes: str
    price_yuan: Decimal | None
    price_unit: str
    figures: str
    verified: int


def as_supply_row(profile: ProductProfile, today: date) -> SupplyRow:
    """A profile in the words of the list."""
    vocabulary = load_vocabulary()
    priced = next((mode for mode in profile.modes if mode.price_fen is not None), None)
    unit = vocabulary.price_units.get(vocabulary.mode(priced.mode).price_unit).zh if priced else ""
    return SupplyRow(
        code=profile.id,
        model=profile.model,
        firm=profile.supplier_legal_name,
        place=_place(profile),
        form=vocabulary.form(profile.form).zh,
        sectors="、".join(vocabulary.sector(item).zh for item in profile.sectors),
        tasks="、".join(dict.fromkeys(vocabulary.task(item).zh for item in profile.tasks)),
        modes="、".join(vocabulary.mode(item.mode).zh for item in profile.modes),
        price_yuan=Decimal(priced.price_fen or 0) / 100 if priced else None,
        price_unit=unit,
        figures=_describe_figures(profile, today),
        verified=sum(fact.evidence_on(today) is Evidence.VERIFIED for fact in profile.capabilities),
    )


def _place(profile: ProductProfile) -> str:
    vocabulary = load_vocabulary()
    city = vocabulary.cities.get(profile.city).zh if profile.city else ""
    district = vocabulary.district(profile.district).zh if profile.district else ""
    return f"{city}{district}" or ("境外" if profile.is_overseas else "")


def _describe_figures(profile: ProductProfile, today: date) -> str:
    """Figures that are at least claimed; what was not read in a source stays out of the list."""
    vocabulary = load_vocabulary()
    parts = []
    for fact in profile.capabilities:
        attribute = vocabulary.attribute(fact.attribute)
        if fact.evidence is Evidence.UNVERIFIED or attribute.id.startswith("price_"):
            continue
        proof = "（已核验）" if fact.evidence_on(today) is Evidence.VERIFIED else ""
        parts.append(f"{attribute.zh} {format_value(attribute, fact.value)}{proof}")
    return "；".join(parts)


def write_supply_list(today: date) -> bytes:
    """The list of supply as an Excel file: every published product."""
    profiles = list_profiles(VISITOR)
    sheet = Sheet(
        name="供给清单",
        columns=SUPPLY_COLUMNS,
        rows=list_supply_cells(profiles, today),
        note=_note("供给清单", len(profiles), "个产品", today),
    )
    return write_workbook([sheet], title="机器人产品供给清单")


def list_supply_cells(profiles: Sequence[ProductProfile], today: date) -> Iterator[Sequence[Cell]]:
    """The rows of a list of products, in the order of ``SUPPLY_COLUMNS``."""
    for profile in profiles:
        row = as_supply_row(profile, today)
        yield (
            row.code,
            row.model,
            row.firm,
            row.place,
            row.form,
            row.sectors,
            row.tasks,
            row.modes,
            row.price_yuan,
            row.price_unit,
            row.figures,
            row.verified,
        )


def write_solution_list(today: date) -> bytes:
    """The list of solutions as an Excel file: every published solution."""
    solutions = list_published_solutions()
    sheet = Sheet(
        name="解决方案清单",
        columns=SOLUTION_COLUMNS,
        rows=[_solution_cells(row) for row in solutions],
        note=_note("解决方案清单", len(solutions), "个方案", today),
    )
    return write_workbook([sheet], title="机器人解决方案清单")


def _solution_cells(row: Solution) -> Sequence[Cell]:
    vocabulary = load_vocabulary()
    return (
        row.title,
        row.supplier.legal_name,
        vocabulary.sector(row.sector).zh,
        "、".join(vocabulary.task(task).zh for task in row.tasks),
        "、".join(vocabulary.mode(mode).zh for mode in row.modes),
        "、".join(product.model for product in list_shown_products(row)),
        row.summary,
        row.published_at,
    )


def _note(name: str, count: int, unit: str, today: date) -> str:
    return (
        f"{name}，截至 {today.year}年{today.month}月{today.day}日，共 {count} {unit}。"
        "平台根据公开资料和企业填报整理，不含未核验参数。"
    )

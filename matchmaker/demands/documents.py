"""Lists of needs as workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.clock import CHINA
from matchmaker.demands.models import DemandListing
from matchmaker.demands.queries import requirements_of
from matchmaker.demands.rules import KIND_LABELS, STATUS_LABELS
from matchmaker.demands.wording import describe_requirement
from matchmaker.documents.excel import Cell, Column, ColumnKind
from matchmaker.documents.listing import write_listing

FEN_PER_WAN = 1_000_000
COLUMNS = (
    Column("编号", 14),
    Column("名称", 30),
    Column("类别", 12),
    Column("状态", 12),
    Column("行业领域", 14),
    Column("所在区县", 12),
    Column("发布单位", 26),
    Column("任务", 26),
    Column("数量", 8, ColumnKind.NUMBER),
    Column("预算下限（万元）", 14, ColumnKind.NUMBER),
    Column("预算上限（万元）", 14, ColumnKind.NUMBER),
    Column("合作方式", 20),
    Column("应答截止日期", 14, ColumnKind.DATE),
    Column("性能要求", 40),
    Column("现状与难点", 40),
    Column("需求描述", 60),
    Column("发布日期", 14, ColumnKind.DATE),
)


def write_demands(name: str, rows: Sequence[DemandListing], *, total: int, today: date) -> bytes:
    """The needs that a page lists, in its order; the caller has asked what the actor may see."""
    vocabulary = load_vocabulary()
    return write_listing(
        name,
        COLUMNS,
        (_cells(row, vocabulary) for row in rows),
        unit="条",
        total=total,
        today=today,
        is_demo=any(row.is_demo for row in rows),
    )


def _cells(row: DemandListing, vocabulary: Vocabulary) -> tuple[Cell, ...]:
    wanted = (describe_requirement(each, vocabulary) for each in requirements_of(row))
    return (
        row.code,
        row.title,
        KIND_LABELS[row.kind],
        STATUS_LABELS[row.status],
        vocabulary.sector(row.sector).zh if row.sector else None,
        vocabulary.district(row.district).zh if row.district else None,
        row.organisation.name,
        "、".join(vocabulary.task(each.task).zh for each in row.tasks),
        row.quantity,
        _wan(row.budget_low_fen),
        _wan(row.budget_high_fen),
        "、".join(vocabulary.mode(each.mode).zh for each in row.modes),
        row.deadline,
        "；".join(wanted),
        row.pain_point,
        row.description,
        row.published_at.astimezone(CHINA).date() if row.published_at else None,
    )


def _wan(amount_fen: int | None) -> Decimal | None:
    return None if amount_fen is None else Decimal(amount_fen) / FEN_PER_WAN

"""The applications of a round as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.clock import CHINA
from matchmaker.documents.excel import Cell, Column, ColumnKind
from matchmaker.documents.listing import write_listing
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import STATE_LABELS

COLUMNS = (
    Column("申报编号", 22),
    Column("名称", 34),
    Column("牵头单位", 28),
    Column("联合单位", 36),
    Column("领域", 14),
    Column("区县", 12),
    Column("实际投入（元）", 18, ColumnKind.YUAN),
    Column("状态", 14),
    Column("提交日期", 14, ColumnKind.DATE),
    Column("场景需求编号", 16),
)


def write_applications(title: str, rows: Sequence[Application], *, today: date) -> bytes:
    """The applications that the round's page lists to the actor, in its order."""
    return write_listing(
        f"{title}申报",
        COLUMNS,
        [_cells(row) for row in rows],
        unit="项",
        total=len(rows),
        today=today,
        is_demo=any(row.is_demo for row in rows),
    )


def _cells(row: Application) -> tuple[Cell, ...]:
    vocabulary = load_vocabulary()
    lead = [member.name for member in row.members if member.is_lead]
    others = [member.name for member in row.members if not member.is_lead]
    revision = row.revision
    invested = revision.investment_fen if revision else None
    return (
        row.code,
        row.title,
        "、".join(lead),
        "、".join(others),
        vocabulary.sector(row.sector).zh if row.sector else None,
        vocabulary.district(row.district).zh if row.district else None,
        None if invested is None else Decimal(invested) / 100,
        STATE_LABELS[row.state],
        row.submitted_at.astimezone(CHINA).date() if row.submitted_at else None,
        row.demand_code,
    )

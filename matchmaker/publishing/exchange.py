"""Lists of notices as workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matchmaker.clock import CHINA
from matchmaker.documents.excel import Cell, Column, ColumnKind
from matchmaker.documents.listing import write_listing
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import KIND_LABELS, STATE_LABELS

COLUMNS = (
    Column("类别", 16),
    Column("标题", 50),
    Column("发布单位", 24),
    Column("发布日期", 14, ColumnKind.DATE),
    Column("有效期至", 14, ColumnKind.DATE),
    Column("公示或申报开始", 16, ColumnKind.DATE),
    Column("公示或申报截止", 16, ColumnKind.DATE),
    Column("状态", 10),
    Column("更正次数", 10, ColumnKind.NUMBER),
)


def write_notices(rows: Sequence[Notice], *, total: int, today: date) -> bytes:
    """The notices that a page lists, in its order."""
    return write_listing(
        "公告公示",
        COLUMNS,
        [_cells(row) for row in rows],
        unit="条",
        total=total,
        today=today,
        is_demo=any(row.is_demo for row in rows),
    )


def _cells(row: Notice) -> tuple[Cell, ...]:
    return (
        KIND_LABELS[row.kind],
        row.title,
        row.issuer,
        row.published_at.astimezone(CHINA).date() if row.published_at else None,
        row.valid_until,
        row.starts_on,
        row.ends_on,
        STATE_LABELS[row.state],
        len(row.corrections),
    )

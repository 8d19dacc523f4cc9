"""The register of awards as workbooks: the template for lists from outside, and the register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from matchmaker.documents.excel import Cell, Column, ColumnKind, Sheet, write_workbook
from matchmaker.funding.models import AwardRecord
from matchmaker.funding.register import COLUMNS, OWN

OWN_LABEL = "本平台核定"


def write_template(today: date) -> bytes:
    """An empty list with the header that an import expects and one row to follow."""
    example: list[Cell] = [
        "示例-001",
        "企业技术改造补助",
        "（发放单位）",
        "（受奖单位全称）",
        "",
        "（项目名称）",
        "25332000000000000001；25332000000000000002",
        "300000.00",
        "0.00",
        today.isoformat(),
    ]
    columns = [Column(label, 22) for label in COLUMNS]
    return write_workbook([Sheet("奖补名单", columns, [example])], title="奖补名单模板")


def write_register(rows: Iterable[AwardRecord]) -> bytes:
    """The whole register."""
    columns = [
        Column("来源", 24),
        *(
            Column(label, 20, ColumnKind.YUAN if "金额" in label else ColumnKind.TEXT)
            for label in COLUMNS[:-1]
        ),
        Column(COLUMNS[-1], 14, ColumnKind.DATE),
        Column("是否已生效", 12),
        Column("事项编码", 24),
    ]
    cells = [_as_cells(row) for row in rows]
    return write_workbook([Sheet("奖补台账", columns, cells)], title="奖补台账")


def _as_cells(row: AwardRecord) -> list[Cell]:
    return [
        describe_source(row),
        row.reference,
        row.scheme,
        row.payer,
        row.recipient,
        row.credit_code,
        row.project,
        "；".join(row.invoices),
        Decimal(row.amount_fen) / 100,
        Decimal(row.paid_fen) / 100,
        row.awarded_on,
        row.is_binding,
        row.work_key or "",
    ]


def describe_source(row: AwardRecord) -> str:
    """Where an award of the register comes from."""
    return OWN_LABEL if row.source == OWN else row.source


def describe(row: AwardRecord) -> dict[str, Any]:
    """One line of the register as a page shows it."""
    return {
        "project": row.project,
        "source": describe_source(row),
        "reference": row.reference,
        "scheme": row.scheme,
        "recipient": row.recipient,
        "amount": row.amount_fen,
        "paid": row.paid_fen,
        "awarded_on": row.awarded_on,
        "is_binding": row.is_binding,
        "is_linked": row.work_key is not None,
    }

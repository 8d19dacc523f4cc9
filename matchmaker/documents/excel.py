"""Writing Excel workbooks. Text stays text: nothing that a person typed becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import xlsxwriter

from matchmaker.clock import CHINA

#: What a cell may hold; None is an empty cell, bool is written 是 / 否.
Cell = str | int | Decimal | bool | date | datetime | None

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Excel's own limits on a sheet's name.
NAME_MAX = 31
NAME_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class ColumnKind(StrEnum):
    """How a column's numbers are shown."""

    TEXT = "text"
    NUMBER = "number"
    YUAN = "yuan"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column; ``width`` in characters."""

    label: str
    width: int = 16
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True)
class Sheet:
    """One sheet: an optional note above the header, the header, the rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    note: str = ""


def write_workbook(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """An .xlsx file. Amounts in YUAN columns are ``Decimal`` yuan with two decimals."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title})
        formats = _make_formats(book)
        for sheet in sheets:
            _write_sheet(book, sheet, formats)
    return buffer.getvalue()


def _make_formats(book: xlsxwriter.Workbook) -> dict[str, object]:
    return {
        "header": book.add_format(
            {
                "bold": True,
                "bg_color": "#E6EFEC",
                "border": 1,
                "text_wrap": True,
                "valign": "vcenter",
            }
        ),
        "note": book.add_format({"font_color": "#555555", "text_wrap": False}),
        ColumnKind.TEXT: book.add_format({"text_wrap": True, "valign": "top"}),
        ColumnKind.NUMBER: book.add_format({"valign": "top"}),
        ColumnKind.YUAN: book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        ColumnKind.DATE: book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
    }


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet, formats: dict[str, object]) -> None:
    page = book.add_worksheet(sheet.name.translate(NAME_FORBIDDEN)[:NAME_MAX])
    first = 0
    if sheet.note:
        page.write_string(0, 0, sheet.note, formats["note"])
        first = 1
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        page.write_string(first, index, column.label, formats["header"])
    page.freeze_panes(first + 1, 0)
    last = first
    for last, row in enumerate(sheet.rows, start=first + 1):
        for index, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, last, index, cell, formats[column.kind])
    if last > first:
        page.autofilter(first, 0, last, len(sheet.columns) - 1)


def _write_cell(page: Any, row: int, column: int, cell: Cell, style: object) -> None:
    if cell is None:
        page.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        page.write_string(row, column, "是" if cell else "否", style)
    elif isinstance(cell, (int, Decimal)):
        page.write_number(row, column, cell, style)
    elif isinstance(cell, datetime):
        moment = cell.astimezone(CHINA).replace(tzinfo=None)
        page.write_datetime(row, column, moment, style)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, style)
    else:
        page.write_string(row, column, str(cell), style)

"""The workbook that people fill in: header, a marked example, notes, lists to choose from."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from matchmaker.documents.table import EXAMPLE_MARK, REQUIRED_MARK, TableColumn, TableImport

CHOICES_SHEET = "可选值"
NOTES_SHEET = "填写说明"
#: Excel's own limits on the note that shows beside a cell.
NOTE_TITLE_MAX, NOTE_MAX = 32, 255


def write_template(table: TableImport) -> bytes:
    """An empty table with one example row that an import passes over."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    columns = table.columns()
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": f"{table.title}导入模板"})
        page = book.add_worksheet(table.title)
        notes, choices = book.add_worksheet(NOTES_SHEET), book.add_worksheet(CHOICES_SHEET)
        ranges = _write_choices(book, choices, columns)
        _write_table(book, page, columns, ranges, table.rows_max)
        _write_notes(book, notes, table)
    return buffer.getvalue()


def _header_format(book: Any, *, is_required: bool) -> Any:
    colour = "#F7E7C6" if is_required else "#E6EFEC"
    return book.add_format(
        {"bold": True, "bg_color": colour, "border": 1, "text_wrap": True, "valign": "vcenter"}
    )


def _write_table(
    book: Any, page: Any, columns: tuple[TableColumn, ...], ranges: dict[str, str], rows_max: int
) -> None:
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    example = book.add_format(
        {"num_format": "@", "italic": True, "font_color": "#808080", "bg_color": "#F2F2F2"}
    )
    heads = {flag: _header_format(book, is_required=flag) for flag in (True, False)}
    for index, column in enumerate(columns):
        page.set_column(index, index, column.width, plain)
        mark = REQUIRED_MARK if column.required else ""
        page.write_string(0, index, column.label + mark, heads[column.required])
        text = (EXAMPLE_MARK if index == 0 else "") + column.example
        page.write_string(1, index, text, example)
        page.data_validation(1, index, rows_max + 1, index, _validation(column, ranges))
    page.freeze_panes(1, 1)


def _validation(column: TableColumn, ranges: dict[str, str]) -> dict[str, Any]:
    source = None if column.is_multiple else ranges.get(column.name)
    rule: dict[str, Any] = {"validate": "any"}
    if source:
        rule = {
            "validate": "list",
            "source": source,
            "error_type": "warning",
            "error_title": "不在可选值中",
            "error_message": f"请从下拉列表或“{CHOICES_SHEET}”表中选择。",
        }
    if column.help:
        rule["input_title"] = column.label[:NOTE_TITLE_MAX]
        rule["input_message"] = column.help[:NOTE_MAX]
    return rule


def _write_choices(book: Any, page: Any, columns: tuple[TableColumn, ...]) -> dict[str, str]:
    head = _header_format(book, is_required=False)
    ranges: dict[str, str] = {}
    offered = [column for column in columns if column.choices]
    for index, column in enumerate(offered):
        page.set_column(index, index, 22)
        page.write_string(0, index, column.label, head)
        for row, choice in enumerate(column.choices, start=1):
            page.write_string(row, index, choice)
        letter = xlsxwriter.utility.xl_col_to_name(index)
        ranges[column.name] = f"='{CHOICES_SHEET}'!${letter}$2:${letter}${len(column.choices) + 1}"
    page.freeze_panes(1, 0)
    return ranges


def _write_notes(book: Any, page: Any, table: TableImport) -> None:
    head = _header_format(book, is_required=False)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 10)
    page.set_column(2, 2, 90)
    lines = (
        f"在“{table.title}”表中从第 3 行起逐行填写，也可删除示例行后从第 2 行起填写。",
        f"列名带 {REQUIRED_MARK} 的必填；第一列以“{EXAMPLE_MARK}”开头的行是示例，不导入。",
        f"一次最多 {table.rows_max} 行。不要改动列名；列的顺序可以调整，不用的选填列可以删除。",
        "一格填多项的，用顿号分开。日期写作 2026-11-20。",
        "上传后先核对，逐格指出错误；有一处错误即整表不导入。",
        *table.notes,
    )
    for row, line in enumerate(lines):
        page.write_string(row, 0, line)
    first = len(lines) + 1
    for index, label in enumerate(("列名", "是否必填", "怎样填写")):
        page.write_string(first, index, label, head)
    for row, column in enumerate(table.columns(), start=first + 1):
        page.write_string(row, 0, column.label, wrapped)
        page.write_string(row, 1, "必填" if column.required else "选填", wrapped)
        page.write_string(row, 2, _describe(column), wrapped)


def _describe(column: TableColumn) -> str:
    offered = f"从“{CHOICES_SHEET}”表中选择。" if column.choices else ""
    several = "可填多项，用顿号分开。" if column.is_multiple else ""
    return f"{column.help}{offered}{several}" or "按实际情况填写。"

"""Spreadsheets from outside: read as text, hostile ones refused before they are parsed."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from matchmaker.documents import spreadsheet
from matchmaker.documents.excel import Column, ColumnKind, Sheet, write_workbook
from matchmaker.documents.spreadsheet import read_rows
from matchmaker.errors import InvalidInput, LimitExceeded


def _workbook() -> bytes:
    columns = [
        Column("名称"),
        Column("金额", kind=ColumnKind.YUAN),
        Column("日期", kind=ColumnKind.DATE),
    ]
    rows = [["=1+1 变电所", Decimal("1500.25"), date(2026, 11, 20)], ["空", None, None]]
    return write_workbook([Sheet("表", columns, rows)], title="表")


def test_workbook_is_read_as_text() -> None:
    assert read_rows(_workbook(), "清单.XLSX") == [
        ["名称", "金额", "日期"],
        ["=1+1 变电所", "1500.25", "2026-11-20"],
        ["空", "", ""],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_its_encoding(encoding: str) -> None:
    data = '名称,金额\r\n"甲,乙", 3 \r\n,\r\n'.encode(encoding)

    assert read_rows(data, "a.csv") == [["名称", "金额"], ["甲,乙", "3"]]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"x", "a.txt", "sheet_kind"),
        (b"not a zip", "a.xlsx", "sheet_unreadable"),
        (b"", "a.xlsx", "sheet_unreadable"),
        (b"\xff\xfe\x00\xd8\xff", "a.csv", "sheet_encoding"),
    ],
)
def test_unreadable_file_is_refused(data: bytes, name: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_rows(data, name)
    assert caught.value.code == code


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


def test_dense_workbook_is_refused_at_once() -> None:
    """A small file that unpacks to 23 MB (issue: within a second)."""
    bomb = _zip(xl__workbook_xml=b"<x/>", xl__sheet_xml=b"<c/>" * (23 * 1024 * 1024 // 4))
    assert len(bomb) < 100_000
    began = time.perf_counter()
    with pytest.raises(LimitExceeded) as caught:
        read_rows(bomb, "a.xlsx")
    assert caught.value.code == "sheet_too_dense"
    assert time.perf_counter() - began < 1


def test_zip_of_something_else_is_refused() -> None:
    with pytest.raises(InvalidInput, match="不是有效的"):
        read_rows(_zip(other_xml=b"<x/>"), "a.xlsx")


def test_workbook_with_broken_xml_is_refused() -> None:
    with pytest.raises(InvalidInput):
        read_rows(_zip(xl__workbook_xml=b"<x", content=b"1"), "a.xlsx")


def test_slow_workbook_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "SECONDS", 0.01)
    with pytest.raises(LimitExceeded) as caught:
        read_rows(_workbook(), "a.xlsx")
    assert caught.value.code == "sheet_too_slow"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a\n" * (spreadsheet.ROWS_MAX + 1), "sheet_too_long"),
        (b"," * spreadsheet.COLUMNS_MAX, "sheet_too_wide"),
        (b"x" * (spreadsheet.CELL_MAX + 1), "sheet_cell_long"),
        (b"x" * (spreadsheet.FILE_MAX + 1), "sheet_too_large"),
    ],
)
def test_limits_of_a_csv(data: bytes, code: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        read_rows(data, "a.csv")
    assert caught.value.code == code


def test_largest_allowed_csv_is_read() -> None:
    assert len(read_rows(b"a\n" * spreadsheet.ROWS_MAX, "a.csv")) == spreadsheet.ROWS_MAX

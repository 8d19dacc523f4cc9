"""Reading a spreadsheet that somebody sent: checked first, parsed in a limited child process.

An .xlsx is a zip of XML; a small one can unpack to gigabytes or keep a parser busy for minutes.
Its directory is checked before anything is unpacked, and the parser runs in a process of its own
with limits on memory and time.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

from matchmaker.errors import InvalidInput, LimitExceeded

FILE_MAX = 5 * 1024 * 1024
MEMBERS_MAX = 200
UNZIPPED_MAX = 20 * 1024 * 1024
RATIO_MAX = 100
ROWS_MAX = 20_000
COLUMNS_MAX = 100
CELL_MAX = 4_000
SECONDS = 20
CHILD = Path(__file__).with_name("spreadsheet_child.py")

Rows = list[list[str]]


def read_rows(data: bytes, file_name: str) -> Rows:
    """All rows of the first sheet as stripped text, empty rows at the end left out.

    Raises InvalidInput for a file that is no readable .xlsx or .csv, LimitExceeded for one that is
    larger, denser or slower than the limits of this module.
    """
    if len(data) > FILE_MAX:
        raise LimitExceeded("sheet_too_large", "表格超过 5 MB，请拆分后再上传。")
    if file_name.lower().endswith(".csv"):
        rows = _read_csv(data)
    elif file_name.lower().endswith(".xlsx"):
        check_workbook(data)
        rows = _read_workbook(data)
    else:
        raise InvalidInput("sheet_kind", "请上传 .xlsx 或 .csv 格式的表格。", field="file")
    while rows and not any(rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def check_workbook(data: bytes) -> None:
    """Look at the zip's directory only: members, unpacked size, ratio, encryption, macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise InvalidInput(
            "sheet_unreadable", "文件不是有效的 Excel 表格，请用模板另存后再上传。", field="file"
        ) from error
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise InvalidInput(
            "sheet_unreadable", "文件不是有效的 Excel 表格，请用模板另存后再上传。", field="file"
        )
    unzipped = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > MEMBERS_MAX or unzipped > UNZIPPED_MAX or unzipped / packed > RATIO_MAX:
        raise LimitExceeded(
            "sheet_too_dense", "表格解压后过大，请只保留数据、另存为新文件后再上传。"
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise InvalidInput("sheet_macro", "表格含有宏，请另存为不含宏的文件。", field="file")


def _read_csv(data: bytes) -> Rows:
    text = _decode(data)
    rows = []
    for row in csv.reader(io.StringIO(text, newline="")):
        rows.append([cell.strip() for cell in row])
        if len(rows) > ROWS_MAX:
            raise LimitExceeded("sheet_too_long", "表格超过 20000 行，请拆分后再上传。")
    _check_size(rows)
    return rows


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("sheet_encoding", "无法识别文件的文字编码，请另存为 UTF-8。", field="file")


def _read_workbook(data: bytes) -> Rows:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-I", str(CHILD)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(
            "sheet_too_slow", "表格内容过于复杂，请只保留数据、另存为新文件后再上传。"
        ) from error
    if done.returncode != 0:
        raise InvalidInput("sheet_unreadable", "表格无法读取，请用模板另存后再上传。", field="file")
    rows: Rows = json.loads(done.stdout)
    _check_size(rows)
    return rows


def _check_size(rows: Rows) -> None:
    if len(rows) > ROWS_MAX:
        raise LimitExceeded("sheet_too_long", "表格超过 20000 行，请拆分后再上传。")
    for number, row in enumerate(rows, start=1):
        if len(row) > COLUMNS_MAX:
            raise LimitExceeded("sheet_too_wide", "第 {row} 行超过 100 列。", row=number)
        if any(len(cell) > CELL_MAX for cell in row):
            raise LimitExceeded(
                "sheet_cell_long", "第 {row} 行有超过 4000 字的单元格。", row=number
            )

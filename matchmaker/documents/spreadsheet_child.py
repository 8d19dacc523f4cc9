"""The child process of ``spreadsheet``: workbook on stdin, rows as JSON on stdout, under limits."""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime
from itertools import islice

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 15
ROWS_READ = 20_001
COLUMNS_READ = 101


def main() -> None:
    """Parse the first sheet; any failure ends the process with a status other than 0."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    import openpyxl

    data = sys.stdin.buffer.read()
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    rows = islice(sheet.iter_rows(values_only=True), ROWS_READ)
    json.dump([as_texts(row) for row in rows], sys.stdout, ensure_ascii=False)


def as_texts(row: tuple[object, ...]) -> list[str]:
    """A row up to its last cell with content, and one column more than allowed at the most."""
    cells = [as_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells[:COLUMNS_READ]


def as_text(cell: object) -> str:
    """A cell as a person would type it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


if __name__ == "__main__":
    main()

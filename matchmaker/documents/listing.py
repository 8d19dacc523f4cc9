"""What stands above an exported list: what it is, of which day, how many, whose word it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from matchmaker.documents.excel import Cell, Column, Sheet, write_workbook

#: More rows than an official reads; a filter is asked for instead.
ROWS_MAX = 5_000
DEMO_NOTE = "含演示数据，根据公开资料整理，不代表有关单位意见"


def write_listing(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    unit: str,
    total: int,
    today: date,
    is_demo: bool,
) -> bytes:
    """A list as a workbook with one sheet; ``total`` is how many the filter found."""
    shown = list(rows)
    parts = [
        f"{name}，截至 {today.year}年{today.month}月{today.day}日，共 {total} {unit}",
        f"本表只列前 {len(shown)} {unit}，请缩小筛选范围" if len(shown) < total else "",
        DEMO_NOTE if is_demo else "",
    ]
    note = "；".join(part for part in parts if part) + "。"
    return write_workbook([Sheet(name, columns, shown, note=note)], title=name)

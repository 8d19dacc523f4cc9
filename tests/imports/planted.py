"""Tables with planted faults: a good table, then wrong cells at places drawn from a seed."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.documents.excel import Column, Sheet, write_workbook
from matchmaker.documents.table import TableColumn, TableImport

Place = tuple[int, str]
Cells = list[list[str]]


@dataclass(frozen=True)
class Sample:
    """A kind of table: how a good row looks and what is wrong in which column.

    ``good(number)`` gives texts by column name; ``bad`` maps a column's name to wrong texts.
    ``key`` is a column whose value must not occur twice.
    """

    table: TableImport
    good: Callable[[int], Mapping[str, str]]
    bad: Mapping[str, Sequence[str]]
    key: str


@dataclass(frozen=True)
class Planted:
    """A table and the places of its faults."""

    cells: Cells
    places: frozenset[Place]


def make_good(sample: Sample, rows: int) -> Cells:
    """Header and rows without a fault."""
    columns = sample.table.columns()
    header = [column.label + ("*" if column.required else "") for column in columns]
    lines = [sample.good(number) for number in range(rows)]
    return [header, *([line.get(column.name, "") for column in columns] for line in lines)]


def plant(sample: Sample, seed: int) -> Planted:
    """A table of 3 to 12 rows with one to ten wrong cells and sometimes a wrong header."""
    rng = random.Random(seed)
    cells = make_good(sample, rng.randint(3, 12))
    places: set[Place] = set()
    for _ in range(rng.randint(1, 10)):
        _plant_cell(sample, cells, places, rng)
    if rng.random() < 0.3:
        _plant_repeat(sample, cells, places, rng)
    if rng.random() < 0.2:
        _plant_header(sample, cells, places, rng)
    return Planted(cells, frozenset(places))


def _plant_cell(sample: Sample, cells: Cells, places: set[Place], rng: random.Random) -> None:
    columns = sample.table.columns()
    column = _column(columns, rng.choice(sorted(sample.bad)))
    row = rng.randrange(1, len(cells))
    cells[row][columns.index(column)] = rng.choice(sample.bad[column.name])
    places.add((row + 1, column.label))


def _plant_repeat(sample: Sample, cells: Cells, places: set[Place], rng: random.Random) -> None:
    columns = sample.table.columns()
    column = _column(columns, sample.key)
    index = columns.index(column)
    first, second = sorted(rng.sample(range(1, len(cells)), 2))
    if {first + 1, second + 1} & {row for row, _ in places}:
        return
    cells[second][index] = cells[first][index]
    places.add((second + 1, column.label))


def _plant_header(sample: Sample, cells: Cells, places: set[Place], rng: random.Random) -> None:
    """A column that the template doesn't have, or a cell below no header at all."""
    if rng.random() < 0.5:
        for line in cells:
            line.append("")
        cells[0][-1] = "备注栏"
        places.add((1, "备注栏"))
    else:
        row = rng.randrange(1, len(cells))
        cells[row].append("多出来的内容")
        places.add((row + 1, f"第 {len(cells[row])} 列"))


def _column(columns: Sequence[TableColumn], name: str) -> TableColumn:
    return next(column for column in columns if column.name == name)


def as_csv(cells: Cells) -> bytes:
    """The table as a file that Excel opens."""
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(cells: Cells) -> bytes:
    """The table as a workbook."""
    width = max(map(len, cells))
    header, *rows = ([*line, *[""] * (width - len(line))] for line in cells)
    return write_workbook([Sheet("表", [Column(label) for label in header], rows)], title="表")

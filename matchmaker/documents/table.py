"""Reading a table that people filled in: every bad cell named, nothing stored.

A room declares its columns; this module compares the header, reads each cell and gathers what is
wrong. It knows no domain and no database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from matchmaker.actor import Actor
from matchmaker.documents.cells import Parser, refuse
from matchmaker.errors import InvalidInput

#: A row whose first cell begins so is the template's example and is passed over.
EXAMPLE_MARK = "【示例】"
REQUIRED_MARK = "*"
WHOLE_ROW = "整行"
HEADER = "表头"
#: What spreadsheet programs leave where a formula failed.
_FORMULA_ERROR = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """One column of a table to fill in. ``choices`` are offered in the template's list."""

    name: str
    label: str
    parse: Parser
    required: bool = False
    help: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    #: Several choices may stand in one cell, separated by 、.
    is_multiple: bool = False
    width: int = 18


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell; ``row`` counts as the spreadsheet does."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Record:
    """One row: values by column name. An empty or faulty cell has no value."""

    row: int
    values: Mapping[str, Any]
    texts: Mapping[str, str]
    faulty: frozenset[str] = frozenset()

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


@dataclass(frozen=True)
class Reading:
    """What a table says; a table with a fault must not be stored."""

    records: tuple[Record, ...]
    faults: tuple[Fault, ...]
    #: How many rows were passed over as examples.
    examples: int = 0


@dataclass(frozen=True, kw_only=True)
class Detail:
    """Something that the form asks beside the file."""

    name: str
    label: str
    help: str
    limit: int


@dataclass(frozen=True)
class Checked:
    """What a room found beyond single cells, and in words what storing would do."""

    faults: Sequence[Fault] = ()
    outcome: str = ""


class Act(StrEnum):
    """What storing a row did."""

    MADE = "made"
    CHANGED = "changed"


ACT_LABELS: Mapping[Act, str] = {Act.MADE: "新建", Act.CHANGED: "修改"}


@dataclass(frozen=True)
class Stored:
    """What a row became: its name, and the key that its page is found by, if it has one."""

    act: Act
    label: str
    key: str = ""


Details = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class TableImport:
    """A kind of table that a room takes in.

    ``permit`` raises unless the actor may import; ``check`` reads the database and writes nothing;
    ``store`` writes some of the rows in the present transaction and says what each became.
    """

    #: Under which a confirmed table is stored in the background (``wiring.IMPORTS``).
    kind: str
    title: str
    unit: str
    rows_max: int
    columns: Callable[[], tuple[TableColumn, ...]]
    permit: Callable[[Actor], None]
    check: Callable[[Actor, Sequence[Record], Details], Checked]
    store: Callable[[Actor, Sequence[Record], Details], Sequence[Stored]]
    notes: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()


def read_table(
    rows: Sequence[Sequence[str]], columns: Sequence[TableColumn], *, rows_max: int
) -> Reading:
    """The records of a sheet and every fault in header and cells."""
    header = [clean_header(cell) for cell in rows[0]] if rows else []
    places, faults = _place_columns(header, columns)
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    examples = [row for _, row in body if row[0].startswith(EXAMPLE_MARK)]
    filled = [(number, row) for number, row in body if not row[0].startswith(EXAMPLE_MARK)]
    if len(filled) > rows_max:
        faults.append(
            Fault(filled[rows_max][0], WHOLE_ROW, f"一次最多导入 {rows_max} 行，请拆分后再上传。")
        )
        filled = filled[:rows_max]
    records: list[Record] = []
    absent = {column.name for column in columns if column.required}
    absent -= {column.name for _, column in places}
    for number, row in filled if places else []:
        record, wrong = _read_record(number, row, places, absent)
        records.append(record)
        faults += wrong
        faults += _stray_cells(number, row, header)
    if not filled:
        faults.append(Fault(2, "内容", "表中没有数据，请从第 2 行起填写。"))
    return Reading(tuple(records), tuple(faults), len(examples))


def clean_header(text: str) -> str:
    """A header cell without the mark of a required column and without spaces."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return "".join(folded.split()).rstrip(REQUIRED_MARK)


def _place_columns(
    header: Sequence[str], columns: Sequence[TableColumn]
) -> tuple[list[tuple[int, TableColumn]], list[Fault]]:
    wanted = {clean_header(column.label): column for column in columns}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for index, label in enumerate(header):
        if not label:
            continue
        if label not in wanted:
            faults.append(Fault(1, label[:40], "模板中没有这一列，请删除或改为模板中的列名。"))
        elif label in places:
            faults.append(Fault(1, label, "这一列出现了两次，请删除一列。"))
        else:
            places[label] = index
    faults += [
        Fault(1, column.label, "缺少这一列，请按模板补上。")
        for label, column in wanted.items()
        if column.required and label not in places
    ]
    return [(places[label], column) for label, column in wanted.items() if label in places], faults


def _read_record(
    number: int,
    row: Sequence[str],
    places: Iterable[tuple[int, TableColumn]],
    absent: Iterable[str],
) -> tuple[Record, list[Fault]]:
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    bad = set(absent)
    for index, column in places:
        text = _INVISIBLE.sub("", row[index]).strip() if index < len(row) else ""
        texts[column.name] = text
        try:
            value = _read_cell(column, text)
        except InvalidInput as error:
            faults.append(Fault(number, column.label, error.text))
            bad.add(column.name)
        else:
            if value is not None:
                values[column.name] = value
    return Record(number, values, texts, frozenset(bad)), faults


def _read_cell(column: TableColumn, text: str) -> Any:
    if not text:
        if column.required:
            raise refuse("必填，不能为空。")
        return None
    if _FORMULA_ERROR.fullmatch(text):
        raise refuse("公式出错，请改填计算结果。")
    return column.parse(text)


def _stray_cells(number: int, row: Sequence[str], header: Sequence[str]) -> Iterator[Fault]:
    for index, cell in enumerate(row):
        if cell and (index >= len(header) or not header[index]):
            yield Fault(number, f"第 {index + 1} 列", "这一列没有列名，请填写列名或清空。")


def find_repeats(records: Iterable[Record], key: Callable[[Record], Any]) -> dict[int, int]:
    """Row → the earlier row with the same key; rows whose key is None are left out."""
    first: dict[Any, int] = {}
    repeats: dict[int, int] = {}
    for record in records:
        value = key(record)
        if value is None:
            continue
        if value in first:
            repeats[record.row] = first[value]
        else:
            first[value] = record.row
    return repeats


@dataclass
class FaultList:
    """Gathers a room's faults by the labels of its columns."""

    columns: Sequence[TableColumn]
    faults: list[Fault] = field(default_factory=list)

    def add(self, record: Record, name: str, message: str) -> None:
        """A fault in a cell, unless the cell was found faulty already."""
        labels = {column.name: column.label for column in self.columns}
        if name not in record.faulty:
            self.faults.append(Fault(record.row, labels.get(name, WHOLE_ROW), message))

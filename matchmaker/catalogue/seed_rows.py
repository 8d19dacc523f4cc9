"""Strict reading of JSON records: a wrong value is refused with its file, record and key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from matchmaker.catalogue.seed_files import refuse
from matchmaker.catalogue.shelf import Shelf

#: Entry named where the fault is not in one record.
WHOLE_FILE = "整个文件"


@dataclass
class Row:
    """One record of a file; ``close`` refuses the keys that nobody took."""

    file: str
    entry: str
    values: Mapping[str, Any]
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.values, dict):
            refuse(self.file, self.entry, "须为键值对")

    def refuse(self, key: str, problem: str) -> NoReturn:
        """Raise InvalidInput for a key of this record."""
        refuse(self.file, self.entry, f"{key} {problem}")

    def take(self, key: str) -> Any:
        """The value as it is; the key must be there."""
        self._taken.add(key)
        if key not in self.values:
            self.refuse(key, "缺失")
        return self.values[key]

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, f"须为文字，现为 {value!r}")
        return value

    def text_or_empty(self, key: str) -> str:
        """A text; null becomes the empty text."""
        return "" if self.take(key) is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different texts, perhaps empty."""
        value = self.take(key)
        if not isinstance(value, list) or not all(isinstance(x, str) and x for x in value):
            self.refuse(key, "须为文字的列表")
        if len(set(value)) != len(value):
            self.refuse(key, "有重复")
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            self.refuse(key, f"须为 true 或 false，现为 {value!r}")
        return value

    def whole(self, key: str) -> int:
        """A whole number above zero."""
        value = self.take(key)
        if type(value) is not int or value < 1:
            self.refuse(key, f"须为大于 0 的整数，现为 {value!r}")
        return value

    def rows(self, key: str, name: str) -> Iterator[Row]:
        """A list of nested records, each named by its value of the key ``name``."""
        value = self.take(key)
        if not isinstance(value, list):
            self.refuse(key, "须为列表")
        for item in value:
            label = item.get(name) if isinstance(item, dict) else item
            entry = label if self.entry == WHOLE_FILE else f"{self.entry}/{label}"
            yield Row(self.file, str(entry), item)

    def close(self) -> None:
        """Refuse keys that were not read."""
        if unknown := self.values.keys() - self._taken:
            refuse(self.file, self.entry, f"不认识的键 {'、'.join(sorted(unknown))}")


def read_json(path: Path) -> Row:
    """The top record of a JSON file; numbers with a fraction become Decimal.

    Raises InvalidInput for a missing file, broken JSON and a key written twice.
    """
    return Row(path.name, WHOLE_FILE, _load(path))


def read_json_list(path: Path, name: str) -> tuple[Row, ...]:
    """The records of a JSON file that is one list; as ``read_json`` otherwise."""
    top = Row(path.name, WHOLE_FILE, {"list": _load(path)})
    return tuple(top.rows("list", name))


def _load(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(
            text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_unique
        )
    except OSError as error:
        refuse(path.name, WHOLE_FILE, f"无法打开 {path}（{error.strerror}）")
    except (ValueError, RecursionError) as error:
        refuse(path.name, WHOLE_FILE, f"不能按 UTF-8 的 JSON 读取（{error}）")


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError(f"duplicate key among {sorted(mapping)}")
    return mapping


def read_id(row: Row, key: str, shelf: Shelf[Any]) -> str:
    """The id of the catalogue entry that the text names."""
    return _resolve(row, key, shelf, row.text(key))


def read_ids(row: Row, key: str, shelf: Shelf[Any]) -> tuple[str, ...]:
    """The ids of the entries that the texts name, each once, in order."""
    return tuple(dict.fromkeys(_resolve(row, key, shelf, word) for word in row.texts(key)))


def _resolve(row: Row, key: str, shelf: Shelf[Any], word: str) -> str:
    found = shelf.find(word)
    if found is None:
        row.refuse(key, f"中的“{word}”不在{shelf.kind_zh}目录中")
    return str(found.id)

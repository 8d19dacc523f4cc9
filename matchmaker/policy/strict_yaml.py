"""YAML read node by node, so that every refusal names its file and line.

Plain ``yaml.safe_load`` turns ``0.5`` into a float and ``2025-13-40`` into an exception without a
place, and lets the second of two equal keys win. Here numbers and dates are quoted strings, keys
are unique, and whatever is not asked for is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

from matchmaker.errors import DomainError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_State = TypeVar("_State", bound=StrEnum)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class LawDataError(DomainError):
    """A data file of the law is not as it must be; nothing of it is loaded."""

    http_status = 500


def parse_iso_date(text: str) -> date | None:
    """The day written as YYYY-MM-DD, or None where that is no real date."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass
class Reader:
    """One mapping of a file; ``close`` refuses the keys that nobody took."""

    path: Path
    node: yaml.MappingNode
    _entries: dict[str, yaml.Node] = field(init=False)
    _taken: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._entries = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.refuse("键必须是文字", key)
            if key.value in self._entries:
                self.refuse(f"键“{key.value}”重复", key)
            self._entries[key.value] = value

    def refuse(self, problem: str, node: yaml.Node | None = None) -> NoReturn:
        """Refuse the file, naming the line of the node (or of this mapping)."""
        line = (node or self.node).start_mark.line + 1
        refuse_file(self.path, line, problem)

    def refuse_at(self, key: str, problem: str) -> NoReturn:
        """Refuse the value of a key."""
        self.refuse(problem, self._entries.get(key))

    def has(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        """The keys, in the order of the file."""
        return iter(self._entries)

    def text(self, key: str, default: str | None = None) -> str:
        """A string; numbers, dates and words like ``yes`` must be quoted."""
        node = self._take(key, optional=default is not None)
        if node is None:
            return default or ""
        return self._string(node, key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where the key is absent."""
        return tuple(self._string(node, key) for node in self._sequence(key))

    def day(self, key: str) -> date:
        """A real day, quoted, as YYYY-MM-DD."""
        text = self.text(key)
        found = parse_iso_date(text)
        if found is None:
            self.refuse_at(key, f"“{key}”须为加引号的真实日期（YYYY-MM-DD），现为“{text}”")
        return found

    def child(self, key: str) -> Reader:
        """A nested mapping."""
        node = self._take(key, optional=False)
        return self._mapping(node, key)

    def children(self, key: str) -> list[Reader]:
        """A list of mappings; empty where the key is absent."""
        return [self._mapping(node, key) for node in self._sequence(key)]

    def word(self, key: str, states: type[_State]) -> _State:
        """One of an enumeration's words."""
        text = self.text(key)
        known = [state.value for state in states]
        if text not in known:
            self.refuse_at(key, f"“{key}”的值“{text}”不在 {'、'.join(known)} 之内")
        return states(text)

    def close(self) -> None:
        """Refuse keys that were not read."""
        for key in self._entries:
            if key not in self._taken:
                self.refuse_at(key, f"不认识的键“{key}”")

    def _take(self, key: str, *, optional: bool) -> yaml.Node | None:
        self._taken.add(key)
        if key not in self._entries and not optional:
            self.refuse(f"缺少“{key}”")
        return self._entries.get(key)

    def _sequence(self, key: str) -> list[yaml.Node]:
        node = self._take(key, optional=True)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(f"“{key}”须为列表", node)
        nodes: list[yaml.Node] = node.value
        return nodes

    def _mapping(self, node: yaml.Node | None, key: str) -> Reader:
        if not isinstance(node, yaml.MappingNode):
            self.refuse(f"“{key}”须为键值对", node)
        return Reader(self.path, node)

    def _string(self, node: yaml.Node, key: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(f"“{key}”须为文字", node)
        if node.tag == "tag:yaml.org,2002:null":
            self.refuse(f"“{key}”没有取值", node)
        if node.tag == "tag:yaml.org,2002:float":
            self.refuse(f"“{key}”是浮点数 {node.value}，须写成加引号的文字", node)
        if node.tag != "tag:yaml.org,2002:str":
            self.refuse(f"“{key}”的值 {node.value} 须加引号", node)
        text: str = node.value
        return text


def refuse_file(path: Path, line: int, problem: str) -> NoReturn:
    """Raise LawDataError for a line of a file."""
    raise LawDataError(
        "law_data_invalid",
        "政策数据 {file} 第 {line} 行：{problem}。",
        file="/".join(path.parts[-2:]),
        line=line,
        problem=problem,
    )


def read_mapping(path: Path) -> Reader:
    """The top mapping of a YAML file.

    Raises LawDataError when the file is no YAML, no UTF-8, or holds something else than a mapping.
    """
    try:
        text = path.read_bytes().decode("utf-8")
        node = yaml.compose(text, Loader=_Loader)
    except UnicodeDecodeError:
        refuse_file(path, 1, "不是 UTF-8 文本")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        refuse_file(path, mark.line + 1 if mark else 1, f"YAML 写法有误（{error.problem}）")
    except yaml.YAMLError as error:
        refuse_file(path, 1, f"YAML 写法有误（{error}）")
    if not isinstance(node, yaml.MappingNode):
        refuse_file(path, 1, "最外层须为键值对")
    return Reader(path, node)

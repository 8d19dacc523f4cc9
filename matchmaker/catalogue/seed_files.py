"""Strict reading of the catalogue's files: every refusal names the file and the entry."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_type_hints

import yaml

from matchmaker.catalogue.concepts import Concept
from matchmaker.errors import InvalidInput

C = TypeVar("C", bound=Concept)
#: libyaml is about ten times faster; the pure reader answers the same where it is missing.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_Base):  # type: ignore[misc]
    """A second key of the same name is refused instead of winning silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.constructor.ConstructorError(None, None, "duplicate key", node.start_mark)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def refuse(file: str, entry: str, problem: str) -> NoReturn:
    """Raise InvalidInput for an entry of a file."""
    raise InvalidInput(
        "file_invalid",
        "文件 {file} 的条目“{entry}”：{problem}。请改正后重新载入。",
        file=file,
        entry=entry,
        problem=problem,
    )


def read_file(path: Path, lists: frozenset[str]) -> Mapping[str, Any]:
    """The top mapping of a YAML file, which must hold exactly the named lists."""
    try:
        text = path.read_text(encoding="utf-8")
        loaded = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        refuse(path.name, "整个文件", f"{path} 不存在")
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        refuse(path.name, "整个文件", f"不能按 UTF-8 的 YAML 读取（{error}）")
    if not isinstance(loaded, dict) or set(loaded) != lists:
        refuse(path.name, "整个文件", f"最外层须恰为 {'、'.join(sorted(lists))}")
    for name in lists:
        if not isinstance(loaded[name], list):
            refuse(path.name, name, "须为列表")
    return loaded


def build_entries(kind: type[C], rows: list[Any], file: str) -> tuple[C, ...]:
    """The rows as values of ``kind``; refuses unknown and missing keys and wrong types."""
    required = frozenset(f.name for f in fields(kind) if f.default is MISSING)
    shape = _Shape(get_type_hints(kind), required)
    return tuple(_build(kind, shape, row, file) for row in rows)


@dataclass(frozen=True)
class _Shape:
    types: Mapping[str, Any]
    required: frozenset[str]


def _build(kind: type[C], shape: _Shape, row: Any, file: str) -> C:
    if not isinstance(row, dict):
        refuse(file, str(row), "须为键值对")
    name = str(row.get("id", row))
    if unknown := row.keys() - shape.types.keys():
        refuse(file, name, f"不认识的键 {'、'.join(sorted(map(str, unknown)))}")
    if missing := shape.required - row.keys():
        refuse(file, name, f"缺少 {'、'.join(sorted(missing))}")
    values = {
        key: _typed(value, shape.types[key], file, f"{name}.{key}") for key, value in row.items()
    }
    return kind(**values)


def _typed(value: Any, wanted: Any, file: str, place: str) -> Any:
    if wanted is str or wanted is bool or wanted is int:
        if type(value) is not wanted or value == "":
            refuse(file, place, f"值 {value!r} 的类型不对，须为 {wanted.__name__}")
        return value
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        if value not in set(wanted):
            refuse(file, place, f"值 {value!r} 须为 {'、'.join(wanted)} 之一")
        return wanted(value)
    if not isinstance(value, list) or not all(type(item) is str and item for item in value):
        refuse(file, place, "须为文字的列表")
    if len(value) != len(set(value)):
        refuse(file, place, "列表中有重复")
    return tuple(value)

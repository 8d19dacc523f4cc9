"""Demands that a file brings along (``matchmaker match --file``); nothing of them is stored.

The shape is that of the published scene records: ``demand_id``, ``title``, ``sector`` and
``district`` by label or id, ``tasks`` as words, ``requirements`` as keys with values, budget as
two amounts in yuan. Only ``demand_id`` and a title or description must be there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from matchmaker.catalogue.seed_rows import Row, read_id, read_ids, read_json_list
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.seed_records import RequirementRecord, requirement_of
from matchmaker.errors import InvalidInput

_KEYS = frozenset(
    {
        *("demand_id", "title", "owner_type", "owner_description", "district", "sector", "tasks"),
        *("pain_point", "description", "requirements", "quantity", "budget_yuan"),
        *("cooperation_modes", "deadline", "style", "facts_seen", "facts_note", "sources"),
    }
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A demand as a file tells it. Ids are the catalogue's, empty where the file says nothing;

    ``tasks`` hold the task words that the catalogue knows. Amounts in fen, None where not given.
    """

    code: str
    title: str
    district: str
    sector: str
    task_words: tuple[str, ...]
    tasks: tuple[str, ...]
    pain_point: str
    description: str
    requirements: tuple[RequirementRecord, ...]
    not_needed: tuple[str, ...]
    quantity: int | None
    budget_fen: tuple[int, int] | None
    modes: tuple[str, ...]
    deadline: date | None


def read_scenes(path: Path, vocabulary: Vocabulary) -> tuple[Scene, ...]:
    """The demands of a file, in its order.

    Raises InvalidInput, naming file, record and key, for whatever is not of the shape.
    """
    rows = read_json_list(path, "demand_id")
    scenes = tuple(_read_scene(row, vocabulary) for row in rows)
    codes = [scene.code for scene in scenes]
    for row, code in zip(rows, codes, strict=True):
        if codes.count(code) > 1:
            row.refuse("demand_id", f"“{code}”重复出现")
    return scenes


def _read_scene(row: Row, vocabulary: Vocabulary) -> Scene:
    if unknown := sorted(row.values.keys() - _KEYS):
        row.refuse(unknown[0], "不是场景需求的字段")
    words = row.texts("tasks") if _given(row, "tasks") else ()
    requirements, not_needed = _read_requirements(row, vocabulary)
    scene = Scene(
        code=row.text("demand_id"),
        title=_optional_text(row, "title"),
        district=read_id(row, "district", vocabulary.districts) if _given(row, "district") else "",
        sector=read_id(row, "sector", vocabulary.sectors) if _given(row, "sector") else "",
        task_words=words,
        tasks=_known_tasks(vocabulary, words),
        pain_point=_optional_text(row, "pain_point"),
        description=_optional_text(row, "description"),
        requirements=requirements,
        not_needed=not_needed,
        quantity=row.whole("quantity") if _given(row, "quantity") else None,
        budget_fen=_read_budget(row),
        modes=_read_modes(row, vocabulary),
        deadline=_read_deadline(row),
    )
    if not scene.title and not scene.description:
        row.refuse("title", "和 description 不能都为空，请至少填写一项")
    return scene


def _given(row: Row, key: str) -> bool:
    return row.values.get(key) is not None


def _optional_text(row: Row, key: str) -> str:
    return row.text(key) if _given(row, key) and row.values[key] != "" else ""


def _known_tasks(vocabulary: Vocabulary, words: tuple[str, ...]) -> tuple[str, ...]:
    found = (vocabulary.tasks.find(word) for word in words)
    return tuple(dict.fromkeys(task.id for task in found if task is not None))


def _read_modes(row: Row, vocabulary: Vocabulary) -> tuple[str, ...]:
    if not _given(row, "cooperation_modes"):
        return ()
    return read_ids(row, "cooperation_modes", vocabulary.modes)


def _read_requirements(
    row: Row, vocabulary: Vocabulary
) -> tuple[tuple[RequirementRecord, ...], tuple[str, ...]]:
    values = row.take("requirements") if _given(row, "requirements") else {}
    if not isinstance(values, dict):
        row.refuse("requirements", "应为“要求: 数值”的键值对")
    records, not_needed = [], []
    for key, value in values.items():
        try:
            record = requirement_of(vocabulary, key, value)
        except InvalidInput as error:
            row.refuse(f"requirements.{key}", f"不能采用：{error.text.rstrip('。')}")
        if record is None:
            not_needed.append(key)
        else:
            records.append(record)
    return tuple(records), tuple(not_needed)


def _read_budget(row: Row) -> tuple[int, int] | None:
    if not _given(row, "budget_yuan"):
        return None
    value = row.take("budget_yuan")
    if not isinstance(value, list) or len(value) != 2:
        row.refuse("budget_yuan", "应为两个金额（元），先最低后最高")
    low, high = (_fen(row, amount) for amount in value)
    if low > high:
        row.refuse("budget_yuan", "最低金额高于最高金额")
    return low, high


def _fen(row: Row, amount: Any) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        row.refuse("budget_yuan", f"中的 {amount!r} 不是金额")
    fen = Decimal(amount) * 100
    if not 0 <= fen < 10**15 or fen != fen.to_integral_value():
        row.refuse("budget_yuan", f"中的金额 {amount} 应不小于 0，且最多两位小数")
    return int(fen)


def _read_deadline(row: Row) -> date | None:
    if not _given(row, "deadline"):
        return None
    text = row.text("deadline")
    try:
        return date.fromisoformat(text)
    except ValueError:
        row.refuse("deadline", f"“{text}”不是有效日期，应写作“2026-12-31”")

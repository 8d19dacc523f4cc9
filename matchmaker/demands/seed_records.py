"""The demands of seeds/market as typed values; pure, nothing is stored here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from matchmaker.catalogue.seed_rows import Row, read_id, read_ids, read_json
from matchmaker.catalogue.values import Value, read_value
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.errors import InvalidInput
from matchmaker.paths import SEEDS

_YUAN = re.compile(r"(\d{1,13})\.(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RequirementRecord:
    """What a demand asks of an attribute. ``key`` is the demand's own word (payload_kg_min).

    Certificates are given as ids of the catalogue; a hard requirement excludes, another is a wish.
    """

    attribute: str
    operator: str
    value: Value
    hard: bool
    key: str


@dataclass(frozen=True, slots=True)
class DemandRecord:
    """A demand of the seeds. ``task_words`` as written, ``tasks`` the ids they mean.

    ``not_needed`` are yes/no properties that the owner expressly does without: never compared.
    ``facts_note`` says which of its figures are realistic rather than published.
    """

    code: str
    title: str
    owner_type: str
    owner_kind: str
    owner_description: str
    district: str
    sector: str
    task_words: tuple[str, ...]
    tasks: tuple[str, ...]
    pain_point: str
    description: str
    requirements: tuple[RequirementRecord, ...]
    not_needed: tuple[str, ...]
    quantity: int
    budget_low_fen: int
    budget_high_fen: int
    modes: tuple[str, ...]
    deadline: date
    style: str
    facts_seen: bool
    facts_note: str
    sources: tuple[str, ...]


@lru_cache(maxsize=4)
def load_demands(
    vocabulary: Vocabulary, path: Path = SEEDS / "market" / "demands.json"
) -> tuple[DemandRecord, ...]:
    """All demands in file order, read once per process.

    Raises InvalidInput, naming file and record, for anything malformed, a code used twice and a
    reference to nothing in the catalogue.
    """
    top = read_json(path)
    note = top.text("facts_note")
    demands = tuple(_read_demand(row, vocabulary, note) for row in top.rows("demands", "code"))
    top.close()
    codes = [demand.code for demand in demands]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        top.refuse("demands", f"编号重复：{'、'.join(twice)}")
    return demands


def requirement_of(vocabulary: Vocabulary, key: str, value: Any) -> RequirementRecord | None:
    """A demand's key and value (``payload_kg_min``, 20) with operator and default hardness.

    None for a yes/no key of value false, which asks for nothing. Raises InvalidInput (field: the
    key) for a key that demands don't have and for a value not of the attribute's kind.
    """
    attribute = vocabulary.attributes.find(key)
    if attribute is None or attribute.demand_key != key:
        raise InvalidInput(
            "unknown_requirement",
            "没有名为“{key}”的要求，可用的有：{known}",
            field=key,
            key=key,
            known="、".join(a.demand_key for a in vocabulary.attributes if a.demand_key),
        )
    typed = read_value(attribute, value)
    if typed is False:
        return None
    if attribute.id == "certificates" and isinstance(typed, tuple):
        typed = tuple(dict.fromkeys(vocabulary.certificate(word).id for word in typed))
    return RequirementRecord(attribute.id, attribute.operator, typed, attribute.default_hard, key)


def _read_demand(row: Row, vocabulary: Vocabulary, facts_note: str) -> DemandRecord:
    low, high = _read_budget(row)
    record = DemandRecord(
        code=row.text("code"),
        title=row.text("title"),
        owner_type=row.text("owner_type"),
        owner_kind=read_id(row, "owner_kind", vocabulary.owner_kinds),
        owner_description=row.text("owner_description"),
        district=read_id(row, "district", vocabulary.districts),
        sector=read_id(row, "sector", vocabulary.sectors),
        task_words=row.texts("tasks"),
        tasks=read_ids(row, "tasks", vocabulary.tasks),
        pain_point=row.text("pain_point"),
        description=row.text("description"),
        requirements=_read_requirements(row, vocabulary),
        not_needed=_read_not_needed(row, vocabulary),
        quantity=row.whole("quantity"),
        budget_low_fen=low,
        budget_high_fen=high,
        modes=read_ids(row, "cooperation_modes", vocabulary.modes),
        deadline=_read_deadline(row),
        style=row.text("style"),
        facts_seen=row.flag("facts_seen"),
        facts_note=facts_note,
        sources=row.texts("sources"),
    )
    row.close()
    return record


def _read_requirements(row: Row, vocabulary: Vocabulary) -> tuple[RequirementRecord, ...]:
    records = []
    for item in row.rows("requirements", "key"):
        key, value = item.text("key"), item.take("value")
        attribute, operator = item.text("attribute"), item.text("operator")
        hard = item.flag("hard")
        item.close()
        try:
            usual = requirement_of(vocabulary, key, value)
        except InvalidInput as error:
            item.refuse("value", f"无效：{error.text}")
        if usual is None or (usual.attribute, usual.operator) != (attribute, operator):
            item.refuse("key", "与 attribute、operator 或 value 不一致")
        records.append(RequirementRecord(attribute, operator, usual.value, hard, key))
    if len({record.key for record in records}) != len(records):
        row.refuse("requirements", "同一要求出现两次")
    return tuple(records)


def _read_not_needed(row: Row, vocabulary: Vocabulary) -> tuple[str, ...]:
    keys = row.texts("not_needed")
    for key in keys:
        try:
            requirement_of(vocabulary, key, False)
        except InvalidInput as error:
            row.refuse("not_needed", f"无效：{error.text}")
    return keys


def _read_budget(row: Row) -> tuple[int, int]:
    value = row.take("budget_yuan")
    if not isinstance(value, list) or len(value) != 2:
        row.refuse("budget_yuan", "须为最低、最高两个金额")
    low, high = (_fen(row, text) for text in value)
    if low > high:
        row.refuse("budget_yuan", "最低金额高于最高金额")
    return low, high


def _fen(row: Row, text: Any) -> int:
    found = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        row.refuse("budget_yuan", f"的“{text}”须为以元计、保留两位小数的文字")
    return int(found[1]) * 100 + int(found[2])


def _read_deadline(row: Row) -> date:
    text = row.text("deadline")
    try:
        return date.fromisoformat(text)
    except ValueError:
        row.refuse("deadline", f"“{text}”不是真实日期")

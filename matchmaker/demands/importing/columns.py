"""The columns of the table of needs, and the content that a row means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any

from matchmaker import clock
from matchmaker.catalogue.cells import entry_of, labels_of
from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.demands.content import (
    FIELD_LABELS,
    OWNER_DESCRIPTION_MAX,
    PAIN_POINT_MAX,
    QUANTITY_MAX,
    TITLE_MAX,
    TITLE_MIN,
    ListingContent,
    clean_line,
    clean_paragraphs,
)
from matchmaker.demands.questions import ANSWER_MAX, QUESTIONS
from matchmaker.demands.rules import KIND_LABELS, ListingKind
from matchmaker.demands.seed_records import RequirementRecord
from matchmaker.demands.typed_requirements import parse_requirement, typed_attributes
from matchmaker.documents.cells import (
    choice_of,
    list_of,
    paragraphs_of,
    parse_day,
    parse_wan,
    refuse,
    text_of,
    whole_of,
)
from matchmaker.documents.spreadsheet import CELL_MAX
from matchmaker.documents.table import Record, TableColumn

WANT = "want_"
TASKS_MAX, MODES_MAX = 20, 12
_WEIGHT = re.compile(r"\s*[（(]?(必须|期望)[)）]?$")
_COMPARISONS = {">=": "不低于", "<=": "不高于"}
KIND_WORDS = {label.strip("“”").replace("”", ""): kind for kind, label in KIND_LABELS.items()}


@lru_cache(maxsize=1)
def list_columns() -> tuple[TableColumn, ...]:
    """Every column of a need; what a submission cannot do without is required."""
    vocabulary = load_vocabulary()
    return (*_basics(vocabulary), *_questions(), *_requirements(vocabulary))


def _basics(vocabulary: Vocabulary) -> tuple[TableColumn, ...]:
    modes = [mode for mode in vocabulary.modes if mode.selectable]
    column, shelf = _column, vocabulary
    return (
        column(
            "title",
            text_of(TITLE_MAX, least=TITLE_MIN),
            help="写明在哪里做什么，4 至 60 个字。同一单位的需求不能同名。",
            example="地铁变电所夜间巡检",
            required=True,
            width=30,
        ),
        column(
            "kind",
            choice_of(KIND_WORDS),
            example=next(iter(KIND_WORDS)),
            choices=tuple(KIND_WORDS),
            required=True,
        ),
        column(
            "sector",
            entry_of(shelf.sectors),
            example="市政巡检",
            choices=labels_of(shelf.sectors),
            required=True,
        ),
        column(
            "district",
            entry_of(shelf.districts),
            example="上城区",
            choices=labels_of(shelf.districts),
            required=True,
        ),
        column("owner_kind", entry_of(shelf.owner_kinds), choices=labels_of(shelf.owner_kinds)),
        column("owner_description", text_of(OWNER_DESCRIPTION_MAX), help="不写真实联系人和电话。"),
        column(
            "tasks",
            list_of(entry_of(shelf.tasks), most=TASKS_MAX),
            example="巡检",
            choices=labels_of(shelf.tasks),
            is_multiple=True,
        ),
        column("pain_point", paragraphs_of(PAIN_POINT_MAX), width=30),
        column(
            "description",
            paragraphs_of(CELL_MAX),
            help="写明做什么、在哪里做、有哪些要求，不少于 20 个字。",
            example="三十余座地下变电所，每两小时自动巡视一次，读取表计并上报异常。",
            required=True,
            width=50,
        ),
        column("quantity", whole_of(1, QUANTITY_MAX), help="台数；岗位类填人数。", example="6"),
        column("budget_low_fen", parse_wan, label="预算下限（万元）", example="200"),
        column("budget_high_fen", parse_wan, label="预算上限（万元）", example="400"),
        column(
            "modes",
            list_of(entry_of(shelf.modes, allowed=modes), most=MODES_MAX),
            example="采购、RaaS",
            choices=labels_of(modes),
            is_multiple=True,
        ),
        column(
            "deadline",
            parse_day,
            help="今天或以后的日期，如 2026-11-20。",
            example=(clock.today() + timedelta(days=90)).isoformat(),
            required=True,
        ),
    )


def _column(name: str, parse: Callable[[str], Any], **settings: Any) -> TableColumn:
    label = settings.pop("label", FIELD_LABELS.get(name, name))
    return TableColumn(name=name, label=label, parse=parse, **settings)


def _questions() -> tuple[TableColumn, ...]:
    return tuple(
        TableColumn(
            name=question.key,
            label=question.label,
            parse=text_of(ANSWER_MAX),
            help=question.help + _of_kinds(question.kinds),
            choices=question.suggestions,
        )
        for question in QUESTIONS
    )


def _of_kinds(kinds: frozenset[ListingKind]) -> str:
    if kinds == frozenset(ListingKind):
        return ""
    return f"（{'、'.join(KIND_LABELS[kind] for kind in ListingKind if kind in kinds)}填写）"


def _requirements(vocabulary: Vocabulary) -> tuple[TableColumn, ...]:
    return tuple(_requirement(attribute, vocabulary) for attribute in typed_attributes(vocabulary))


def _requirement(attribute: Attribute, vocabulary: Vocabulary) -> TableColumn:
    kind, choices, is_multiple = attribute.kind, attribute.choices, False
    if kind is AttributeKind.YES_NO:
        choices = ("需要", "不作要求")
    elif kind is AttributeKind.SET:
        choices, is_multiple = labels_of(vocabulary.certificates), True
    usual = "必须" if attribute.default_hard else "期望"
    words = [_COMPARISONS.get(attribute.operator, ""), attribute.unit]
    note = "".join(words) if kind in {AttributeKind.MINIMUM, AttributeKind.MAXIMUM} else ""
    return TableColumn(
        name=WANT + attribute.id,
        label=f"要求：{attribute.zh}" + (f"（{note}）" if note else ""),
        parse=partial(_parse_requirement, attribute),
        help=f"{attribute.help}不写程度的为“{usual}”，可在后面写明（必须）或（期望）。",
        choices=choices,
        is_multiple=is_multiple,
    )


def _parse_requirement(attribute: Attribute, text: str) -> RequirementRecord | None:
    hard, found = attribute.default_hard, _WEIGHT.search(text)
    if found:
        hard, text = found[1] == "必须", text[: found.start()].strip()
    if attribute.kind is AttributeKind.YES_NO:
        if text not in {"需要", "是", "不作要求", "否"}:
            raise refuse("请填“需要”或“不作要求”。")
        if text in {"不作要求", "否"}:
            return None
    raw: Any = text
    if attribute.kind is AttributeKind.SET:
        raw = list(list_of(entry_of(load_vocabulary().certificates), most=TASKS_MAX)(text))
    return parse_requirement(attribute, raw, hard=hard)


def read_content(record: Record) -> ListingContent:
    """The content that a row means; what is empty or faulty in it is left out."""
    kind = record.get("kind", ListingKind.SCENE)
    return ListingContent(
        kind=kind,
        title=clean_line(record.get("title")),
        sector=record.get("sector", ""),
        district=record.get("district", ""),
        owner_kind=record.get("owner_kind", ""),
        owner_description=clean_line(record.get("owner_description")),
        tasks=record.get("tasks", ()),
        pain_point=clean_paragraphs(record.get("pain_point")),
        description=clean_paragraphs(record.get("description")),
        quantity=record.get("quantity"),
        budget_low_fen=record.get("budget_low_fen"),
        budget_high_fen=record.get("budget_high_fen"),
        modes=record.get("modes", ()),
        deadline=record.get("deadline"),
        requirements=tuple(value for name, value in record.values.items() if name.startswith(WANT)),
        facts={
            question.key: clean_line(record.get(question.key))
            for question in QUESTIONS
            if question.key in record.values and kind in question.kinds
        },
    )

"""What an owner writes in a listing, as one value; what is wrong with it and what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from matchmaker.catalogue.shelf import Shelf
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.questions import ANSWER_MAX, BY_KEY, questions_for
from matchmaker.demands.rules import ListingKind
from matchmaker.demands.seed_records import RequirementRecord
from matchmaker.errors import InvalidInput

TITLE_MIN, TITLE_MAX = 4, 60
DESCRIPTION_MIN, DESCRIPTION_MAX = 20, 20_000
PAIN_POINT_MAX = 500
OWNER_DESCRIPTION_MAX = 200
QUANTITY_MAX = 100_000
#: 1000 亿元; beyond it somebody mistook 元 for 万元.
BUDGET_MAX_FEN = 100_000_000_000_00
LAST_YEAR_AHEAD = 10

#: Characters that are not seen but make two texts differ (zero width, direction, control).
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
#: A blank of a sample text that the owner should have filled in.
_BLANK = re.compile(r"【[^】]{0,40}】")
_WRITTEN = ("title", "owner_description", "pain_point", "description")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def clean_line(text: str | None) -> str:
    """One line without invisible characters; runs of white space become one space."""
    return " ".join(_INVISIBLE.sub("", text or "").split())


def clean_paragraphs(text: str | None) -> str:
    """Lines without invisible characters and trailing space; at most one empty line between."""
    lines = [_INVISIBLE.sub("", line).rstrip() for line in re.split(r"\r\n|\r|\n", text or "")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@dataclass(frozen=True, kw_only=True)
class ListingContent:
    """Everything that the owner of a listing writes. Ids are the catalogue's; budget in fen.

    ``facts`` are the answers to ``questions.QUESTIONS`` by key; an empty answer is left out.
    """

    kind: ListingKind = ListingKind.SCENE
    title: str = ""
    sector: str = ""
    district: str = ""
    owner_kind: str = ""
    owner_description: str = ""
    tasks: tuple[str, ...] = ()
    pain_point: str = ""
    description: str = ""
    quantity: int | None = None
    budget_low_fen: int | None = None
    budget_high_fen: int | None = None
    modes: tuple[str, ...] = ()
    deadline: date | None = None
    requirements: tuple[RequirementRecord, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


FIELD_LABELS = {
    "kind": "类别",
    "title": "名称",
    "sector": "行业领域",
    "district": "所在区县",
    "owner_kind": "单位类型",
    "owner_description": "单位概况",
    "tasks": "任务",
    "pain_point": "现状与难点",
    "description": "需求描述",
    "quantity": "数量",
    "budget_low_fen": "预算下限",
    "budget_high_fen": "预算上限",
    "modes": "合作方式",
    "deadline": "应答截止日期",
    "requirements": "性能要求",
}


def label_of(name: str) -> str:
    """The Chinese name of a field or of a robot question."""
    question = BY_KEY.get(name)
    return question.label if question else FIELD_LABELS[name]


@dataclass(frozen=True)
class Problem:
    """One thing wrong or missing; ``field`` is a field of the content or a question's key."""

    field: str
    code: str
    message: str


class ContentRefused(InvalidInput):
    """The content as a whole was refused; ``problems`` names each reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(first.code, "{text}", field=first.field, text=first.message)
        self.problems = problems


def check_storable(content: ListingContent, vocabulary: Vocabulary, today: date) -> None:
    """Raise ``ContentRefused`` when anything written is wrong; missing parts are allowed."""
    if faults := tuple(_iter_faults(content, vocabulary, today)):
        raise ContentRefused(faults)


def check_complete(content: ListingContent, vocabulary: Vocabulary, today: date) -> None:
    """Raise ``ContentRefused`` unless the content may be submitted on this day."""
    if problems := list_problems(content, vocabulary, today):
        raise ContentRefused(problems)


def list_problems(
    content: ListingContent, vocabulary: Vocabulary, today: date
) -> tuple[Problem, ...]:
    """All that keeps the content from being submitted on this day."""
    return (*_iter_faults(content, vocabulary, today), *_iter_gaps(content))


def _iter_gaps(content: ListingContent) -> Iterator[Problem]:
    for name in ("title", "sector", "district", "description", "deadline"):
        if not getattr(content, name):
            yield Problem(name, "missing", f"请填写{label_of(name)}。")
    if content.title and len(content.title) < TITLE_MIN:
        yield Problem("title", "title_short", f"名称至少 {TITLE_MIN} 个字，写明在哪里做什么。")
    if content.description and len(content.description) < DESCRIPTION_MIN:
        yield Problem(
            "description",
            "description_short",
            f"需求描述至少 {DESCRIPTION_MIN} 个字，写明做什么、在哪里做、有哪些要求。",
        )
    written = (*((name, getattr(content, name)) for name in _WRITTEN), *content.facts.items())
    for name, text in written:
        if blank := _BLANK.search(text):
            message = f"{label_of(name)}中还有未填写的“{blank[0]}”，请填写或删去。"
            yield Problem(name, "blank_left", message)
    if content.kind is ListingKind.JOB and content.quantity is None:
        yield Problem("quantity", "missing", "请填写岗位人数（按班次合计）。")


def _iter_faults(content: ListingContent, vocabulary: Vocabulary, today: date) -> Iterator[Problem]:
    yield from _text_faults(content)
    yield from _word_faults(content, vocabulary)
    yield from _figure_faults(content)
    yield from _deadline_faults(content.deadline, today)
    yield from _fact_faults(content)


def _text_faults(content: ListingContent) -> Iterator[Problem]:
    for name, limit in (
        ("title", TITLE_MAX),
        ("owner_description", OWNER_DESCRIPTION_MAX),
        ("pain_point", PAIN_POINT_MAX),
        ("description", DESCRIPTION_MAX),
    ):
        yield from _check_text(name, getattr(content, name), limit)


def _check_text(name: str, text: str, limit: int) -> Iterator[Problem]:
    if len(text) > limit:
        message = f"{label_of(name)}有 {len(text)} 个字，最多 {limit} 个，请精简。"
        yield Problem(name, "text_too_long", message)
    elif text and not _LETTER_OR_DIGIT.search(text):
        yield Problem(name, "symbols_only", f"{label_of(name)}只有符号，请用文字写明。")


def _word_faults(content: ListingContent, vocabulary: Vocabulary) -> Iterator[Problem]:
    shelves: tuple[tuple[str, Shelf[Any], tuple[str, ...]], ...] = (
        ("sector", vocabulary.sectors, (content.sector,)),
        ("district", vocabulary.districts, (content.district,)),
        ("owner_kind", vocabulary.owner_kinds, (content.owner_kind,)),
        ("tasks", vocabulary.tasks, content.tasks),
        ("modes", vocabulary.modes, content.modes),
        ("requirements", vocabulary.attributes, tuple(r.attribute for r in content.requirements)),
    )
    for name, shelf, ids in shelves:
        for id_ in ids:
            if id_ and id_ not in shelf:
                message = f"{label_of(name)}中没有“{id_}”这一项，请从列表中选择。"
                yield Problem(name, "unknown_word", message)
        if len(set(ids)) != len(ids):
            yield Problem(name, "repeated", f"{label_of(name)}中有重复的项，请删去一项。")


def _figure_faults(content: ListingContent) -> Iterator[Problem]:
    if content.quantity is not None and not 1 <= content.quantity <= QUANTITY_MAX:
        yield Problem("quantity", "quantity_range", f"数量应为 1 至 {QUANTITY_MAX} 的整数。")
    low, high = content.budget_low_fen, content.budget_high_fen
    for name, amount in (("budget_low_fen", low), ("budget_high_fen", high)):
        if amount is not None and not 0 <= amount <= BUDGET_MAX_FEN:
            yield Problem(name, "budget_range", f"{label_of(name)}应在 0 至 1000 亿元之间。")
    if low is not None and high is not None and low > high:
        yield Problem("budget_high_fen", "budget_reversed", "预算上限低于预算下限，请核对。")


def _deadline_faults(deadline: date | None, today: date) -> Iterator[Problem]:
    if deadline is None:
        return
    if deadline < today:
        message = "应答截止日期已过，请填写今天或以后的日期。"
        yield Problem("deadline", "deadline_past", message)
    elif deadline.year > today.year + LAST_YEAR_AHEAD:
        message = f"应答截止日期不得晚于 {today.year + LAST_YEAR_AHEAD} 年，请核对年份。"
        yield Problem("deadline", "deadline_far", message)


def _fact_faults(content: ListingContent) -> Iterator[Problem]:
    known = {question.key for question in questions_for(content.kind)}
    for key, answer in content.facts.items():
        if key not in known:
            yield Problem("kind", "unknown_question", f"本类需求没有“{key}”这一项。")
        else:
            yield from _check_text(key, answer, ANSWER_MAX)


@dataclass(frozen=True)
class Change:
    """One field before and after an edit, as stored values."""

    field: str
    before: Any
    after: Any


def list_changes(before: ListingContent, after: ListingContent) -> tuple[Change, ...]:
    """The fields that differ, robot questions by their key, in the order of the form."""
    changes = [
        Change(each.name, getattr(before, each.name), getattr(after, each.name))
        for each in fields(ListingContent)
        if each.name != "facts" and getattr(before, each.name) != getattr(after, each.name)
    ]
    keys = [key for key in BY_KEY if before.facts.get(key, "") != after.facts.get(key, "")]
    changes += [Change(key, before.facts.get(key, ""), after.facts.get(key, "")) for key in keys]
    return tuple(changes)

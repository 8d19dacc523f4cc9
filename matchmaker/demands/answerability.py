"""How well a firm can answer a need as it is written, and which missing fact would help most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matchmaker.demands.content import ListingContent, label_of
from matchmaker.demands.questions import BY_KEY, FormStep, questions_for

#: A description of so many characters usually says what, where and how often.
FULL_DESCRIPTION = 100
GOOD, FAIR = 80, 55

#: Fields beside the robot questions: (field, weight, why it matters, page of the form).
_FIELDS: tuple[tuple[str, int, str, FormStep], ...] = (
    ("description", 10, "写到一百字左右，企业才能判断做不做得了。", FormStep.BASICS),
    ("tasks", 8, "选出任务，匹配时才能找准产品。", FormStep.BASICS),
    ("pain_point", 4, "写明现状与难点，企业才知道改善什么。", FormStep.BASICS),
    ("quantity", 5, "写明数量，企业才能报价。", FormStep.BASICS),
    ("requirements", 10, "至少写一项性能要求，不符合的产品会自动排除。", FormStep.REQUIREMENTS),
    ("budget_high_fen", 8, "写明预算区间，企业应答的意愿明显提高。", FormStep.COOPERATION),
    ("modes", 6, "写明可接受的合作方式，可扩大供给范围。", FormStep.COOPERATION),
)


@dataclass(frozen=True)
class MissingFact:
    """Something that would make the need easier to answer; ``points`` of 100 it would add."""

    field: str
    label: str
    why: str
    step: FormStep
    points: int


@dataclass(frozen=True)
class Answerability:
    """How answerable a need is, 0 to 100, and what is missing, the most useful first."""

    score: int
    missing: tuple[MissingFact, ...]

    @property
    def level(self) -> str:
        """The score in words."""
        if self.score >= GOOD:
            return "信息充分，企业容易应答"
        return "基本可应答，仍可补充" if self.score >= FAIR else "信息较少，企业难以应答"


def compute_answerability(content: ListingContent) -> Answerability:
    """Weigh what is written against what is usually asked back.

    Every fact counts by its weight; a description counts in proportion up to 100 characters.
    """
    parts = tuple(_iter_parts(content))
    total = sum(weight for _, weight, _, _, _ in parts)
    got = sum(weight * share // 100 for _, weight, share, _, _ in parts)
    missing = [
        MissingFact(name, label_of(name), why, step, round(100 * weight / total))
        for name, weight, share, why, step in parts
        if share < 100
    ]
    missing.sort(key=lambda fact: -fact.points)
    return Answerability(100 * got // total, tuple(missing))


def _iter_parts(content: ListingContent) -> Iterator[tuple[str, int, int, str, FormStep]]:
    """(field, weight, share given in per cent, why, page of the form)."""
    for name, weight, why, step in _FIELDS:
        yield name, weight, _share(content, name), why, step
    for question in questions_for(content.kind):
        share = 100 if content.facts.get(question.key) else 0
        yield question.key, question.weight, share, BY_KEY[question.key].help, question.step


def _share(content: ListingContent, name: str) -> int:
    if name == "description":
        return min(100, 100 * len(content.description) // FULL_DESCRIPTION)
    return 100 if getattr(content, name) else 0

"""The forms of the calculator's questions: question, use by an instrument, topic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from matchmaker.policy.instrument import FactKind, FactSpec


@dataclass(frozen=True)
class Question:
    """One question. Without an answer its default stands; without a default it is unanswered."""

    id: str
    label: str
    kind: FactKind
    help: str = ""
    unit: str = ""
    words: tuple[tuple[str, str], ...] = ()
    default: str | None = None

    @property
    def spec(self) -> FactSpec:
        """The form of an answer."""
        words = tuple(value for value, _ in self.words)
        return FactSpec(self.id, self.kind, self.label, self.default, words)


@dataclass(frozen=True)
class Use:
    """How the answers become the facts of an instrument.

    ``facts`` maps each fact to a question, or to several whose amounts are added. ``only_if`` is a
    question and the answer without which the instrument does not apply, and why.
    """

    instrument: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    only_if: tuple[tuple[str, str, str], ...] = ()

    @cached_property
    def question_ids(self) -> tuple[str, ...]:
        """Every question this instrument needs."""
        needed = [id_ for _, ids in self.facts for id_ in ids]
        return tuple(dict.fromkeys([*needed, *(id_ for id_, _, _ in self.only_if)]))


@dataclass(frozen=True)
class Topic:
    """One thing a party may have done, with its questions and instruments."""

    id: str
    label: str
    roles: tuple[str, ...]
    questions: tuple[Question, ...]
    uses: tuple[Use, ...]

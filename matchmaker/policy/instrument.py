"""A money instrument as values: the facts it takes, what must hold, and how it calculates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class FactKind(StrEnum):
    """The form in which a fact is given."""

    YUAN = "yuan"
    YUAN_LIST = "yuan_list"
    DECIMAL = "decimal"
    WHOLE = "whole"
    FLAG = "flag"
    WORD = "word"


class Test(StrEnum):
    """How a condition looks at its subject."""

    __test__ = False  # not a test class, whatever a collector makes of the name

    IS = "is"
    POSITIVE = "positive"
    ABOVE = "above"
    AT_LEAST = "at_least"


@dataclass(frozen=True)
class FactSpec:
    """A fact that a calculation takes; required unless it has a default."""

    name: str
    kind: FactKind
    label: str
    default: str | None = None
    words: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        return self.default is None


@dataclass(frozen=True)
class Measure:
    """An amount derived from facts: ``source`` less others, times years, or the dearest N."""

    name: str
    label: str
    source: str
    less: tuple[str, ...] = ()
    times: str | None = None
    dearest: str | None = None


@dataclass(frozen=True)
class Condition:
    """What must hold. ``requires`` and ``otherwise`` may name ``{value}`` and ``{limit}``."""

    code: str
    subject: str
    test: Test
    requires: str
    otherwise: str
    value: str | None = None
    parameter: str | None = None


@dataclass(frozen=True)
class Share:
    """rate × base within cap − what was used; no rate means the base itself."""

    base: str
    cap: str
    rate: str | None = None
    used: str | None = None


@dataclass(frozen=True)
class Fixed:
    """A fixed amount."""

    amount: str


@dataclass(frozen=True)
class FixedByWord:
    """A fixed amount for each word of a fact."""

    fact: str
    amounts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class InKind:
    """Something given instead of money: each fact within its limit."""

    limits: tuple[tuple[str, str], ...]


Calculation = Share | Fixed | FixedByWord | InKind


@dataclass(frozen=True)
class Instrument:
    """One money instrument of a document. ``work`` names what awards may overlap on."""

    id: str
    document_id: str
    title: str
    clause: str
    quote: str
    recipient: str
    work: str
    facts: tuple[FactSpec, ...]
    measures: tuple[Measure, ...]
    conditions: tuple[Condition, ...]
    calculation: Calculation
    ceiling_words: tuple[str, ...] = ()

    @cached_property
    def facts_by_name(self) -> dict[str, FactSpec]:
        return {fact.name: fact for fact in self.facts}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels of facts and measures by name."""
        labels = {fact.name: fact.label for fact in self.facts}
        return labels | {measure.name: measure.label for measure in self.measures}

    @property
    def is_in_kind(self) -> bool:
        return isinstance(self.calculation, InKind)

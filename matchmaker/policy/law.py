"""The law as values: what a policy document says, clause by clause, and what it pays.

Everything here is frozen. A loaded value is never edited: a change of the law is a new dated
version of its document (``seeds/policies/<document>/<effective-from>.yaml``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from matchmaker.errors import InvalidInput, NotFound
from matchmaker.policy.amounts import format_yuan, group_yuan
from matchmaker.policy.instrument import Instrument
from matchmaker.policy.quoting import shown


class DocumentStatus(StrEnum):
    """Whether a text binds."""

    IN_FORCE = "in_force"
    DRAFT = "draft"
    SUPERSEDED = "superseded"


class Unit(StrEnum):
    """The unit of a parameter; it decides how the quoted value is read."""

    YUAN = "yuan"
    PERCENT = "percent"
    COUNT = "count"
    YEARS = "years"
    SQUARE_METRES = "m2"
    WORKING_DAYS = "working_days"
    CHOICE = "choice"


#: A parameter's value: fen, a whole number, an exact number, or the word of a choice.
Value = int | Fraction | str


@dataclass(frozen=True)
class Clause:
    """One clause as printed. ``id`` is unique within its document, ``number`` may repeat."""

    id: str
    number: str
    heading: str
    text: str

    @property
    def display_text(self) -> str:
        """The text without the bold marks (``**``) that the extraction of one source left."""
        return self.text.replace("**", "")


@dataclass(frozen=True)
class Question:
    """Where the text is silent: what is asked, which answer is the default here, and why."""

    asks: str
    default: str
    because: str


@dataclass(frozen=True)
class DatedValue:
    """A value that holds from a day on; ``text`` is the figure as it stands in the data."""

    valid_from: date
    value: Value
    text: str

    @cached_property
    def plain_yuan(self) -> str:
        """An amount as in JSON: ``2000000.00``."""
        return format_yuan(self._amount)

    @cached_property
    def grouped_yuan(self) -> str:
        """An amount for reading: ``2,000,000.00``."""
        return group_yuan(self._amount)

    @property
    def _amount(self) -> int:
        if isinstance(self.value, int):
            return self.value
        raise TypeError(f"{self.text} is not an amount")


@dataclass(frozen=True)
class Parameter:
    """A figure of the text, dated, with its unit and clause."""

    id: str
    label: str
    unit: Unit
    clause: str
    values: tuple[DatedValue, ...]
    question: Question | None = None

    def dated_on(self, day: date) -> DatedValue:
        """What holds on a day; before the first dated value, the first one."""
        found = self.values[0]
        for dated in self.values[1:]:
            if dated.valid_from > day:
                break
            found = dated
        return found

    def value_on(self, day: date) -> Value:
        """The value that holds on a day."""
        return self.dated_on(day).value


@dataclass(frozen=True)
class PolicyDocument:
    """One version of a policy text. The period includes both of its days."""

    id: str
    title: str
    number: str
    issuer: str
    issued_on: date | None
    status: DocumentStatus
    in_force_from: date
    in_force_to: date
    period_clause: str
    source: str
    notes: tuple[str, ...]
    clauses: tuple[Clause, ...]
    parameters: tuple[Parameter, ...]
    instruments: tuple[Instrument, ...]
    sha256: str
    source_sha256: str

    @cached_property
    def clauses_by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def parameters_by_id(self) -> dict[str, Parameter]:
        return {parameter.id: parameter for parameter in self.parameters}

    @cached_property
    def period_texts(self) -> tuple[str, str]:
        """The first and the last day of the period as YYYY-MM-DD."""
        return self.in_force_from.isoformat(), self.in_force_to.isoformat()

    def covers(self, day: date) -> bool:
        """True on every day of the period, the first and the last included."""
        return self.in_force_from <= day <= self.in_force_to

    def cite(self, clause_id: str) -> str:
        """How a clause is named in steps: ``M66 六``."""
        return f"{self.id} {clause_id}"

    def cite_in_full(self, clause_id: str) -> str:
        """How a clause is named for the public: 杭政办函〔2024〕66号 六; by title without 文号."""
        return f"{self.number} {clause_id}" if self.number else f"《{self.title}》{clause_id}"

    def dated_on(self, parameter_id: str, day: date) -> DatedValue:
        """What a parameter says on a day."""
        return self.parameters_by_id[parameter_id].dated_on(day)

    def money_on(self, parameter_id: str, day: date) -> int:
        """A parameter's amount in fen."""
        value = self.parameters_by_id[parameter_id].value_on(day)
        if not isinstance(value, int):
            raise TypeError(f"{parameter_id} is not an amount")
        return value

    def number_on(self, parameter_id: str, day: date) -> int | Fraction:
        """A parameter's number; a percentage is a fraction of one."""
        value = self.parameters_by_id[parameter_id].value_on(day)
        if isinstance(value, str):
            raise TypeError(f"{parameter_id} is not a number")
        return value


@dataclass(frozen=True)
class Adoption:
    """The bureau's record that a draft was adopted: its number and day."""

    document_id: str
    number: str
    adopted_on: date


@dataclass(frozen=True)
class Law:
    """All versions of all documents, with the adoptions that were recorded."""

    documents: tuple[PolicyDocument, ...]
    adoptions: tuple[Adoption, ...] = ()

    @cached_property
    def _versions(self) -> dict[str, tuple[PolicyDocument, ...]]:
        ids = sorted({document.id for document in self.documents})
        return {
            id_: tuple(
                sorted(
                    (document for document in self.documents if document.id == id_),
                    key=lambda document: document.in_force_from,
                )
            )
            for id_ in ids
        }

    @cached_property
    def _holding(self) -> dict[str, tuple[tuple[PolicyDocument, Instrument], ...]]:
        """Instrument id → the versions that hold it, oldest first."""
        pairs: dict[str, list[tuple[PolicyDocument, Instrument]]] = {}
        for versions in self._versions.values():
            for document in versions:
                for instrument in document.instruments:
                    pairs.setdefault(instrument.id, []).append((document, instrument))
        return {id_: tuple(found) for id_, found in pairs.items()}

    @property
    def document_ids(self) -> tuple[str, ...]:
        return tuple(self._versions)

    @property
    def instrument_ids(self) -> tuple[str, ...]:
        """All instruments, sorted by id."""
        return tuple(sorted(self._holding))

    def document_on(self, document_id: str, day: date) -> PolicyDocument:
        """The version that a day falls under: the last one begun, else the first.

        Raises NotFound for a document that is not loaded.
        """
        if document_id not in self._versions:
            raise NotFound(
                "unknown_document",
                "没有编号为“{document}”的政策文件，现有：{known}。",
                document=shown(document_id),
                known="、".join(self._versions),
            )
        versions = self._versions[document_id]
        begun = [version for version in versions if version.in_force_from <= day]
        return begun[-1] if begun else versions[0]

    def instrument_on(self, instrument_id: str, day: date) -> tuple[PolicyDocument, Instrument]:
        """An instrument with the version of its document that a day falls under.

        Raises InvalidInput for an id that no document has.
        """
        holding = self._holding.get(instrument_id, ())
        begun = [pair for pair in holding if pair[0].in_force_from <= day]
        if holding:
            return begun[-1] if begun else holding[0]
        raise InvalidInput(
            "unknown_instrument",
            "没有编号为“{instrument}”的政策措施。可用编号：{known}。",
            field="instrument",
            instrument=shown(instrument_id),
            known="、".join(self.instrument_ids),
        )

    def adoption_of(self, document_id: str) -> Adoption | None:
        """The recorded adoption of a draft, if any."""
        return next((a for a in self.adoptions if a.document_id == document_id), None)

    def is_binding(self, document: PolicyDocument, day: date) -> bool:
        """True when decisions of that day bind: not a draft, or a draft adopted by that day."""
        if document.status is not DocumentStatus.DRAFT:
            return True
        adoption = self.adoption_of(document.id)
        return adoption is not None and adoption.adopted_on <= day

    def with_adoptions(self, *adoptions: Adoption) -> Law:
        """This law with other recorded adoptions; the documents stay as they are."""
        return replace(self, adoptions=tuple(adoptions))

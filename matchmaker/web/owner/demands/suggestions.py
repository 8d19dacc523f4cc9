"""Requirements that the description suggests; the owner takes or leaves each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from matchmaker.catalogue.values import read_value
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.content import ListingContent
from matchmaker.demands.seed_records import RequirementRecord
from matchmaker.demands.typed_requirements import typed_attributes
from matchmaker.demands.wording import describe_requirement
from matchmaker.errors import InvalidInput
from matchmaker.matching.requirements import Suggestion, suggest_requirements


@dataclass(frozen=True)
class SuggestionLine:
    """One suggestion with the words of the description that it was read from."""

    attribute: str
    text: str
    quoted: str
    record: RequirementRecord


def list_suggestions(content: ListingContent, vocabulary: Vocabulary) -> list[SuggestionLine]:
    """What the description says about attributes that have no requirement yet."""
    text = "\n".join((content.description, content.pain_point, *content.facts.values()))
    taken = {record.attribute for record in content.requirements}
    shown = {attribute.id for attribute in typed_attributes(vocabulary)} - taken
    lines = (
        _line(each, vocabulary)
        for each in suggest_requirements(text)
        if each.requirement.attribute in shown
    )
    return [line for line in lines if line is not None]


def _line(suggestion: Suggestion, vocabulary: Vocabulary) -> SuggestionLine | None:
    asked = suggestion.requirement
    attribute = vocabulary.attribute(asked.attribute)
    try:
        value = read_value(attribute, _as_json(asked.value))
    except InvalidInput:
        return None
    record = RequirementRecord(
        attribute.id, attribute.operator, value, asked.hard, attribute.demand_key
    )
    return SuggestionLine(
        attribute.id, describe_requirement(record, vocabulary), suggestion.matched, record
    )


def _as_json(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return sorted(value) if isinstance(value, (tuple, frozenset, set)) else value


def take_suggestions(
    lines: Iterable[SuggestionLine], attributes: Iterable[str]
) -> tuple[RequirementRecord, ...]:
    """The records of the suggestions that the owner ticked."""
    ticked = set(attributes)
    return tuple(line.record for line in lines if line.attribute in ticked)

"""A requirement as a person types it: one value for an attribute, hard or a wish."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.catalogue.values import Value, read_value
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.seed_records import RequirementRecord
from matchmaker.errors import InvalidInput

#: Beyond it somebody slipped a key.
LARGEST = Decimal(1_000_000)
SMALLEST = Decimal(-200)
DECIMALS = 4

_EXAMPLES = {
    AttributeKind.IP_RATING: "防护等级写法如 IP54、IP67、IPX5。",
    AttributeKind.MINIMUM: "请填写数字，如 5 或 1.5。",
    AttributeKind.MAXIMUM: "请填写数字，如 5 或 -10。",
}


def typed_attributes(vocabulary: Vocabulary) -> list[Attribute]:
    """The attributes that forms and tables ask for, in the catalogue's order."""
    return [attribute for attribute in vocabulary.attributes if attribute.demand_key]


def parse_requirement(attribute: Attribute, raw: Any, *, hard: bool) -> RequirementRecord:
    """The requirement that a typed value means.

    ``raw`` is a text, or a list of ids for a set. Raises ``InvalidInput`` (field: the attribute's
    id) where it cannot be read.
    """
    try:
        value = read_value(attribute, _as_json(attribute, raw))
    except (InvalidInput, InvalidOperation):
        example = _EXAMPLES.get(attribute.kind, "请从列表中选择。")
        raise InvalidInput("requirement_malformed", example, field=attribute.id) from None
    _check_size(attribute, value)
    return RequirementRecord(
        attribute.id, attribute.operator, value, hard, attribute.demand_key or attribute.id
    )


def _as_json(attribute: Attribute, raw: Any) -> Any:
    if attribute.kind is AttributeKind.YES_NO:
        return True
    if attribute.kind in {AttributeKind.MINIMUM, AttributeKind.MAXIMUM, AttributeKind.RANGE}:
        number = Decimal(str(raw))
        return int(number) if number.is_finite() and number == number.to_integral() else number
    return raw.upper().replace(" ", "") if attribute.kind is AttributeKind.IP_RATING else raw


def _check_size(attribute: Attribute, value: Value) -> None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    too_fine = isinstance(exponent, int) and -exponent > DECIMALS
    floor = SMALLEST if attribute.id.startswith("temp") else Decimal(0)
    if not floor <= number <= LARGEST or too_fine:
        raise InvalidInput(
            "requirement_range",
            "{label}应在 {low} 至 {high} 之间，最多 4 位小数。",
            field=attribute.id,
            label=attribute.zh,
            low=floor,
            high=LARGEST,
        )

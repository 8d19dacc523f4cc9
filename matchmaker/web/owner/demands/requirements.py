"""Requirements as an owner types them: one line for each attribute that demands ask for."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.catalogue.values import Value, read_value
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.content import ListingContent
from matchmaker.demands.seed_records import RequirementRecord
from matchmaker.errors import InvalidInput

VALUE_PREFIX = "want_"
WEIGHT_PREFIX = "weight_"
WEIGHTS = [SelectChoice("hard", "必须"), SelectChoice("wish", "期望")]
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
    """The attributes that the form asks for, in the catalogue's order."""
    return [attribute for attribute in vocabulary.attributes if attribute.demand_key]


def show_requirement(requirement: RequirementRecord) -> Any:
    """The value as its control shows it."""
    value = requirement.value
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return list(value)
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def read_requirements(
    form: FlaskForm, content: ListingContent, vocabulary: Vocabulary
) -> tuple[RequirementRecord, ...]:
    """What the form asks for. Requirements on attributes that it doesn't show are kept.

    Raises ``InvalidInput`` naming the field where a value cannot be read.
    """
    shown = typed_attributes(vocabulary)
    ids = {attribute.id for attribute in shown}
    kept = [record for record in content.requirements if record.attribute not in ids]
    read = [_read(form, attribute) for attribute in shown]
    return (*(record for record in read if record), *kept)


def _read(form: FlaskForm, attribute: Attribute) -> RequirementRecord | None:
    name = VALUE_PREFIX + attribute.id
    raw = form[name].data
    if isinstance(raw, str):
        raw = raw.strip()
    if not raw or (attribute.kind is AttributeKind.YES_NO and raw != "yes"):
        return None
    try:
        value = read_value(attribute, _as_json(attribute, raw))
    except (InvalidInput, InvalidOperation):
        example = _EXAMPLES.get(attribute.kind, "请从列表中选择。")
        raise InvalidInput("requirement_malformed", example, field=name) from None
    _check_size(attribute, value, name)
    hard = form[WEIGHT_PREFIX + attribute.id].data != "wish"
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


def _check_size(attribute: Attribute, value: Value, name: str) -> None:
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
            field=name,
            label=attribute.zh,
            low=floor,
            high=LARGEST,
        )

"""Requirements as an owner types them: one line for each attribute that demands ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.content import ListingContent
from matchmaker.demands.seed_records import RequirementRecord
from matchmaker.demands.typed_requirements import parse_requirement, typed_attributes
from matchmaker.errors import InvalidInput

VALUE_PREFIX = "want_"
WEIGHT_PREFIX = "weight_"
WEIGHTS = [SelectChoice("hard", "必须"), SelectChoice("wish", "期望")]


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
    hard = form[WEIGHT_PREFIX + attribute.id].data != "wish"
    try:
        return parse_requirement(attribute, raw, hard=hard)
    except InvalidInput as error:
        error.field = name
        raise

"""The what-if panel: requirements as the address carries them, typed and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import InvalidInput
from matchmaker.matching.constraints import (
    AttributeDefinition,
    Kind,
    Operator,
    Requirement,
    check_requirement,
    parse_value,
)
from matchmaker.matching.market.needs import in_catalogue_words

WANT, WEIGHT, FURTHER = "want_", "weight_", "add"
HARD, WISH, DROPPED = "hard", "wish", "off"
WEIGHTS = ((HARD, "必须"), (WISH, "期望"), (DROPPED, "不作要求"))


@dataclass(frozen=True)
class WhatIfLine:
    """One requirement in the panel, as it was typed; ``error`` stands beside its field."""

    attribute: str
    label: str
    unit: str
    sign: str
    text: str
    weight: str
    choices: tuple[str, ...]
    error: str = ""


@dataclass(frozen=True)
class WhatIf:
    """What the address asks for. ``requirements`` is None where nothing was changed or some
    value could not be read.
    """

    lines: tuple[WhatIfLine, ...]
    requirements: tuple[Requirement, ...] | None
    is_asked: bool

    @property
    def errors(self) -> tuple[WhatIfLine, ...]:
        """The lines that could not be read."""
        return tuple(line for line in self.lines if line.error)


SIGNS = {
    Operator.AT_LEAST: "不低于",
    Operator.AT_MOST: "不高于",
    Operator.EQUAL: "为",
    Operator.NOT_EQUAL: "不为",
}


def read_what_if(
    arguments: Mapping[str, str],
    own: Sequence[Requirement],
    definitions: Mapping[str, AttributeDefinition],
) -> WhatIf:
    """The panel for the demand's own requirements, changed by what the address says."""
    kept = {item.attribute: item for item in own}
    for key in _list_further(arguments, definitions):
        kept.setdefault(key, _usual(definitions[key]))
    lines: list[WhatIfLine] = []
    read: list[Requirement] = []
    for item in kept.values():
        line, requirement = _read_line(arguments, item, definitions[item.attribute])
        lines.append(line)
        if requirement is not None:
            read.append(requirement)
    asked = any(name.startswith(WANT) for name in arguments)
    broken = any(line.error for line in lines)
    return WhatIf(tuple(lines), tuple(read) if asked and not broken else None, asked)


def _list_further(
    arguments: Mapping[str, str], definitions: Mapping[str, AttributeDefinition]
) -> Iterable[str]:
    named = [arguments.get(FURTHER, "")]
    named += [name.removeprefix(WANT) for name in arguments if name.startswith(WANT)]
    return (key for key in named if key in definitions)


def _usual(definition: AttributeDefinition) -> Requirement:
    """An empty line for an attribute that the demand does not ask for yet."""
    attribute = load_vocabulary().attribute(definition.key)
    return Requirement(definition.key, Operator(attribute.operator), "", hard=True)


def _read_line(
    arguments: Mapping[str, str], item: Requirement, definition: AttributeDefinition
) -> tuple[WhatIfLine, Requirement | None]:
    text = arguments.get(WANT + item.attribute, describe_input(item)).strip()[:200]
    weight = arguments.get(WEIGHT + item.attribute, HARD if item.hard else WISH)
    weight = weight if weight in {HARD, WISH, DROPPED} else HARD
    error, requirement = "", None
    if weight != DROPPED and text:
        try:
            requirement = _parse(item, text, definition, hard=weight == HARD)
        except InvalidInput as refused:
            error = refused.text
    line = WhatIfLine(
        attribute=item.attribute,
        label=definition.label_zh,
        unit=definition.unit,
        sign=SIGNS[item.operator],
        text=text,
        weight=weight,
        choices=_choices(definition),
        error=error,
    )
    return line, requirement


def _parse(
    item: Requirement, text: str, definition: AttributeDefinition, *, hard: bool
) -> Requirement:
    requirement = Requirement(item.attribute, item.operator, parse_value(definition, text), hard)
    check_requirement(requirement, definition)
    return in_catalogue_words(requirement, load_vocabulary())


def _choices(definition: AttributeDefinition) -> tuple[str, ...]:
    if definition.kind is Kind.YES_NO:
        return ("是", "否")
    return definition.order


def describe_input(item: Requirement) -> str:
    """The value as a person types it."""
    value = item.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if isinstance(value, float | int):
        return f"{float(value):g}"
    return str(value)

"""Requirements against capabilities: met, unmet, unknown, each with its reason. Pure.

| | satisfies | falls short | no value |
|---|---|---|---|
| documented, verified | met | unmet | – |
| claimed | met; unknown where proof is required | unmet | – |
| unverified | unknown | unknown | – |
| none | – | – | unknown |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from matchmaker.errors import InvalidInput
from matchmaker.matching.attributes import (
    OPERATORS,
    AttributeDefinition,
    Kind,
    Operator,
    Value,
    as_set,
    compute_shortfall,
    describe_value,
    ip_digits,
    parse_value,
    satisfies,
)

__all__ = [
    "AttributeDefinition",
    "Capability",
    "Evidence",
    "Kind",
    "Operator",
    "Outcome",
    "Requirement",
    "Value",
    "Verdict",
    "check_requirement",
    "describe_value",
    "evaluate_requirement",
    "evaluate_requirements",
    "ip_digits",
    "parse_value",
    "parse_where",
    "satisfies",
]


class Evidence(StrEnum):
    """How well a value is founded, from weakest to strongest."""

    UNVERIFIED = "unverified"
    CLAIMED = "claimed"
    DOCUMENTED = "documented"
    VERIFIED = "verified"

    @property
    def strength(self) -> int:
        return _STRENGTH[self]

    @property
    def label_zh(self) -> str:
        return _EVIDENCE_LABELS[self]


_STRENGTH = {evidence: place for place, evidence in enumerate(Evidence)}
_EVIDENCE_LABELS = {
    Evidence.UNVERIFIED: "待核验",
    Evidence.CLAIMED: "自述",
    Evidence.DOCUMENTED: "有证明材料",
    Evidence.VERIFIED: "已核验",
}


class Outcome(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Requirement:
    """What a demand asks of an attribute; ``hard`` ones exclude, others are wishes."""

    attribute: str
    operator: Operator
    value: Value
    hard: bool


@dataclass(frozen=True)
class Capability:
    """What is known of an attribute of a product. A proof past ``valid_until`` counts as said."""

    attribute: str
    value: Value
    evidence: Evidence
    source: str = ""
    valid_until: date | None = None

    def evidence_on(self, today: date) -> Evidence:
        """The evidence as it counts on a day; the last day of validity still counts."""
        expired = self.valid_until is not None and self.valid_until < today
        if expired and self.evidence.strength > Evidence.CLAIMED.strength:
            return Evidence.CLAIMED
        return self.evidence


@dataclass(frozen=True)
class Verdict:
    """The result for one requirement. ``satisfies``: the plain comparison, None without a value;

    ``shortfall``: how far a number falls short, as a share of what is wanted (0 if it doesn't).
    """

    attribute: str
    verdict: Outcome
    wanted: str
    offered: str | None
    evidence: Evidence | None
    hard: bool
    reason: str
    label: str = ""
    source: str = ""
    satisfies: bool | None = None
    shortfall: float = 0.0


_WHERE = re.compile(r"^\s*(\w+)\s*(>=|<=|!=|=)\s*(.+?)\s*$", re.DOTALL)


def parse_where(
    text: str, definitions: Mapping[str, AttributeDefinition], *, hard: bool = True
) -> Requirement:
    """``"payload_kg >= 20"`` as a requirement.

    Raises ``InvalidInput`` (field ``where``) for a malformed condition or unknown attribute.
    """
    match = _WHERE.match(text)
    if match is None:
        raise InvalidInput(
            "malformed_where",
            "条件“{condition}”写法有误，应为“属性 运算符 取值”，运算符为 >=、<=、=、!= 之一",
            field="where",
            condition=text,
        )
    key, sign, value = match.groups()
    definition = definitions.get(key)
    if definition is None:
        raise InvalidInput(
            "unknown_attribute",
            "没有名为“{key}”的属性，可用的有：{known}",
            field="where",
            key=key,
            known="、".join(sorted(definitions)),
        )
    requirement = Requirement(key, Operator(sign), parse_value(definition, value), hard)
    check_requirement(requirement, definition)
    return requirement


def check_requirement(requirement: Requirement, definition: AttributeDefinition) -> None:
    """Raises ``InvalidInput`` where the operator does not fit the kind of the attribute."""
    allowed = OPERATORS[definition.kind]
    if requirement.operator not in allowed:
        raise InvalidInput(
            "operator_does_not_fit",
            "“{label}”不能用“{operator}”比较，可用：{allowed}",
            field=definition.key,
            label=definition.label_zh,
            operator=str(requirement.operator),
            allowed="、".join(allowed),
        )


def evaluate_requirement(
    requirement: Requirement,
    capabilities: Iterable[Capability],
    definition: AttributeDefinition,
    *,
    today: date,
) -> Verdict:
    """The verdict by evidence and comparison. Of several values the best founded one counts;

    of equally founded ones the least favourable.
    """
    offers = [item for item in capabilities if item.attribute == requirement.attribute]
    if definition.kind is Kind.SET:
        offers = _united(requirement, offers, today)
    wanted = describe_value(definition, requirement.value, requirement.operator)
    if not offers:
        return Verdict(
            attribute=requirement.attribute,
            verdict=Outcome.UNKNOWN,
            wanted=wanted,
            offered=None,
            evidence=None,
            hard=requirement.hard,
            reason=f"未提供{definition.label_zh}，需向供方了解",
            label=definition.label_zh,
        )
    judged = [
        (item.evidence_on(today), _holds(definition, requirement, item), item) for item in offers
    ]
    strongest = max(evidence.strength for evidence, _, _ in judged)
    evidence, holds, item = min(
        (entry for entry in judged if entry[0].strength == strongest), key=lambda entry: entry[1]
    )
    offered = describe_value(definition, item.value)
    outcome, reason = _judge(definition, evidence, holds, wanted, offered)
    return Verdict(
        attribute=requirement.attribute,
        verdict=outcome,
        wanted=wanted,
        offered=offered,
        evidence=evidence,
        hard=requirement.hard,
        reason=reason,
        label=definition.label_zh,
        source=item.source,
        satisfies=holds,
        shortfall=0.0 if holds else compute_shortfall(definition, requirement.value, item.value),
    )


def _united(
    requirement: Requirement, offers: Sequence[Capability], today: date
) -> list[Capability]:
    """Sets add up: all words together, founded as well as the weakest word that is wanted."""
    if not offers:
        return []
    best: dict[str, Capability] = {}
    for item in sorted(offers, key=lambda item: item.evidence_on(today).strength):
        best.update(dict.fromkeys(sorted(as_set(item.value)), item))
    asked = [best[word] for word in sorted(as_set(requirement.value)) if word in best]
    deciding = min(asked or offers, key=lambda item: item.evidence_on(today).strength)
    words = tuple(dict.fromkeys(word for item in offers for word in sorted(as_set(item.value))))
    return [replace(deciding, value=words)]


def evaluate_requirements(
    requirements: Sequence[Requirement],
    capabilities: Iterable[Capability],
    definitions: Mapping[str, AttributeDefinition],
    *,
    today: date,
) -> tuple[Verdict, ...]:
    """One verdict per requirement, in their order. KeyError for an attribute without definition."""
    offers = tuple(capabilities)
    return tuple(
        evaluate_requirement(item, offers, definitions[item.attribute], today=today)
        for item in requirements
    )


def _holds(
    definition: AttributeDefinition, requirement: Requirement, capability: Capability
) -> bool:
    return satisfies(definition, requirement.operator, requirement.value, capability.value)


def _judge(
    definition: AttributeDefinition, evidence: Evidence, holds: bool, wanted: str, offered: str
) -> tuple[Outcome, str]:
    label = definition.label_zh
    if evidence is Evidence.UNVERIFIED:
        return Outcome.UNKNOWN, f"{label}：资料为{offered}，尚未核验（要求{wanted}）"
    if not holds:
        return Outcome.UNMET, f"{label}：要求{wanted}，实际为{offered}"
    if evidence is Evidence.CLAIMED and definition.proof_required:
        return Outcome.UNKNOWN, f"{label}：供方自述{offered}，须提供有效证明"
    return Outcome.MET, f"{label}：{offered}，符合要求（{evidence.label_zh}）"

"""Attributes and their values: how they are written, compared and shown. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from matchmaker.errors import InvalidInput


class Kind(StrEnum):
    """How the values of an attribute compare."""

    MINIMUM = "minimum"  # more is better: payload, endurance
    MAXIMUM = "maximum"  # less is better: mass, the lowest temperature
    RANGE = "range"  # two numbers; the wanted value or range must lie within
    YES_NO = "yes_no"
    ORDINAL = "ordinal"  # words in an order: L1 < L2 < …
    SET = "set"  # everything wanted must be offered
    IP_RATING = "ip_rating"  # two digits, each of its own


class Operator(StrEnum):
    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="
    NOT_EQUAL = "!="


Value = bool | int | float | Decimal | str | tuple[str, ...] | tuple[float, float]


@dataclass(frozen=True)
class AttributeDefinition:
    """What the catalogue says of an attribute. ``order``: the words of an ordinal, lowest first.

    ``derived``: read off form, tasks, protection and sensors where nobody stated it.
    """

    key: str
    label_zh: str
    label_en: str
    kind: Kind
    unit: str = ""
    proof_required: bool = False
    derived: bool = False
    order: tuple[str, ...] = ()


OPERATORS = {
    Kind.MINIMUM: (Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUAL, Operator.NOT_EQUAL),
    Kind.MAXIMUM: (Operator.AT_MOST, Operator.AT_LEAST, Operator.EQUAL, Operator.NOT_EQUAL),
    Kind.RANGE: (Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUAL),
    Kind.YES_NO: (Operator.EQUAL, Operator.NOT_EQUAL),
    Kind.ORDINAL: (Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUAL, Operator.NOT_EQUAL),
    Kind.SET: (Operator.AT_LEAST, Operator.EQUAL, Operator.NOT_EQUAL),
    Kind.IP_RATING: (Operator.AT_LEAST, Operator.EQUAL, Operator.NOT_EQUAL),
}
_IP = re.compile(r"^IP([0-6X])([0-9X])K?$")
_YES = {"true", "yes", "1", "是", "有", "需要"}
_NO = {"false", "no", "0", "否", "无", "不需要"}


def ip_digits(text: str) -> tuple[int, int]:
    """Solid and liquid digit; X (not tested) counts as 0.

    >>> ip_digits("IPX5")
    (0, 5)
    """
    match = _IP.match(text.strip().upper())
    if match is None:
        raise ValueError(f"not an IP rating: {text!r}")
    solid, liquid = (0 if digit == "X" else int(digit) for digit in match.groups())
    return solid, liquid


def parse_value(definition: AttributeDefinition, text: str) -> Value:
    """A typed value from what a person wrote. Raises ``InvalidInput`` naming the attribute."""
    clean = text.strip()
    try:
        return _parse(definition, clean)
    except (ValueError, ArithmeticError):
        raise InvalidInput(
            "malformed_value",
            "“{label}”的取值“{value}”无法识别，应填{expected}",
            field=definition.key,
            label=definition.label_zh,
            value=clean,
            expected=_expected(definition),
        ) from None


def _parse(definition: AttributeDefinition, text: str) -> Value:
    kind = definition.kind
    if kind is Kind.YES_NO:
        word = text.lower()
        if word not in _YES | _NO:
            raise ValueError(text)
        return word in _YES
    if kind is Kind.ORDINAL:
        word = text.upper() if text.upper() in definition.order else text
        if word not in definition.order:
            raise ValueError(text)
        return word
    if kind is Kind.IP_RATING:
        ip_digits(text)
        return text.upper()
    if kind is Kind.SET:
        words = tuple(word for word in re.split(r"[,，、;；\s]+", text) if word)
        if not words:
            raise ValueError(text)
        return words
    if kind is Kind.RANGE and (
        found := re.fullmatch(r"(-?[\d.]+)\s*(?:~|～|至|\.\.)\s*(-?[\d.]+)", text)
    ):
        low, high = (_finite(part) for part in found.groups())
        if low > high:
            raise ValueError(text)
        return (low, high)
    return _finite(text)


def _finite(text: str) -> float:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return float(number)


def _expected(definition: AttributeDefinition) -> str:
    if definition.kind is Kind.ORDINAL:
        return "、".join(definition.order) + "之一"
    return {
        Kind.YES_NO: "“是”或“否”",
        Kind.IP_RATING: "防护等级，如 IP65",
        Kind.SET: "一个或多个名称，用顿号分开",
        Kind.RANGE: "一个数或范围，如 -20~50",
    }.get(definition.kind, f"一个数（单位：{definition.unit or '无'}）")


def satisfies(
    definition: AttributeDefinition, operator: Operator, wanted: Value, offered: Value
) -> bool:
    """The plain comparison of two values of one attribute."""
    kind = definition.kind
    if kind is Kind.IP_RATING:
        return _compare_ip(operator, str(wanted), str(offered))
    if kind is Kind.SET:
        return _compare_sets(operator, as_set(wanted), as_set(offered))
    if kind is Kind.RANGE:
        return _compare_ranges(operator, _as_range(wanted), _as_range(offered))
    if kind is Kind.ORDINAL:
        order = definition.order
        return _compare_numbers(operator, order.index(str(wanted)), order.index(str(offered)))
    if kind is Kind.YES_NO:
        return (wanted == offered) is (operator is not Operator.NOT_EQUAL)
    return _compare_numbers(operator, _number(wanted), _number(offered))


def _number(value: Value) -> float:
    if isinstance(value, tuple):
        raise TypeError("a single number is expected")
    return float(value)


def _compare_numbers(operator: Operator, wanted: float, offered: float) -> bool:
    return {
        Operator.AT_LEAST: offered >= wanted,
        Operator.AT_MOST: offered <= wanted,
        Operator.EQUAL: offered == wanted,
        Operator.NOT_EQUAL: offered != wanted,
    }[operator]


def _compare_ip(operator: Operator, wanted: str, offered: str) -> bool:
    want, have = ip_digits(wanted), ip_digits(offered)
    if operator is Operator.AT_LEAST:
        return have[0] >= want[0] and have[1] >= want[1]
    return (want == have) is (operator is not Operator.NOT_EQUAL)


def _compare_sets(operator: Operator, wanted: frozenset[str], offered: frozenset[str]) -> bool:
    if operator is Operator.AT_LEAST:
        return wanted <= offered
    if operator is Operator.NOT_EQUAL:
        return not wanted & offered
    return wanted == offered


def _compare_ranges(
    operator: Operator, wanted: tuple[float, float], offered: tuple[float, float]
) -> bool:
    if operator is Operator.AT_LEAST:
        return offered[1] >= wanted[1]
    if operator is Operator.AT_MOST:
        return offered[0] <= wanted[0]
    return offered[0] <= wanted[0] and wanted[1] <= offered[1]


def as_set(value: Value) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, tuple) else frozenset((str(value),))


def _as_range(value: Value) -> tuple[float, float]:
    if isinstance(value, tuple):
        low, high = value
        return float(low), float(high)
    return float(value), float(value)


def compute_shortfall(definition: AttributeDefinition, wanted: Value, offered: Value) -> float:
    """How far the offer falls short as a share of the wanted; 1 where that has no meaning."""
    if definition.kind not in (Kind.MINIMUM, Kind.MAXIMUM):
        return 1.0
    want, have = _number(wanted), _number(offered)
    return min(abs(want - have) / abs(want), 1.0) if want else 1.0


def describe_value(
    definition: AttributeDefinition, value: Value, operator: Operator | None = None
) -> str:
    """The value as people write it: ``20公斤``, ``不低于IP65``."""
    if isinstance(value, bool):
        says_yes = value is not (operator is Operator.NOT_EQUAL)
        return "是" if says_yes else "否"
    if isinstance(value, tuple):
        separator = "～" if definition.kind is Kind.RANGE else "、"
        text = separator.join(f"{part:g}" if isinstance(part, float) else part for part in value)
    else:
        text = value if isinstance(value, str) else f"{float(value):g}"
    prefix = "" if operator is None else _PREFIX[operator]
    if definition.kind is Kind.SET and operator is Operator.AT_LEAST:
        prefix = "具备"
    return f"{prefix}{text}{definition.unit}"


_PREFIX = {
    Operator.AT_LEAST: "不低于",
    Operator.AT_MOST: "不高于",
    Operator.EQUAL: "",
    Operator.NOT_EQUAL: "不是",
}

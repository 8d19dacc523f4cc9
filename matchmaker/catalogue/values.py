"""Typed values of attributes, from JSON data."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.errors import InvalidInput

#: A number is never a float; an amount of money is a Decimal in yuan.
Value = int | Decimal | bool | str | tuple[str, ...]

_MONEY = re.compile(r"\d{1,13}\.\d{2}", re.ASCII)
_IP_RATING = re.compile(r"IP[0-6X][0-9X]K?", re.ASCII)
_EXPECTED = {
    AttributeKind.MINIMUM: "数字",
    AttributeKind.MAXIMUM: "数字",
    AttributeKind.RANGE: "数字",
    AttributeKind.YES_NO: "true 或 false",
    AttributeKind.SET: "不为空的文字列表",
    AttributeKind.IP_RATING: "防护等级，如 IP54",
    AttributeKind.MONEY: "以元计、保留两位小数的文字，如 99000.00",
    AttributeKind.TEXT: "文字",
}


def read_value(attribute: Attribute, value: Any) -> Value:
    """A JSON value as a value of the attribute.

    Raises InvalidInput (field: the attribute's id) where it is not of the attribute's kind.
    """
    typed = _typed(attribute, value)
    if typed is None:
        choices = "、".join(attribute.choices)
        raise InvalidInput(
            "malformed_value",
            "“{label}”的值 {value} 不符合要求，应为{expected}",
            field=attribute.id,
            label=attribute.zh,
            value=repr(value),
            expected=f"{choices} 之一" if choices else _EXPECTED[attribute.kind],
        )
    return typed


def _typed(attribute: Attribute, value: Any) -> Value | None:
    kind = attribute.kind
    if kind is AttributeKind.YES_NO:
        return value if isinstance(value, bool) else None
    if kind in (AttributeKind.MINIMUM, AttributeKind.MAXIMUM, AttributeKind.RANGE):
        return _number(value)
    if kind is AttributeKind.SET:
        return _words(value)
    if not isinstance(value, str) or not value.strip():
        return None
    if kind is AttributeKind.MONEY:
        return Decimal(value) if _MONEY.fullmatch(value) else None
    if kind is AttributeKind.IP_RATING:
        return value if _IP_RATING.fullmatch(value) else None
    if kind is AttributeKind.ORDINAL:
        return value if value in attribute.choices else None
    return value


def _number(value: Any) -> int | Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = value if isinstance(value, int) else Decimal(str(value))
    return number if isinstance(number, int) or number.is_finite() else None


def _words(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(word, str) and word.strip() for word in value):
        return None
    return tuple(value)

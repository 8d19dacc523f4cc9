"""Typing what a firm writes into a capability, by the kind of the attribute. Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from matchmaker.catalogue.concepts import Attribute, AttributeKind
from matchmaker.catalogue.values import Value
from matchmaker.errors import InvalidInput

_IP = re.compile(r"IP([0-6X])([0-9X])K?")
_SEPARATORS = re.compile(r"[、，,;；\n]+")
_YES = frozenset({"是", "有", "支持", "true", "yes"})
_NO = frozenset({"否", "无", "不支持", "false", "no"})
MAX_DECIMALS = 3
LIMIT = Decimal(10_000_000)
#: Attributes whose figure may be below zero.
MAY_BE_NEGATIVE = frozenset({"temp_min_c", "temp_max_c"})
#: Attributes that count whole things.
WHOLE = frozenset({"dof_total", "dof_hand"})
TEXT_MAX = 120
SET_MAX = 20


def parse_value(attribute: Attribute, text: str) -> Value:
    """The typed value of what a person wrote. Raises ``InvalidInput`` naming the attribute.

    >>> from matchmaker.catalogue.vocabulary import load_vocabulary
    >>> parse_value(load_vocabulary().attribute("ip_rating"), "ip 67")
    'IP67'
    """
    clean = unicodedata.normalize("NFKC", text).strip()
    if not clean:
        raise _refused(attribute, text, "不能为空")
    match attribute.kind:
        case AttributeKind.YES_NO:
            return _parse_yes_no(attribute, clean)
        case AttributeKind.ORDINAL:
            return _parse_choice(attribute, clean)
        case AttributeKind.IP_RATING:
            return _parse_ip(attribute, clean)
        case AttributeKind.SET:
            return _parse_words(attribute, clean)
        case AttributeKind.TEXT:
            return _parse_text(attribute, clean)
        case _:
            return _parse_number(attribute, clean)


def _refused(attribute: Attribute, text: str, advice: str) -> InvalidInput:
    return InvalidInput(
        "capability_value",
        "“{label}”的取值“{value}”不正确：{advice}。",
        field=attribute.id,
        label=attribute.zh,
        value=text.strip()[:40],
        advice=advice,
    )


def _parse_yes_no(attribute: Attribute, text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise _refused(attribute, text, "请填“是”或“否”")
    return word in _YES


def _parse_choice(attribute: Attribute, text: str) -> str:
    word = text.upper()
    if word not in attribute.choices:
        raise _refused(attribute, text, f"请填{'、'.join(attribute.choices)}之一")
    return word


def _parse_ip(attribute: Attribute, text: str) -> str:
    word = text.upper().replace(" ", "")
    if not _IP.fullmatch(word):
        raise _refused(attribute, text, "请填 IP 加两位代码，如 IP54")
    return word


def _parse_words(attribute: Attribute, text: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word.strip() for word in _SEPARATORS.split(text) if word.strip()))
    if not words or len(words) > SET_MAX or max(map(len, words)) > TEXT_MAX:
        raise _refused(attribute, text, f"请用顿号分隔，最多 {SET_MAX} 项")
    return words


def _parse_text(attribute: Attribute, text: str) -> str:
    if len(text) > TEXT_MAX:
        raise _refused(attribute, text, f"不超过 {TEXT_MAX} 个字")
    return text


def _parse_number(attribute: Attribute, text: str) -> int | Decimal:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise _refused(attribute, text, _number_advice(attribute)) from None
    if not number.is_finite() or "e" in text.lower():
        raise _refused(attribute, text, _number_advice(attribute))
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MAX_DECIMALS or abs(number) > LIMIT:
        raise _refused(attribute, text, _number_advice(attribute))
    if number <= 0 and attribute.id not in MAY_BE_NEGATIVE:
        raise _refused(attribute, text, "应大于 0")
    if number == number.to_integral_value():
        return int(number)
    if attribute.id in WHOLE:
        raise _refused(attribute, text, "应为整数")
    return number


def _number_advice(attribute: Attribute) -> str:
    unit = f"，单位为{attribute.unit}" if attribute.unit else ""
    return f"请填数字，最多 {MAX_DECIMALS} 位小数{unit}"


def format_value(attribute: Attribute, value: Value) -> str:
    """The value as a person reads it, with its unit.

    >>> from matchmaker.catalogue.vocabulary import load_vocabulary
    >>> format_value(load_vocabulary().attribute("payload_kg"), Decimal("2.50"))
    '2.5 kg'
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, str):
        return value
    figure = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    if "." in figure:
        figure = figure.rstrip("0").rstrip(".")
    return f"{figure} {attribute.symbol or attribute.unit}".rstrip()


def format_plain(value: Value) -> str:
    """The value as a person would type it again.

    >>> format_plain(("激光雷达", "深度相机"))
    '激光雷达、深度相机'
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)

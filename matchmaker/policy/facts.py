"""The facts of a case: names and forms checked, values exact.

Facts arrive as text (command line, form, API) and are refused with the place and the remedy.
Sources: the table of facts in ``seeds/policies``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from matchmaker.errors import InvalidInput
from matchmaker.policy.amounts import (
    MAX_DIGITS,
    format_exact,
    format_yuan,
    is_plain_decimal,
    parse_hundredths,
)
from matchmaker.policy.instrument import FactKind, FactSpec, Instrument
from matchmaker.policy.quoting import shown

#: Fen, a whole number, a list of fen, an exact decimal, or a word.
FactValue = int | Fraction | str | tuple[int, ...]

_WHOLE = re.compile(r"[0-9]+", re.ASCII)


@dataclass(frozen=True)
class Facts:
    """Checked facts: values for calculating, texts in one canonical spelling for receipts."""

    values: Mapping[str, FactValue]
    texts: Mapping[str, str]


def parse_facts(instrument: Instrument, given: Mapping[str, str]) -> Facts:
    """Check and convert the facts of an instrument; absent optional ones take their default.

    Raises InvalidInput for an unknown, a missing or a malformed fact, naming it.
    """
    _refuse_unknown(instrument, given)
    values: dict[str, FactValue] = {}
    texts: dict[str, str] = {}
    missing = []
    for spec in instrument.facts:
        text = given.get(spec.name, spec.default)
        if text is None:
            missing.append(spec)
            continue
        values[spec.name], texts[spec.name] = _PARSERS[spec.kind](spec, text)
    if missing:
        raise InvalidInput(
            "missing_fact",
            "{instrument} 缺少必填的事实：{missing}。",
            field=missing[0].name,
            instrument=instrument.id,
            missing="、".join(f"{spec.name}（{spec.label}）" for spec in missing),
        )
    return Facts(values, texts)


def check_fact(spec: FactSpec, text: str) -> FactValue:
    """The value of one fact. Raises InvalidInput, with the fact's name as field, if malformed."""
    return _PARSERS[spec.kind](spec, text)[0]


def split_facts(pairs: Iterable[str]) -> dict[str, str]:
    """Facts from ``name=value`` texts.

    Raises InvalidInput where the equals sign is missing or a name is given twice.
    """
    facts: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise InvalidInput(
                "malformed_fact",
                "事实“{pair}”写法有误：请写成 名称=取值，例如 investment_yuan=3000000。",
                pair=shown(pair),
            )
        if name in facts:
            raise InvalidInput(
                "repeated_fact",
                "事实“{name}”给了两次：请只保留一个。",
                field=name,
                name=shown(name),
            )
        facts[name] = value
    return facts


def parse_yuan(text: str, *, name: str, label: str) -> int:
    """Fen from an amount in yuan; ``name`` and ``label`` say where it stands if it is refused."""
    if not is_plain_decimal(text):
        raise _malformed(name, label, text, _YUAN_RULE)
    return parse_hundredths(text)


_YUAN_RULE = (
    "请写成以元为单位的数，只用半角数字，不带正负号、千分位和空格，"
    "最多两位小数，例如 3000000 或 3000000.50"
)
_DECIMAL_RULE = "请写成大于零的数，只用半角数字，最多两位小数，例如 2 或 2.5"
_WHOLE_RULE = "请写成不带小数点的整数，只用半角数字，例如 1200"
_FLAG_RULE = "请写 true（是）或 false（否）"


def _refuse_unknown(instrument: Instrument, given: Mapping[str, str]) -> None:
    unknown = [name for name in given if name not in instrument.facts_by_name]
    if unknown:
        raise InvalidInput(
            "unknown_fact",
            "{instrument} 不使用事实“{unknown}”。可用的事实：{known}。",
            field=unknown[0],
            instrument=instrument.id,
            unknown=shown(unknown[0]),
            known="、".join(instrument.facts_by_name),
        )


def _malformed(name: str, label: str, text: str, rule: str) -> InvalidInput:
    return InvalidInput(
        "malformed_fact",
        "“{name}”（{label}）的值“{value}”写法有误：{rule}。",
        field=name,
        name=name,
        label=label,
        value=shown(text),
        rule=rule,
    )


def _parse_yuan_fact(spec: FactSpec, text: str) -> tuple[FactValue, str]:
    fen = parse_yuan(text, name=spec.name, label=spec.label)
    return fen, format_yuan(fen)


def _parse_yuan_list(spec: FactSpec, text: str) -> tuple[FactValue, str]:
    amounts = []
    for part in text.split(","):
        if not is_plain_decimal(part):
            rule = "各台价格用半角逗号分开，至少一台；" + _YUAN_RULE
            raise _malformed(spec.name, spec.label, text, rule)
        amounts.append(parse_hundredths(part))
    return tuple(amounts), ",".join(format_yuan(fen) for fen in amounts)


def _parse_decimal(spec: FactSpec, text: str) -> tuple[FactValue, str]:
    if not is_plain_decimal(text) or not parse_hundredths(text):
        raise _malformed(spec.name, spec.label, text, _DECIMAL_RULE)
    value = Fraction(parse_hundredths(text), 100)
    return value, format_exact(value)


def _parse_whole(spec: FactSpec, text: str) -> tuple[FactValue, str]:
    if len(text) > MAX_DIGITS or _WHOLE.fullmatch(text) is None:
        raise _malformed(spec.name, spec.label, text, _WHOLE_RULE)
    return int(text), str(int(text))


def _parse_flag(spec: FactSpec, text: str) -> tuple[FactValue, str]:
    if text not in ("true", "false"):
        raise _malformed(spec.name, spec.label, text, _FLAG_RULE)
    return text, text


def _parse_word(spec: FactSpec, text: str) -> tuple[FactValue, str]:
    if text not in spec.words:
        raise _malformed(spec.name, spec.label, text, f"只能取 {'、'.join(spec.words)} 之一")
    return text, text


_PARSERS: Mapping[FactKind, Callable[[FactSpec, str], tuple[FactValue, str]]] = {
    FactKind.YUAN: _parse_yuan_fact,
    FactKind.YUAN_LIST: _parse_yuan_list,
    FactKind.DECIMAL: _parse_decimal,
    FactKind.WHOLE: _parse_whole,
    FactKind.FLAG: _parse_flag,
    FactKind.WORD: _parse_word,
}

"""Reads one money instrument of a document and checks that all its names exist."""

from __future__ import annotations

import string
from collections.abc import Mapping

from matchmaker.policy.instrument import (
    Calculation,
    Condition,
    FactKind,
    FactSpec,
    Fixed,
    FixedByWord,
    InKind,
    Instrument,
    Measure,
    Share,
    Test,
)
from matchmaker.policy.law import Unit
from matchmaker.policy.strict_yaml import Reader

#: Units a condition of each test may be held against.
_LIMIT_UNITS = {Unit.YUAN, Unit.COUNT}
_NUMERIC_KINDS = {FactKind.YUAN, FactKind.WHOLE}


def read_instrument(
    reader: Reader, *, document_id: str, clauses: Mapping[str, str], units: Mapping[str, Unit]
) -> Instrument:
    """An instrument; ``clauses`` are texts by clause id, ``units`` units by parameter id."""
    clause = reader.text("clause")
    if clause not in clauses:
        reader.refuse_at("clause", f"文件中没有条款“{clause}”")
    quote = reader.text("quote")
    if not quote or quote not in clauses[clause]:
        reader.refuse_at("quote", f"引文不在条款“{clause}”的原文之内")
    facts = tuple(_read_fact(entry) for entry in reader.children("facts"))
    kinds = {fact.name: fact.kind for fact in facts}
    if len(kinds) != len(facts):
        reader.refuse_at("facts", "事实名称重复")
    names = _Names(kinds=dict(kinds), units=units, facts={fact.name: fact for fact in facts})
    measures = tuple(_read_measure(entry, names) for entry in reader.children("measures"))
    return Instrument(
        id=reader.text("id"),
        document_id=document_id,
        title=reader.text("title"),
        clause=clause,
        quote=quote,
        recipient=reader.text("recipient"),
        work=reader.text("work"),
        facts=facts,
        measures=measures,
        conditions=tuple(_read_condition(e, names) for e in reader.children("conditions")),
        calculation=_read_calculation(reader.child("calculation"), names),
        ceiling_words=_read_ceiling(reader, quote),
    )


class _Names:
    """What a calculation may refer to: facts and measures by kind, parameters by unit."""

    def __init__(
        self,
        *,
        kinds: dict[str, FactKind],
        units: Mapping[str, Unit],
        facts: Mapping[str, FactSpec],
    ) -> None:
        self.kinds = kinds
        self.units = units
        self.facts = facts

    def subject(self, reader: Reader, key: str, allowed: set[FactKind] | None = None) -> str:
        """The name of a fact or measure, of one of the kinds."""
        name = reader.text(key)
        self.check_subject(reader, key, name, allowed)
        return name

    def check_subject(
        self, reader: Reader, key: str, name: str, allowed: set[FactKind] | None
    ) -> None:
        if name not in self.kinds:
            reader.refuse_at(key, f"没有名为“{name}”的事实或中间量")
        if allowed is not None and self.kinds[name] not in allowed:
            reader.refuse_at(key, f"“{name}”的类型不能用在“{key}”")

    def parameter(self, reader: Reader, key: str, allowed: set[Unit]) -> str:
        """The id of a parameter with one of the units."""
        id_ = reader.text(key)
        if id_ not in self.units:
            reader.refuse_at(key, f"没有编号为“{id_}”的参数")
        if self.units[id_] not in allowed:
            reader.refuse_at(key, f"参数“{id_}”的单位不能用在“{key}”")
        return id_


def _read_fact(reader: Reader) -> FactSpec:
    fact = FactSpec(
        name=reader.text("name"),
        kind=reader.word("kind", FactKind),
        label=reader.text("label"),
        default=reader.text("default") if reader.has("default") else None,
        words=reader.texts("words"),
    )
    if (fact.kind is FactKind.WORD) != bool(fact.words):
        reader.refuse("只有取词类事实须列出可用的词（words）")
    reader.close()
    return fact


def _read_measure(reader: Reader, names: _Names) -> Measure:
    dearest = times = None
    if reader.has("dearest"):
        source = names.subject(reader, "source", {FactKind.YUAN_LIST})
        dearest = names.parameter(reader, "dearest", {Unit.COUNT})
    else:
        source = names.subject(reader, "source", {FactKind.YUAN})
    if reader.has("times"):
        times = names.subject(reader, "times", {FactKind.DECIMAL})
    less = reader.texts("less")
    for name in less:
        names.check_subject(reader, "less", name, {FactKind.YUAN})
    if sum((bool(less), times is not None, dearest is not None)) != 1:
        reader.refuse("中间量须在 less、times、dearest 中恰好用一种")
    measure = Measure(reader.text("name"), reader.text("label"), source, less, times, dearest)
    if measure.name in names.kinds:
        reader.refuse_at("name", f"名称“{measure.name}”重复")
    names.kinds[measure.name] = FactKind.YUAN
    reader.close()
    return measure


def _read_condition(reader: Reader, names: _Names) -> Condition:
    test = reader.word("test", Test)
    value = parameter = None
    if test is Test.IS:
        subject = names.subject(reader, "subject", {FactKind.FLAG, FactKind.WORD})
        value = reader.text("value")
        allowed = names.facts[subject].words or ("true", "false")
        if value not in allowed:
            reader.refuse_at("value", f"“{subject}”没有“{value}”这个取值")
    else:
        subject = names.subject(reader, "subject", _NUMERIC_KINDS)
        if test is not Test.POSITIVE:
            parameter = names.parameter(reader, "parameter", _LIMIT_UNITS)
            is_money = names.kinds[subject] is FactKind.YUAN
            if is_money != (names.units[parameter] is Unit.YUAN):
                reader.refuse_at("parameter", f"“{subject}”与参数“{parameter}”的单位不同")
    condition = Condition(
        code=reader.text("code"),
        subject=subject,
        test=test,
        requires=_template(reader, "requires"),
        otherwise=_template(reader, "otherwise"),
        value=value,
        parameter=parameter,
    )
    reader.close()
    return condition


def _template(reader: Reader, key: str) -> str:
    text = reader.text(key)
    fields = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    if not text or fields - {"value", "limit"}:
        reader.refuse_at(key, f"“{key}”须有文字，且只能引用 value 和 limit")
    return text


def _read_calculation(reader: Reader, names: _Names) -> Calculation:
    kind = next(iter(reader), "")
    if kind not in {"share", "fixed", "fixed_by", "in_kind"}:
        reader.refuse("计算方式须为 share、fixed、fixed_by、in_kind 之一")
    entry = reader.child(kind)
    reader.close()
    calculation: Calculation
    if kind == "share":
        calculation = _read_share(entry, names)
    elif kind == "fixed":
        calculation = Fixed(names.parameter(entry, "amount", {Unit.YUAN}))
    elif kind == "fixed_by":
        calculation = _read_fixed_by(entry, names)
    else:
        calculation = _read_in_kind(entry, names)
    entry.close()
    return calculation


def _read_share(reader: Reader, names: _Names) -> Share:
    return Share(
        base=names.subject(reader, "base", {FactKind.YUAN}),
        cap=names.parameter(reader, "cap", {Unit.YUAN}),
        rate=names.parameter(reader, "rate", {Unit.PERCENT}) if reader.has("rate") else None,
        used=names.subject(reader, "used", {FactKind.YUAN}) if reader.has("used") else None,
    )


def _read_fixed_by(reader: Reader, names: _Names) -> FixedByWord:
    fact = names.subject(reader, "fact", {FactKind.WORD})
    amounts = reader.child("amounts")
    pairs = tuple((word, names.parameter(amounts, word, {Unit.YUAN})) for word in amounts)
    if {word for word, _ in pairs} != set(names.facts[fact].words):
        amounts.refuse(f"须为“{fact}”的每个取值各列一项金额")
    return FixedByWord(fact, pairs)


def _read_in_kind(reader: Reader, names: _Names) -> InKind:
    limits = []
    for name in reader:
        names.check_subject(reader, name, name, {FactKind.DECIMAL})
        limits.append((name, names.parameter(reader, name, {Unit.SQUARE_METRES, Unit.YEARS})))
    if not limits:
        reader.refuse("实物支持须列出限额")
    return InKind(tuple(limits))


def _read_ceiling(reader: Reader, quote: str) -> tuple[str, ...]:
    words = reader.texts("ceiling_words")
    for word in words:
        if word not in quote:
            reader.refuse_at("ceiling_words", f"引文中没有“{word}”")
    return words

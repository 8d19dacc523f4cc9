"""What one instrument pays for one case: facts + law + day → Reward with steps. Pure.

Amounts are whole fen, rates exact fractions, and the award is rounded down to the fen, so that it
exceeds neither rate × base nor what is left of the cap. The figures come from the law data; this
module knows the ways of calculating, not the amounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from matchmaker.policy.amounts import format_exact, format_yuan, format_yuan_exact, group_yuan
from matchmaker.policy.facts import Facts, FactValue, parse_facts
from matchmaker.policy.instrument import (
    Condition,
    FactKind,
    Fixed,
    FixedByWord,
    InKind,
    Instrument,
    Measure,
    Share,
    Test,
)
from matchmaker.policy.law import Law, PolicyDocument, Unit
from matchmaker.policy.steps import Reason, Step

MET = "满足"
UNMET = "不满足"


@dataclass(frozen=True)
class Reward:
    """The result for one instrument. Not eligible: nothing awarded and at least one reason."""

    instrument: str
    award_fen: int
    in_kind: Mapping[str, str] | None
    eligible: bool
    binding: bool
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """The public shape: money as decimal strings in yuan."""
        return {
            "instrument": self.instrument,
            "award_yuan": format_yuan(self.award_fen),
            "in_kind": None if self.in_kind is None else dict(self.in_kind),
            "eligible": self.eligible,
            "binding": self.binding,
            "reasons": [reason.text for reason in self.reasons],
            "steps": [step.as_json() for step in self.steps],
        }


def compute_reward(law: Law, instrument_id: str, given: Mapping[str, str], on: date) -> Reward:
    """The reward of an instrument for facts as typed, decided on a day.

    Raises InvalidInput for an unknown instrument or fact, a missing or a malformed fact. Any day
    is answered: outside the period of the document the case is not eligible.
    """
    document, instrument = law.instrument_on(instrument_id, on)
    facts = parse_facts(instrument, given)
    return determine(document, instrument, facts, on, binding=law.is_binding(document, on))


def determine(
    document: PolicyDocument, instrument: Instrument, facts: Facts, on: date, *, binding: bool
) -> Reward:
    """The reward for checked facts under one version of a document."""
    case = _Case(document, instrument, facts, on)
    case.check_period()
    if not case.reasons:
        case.add_measures()
        case.check_conditions()
    award_fen, in_kind = (0, None) if case.reasons else case.calculate()
    if not binding:
        case.note_draft()
    return Reward(
        instrument=instrument.id,
        award_fen=award_fen,
        in_kind=in_kind,
        eligible=not case.reasons,
        binding=binding,
        reasons=tuple(case.reasons),
        steps=tuple(case.steps),
    )


def _multiply(left: int | Fraction, right: int | Fraction) -> int | Fraction:
    """The exact product, as an integer where it is one (most are, and integers are fast)."""
    over = left.numerator * right.numerator
    under = left.denominator * right.denominator
    return over // under if over % under == 0 else Fraction(over, under)


class _Case:
    """One calculation while it is being made; it collects steps and reasons in order."""

    def __init__(
        self, document: PolicyDocument, instrument: Instrument, facts: Facts, on: date
    ) -> None:
        self.document = document
        self.instrument = instrument
        self.on = on
        self.values: dict[str, FactValue] = dict(facts.values)
        self.texts: dict[str, str] = dict(facts.texts)
        self.steps: list[Step] = []
        self.reasons: list[Reason] = []
        self.clause = document.cite(instrument.clause)

    def check_period(self) -> None:
        document = self.document
        first, last = document.period_texts
        on = self.on.isoformat()
        is_covered = document.covers(self.on)
        self._add(
            f"适用日期须在有效期 {first} 至 {last} 之内，首尾两日都计入。",
            {"on": on, "from": first, "to": last},
            MET if is_covered else UNMET,
            clause=document.cite(document.period_clause),
        )
        if not is_covered:
            text = f"{on} 不在有效期 {first} 至 {last} 之内。"
            self.reasons.append(Reason("outside_period", text))

    def add_measures(self) -> None:
        for measure in self.instrument.measures:
            if measure.dearest is not None:
                self._add_dearest(measure, measure.dearest)
            elif measure.times is not None:
                self._add_product(measure, measure.times)
            else:
                self._add_difference(measure)

    def check_conditions(self) -> None:
        for condition in self.instrument.conditions:
            inputs = {condition.subject: self.texts[condition.subject]}
            limit = self._note_limit(condition, inputs)
            is_met = self._is_met(condition)
            self._add(condition.requires.format(limit=limit), inputs, MET if is_met else UNMET)
            if not is_met:
                value = self._shown_value(condition.subject)
                text = condition.otherwise.format(value=value, limit=limit)
                self.reasons.append(Reason(condition.code, text))

    def calculate(self) -> tuple[int, Mapping[str, str] | None]:
        """Award in fen and what is given in kind; every way of calculating ends here."""
        calculation = self.instrument.calculation
        if isinstance(calculation, InKind):
            in_kind = self._limit_in_kind(calculation)
            self._note_ceiling("、".join(in_kind.values()))
            return 0, in_kind
        if isinstance(calculation, Share):
            award_fen = self._share(calculation)
        elif isinstance(calculation, Fixed):
            award_fen = self._fixed(calculation.amount)
        else:
            award_fen = self._fixed_by_word(calculation)
        self._note_ceiling(self.steps[-1].output)
        return award_fen, None

    def note_draft(self) -> None:
        document = self.document
        self._add(
            f"《{document.title}》为征求意见稿，尚未正式印发；本结果只作测算，不作为兑现依据。",
            {"status": document.status.value},
            "测算",
            clause=document.cite(document.period_clause),
        )

    def _add(
        self, text: str, inputs: Mapping[str, str], output: str, *, clause: str | None = None
    ) -> None:
        self.steps.append(Step(clause or self.clause, text, inputs, output))

    def _set(self, name: str, value: int | Fraction) -> str:
        self.values[name] = value
        self.texts[name] = format_yuan_exact(value)
        return self.texts[name]

    def _number(self, name: str) -> int | Fraction:
        value = self.values[name]
        if isinstance(value, (int, Fraction)):
            return value
        raise TypeError(f"{name} is not a number")

    def _prices(self, name: str) -> tuple[int, ...]:
        value = self.values[name]
        if isinstance(value, tuple):
            return value
        raise TypeError(f"{name} is not a list of amounts")

    def _shown(self, name: str) -> str:
        return f"{self.instrument.labels[name]} {group_yuan(self._number(name))} 元"

    def _shown_value(self, name: str) -> str:
        spec = self.instrument.facts_by_name.get(name)
        if spec is not None and spec.kind is not FactKind.YUAN:
            return self.texts[name]
        return group_yuan(self._number(name))

    def _add_difference(self, measure: Measure) -> None:
        names = (measure.source, *measure.less)
        rest = sum(self._number(name) for name in measure.less)
        result = max(self._number(measure.source) - rest, 0)
        self._add(
            f"{measure.label} ＝ {' － '.join(self._shown(name) for name in names)} "
            f"＝ {group_yuan(result)} 元（小于零的按零计）。",
            {name: self.texts[name] for name in names},
            self._set(measure.name, result),
        )

    def _add_product(self, measure: Measure, times: str) -> None:
        result = _multiply(self._number(measure.source), self._number(times))
        self._add(
            f"{measure.label} ＝ {self._shown(measure.source)} × "
            f"{self.instrument.labels[times]} {self.texts[times]} ＝ {group_yuan(result)} 元。",
            {name: self.texts[name] for name in (measure.source, times)},
            self._set(measure.name, result),
        )

    def _add_dearest(self, measure: Measure, parameter_id: str) -> None:
        prices = self._prices(measure.source)
        limit = int(self.document.number_on(parameter_id, self.on))
        counted = sorted(prices, reverse=True)[:limit]
        result = sum(counted)
        self._add(
            f"共 {len(prices)} 台，最多计入 {limit} 台，取购置成本最高的 {len(counted)} 台，"
            f"{measure.label}合计 {group_yuan(result)} 元。",
            {measure.source: self.texts[measure.source], parameter_id: str(limit)},
            self._set(measure.name, result),
        )

    def _note_limit(self, condition: Condition, inputs: dict[str, str]) -> str:
        """The limit as shown; it is also noted among the inputs of the step."""
        if condition.parameter is None:
            return ""
        limit = self.document.dated_on(condition.parameter, self.on)
        is_money = self.document.parameters_by_id[condition.parameter].unit is Unit.YUAN
        inputs[condition.parameter] = limit.plain_yuan if is_money else str(limit.value)
        return limit.grouped_yuan if is_money else str(limit.value)

    def _is_met(self, condition: Condition) -> bool:
        if condition.test is Test.IS:
            return self.texts[condition.subject] == condition.value
        value = self._number(condition.subject)
        if condition.parameter is None:
            return value > 0
        limit = self.document.number_on(condition.parameter, self.on)
        return value > limit if condition.test is Test.ABOVE else value >= limit

    def _share(self, share: Share) -> int:
        wanted = self._rate_times_base(share)
        remaining = self._remaining_cap(share)
        award_fen = min(wanted.numerator // wanted.denominator, remaining)
        wanted_text, remaining_text = self.steps[-2].output, self.steps[-1].output
        self._add(
            f"以上两者取低，不足一分的舍去：{group_yuan(award_fen)} 元。",
            {"wanted": wanted_text, "remaining": remaining_text},
            format_yuan(award_fen),
        )
        return award_fen

    def _rate_times_base(self, share: Share) -> int | Fraction:
        base = self._number(share.base)
        inputs = {share.base: self.texts[share.base]}
        if share.rate is None:
            self._add(f"{self._shown(share.base)}。", inputs, self.texts[share.base])
            return base
        rate = self.document.number_on(share.rate, self.on)
        inputs[share.rate] = f"{self.document.dated_on(share.rate, self.on).text}%"
        wanted = _multiply(rate, base)
        self._add(
            f"{self._shown(share.base)} × {inputs[share.rate]} ＝ {group_yuan(wanted)} 元。",
            inputs,
            format_yuan_exact(wanted),
        )
        return wanted

    def _remaining_cap(self, share: Share) -> int:
        cap = self.document.money_on(share.cap, self.on)
        dated = self.document.dated_on(share.cap, self.on)
        inputs = {share.cap: dated.plain_yuan}
        if share.used is None:
            self._add(f"上限为 {dated.grouped_yuan} 元。", inputs, dated.plain_yuan)
            return cap
        inputs[share.used] = self.texts[share.used]
        remaining = max(cap - int(self._number(share.used)), 0)
        self._add(
            f"上限 {dated.grouped_yuan} 元 － {self._shown(share.used)} "
            f"＝ 剩余额度 {group_yuan(remaining)} 元（小于零的按零计）。",
            inputs,
            format_yuan(remaining),
        )
        return remaining

    def _fixed(self, parameter_id: str, inputs: Mapping[str, str] | None = None) -> int:
        dated = self.document.dated_on(parameter_id, self.on)
        self._add(
            f"符合条件的给予 {dated.grouped_yuan} 元。",
            {**(inputs or {}), parameter_id: dated.plain_yuan},
            dated.plain_yuan,
        )
        return self.document.money_on(parameter_id, self.on)

    def _fixed_by_word(self, calculation: FixedByWord) -> int:
        word = self.texts[calculation.fact]
        return self._fixed(dict(calculation.amounts)[word], {calculation.fact: word})

    def _limit_in_kind(self, calculation: InKind) -> dict[str, str]:
        given = {}
        for name, parameter_id in calculation.limits:
            limit = self.document.number_on(parameter_id, self.on)
            given[name] = format_exact(min(self._number(name), limit))
            self._add(
                f"{self.instrument.labels[name]} {self.texts[name]}，上限 {format_exact(limit)}，"
                f"取低：{given[name]}。",
                {name: self.texts[name], parameter_id: format_exact(limit)},
                given[name],
            )
        return given

    def _note_ceiling(self, output: str) -> None:
        words = self.instrument.ceiling_words
        if not words:
            return
        self._add(
            f"原文用语为“{'”“'.join(words)}”，以上结果是上限，实际数额由主管部门在此限内核定。",
            {"words": "、".join(words)},
            output,
        )

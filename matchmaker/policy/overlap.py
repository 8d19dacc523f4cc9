"""从优、就高、不重复: of several awards for one piece of work only the highest counts. Pure.

Source: 杭政办函〔2024〕66号 附则. What was paid before is deducted, so that a later, higher award
pays the difference and the total never exceeds the highest binding award, in whatever order the
awards arrive. Awards under a draft are weighed apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.errors import InvalidInput
from matchmaker.policy.amounts import format_yuan, group_yuan
from matchmaker.policy.facts import parse_yuan
from matchmaker.policy.law import Law
from matchmaker.policy.quoting import shown
from matchmaker.policy.steps import Step

#: Prefix of an award that another body decided; such an award binds.
OTHER_PREFIX = "OTHER:"
#: The document and the clause that order overlapping awards.
OVERLAP_DOCUMENT = "M66"
OVERLAP_CLAUSE = f"{OVERLAP_DOCUMENT} 附则"
_OTHER_NAME_LENGTH = 100


@dataclass(frozen=True)
class Award:
    """One award for a piece of work; ``is_binding`` is false under a draft."""

    id: str
    amount_fen: int
    is_binding: bool


@dataclass(frozen=True)
class Overlap:
    """What remains of several awards for one piece of work."""

    chosen: str | None
    award_fen: int
    payable_fen: int
    provisional_fen: int
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """The public shape: money as decimal strings in yuan."""
        return {
            "chosen": self.chosen,
            "award_yuan": format_yuan(self.award_fen),
            "payable_yuan": format_yuan(self.payable_fen),
            "provisional_yuan": format_yuan(self.provisional_fen),
            "steps": [step.as_json() for step in self.steps],
        }


def resolve_overlap(awards: Iterable[Award], *, paid_fen: int = 0) -> Overlap:
    """Choose among awards for one piece of work; of equal ones the first id in order.

    >>> drafts_aside = [Award("M66-6", 80_000_000, True), Award("A25-3.1", 100_000_000, False)]
    >>> resolve_overlap(drafts_aside).payable_fen
    80000000
    """
    ordered = sorted(awards, key=lambda award: (-award.amount_fen, award.id))
    binding = [award for award in ordered if award.is_binding]
    drafts = [award for award in ordered if not award.is_binding]
    best = binding[0] if binding else None
    highest = best.amount_fen if best else 0
    payable = max(highest - paid_fen, 0)
    provisional = max(max((award.amount_fen for award in ordered), default=0) - paid_fen, 0)
    return Overlap(
        chosen=best.id if best else None,
        award_fen=highest,
        payable_fen=payable,
        provisional_fen=provisional,
        steps=(
            _choice_step(binding, best),
            _payable_step(highest, paid_fen, payable),
            _provisional_step(drafts, highest, paid_fen, provisional),
        ),
    )


def parse_award(law: Law, text: str, on: date) -> Award:
    """An award from ``ID=YUAN``; ID is an instrument or ``OTHER:name``.

    Raises InvalidInput for an unknown instrument, an empty name or a malformed amount.
    """
    id_, sign, amount = text.rpartition("=")
    if not sign or not id_:
        raise InvalidInput(
            "malformed_award",
            "奖补“{award}”写法有误：请写成 编号=金额，例如 M66-6=800000 或 OTHER:区级奖励=50000。",
            field="award",
            award=shown(text),
        )
    if id_.startswith(OTHER_PREFIX):
        _check_other(id_)
        is_binding = True
    else:
        document, _ = law.instrument_on(id_, on)
        is_binding = law.is_binding(document, on)
    return Award(id_, parse_yuan(amount, name=shown(id_), label="奖补金额"), is_binding)


def _check_other(id_: str) -> None:
    name = id_.removeprefix(OTHER_PREFIX)
    if not name.strip() or len(name) > _OTHER_NAME_LENGTH or not name.isprintable():
        raise InvalidInput(
            "malformed_award",
            "其他部门的奖补“{award}”须写明名称（不超过 {limit} 字），例如 OTHER:区级奖励=50000。",
            field="award",
            award=shown(id_),
            limit=_OTHER_NAME_LENGTH,
        )


def _amounts(awards: list[Award]) -> dict[str, str]:
    """Amounts by id; of a repeated id the highest."""
    amounts: dict[str, str] = {}
    for award in awards:
        amounts.setdefault(award.id, format_yuan(award.amount_fen))
    return amounts


def _choice_step(binding: list[Award], best: Award | None) -> Step:
    if best is None:
        text = "没有依据已生效政策的奖补，不产生应付金额。"
        return Step(OVERLAP_CLAUSE, text, {}, "0.00")
    text = (
        f"同一事项的已生效奖补按“从优、就高、不重复”只取最高一项："
        f"{best.id}，{group_yuan(best.amount_fen)} 元（金额相同的取编号在前的一项）。"
    )
    return Step(OVERLAP_CLAUSE, text, _amounts(binding), format_yuan(best.amount_fen))


def _payable_step(highest: int, paid_fen: int, payable: int) -> Step:
    text = (
        f"应付 ＝ 最高一项 {group_yuan(highest)} 元 － 已付 {group_yuan(paid_fen)} 元 "
        f"＝ {group_yuan(payable)} 元（小于零的按零计）。"
    )
    inputs = {"highest": format_yuan(highest), "paid": format_yuan(paid_fen)}
    return Step(OVERLAP_CLAUSE, text, inputs, format_yuan(payable))


def _provisional_step(drafts: list[Award], highest: int, paid_fen: int, provisional: int) -> Step:
    if drafts:
        text = f"征求意见稿如正式印发，一并比较后应付 {group_yuan(provisional)} 元；现只作测算。"
    else:
        text = f"没有依据征求意见稿的奖补，测算结果与应付相同：{group_yuan(provisional)} 元。"
    inputs = {
        **_amounts(drafts),
        "highest_in_force": format_yuan(highest),
        "paid": format_yuan(paid_fen),
    }
    return Step(OVERLAP_CLAUSE, text, inputs, format_yuan(provisional))

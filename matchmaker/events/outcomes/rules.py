"""Pure decisions about outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matchmaker.errors import InvalidInput

NOTE_MIN, NOTE_MAX, NEXT_MAX = 4, 2_000, 500


class Verdict(StrEnum):
    """How a side wants to go on."""

    ADVANCE = "advance"
    PENDING = "pending"
    UNSUITABLE = "unsuitable"


VERDICT_LABELS = {
    Verdict.ADVANCE: "推进",
    Verdict.PENDING: "待定",
    Verdict.UNSUITABLE: "不合适",
}


@dataclass(frozen=True)
class OutcomeContent:
    """What one side says after a meeting."""

    verdict: str
    note: str
    next_step: str = ""


def check_outcome(content: OutcomeContent) -> None:
    """Raise ``InvalidInput`` unless verdict and note are there, and a next step to go on with."""
    if content.verdict not in set(Verdict):
        raise InvalidInput("verdict", "请选择洽谈结果。", field="verdict")
    if not NOTE_MIN <= len(content.note) <= NOTE_MAX:
        raise InvalidInput(
            "note",
            "请写明洽谈情况，{low} 至 {high} 个字。",
            field="note",
            low=NOTE_MIN,
            high=NOTE_MAX,
        )
    if len(content.next_step) > NEXT_MAX:
        raise InvalidInput(
            "next_step", "下一步不超过 {high} 个字。", field="next_step", high=NEXT_MAX
        )
    if content.verdict == Verdict.ADVANCE and not content.next_step:
        raise InvalidInput("next_step", "结果为推进的，请写明下一步。", field="next_step")

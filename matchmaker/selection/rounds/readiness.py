"""Pure decisions: what a round still lacks before applications can open."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.errors import InvalidInput
from matchmaker.selection.rounds.rules import CriterionDraft, GateDraft, RoundDraft, check_draft


def check_ready_to_open(draft: RoundDraft) -> None:
    """Raise ``InvalidInput`` naming what is missing before applications can open."""
    check_draft(draft)
    total = sum(criterion.weight for criterion in draft.criteria)
    if total != 100:
        raise InvalidInput(
            "weights_sum", "指标权重之和应为 100，现为 {total}。", field="criteria", total=total
        )
    _check_bases(draft.criteria, draft.gates)
    if not draft.gates:
        raise InvalidInput("gates_missing", "请至少设置一项资格条件。", field="gates")
    if not draft.notice_text.strip():
        raise InvalidInput("notice_missing", "请填写评选通知正文。", field="notice_text")
    if draft.opens_at is None or draft.closes_at is None:
        raise InvalidInput("dates_missing", "请填写申报的开始和截止时间。", field="opens_at")


def _check_bases(criteria: Sequence[CriterionDraft], gates: Sequence[GateDraft]) -> None:
    bases = [(item.name, item.basis) for item in criteria]
    bases += [(item.name, item.basis) for item in gates]
    for name, basis in bases:
        if not basis.strip():
            raise InvalidInput(
                "basis_missing",
                "“{name}”没有写明依据，请填写政策条款或通知段落。",
                field="criteria",
                name=name,
            )

"""Pure decisions about feedback: verdicts and their reasons."""

from __future__ import annotations

from enum import StrEnum

from matchmaker.errors import InvalidInput

NOTE_MAX = 200
#: No list is longer.
RANK_MAX = 1_000


class Usefulness(StrEnum):
    """What an owner says of a match."""

    USEFUL = "useful"
    UNSUITABLE = "unsuitable"


USEFULNESS_LABELS = {Usefulness.USEFUL: "有用", Usefulness.UNSUITABLE: "不合适"}


class Reason(StrEnum):
    """Why a match was unsuitable."""

    WRONG_TASK = "wrong_task"
    FALLS_SHORT = "falls_short"
    WRONG_SITE = "wrong_site"
    TOO_EXPENSIVE = "too_expensive"
    MODE = "mode"
    NOT_AVAILABLE = "not_available"
    NOT_FOUNDED = "not_founded"
    OTHER = "other"


REASON_LABELS = {
    Reason.WRONG_TASK: "做的不是这项工作",
    Reason.FALLS_SHORT: "性能达不到",
    Reason.WRONG_SITE: "不适应现场环境",
    Reason.TOO_EXPENSIVE: "价格超出预算",
    Reason.MODE: "合作方式不符",
    Reason.NOT_AVAILABLE: "无法供货或交期过长",
    Reason.NOT_FOUNDED: "资料依据不足",
    Reason.OTHER: "其他",
}


def check_feedback(usefulness: str, reason: str, note: str, rank: int) -> None:
    """Raise ``InvalidInput`` naming the field where the feedback cannot be kept."""
    if usefulness not in set(Usefulness):
        raise InvalidInput("usefulness_unknown", "请选择“有用”或“不合适”。", field="usefulness")
    if usefulness == Usefulness.UNSUITABLE and reason not in set(Reason):
        raise InvalidInput("reason_missing", "请选择不合适的原因。", field="reason")
    if len(note) > NOTE_MAX:
        raise InvalidInput("note_long", "说明最多 {limit} 个字。", field="note", limit=NOTE_MAX)
    if not 1 <= rank <= RANK_MAX:
        raise InvalidInput("rank_range", "名次不正确，请刷新页面后再试。", field="rank")

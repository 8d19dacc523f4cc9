"""Pure decisions on recommendations for the procurement catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.errors import InvalidInput
from matchmaker.steps import take_step

CRITERIA_MAX = 20
NAME_MAX, TEXT_MAX = 60, 1000
STATEMENT_MAX = 2000
REASON_MIN = 5


class Origin(StrEnum):
    """Who put a product forward."""

    APPLICATION = "application"
    NOMINATION = "nomination"


ORIGIN_LABELS = {Origin.APPLICATION: "企业申请", Origin.NOMINATION: "市经信局提名"}


class RecommendationState(StrEnum):
    """Where a recommendation stands."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    RECOMMENDED = "recommended"
    HANDED_OVER = "handed_over"
    LISTED = "listed"
    NOT_LISTED = "not_listed"


STATE_LABELS = {
    RecommendationState.SUBMITTED: "审核中",
    RecommendationState.WITHDRAWN: "已撤回",
    RecommendationState.DECLINED: "不推荐",
    RecommendationState.RECOMMENDED: "已推荐",
    RecommendationState.HANDED_OVER: "已上报",
    RecommendationState.LISTED: "已列入目录",
    RecommendationState.NOT_LISTED: "未列入目录",
}
_S = RecommendationState
#: What everybody may see.
PUBLIC_STATES = frozenset({_S.RECOMMENDED, _S.HANDED_OVER, _S.LISTED, _S.NOT_LISTED})
#: A product has at most one of these at a time.
LIVE_STATES = frozenset({_S.SUBMITTED, _S.RECOMMENDED, _S.HANDED_OVER, _S.LISTED})


class Step(StrEnum):
    """What can be done to a recommendation."""

    WITHDRAW = "withdraw"
    RECOMMEND = "recommend"
    DECLINE = "decline"
    HAND_OVER = "hand_over"
    LIST = "list"
    NOT_LIST = "not_list"


STEP_LABELS = {
    Step.WITHDRAW: "撤回",
    Step.RECOMMEND: "推荐",
    Step.DECLINE: "不推荐",
    Step.HAND_OVER: "上报",
    Step.LIST: "登记列入目录",
    Step.NOT_LIST: "登记未列入目录",
}
TRANSITIONS: Mapping[tuple[RecommendationState, Step], RecommendationState] = {
    (_S.SUBMITTED, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, Step.RECOMMEND): _S.RECOMMENDED,
    (_S.SUBMITTED, Step.DECLINE): _S.DECLINED,
    (_S.RECOMMENDED, Step.HAND_OVER): _S.HANDED_OVER,
    (_S.HANDED_OVER, Step.LIST): _S.LISTED,
    (_S.HANDED_OVER, Step.NOT_LIST): _S.NOT_LISTED,
}


def next_state(state: RecommendationState, step: Step) -> RecommendationState:
    """The state after a step; raises ``IllegalTransition`` where there is no such step."""
    return take_step(
        TRANSITIONS, state, step, subject="推荐", states=STATE_LABELS, steps=STEP_LABELS
    )


class OpinionKind(StrEnum):
    """Whose opinion it is."""

    EXPERT = "expert"
    DEPARTMENT = "department"


OPINION_LABELS = {OpinionKind.EXPERT: "专家意见", OpinionKind.DEPARTMENT: "部门意见"}


@dataclass(frozen=True)
class Criterion:
    """One line of the criteria: what is asked and what shows it."""

    name: str
    text: str


def read_criteria(text: str) -> tuple[Criterion, ...]:
    """Criteria from lines ``名称：要求``; raises ``InvalidInput`` naming the faulty line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = tuple(_read_criterion(number, line) for number, line in enumerate(lines, start=1))
    if not 1 <= len(found) <= CRITERIA_MAX:
        raise InvalidInput(
            "criteria_count",
            "请填写 1 至 {most} 条标准，每行一条。",
            field="text",
            most=CRITERIA_MAX,
        )
    if len({each.name for each in found}) < len(found):
        raise InvalidInput("criteria_repeated", "标准的名称有重复，请修改。", field="text")
    return found


def _read_criterion(number: int, line: str) -> Criterion:
    name, mark, text = line.replace(":", "：", 1).partition("：")
    name, text = name.strip(), text.strip()
    if not mark or not 0 < len(name) <= NAME_MAX or not 0 < len(text) <= TEXT_MAX:
        raise InvalidInput(
            "criterion",
            "第 {number} 行应写成“名称：要求”，名称不超过 {name} 字，要求不超过 {text} 字。",
            field="text",
            number=number,
            name=NAME_MAX,
            text=TEXT_MAX,
        )
    return Criterion(name, text)


def check_answers(answers: Sequence[str], criteria: Sequence[object]) -> tuple[str, ...]:
    """An answer to each criterion; raises ``InvalidInput`` for a missing or an overlong one."""
    clean = tuple(answer.strip() for answer in answers)
    if len(clean) != len(criteria) or not all(0 < len(each) <= TEXT_MAX for each in clean):
        raise InvalidInput(
            "answers",
            "请逐条说明符合标准的情况，每条不超过 {most} 字。",
            field="answers",
            most=TEXT_MAX,
        )
    return clean


def check_reason(reason: str, *, field: str = "reason") -> str:
    """The reason without surrounding space; raises ``InvalidInput`` for one that says nothing."""
    clean = reason.strip()
    if not REASON_MIN <= len(clean) <= STATEMENT_MAX:
        raise InvalidInput(
            "reason_missing",
            "请写明理由（{least} 至 {most} 字）。",
            field=field,
            least=REASON_MIN,
            most=STATEMENT_MAX,
        )
    return clean


def check_effective(effective_from: date, latest: date | None) -> None:
    """Raise ``InvalidInput`` unless a new version begins after the one before it."""
    if latest is not None and effective_from <= latest:
        raise InvalidInput(
            "criteria_date",
            "新标准的施行日期应晚于现行标准的施行日期 {latest}。",
            field="effective_from",
            latest=latest.isoformat(),
        )

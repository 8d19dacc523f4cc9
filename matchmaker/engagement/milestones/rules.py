"""Pure decisions about milestones: states and steps, and what a milestone must say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from matchmaker.engagement.rules import clean_text
from matchmaker.errors import InvalidInput
from matchmaker.steps import take_step

MILESTONES_MAX = 20
#: A milestone that is due within so many days is on the firm's list.
DUE_SOON_DAYS = 14
#: No challenge plans further ahead.
PERIOD_MAX_DAYS = 3 * 366
TITLE_MAX, TARGET_MIN, TARGET_MAX = 60, 4, 1000
REPORT_MIN, REPORT_MAX = 10, 3000


class MilestoneState(StrEnum):
    """How far a milestone has come."""

    PLANNED = "planned"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


STATE_LABELS = {
    MilestoneState.PLANNED: "进行中",
    MilestoneState.SUBMITTED: "待验收",
    MilestoneState.RETURNED: "待补正",
    MilestoneState.ACCEPTED: "已验收",
}
#: The firm still owes something.
OWED = frozenset({MilestoneState.PLANNED, MilestoneState.RETURNED})


class Step(StrEnum):
    """What can be done with a milestone."""

    CHANGE = "change"
    REMOVE = "remove"
    REPORT = "report"
    ACCEPT = "accept"
    RETURN = "return"


STEP_LABELS = {
    Step.CHANGE: "调整",
    Step.REMOVE: "删除",
    Step.REPORT: "提交成果",
    Step.ACCEPT: "通过验收",
    Step.RETURN: "要求补正",
}

_S = MilestoneState
TRANSITIONS: Mapping[tuple[MilestoneState, Step], MilestoneState] = {
    (_S.PLANNED, Step.CHANGE): _S.PLANNED,
    (_S.RETURNED, Step.CHANGE): _S.RETURNED,
    (_S.PLANNED, Step.REMOVE): _S.PLANNED,
    (_S.PLANNED, Step.REPORT): _S.SUBMITTED,
    (_S.RETURNED, Step.REPORT): _S.SUBMITTED,
    (_S.SUBMITTED, Step.ACCEPT): _S.ACCEPTED,
    (_S.SUBMITTED, Step.RETURN): _S.RETURNED,
}


def next_state(state: MilestoneState, step: Step) -> MilestoneState:
    """The state after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(
        TRANSITIONS, state, step, subject="里程碑", states=STATE_LABELS, steps=STEP_LABELS
    )


@dataclass(frozen=True, kw_only=True)
class MilestonePlan:
    """What is to be reached, how it is checked, and by when."""

    title: str
    target: str
    due_on: date | None


def check_plan(plan: MilestonePlan, today: date) -> MilestonePlan:
    """The plan with clean texts; raises ``InvalidInput`` naming the first faulty field."""
    title = clean_text(plan.title, field="title", label="里程碑名称", low=2, high=TITLE_MAX)
    target = clean_text(
        plan.target, field="target", label="考核指标", low=TARGET_MIN, high=TARGET_MAX
    )
    due = plan.due_on
    if due is None or not today <= due <= today + timedelta(days=PERIOD_MAX_DAYS):
        raise InvalidInput("due_on", "请填写完成期限，为今天至三年以内的日期。", field="due_on")
    return MilestonePlan(title=title, target=target, due_on=due)


def is_late(state: MilestoneState, due_on: date, today: date) -> bool:
    """True when the firm owes a milestone whose day has passed.

    >>> is_late(MilestoneState.PLANNED, date(2026, 11, 20), date(2026, 11, 20))
    False
    >>> is_late(MilestoneState.PLANNED, date(2026, 11, 20), date(2026, 11, 21))
    True
    """
    return state in OWED and due_on < today


def is_complete(states: Iterable[MilestoneState]) -> bool:
    """True when there are milestones and each has been accepted."""
    found = list(states)
    return bool(found) and all(state is MilestoneState.ACCEPTED for state in found)

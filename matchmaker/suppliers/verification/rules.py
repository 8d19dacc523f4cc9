"""Pure decisions about a verification: its steps, its due date, who may decide."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from matchmaker.errors import InvalidInput
from matchmaker.steps import take_step
from matchmaker.suppliers.rules import Evidence

#: Calendar days that the bureau or a test centre has for a verification.
DAYS_TO_DECIDE = 20
#: Longest time that one decision can vouch for.
PROVEN_DAYS_MAX = 3 * 366


class VerificationState(StrEnum):
    """The life of a verification."""

    SUBMITTED = "submitted"
    ASSIGNED = "assigned"
    VERIFIED = "verified"
    DOCUMENTED = "documented"
    REJECTED = "rejected"
    RECALLED = "recalled"


STATE_LABELS = {
    VerificationState.SUBMITTED: "待受理",
    VerificationState.ASSIGNED: "核验中",
    VerificationState.VERIFIED: "已核验",
    VerificationState.DOCUMENTED: "材料属实",
    VerificationState.REJECTED: "未通过",
    VerificationState.RECALLED: "已撤回",
}


class Step(StrEnum):
    """What can be done to a verification."""

    ASSIGN = "assign"
    VERIFY = "verify"
    DOCUMENT = "document"
    REJECT = "reject"
    RECALL = "recall"


STEP_LABELS = {
    Step.ASSIGN: "交办",
    Step.VERIFY: "核验通过",
    Step.DOCUMENT: "认定材料属实",
    Step.REJECT: "不予通过",
    Step.RECALL: "撤回",
}

OPEN_STATES = frozenset({VerificationState.SUBMITTED, VerificationState.ASSIGNED})

TRANSITIONS = {
    (VerificationState.SUBMITTED, Step.ASSIGN): VerificationState.ASSIGNED,
    (VerificationState.ASSIGNED, Step.ASSIGN): VerificationState.ASSIGNED,
    (VerificationState.SUBMITTED, Step.VERIFY): VerificationState.VERIFIED,
    (VerificationState.ASSIGNED, Step.VERIFY): VerificationState.VERIFIED,
    (VerificationState.SUBMITTED, Step.DOCUMENT): VerificationState.DOCUMENTED,
    (VerificationState.ASSIGNED, Step.DOCUMENT): VerificationState.DOCUMENTED,
    (VerificationState.SUBMITTED, Step.REJECT): VerificationState.REJECTED,
    (VerificationState.ASSIGNED, Step.REJECT): VerificationState.REJECTED,
    (VerificationState.SUBMITTED, Step.RECALL): VerificationState.RECALLED,
    (VerificationState.ASSIGNED, Step.RECALL): VerificationState.RECALLED,
}

#: What a decision makes of the evidence of the fact.
GRANTS = {Step.VERIFY: Evidence.VERIFIED, Step.DOCUMENT: Evidence.DOCUMENTED}


def next_state(state: VerificationState, step: Step) -> VerificationState:
    """The state after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(
        TRANSITIONS, state, step, subject="核验申请", states=STATE_LABELS, steps=STEP_LABELS
    )


def compute_due_date(submitted_on: date) -> date:
    """The last day for a decision."""
    return submitted_on + timedelta(days=DAYS_TO_DECIDE)


def check_proven_until(proven_until: date | None, *, today: date) -> date:
    """The last day that a decision vouches for; raises ``InvalidInput`` outside its bounds."""
    if proven_until is None:
        raise InvalidInput(
            "proven_until_missing", "请填写核验结论的有效期至。", field="proven_until"
        )
    if not today < proven_until <= today + timedelta(days=PROVEN_DAYS_MAX):
        raise InvalidInput(
            "proven_until_range",
            "有效期应晚于今天，且不超过三年。",
            field="proven_until",
        )
    return proven_until

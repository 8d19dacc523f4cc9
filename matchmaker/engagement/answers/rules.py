"""Pure decisions about answers: states and steps, and what an answer must say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.engagement.rules import check_no_contact, clean_text
from matchmaker.errors import InvalidInput
from matchmaker.steps import take_step

#: 100 亿元; beyond it somebody mistook 元 for 分.
AMOUNT_MAX_FEN = 10_000_000_000_00
DELIVERY_MAX_DAYS = 3650
PRODUCTS_MAX = 10
TEXT_MIN, TEXT_MAX = 10, 5000


class AnswerState(StrEnum):
    """Where an answer stands; the last three are outcomes."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    SHORTLISTED = "shortlisted"
    CHOSEN = "chosen"
    RUNNER_UP = "runner_up"
    DECLINED = "declined"


STATE_LABELS = {
    AnswerState.SUBMITTED: "已应答",
    AnswerState.WITHDRAWN: "已撤回",
    AnswerState.SHORTLISTED: "已入围",
    AnswerState.CHOSEN: "已选中",
    AnswerState.RUNNER_UP: "入围未选中",
    AnswerState.DECLINED: "未选中",
}
#: Waiting for an outcome.
OPEN_STATES = frozenset({AnswerState.SUBMITTED, AnswerState.SHORTLISTED})
RESUBMITTED_FROM = frozenset({AnswerState.WITHDRAWN, AnswerState.RUNNER_UP, AnswerState.DECLINED})
OUTCOMES = frozenset({AnswerState.CHOSEN, AnswerState.RUNNER_UP, AnswerState.DECLINED})


class Step(StrEnum):
    """What can be done to an answer."""

    EDIT = "edit"
    WITHDRAW = "withdraw"
    RESUBMIT = "resubmit"
    SHORTLIST = "shortlist"
    DROP = "drop"
    CHOOSE = "choose"
    DECLINE = "decline"


STEP_LABELS = {
    Step.EDIT: "修改",
    Step.WITHDRAW: "撤回",
    Step.RESUBMIT: "重新提交",
    Step.SHORTLIST: "列入入围名单",
    Step.DROP: "移出入围名单",
    Step.CHOOSE: "选中",
    Step.DECLINE: "登记未选中",
}

_S = AnswerState
TRANSITIONS: Mapping[tuple[AnswerState, Step], AnswerState] = {
    (_S.SUBMITTED, Step.EDIT): _S.SUBMITTED,
    (_S.SUBMITTED, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.WITHDRAWN, Step.RESUBMIT): _S.SUBMITTED,
    # A listing that was opened again after its outcome asks everybody anew.
    (_S.RUNNER_UP, Step.RESUBMIT): _S.SUBMITTED,
    (_S.DECLINED, Step.RESUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, Step.SHORTLIST): _S.SHORTLISTED,
    (_S.SHORTLISTED, Step.DROP): _S.SUBMITTED,
    (_S.SUBMITTED, Step.CHOOSE): _S.CHOSEN,
    (_S.SHORTLISTED, Step.CHOOSE): _S.CHOSEN,
    (_S.SHORTLISTED, Step.DECLINE): _S.RUNNER_UP,
    (_S.SUBMITTED, Step.DECLINE): _S.DECLINED,
}


def next_state(state: AnswerState, step: Step) -> AnswerState:
    """The state after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(
        TRANSITIONS, state, step, subject="应答", states=STATE_LABELS, steps=STEP_LABELS
    )


@dataclass(frozen=True, kw_only=True)
class AnswerContent:
    """What a firm answers: products (codes), mode (catalogue id), total price in fen, days."""

    products: tuple[str, ...] = ()
    mode: str = ""
    amount_fen: int | None = None
    delivery_days: int | None = None
    text: str = ""


def check_content(content: AnswerContent, accepted_modes: Collection[str]) -> None:
    """Raise ``InvalidInput`` naming the first field that is missing or wrong."""
    if not 1 <= len(set(content.products)) <= PRODUCTS_MAX:
        raise InvalidInput(
            "products", "请选择 1 至 {most} 个已发布的产品。", field="products", most=PRODUCTS_MAX
        )
    if content.mode not in accepted_modes:
        raise InvalidInput("mode", "请选择业主可接受的合作方式。", field="mode")
    amount = content.amount_fen
    if amount is None or not 0 < amount <= AMOUNT_MAX_FEN:
        raise InvalidInput(
            "amount", "请填写报价总额，须大于零且不超过100亿元。", field="amount_fen"
        )
    days = content.delivery_days
    if days is None or not 1 <= days <= DELIVERY_MAX_DAYS:
        raise InvalidInput(
            "delivery",
            "请填写交付周期，为 1 至 {most} 天。",
            field="delivery_days",
            most=DELIVERY_MAX_DAYS,
        )
    text = clean_text(content.text, field="text", label="应答说明", low=TEXT_MIN, high=TEXT_MAX)
    check_no_contact(
        text, field="text", label="应答说明", instead="应答开启后，双方同意即可交换联系方式。"
    )

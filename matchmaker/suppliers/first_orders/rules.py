"""Pure decisions on first purchases and first orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.errors import InvalidInput
from matchmaker.steps import take_step

BUYER_MAX, NOTE_MAX = 120, 500
UNITS_MAX = 100_000
#: 10 billion yuan: more than any order of robots.
AMOUNT_MAX_FEN = 1_000_000_000_000
REASON_MIN = 5


class OrderKind(StrEnum):
    """首购: the first purchase of a finished product; 订购: an order before it is finished."""

    FIRST_PURCHASE = "first_purchase"
    FIRST_ORDER = "first_order"


KIND_LABELS = {OrderKind.FIRST_PURCHASE: "首购", OrderKind.FIRST_ORDER: "订购"}


class OrderState(StrEnum):
    """A firm reports an order, the bureau confirms it by the evidence or refuses it."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REVOKED = "revoked"


STATE_LABELS = {
    OrderState.REPORTED: "待核对",
    OrderState.CONFIRMED: "已核对",
    OrderState.REFUSED: "未通过",
    OrderState.REVOKED: "已撤销",
}


class Step(StrEnum):
    """What can be done to a reported order."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    REVOKE = "revoke"


STEP_LABELS = {Step.CONFIRM: "核对通过", Step.REFUSE: "退回", Step.REVOKE: "撤销"}
TRANSITIONS: Mapping[tuple[OrderState, Step], OrderState] = {
    (OrderState.REPORTED, Step.CONFIRM): OrderState.CONFIRMED,
    (OrderState.REPORTED, Step.REFUSE): OrderState.REFUSED,
    (OrderState.CONFIRMED, Step.REVOKE): OrderState.REVOKED,
}


def next_state(state: OrderState, step: Step) -> OrderState:
    """The state after a step; raises ``IllegalTransition`` where there is no such step."""
    return take_step(
        TRANSITIONS, state, step, subject="首购订购", states=STATE_LABELS, steps=STEP_LABELS
    )


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    """One order as it is reported; the amount is the contract's, in fen."""

    kind: OrderKind
    buyer: str
    units: int
    amount_fen: int
    ordered_on: date
    note: str = ""


def check_facts(facts: OrderFacts, today: date) -> None:
    """Raise ``InvalidInput`` naming the field that cannot be right."""
    if not 2 <= len(facts.buyer.strip()) <= BUYER_MAX:
        raise InvalidInput("buyer", "请填写采购单位全称（2 至 120 字）。", field="buyer")
    if not 1 <= facts.units <= UNITS_MAX:
        raise InvalidInput("units", "数量应为 1 至 {most} 的整数。", field="units", most=UNITS_MAX)
    if not 0 < facts.amount_fen <= AMOUNT_MAX_FEN:
        raise InvalidInput("amount", "合同金额应大于 0，且不超过 100 亿元。", field="amount_fen")
    if facts.ordered_on > today:
        raise InvalidInput("ordered_on", "签订日期不能晚于今天。", field="ordered_on")
    if len(facts.note) > NOTE_MAX:
        raise InvalidInput("note", "说明不超过 500 字。", field="note")


def check_reason(reason: str) -> str:
    """The reason without surrounding space; raises ``InvalidInput`` for one that says nothing."""
    clean = reason.strip()
    if not REASON_MIN <= len(clean) <= NOTE_MAX:
        raise InvalidInput("reason_missing", "请写明理由（5 至 500 字）。", field="reason")
    return clean

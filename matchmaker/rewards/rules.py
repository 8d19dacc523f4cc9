"""Pure decisions on claims, payees, payments and budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.policy.amounts import group_yuan


class ClaimStatus(StrEnum):
    """The life of a claim."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PROPOSED = "proposed"
    SIMULATED = "simulated"
    APPROVED = "approved"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    PAID = "paid"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


STATUS_LABELS = {
    ClaimStatus.DRAFT: "草稿",
    ClaimStatus.SUBMITTED: "待审计核定",
    ClaimStatus.PROPOSED: "待审批",
    ClaimStatus.SIMULATED: "测算（草案未印发）",
    ClaimStatus.APPROVED: "已核定",
    ClaimStatus.HANDED_OVER: "已送市财政局",
    ClaimStatus.ACCEPTED: "市财政局已同意拨付",
    ClaimStatus.PAID: "已拨付",
    ClaimStatus.REJECTED: "不予奖补",
    ClaimStatus.WITHDRAWN: "已撤回",
}


class Step(StrEnum):
    """What moves a claim."""

    SUBMIT = "submit"
    RETURN = "return"
    PROPOSE = "propose"
    APPROVE = "approve"
    SIMULATE = "simulate"
    SEND_BACK = "send_back"
    REJECT = "reject"
    HAND_OVER = "hand_over"
    FINANCE_ACCEPTS = "finance_accepts"
    FINANCE_RETURNS = "finance_returns"
    PAY = "pay"
    WITHDRAW = "withdraw"


#: (state, step) → next state. What is not here does not exist.
TRANSITIONS: Mapping[tuple[ClaimStatus, Step], ClaimStatus] = {
    (ClaimStatus.DRAFT, Step.SUBMIT): ClaimStatus.SUBMITTED,
    (ClaimStatus.DRAFT, Step.WITHDRAW): ClaimStatus.WITHDRAWN,
    (ClaimStatus.SUBMITTED, Step.RETURN): ClaimStatus.DRAFT,
    (ClaimStatus.SUBMITTED, Step.WITHDRAW): ClaimStatus.WITHDRAWN,
    (ClaimStatus.SUBMITTED, Step.PROPOSE): ClaimStatus.PROPOSED,
    (ClaimStatus.SIMULATED, Step.PROPOSE): ClaimStatus.PROPOSED,
    (ClaimStatus.PROPOSED, Step.APPROVE): ClaimStatus.APPROVED,
    (ClaimStatus.PROPOSED, Step.SIMULATE): ClaimStatus.SIMULATED,
    (ClaimStatus.PROPOSED, Step.SEND_BACK): ClaimStatus.SUBMITTED,
    (ClaimStatus.PROPOSED, Step.REJECT): ClaimStatus.REJECTED,
    (ClaimStatus.APPROVED, Step.HAND_OVER): ClaimStatus.HANDED_OVER,
    (ClaimStatus.HANDED_OVER, Step.FINANCE_ACCEPTS): ClaimStatus.ACCEPTED,
    (ClaimStatus.HANDED_OVER, Step.FINANCE_RETURNS): ClaimStatus.APPROVED,
    (ClaimStatus.ACCEPTED, Step.PAY): ClaimStatus.PAID,
}


def next_status(status: ClaimStatus, step: Step) -> ClaimStatus:
    """The state that a step leads to; raises IllegalTransition where it does not exist."""
    target = TRANSITIONS.get((status, step))
    if target is None:
        raise IllegalTransition(
            "claim_step",
            "申领目前为“{status}”，不能办理这一步，请刷新页面查看最新状态。",
            status=STATUS_LABELS[status],
        )
    return target


class FactSource(StrEnum):
    """Where a fact of a calculation comes from."""

    LEDGER_TOTAL = "ledger_total"
    LEDGER_EXCLUDED = "ledger_excluded"
    DESIGNATION = "designation"
    PAID_BEFORE = "paid_before"
    PAID_THIS_YEAR = "paid_this_year"
    RECEIVED_BEFORE = "received_before"
    STATED = "stated"


#: Facts that are never typed in: they come from the ledger, the selection or the register.
FACT_SOURCES: Mapping[str, FactSource] = {
    "investment_yuan": FactSource.LEDGER_TOTAL,
    "excluded_yuan": FactSource.LEDGER_EXCLUDED,
    "designated": FactSource.DESIGNATION,
    "paid_before_yuan": FactSource.PAID_BEFORE,
    "paid_this_year_yuan": FactSource.PAID_THIS_YEAR,
    "received_before": FactSource.RECEIVED_BEFORE,
}

SOURCE_LABELS = {
    FactSource.LEDGER_TOTAL: "审定的投入合计",
    FactSource.LEDGER_EXCLUDED: "审定投入中的土地、厂房、旧设备",
    FactSource.DESIGNATION: "评选结果",
    FactSource.PAID_BEFORE: "奖补台账：此前已付",
    FactSource.PAID_THIS_YEAR: "奖补台账：本年度已付",
    FactSource.RECEIVED_BEFORE: "奖补台账：此前是否享受",
    FactSource.STATED: "申领单位填报、经办人员核对",
}


def source_of(fact: str) -> FactSource:
    """Where a fact comes from."""
    return FACT_SOURCES.get(fact, FactSource.STATED)


def needs_ledger(facts: Sequence[str]) -> bool:
    """True when a calculation rests on a ledger's verified amounts."""
    return any(source_of(name) is FactSource.LEDGER_TOTAL for name in facts)


@dataclass(frozen=True, kw_only=True)
class PayeeShare:
    """Who gets what: one line of the consortium's agreement."""

    name: str
    credit_code: str
    bank: str
    account: str
    share_fen: int


PAYEES_MAX = 10


def check_payees(payees: Sequence[PayeeShare], payable_fen: int) -> None:
    """Raise InvalidInput unless the shares are positive, complete and sum to the payable amount."""
    if not 0 < len(payees) <= PAYEES_MAX:
        raise InvalidInput("payees_missing", "请填写 1 至 10 个收款单位。")
    for number, payee in enumerate(payees, start=1):
        if not (payee.name.strip() and payee.bank.strip()):
            raise InvalidInput(
                "payee_incomplete", "第 {number} 个收款单位的名称和开户银行必填。", number=number
            )
        account = payee.account.replace(" ", "")
        if not (8 <= len(account) <= 32 and account.isascii() and account.isdigit()):
            raise InvalidInput(
                "payee_account", "第 {number} 个收款单位的账号应为 8 至 32 位数字。", number=number
            )
        if payee.share_fen <= 0:
            raise InvalidInput(
                "payee_share", "第 {number} 个收款单位的金额应大于 0。", number=number
            )
    total = sum(payee.share_fen for payee in payees)
    if total != payable_fen:
        raise InvalidInput(
            "payees_sum",
            "各收款单位金额合计 {total} 元，应等于应付金额 {payable} 元。",
            total=group_yuan(total),
            payable=group_yuan(payable_fen),
        )


def check_payment(
    *, amount_fen: int, payable_fen: int, paid_fen: int, work_paid_fen: int, work_highest_fen: int
) -> None:
    """Raise Conflict when a payment would exceed its determination or what the work may get.

    ``work_paid_fen`` is what was paid for the same piece of work by all programmes and years;
    ``work_highest_fen`` its highest single binding award (杭政办函〔2024〕66号 附则).
    """
    if amount_fen <= 0:
        raise InvalidInput("payment_amount", "拨付金额应大于 0。", field="amount")
    if paid_fen + amount_fen > payable_fen:
        raise Conflict(
            "payment_over_payable",
            "本次拨付后累计 {total} 元，超过核定应付的 {payable} 元，不能拨付。",
            total=group_yuan(paid_fen + amount_fen),
            payable=group_yuan(payable_fen),
        )
    if work_paid_fen + amount_fen > work_highest_fen:
        raise Conflict(
            "payment_over_work",
            "同一事项已付 {paid} 元，最高一项奖补为 {highest} 元，本次拨付会重复享受，不能拨付。",
            paid=group_yuan(work_paid_fen),
            highest=group_yuan(work_highest_fen),
        )


def check_budget(*, budget_fen: int | None, committed_fen: int, wanted_fen: int) -> None:
    """Raise Conflict when a binding determination has no budget left for it."""
    if budget_fen is None:
        raise Conflict("budget_missing", "本年度尚未登记该措施的预算，请先在“预算”中登记。")
    if committed_fen + wanted_fen > budget_fen:
        raise Conflict(
            "budget_exceeded",
            "本年度预算 {budget} 元，已核定 {committed} 元，余额不足以核定 {wanted} 元。",
            budget=group_yuan(budget_fen),
            committed=group_yuan(committed_fen),
            wanted=group_yuan(wanted_fen),
        )


def mask_account(account: str) -> str:
    """A bank account as most people may see it."""
    digits = account.replace(" ", "")
    return f"{digits[:4]}****{digits[-4:]}" if len(digits) >= 8 else "****"

"""Pure decisions on claims, payees, payments and budgets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.policy.amounts import group_yuan
from matchmaker.policy.overlap import Overlap
from matchmaker.steps import take_step


class ClaimStatus(StrEnum):
    """The life of a claim."""

    DRAFT = "draft"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    PROPOSED = "proposed"
    SIMULATED = "simulated"
    APPROVED = "approved"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    PAID = "paid"
    SETTLED = "settled"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


STATUS_LABELS = {
    ClaimStatus.DRAFT: "草稿",
    ClaimStatus.RETURNED: "已退回补正",
    ClaimStatus.SUBMITTED: "待审计和拟定",
    ClaimStatus.PROPOSED: "待审批",
    ClaimStatus.SIMULATED: "测算（草案未印发）",
    ClaimStatus.APPROVED: "已核定",
    ClaimStatus.HANDED_OVER: "已送市财政局",
    ClaimStatus.ACCEPTED: "市财政局已同意拨付",
    ClaimStatus.PAID: "已拨付",
    ClaimStatus.SETTLED: "已办结（无需拨付）",
    ClaimStatus.REJECTED: "不予奖补",
    ClaimStatus.WITHDRAWN: "已撤回",
}


#: The unit may still write.
EDITABLE = frozenset({ClaimStatus.DRAFT, ClaimStatus.RETURNED})
#: Nothing follows any more.
FINAL = frozenset(
    {ClaimStatus.PAID, ClaimStatus.SETTLED, ClaimStatus.REJECTED, ClaimStatus.WITHDRAWN}
)
#: A binding determination was approved, so that money is promised or nothing is due.
GRANTED = frozenset(
    {
        ClaimStatus.APPROVED,
        ClaimStatus.HANDED_OVER,
        ClaimStatus.ACCEPTED,
        ClaimStatus.PAID,
        ClaimStatus.SETTLED,
    }
)
#: With the bureau, before anything is granted.
UNDER_WAY = frozenset({ClaimStatus.SUBMITTED, ClaimStatus.PROPOSED, ClaimStatus.SIMULATED})
#: Promised and not yet paid in full.
OUTSTANDING = frozenset({ClaimStatus.APPROVED, ClaimStatus.HANDED_OVER, ClaimStatus.ACCEPTED})


class Step(StrEnum):
    """What moves a claim."""

    SUBMIT = "submit"
    RETURN = "return"
    PROPOSE = "propose"
    APPROVE = "approve"
    SIMULATE = "simulate"
    SETTLE = "settle"
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
    (ClaimStatus.RETURNED, Step.SUBMIT): ClaimStatus.SUBMITTED,
    (ClaimStatus.RETURNED, Step.WITHDRAW): ClaimStatus.WITHDRAWN,
    (ClaimStatus.SUBMITTED, Step.RETURN): ClaimStatus.RETURNED,
    (ClaimStatus.SUBMITTED, Step.WITHDRAW): ClaimStatus.WITHDRAWN,
    (ClaimStatus.SUBMITTED, Step.PROPOSE): ClaimStatus.PROPOSED,
    (ClaimStatus.SIMULATED, Step.PROPOSE): ClaimStatus.PROPOSED,
    (ClaimStatus.PROPOSED, Step.APPROVE): ClaimStatus.APPROVED,
    (ClaimStatus.PROPOSED, Step.SIMULATE): ClaimStatus.SIMULATED,
    (ClaimStatus.PROPOSED, Step.SETTLE): ClaimStatus.SETTLED,
    (ClaimStatus.PROPOSED, Step.SEND_BACK): ClaimStatus.SUBMITTED,
    (ClaimStatus.PROPOSED, Step.REJECT): ClaimStatus.REJECTED,
    (ClaimStatus.APPROVED, Step.HAND_OVER): ClaimStatus.HANDED_OVER,
    (ClaimStatus.HANDED_OVER, Step.FINANCE_ACCEPTS): ClaimStatus.ACCEPTED,
    (ClaimStatus.HANDED_OVER, Step.FINANCE_RETURNS): ClaimStatus.APPROVED,
    (ClaimStatus.ACCEPTED, Step.PAY): ClaimStatus.PAID,
}


def next_status(status: ClaimStatus, step: Step) -> ClaimStatus:
    """The state that a step leads to; raises IllegalTransition where it does not exist."""
    return take_step(TRANSITIONS, status, step, subject="申领", states=STATUS_LABELS)


class FactSource(StrEnum):
    """Where a fact of a calculation comes from."""

    LEDGER_TOTAL = "ledger_total"
    LEDGER_EXCLUDED = "ledger_excluded"
    LEDGER_ROBOTS = "ledger_robots"
    DESIGNATION = "designation"
    PAID_BEFORE = "paid_before"
    PAID_THIS_YEAR = "paid_this_year"
    RECEIVED_BEFORE = "received_before"
    STATED = "stated"


#: Facts that are never typed in: they come from the ledger, the selection or the register.
FACT_SOURCES: Mapping[str, FactSource] = {
    "investment_yuan": FactSource.LEDGER_TOTAL,
    "purchases_yuan": FactSource.LEDGER_TOTAL,
    "cost_yuan": FactSource.LEDGER_TOTAL,
    "excluded_yuan": FactSource.LEDGER_EXCLUDED,
    "robot_prices_yuan": FactSource.LEDGER_ROBOTS,
    "designated": FactSource.DESIGNATION,
    "paid_before_yuan": FactSource.PAID_BEFORE,
    "paid_this_year_yuan": FactSource.PAID_THIS_YEAR,
    "received_before": FactSource.RECEIVED_BEFORE,
}
#: Facts from the verified amounts of a ledger.
LEDGER_SOURCES = frozenset(
    {FactSource.LEDGER_TOTAL, FactSource.LEDGER_EXCLUDED, FactSource.LEDGER_ROBOTS}
)
#: Given once for a product, not once for a firm (征求意见稿三(二)3：对应用软件给予一次性奖励).
ONCE_PER_WORK = frozenset({"A25-2.3a"})

SOURCE_LABELS = {
    FactSource.LEDGER_TOTAL: "投入明细的审定合计",
    FactSource.LEDGER_EXCLUDED: "审定投入中的土地、厂房、旧设备",
    FactSource.LEDGER_ROBOTS: "审定的整机购置成本（一台一条）",
    FactSource.DESIGNATION: "评选结果",
    FactSource.PAID_BEFORE: "奖补台账：此前已核定",
    FactSource.PAID_THIS_YEAR: "奖补台账：本年度已核定",
    FactSource.RECEIVED_BEFORE: "奖补台账：此前是否享受",
    FactSource.STATED: "申领单位填报、经办人员核对",
}


def source_of(fact: str) -> FactSource:
    """Where a fact comes from."""
    return FACT_SOURCES.get(fact, FactSource.STATED)


def needs_ledger(facts: Iterable[str]) -> bool:
    """True when a calculation rests on a ledger's verified amounts."""
    return any(source_of(name) in LEDGER_SOURCES for name in facts)


def hash_receipt(receipt: bytes) -> str:
    """SHA-256 of a receipt, as it is printed on the award sheet."""
    return hashlib.sha256(receipt).hexdigest()


def compute_payable(overlap: Overlap, award_fen: int, *, is_binding: bool) -> int:
    """What this claim is paid: the rest of the highest award where it is this one, else nothing.

    Source: 杭政办函〔2024〕66号 附则, 从优、就高、不重复. A draft pays nothing.
    """
    return overlap.payable_fen if is_binding and award_fen == overlap.award_fen else 0


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
        if not (0 < len(payee.name.strip()) <= 200 and 0 < len(payee.bank.strip()) <= 200):
            raise InvalidInput(
                "payee_incomplete",
                "第 {number} 个收款单位的名称和开户银行必填，各不超过 200 个字。",
                number=number,
            )
        code = payee.credit_code
        if code and not (len(code) == 18 and code.isascii() and code.isalnum()):
            raise InvalidInput(
                "payee_code",
                "第 {number} 个收款单位的统一社会信用代码应为 18 位字母和数字。",
                number=number,
            )
        account = payee.account.replace(" ", "")
        if not (8 <= len(account) <= 32 and account.isascii() and account.isdigit()):
            raise InvalidInput(
                "payee_account", "第 {number} 个收款单位的账号应为 8 至 32 位数字。", number=number
            )
        if any(
            other.account.replace(" ", "") == account and other.name.strip() != payee.name.strip()
            for other in payees[: number - 1]
        ):
            raise InvalidInput(
                "payee_account_twice",
                "第 {number} 个收款单位的账号与前面另一单位的账号相同，请核对。",
                number=number,
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

    ``work_paid_fen`` is what was ever paid for the same piece of work by all programmes and years;
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


class ClawbackState(StrEnum):
    """Where money asked back stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    SETTLED = "settled"


CLAWBACK_LABELS: Mapping[ClawbackState, str] = {
    ClawbackState.PROPOSED: "待审批",
    ClawbackState.APPROVED: "已决定追回，待退回",
    ClawbackState.DECLINED: "不予追回",
    ClawbackState.SETTLED: "已全部退回",
}


def check_clawback(*, amount_fen: int, paid_fen: int, asked_fen: int) -> None:
    """Raise Conflict when more is asked back than was paid and not asked back before."""
    kept = paid_fen - asked_fen
    if not 0 < amount_fen <= kept:
        raise Conflict(
            "clawback_amount",
            "追回金额应大于 0，且不超过已拨付、尚未要求追回的 {kept} 元。",
            kept=group_yuan(kept),
        )


def check_return(amount_fen: int, left_fen: int) -> None:
    """Raise Conflict when more would come back than is still outstanding."""
    if not 0 < amount_fen <= left_fen:
        raise Conflict(
            "return_amount",
            "退回金额应大于 0，且不超过尚未退回的 {left} 元。",
            left=group_yuan(left_fen),
        )


def check_clawback_state(state: ClawbackState, wanted: ClawbackState) -> None:
    """Raise IllegalTransition unless the case stands where the act begins."""
    if state is not wanted:
        raise IllegalTransition(
            "clawback_step",
            "追回事项目前为“{state}”，不能办理这一步，请刷新页面查看最新状态。",
            state=CLAWBACK_LABELS[state],
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


def hash_account(account: str, salt: str) -> str:
    """What the trail keeps of an account: without the salt nobody can try numbers out."""
    return hashlib.sha256(f"{salt}:{account}".encode()).hexdigest()

"""From an approved determination to the money: payees, finance bureau, transfers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from matchmaker.funding import register
from matchmaker.funding.queries import measure_work
from matchmaker.outbox import send
from matchmaker.policy.amounts import group_yuan
from matchmaker.rewards import queries
from matchmaker.rewards.claims.operations import check_note, move_claim
from matchmaker.rewards.determinations.facts import check_overlaps_decided
from matchmaker.rewards.models import Claim, Determination, Handover, Payee, Payment
from matchmaker.rewards.permissions import PROCESS
from matchmaker.rewards.rules import (
    ClaimStatus,
    PayeeShare,
    Step,
    check_payees,
    check_payment,
    hash_account,
    mask_account,
    next_status,
)

NUMBER_MAX = 80


def set_payees(actor: Actor, row: Determination, payees: Sequence[PayeeShare]) -> None:
    """Write down who is paid what, before the hand-over; replaces what stood there."""
    claim = lock_determination(row)
    require(actor, PROCESS, claim)
    if claim.status is not ClaimStatus.APPROVED or row.payments:
        raise IllegalTransition("payees_closed", "收款单位只能在送市财政局之前登记或更改。")
    check_payees(payees, row.payable_fen)
    row.payees = [
        Payee(
            name=payee.name.strip(),
            credit_code=payee.credit_code.strip().upper(),
            bank=payee.bank.strip(),
            account=payee.account.replace(" ", ""),
            account_salt=secrets.token_hex(16),
            share_fen=payee.share_fen,
        )
        for payee in payees
    ]
    db.session.flush()
    record(
        actor,
        "rewards.set_payees",
        "determination",
        row.id,
        payees=[
            {
                "name": p.name,
                "credit_code": p.credit_code,
                "bank": p.bank,
                "account": mask_account(p.account),
                "account_sha256": hash_account(p.account, p.account_salt),
                "share_fen": p.share_fen,
            }
            for p in row.payees
        ],
    )


def hand_over(
    actor: Actor, row: Determination, *, document_number: str, handed_on: date
) -> Handover:
    """Note the request to the finance bureau (市财政局) with its document number."""
    claim = lock_determination(row)
    require(actor, PROCESS, claim)
    next_status(claim.status, Step.HAND_OVER)
    check_overlaps_decided(claim)
    if not row.payees:
        raise Conflict("payees_missing", "请先登记收款单位，再送市财政局。")
    number = _check_number(document_number, "document_number", "函件文号")
    check_day(handed_on, _day_of_approval(row), "handed_on", "送出日期")
    handover = Handover(document_number=number, handed_on=handed_on)
    row.handovers.append(handover)
    move_claim(
        actor, claim, Step.HAND_OVER, document_number=number, handed_on=handed_on.isoformat()
    )
    return handover


def accept_handover(actor: Actor, row: Determination, *, answered_on: date, note: str = "") -> None:
    """The finance bureau agreed to pay."""
    _answer(actor, row, Step.FINANCE_ACCEPTS, answered_on, note.strip())


def return_handover(actor: Actor, row: Determination, *, answered_on: date, note: str) -> None:
    """The finance bureau sent the request back; payees may be corrected and it is sent again."""
    _answer(actor, row, Step.FINANCE_RETURNS, answered_on, check_note(note, "市财政局退回的理由"))


def _answer(actor: Actor, row: Determination, step: Step, answered_on: date, note: str) -> None:
    claim = lock_determination(row)
    require(actor, PROCESS, claim)
    next_status(claim.status, step)
    handover = row.handovers[-1]
    check_day(answered_on, handover.handed_on, "answered_on", "答复日期")
    handover.is_accepted = step is Step.FINANCE_ACCEPTS
    handover.answered_on, handover.answer_note = answered_on, note
    move_claim(actor, claim, step, note=note, answered_on=answered_on.isoformat())


def record_payment(
    actor: Actor, row: Determination, *, payee_id: int, amount_fen: int, paid_on: date, voucher: str
) -> Payment:
    """Note one transfer. Raises Conflict for a repeated voucher, or what would exceed the payee's
    share, the determination, or what the piece of work may get in all.
    """
    claim = lock_determination(row)
    require(actor, PROCESS, claim)
    next_status(claim.status, Step.PAY)
    check_overlaps_decided(claim)
    number = _check_number(voucher, "voucher", "拨付凭证号")
    if queries.find_payment(number) is not None:
        raise Conflict("voucher_repeated", "凭证号 {number} 已经登记过。", number=number)
    payee = next((payee for payee in row.payees if payee.id == payee_id), None)
    if payee is None:
        raise NotFound("payee_missing", "没有找到这个收款单位。")
    answered_on = row.handovers[-1].answered_on or clock.today()
    check_day(paid_on, answered_on, "paid_on", "拨付日期")
    _check_amount(row, payee, amount_fen)
    payment = Payment(
        payee=payee,
        amount_fen=amount_fen,
        paid_on=paid_on,
        voucher=number,
        recorded_by=actor.user_id,
    )
    row.payments.append(payment)
    db.session.flush()
    update_register(claim, row)
    record(
        actor,
        "rewards.record_payment",
        "determination",
        row.id,
        payee=payee.name,
        payee_id=payee.id,
        amount_fen=amount_fen,
        paid_on=paid_on.isoformat(),
        voucher=number,
    )
    if queries.sum_paid(row) == row.payable_fen:
        move_claim(actor, claim, Step.PAY)
        send("rewards.claim_paid", claim_id=claim.id)
    return payment


def _check_amount(row: Determination, payee: Payee, amount_fen: int) -> None:
    work = measure_work(row.claim.work_key)
    check_payment(
        amount_fen=amount_fen,
        payable_fen=row.payable_fen,
        paid_fen=queries.sum_paid(row),
        work_paid_fen=work.used_fen,
        work_highest_fen=work.highest_fen,
    )
    got = sum(payment.amount_fen for payment in row.payments if payment.payee_id == payee.id)
    if got + amount_fen > payee.share_fen:
        raise Conflict(
            "payment_over_share",
            "{name} 应得 {share} 元，已拨付 {got} 元，本次金额超过余额。",
            name=payee.name,
            share=group_yuan(payee.share_fen),
            got=group_yuan(got),
        )


def lock_determination(row: Determination) -> Claim:
    """The claim under the lock of its piece of work, read anew; its newest determination only."""
    session = db.session()
    lock(session, f"work:{row.claim.work_key}")
    session.refresh(row)
    session.refresh(row.claim)
    if row.claim.determination is not row:
        raise IllegalTransition(
            "determination_superseded", "这份核定书已有更新的版本，请刷新页面。"
        )
    return row.claim


def update_register(claim: Claim, row: Determination) -> None:
    """Keep the register's amounts: transfers less what came back, and what is used up."""
    paid = queries.sum_paid(row)
    register.set_own_paid(
        claim.number,
        paid - queries.sum_returned(row),
        used_fen=paid - queries.sum_released(row),
    )


def _day_of_approval(row: Determination) -> date:
    moment = row.approved_at or clock.now()
    return moment.astimezone(clock.CHINA).date()


def _check_number(text: str, field: str, label: str) -> str:
    number = " ".join(text.split())
    if not 0 < len(number) <= NUMBER_MAX:
        raise InvalidInput(
            "number_missing",
            "请填写{label}，不超过 {limit} 个字。",
            field=field,
            label=label,
            limit=NUMBER_MAX,
        )
    return number


def check_day(day: date, earliest: date, field: str, label: str) -> None:
    """Raise InvalidInput for a day in the future or before what it follows from."""
    if not earliest <= day <= clock.today():
        raise InvalidInput(
            "day_outside",
            "{label}应在{earliest}至今天之间。",
            field=field,
            label=label,
            earliest=clock.format_day(earliest),
        )

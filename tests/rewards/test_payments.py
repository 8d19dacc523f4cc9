"""Payees, the finance bureau, transfers and claw-back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import write_tx
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    PermissionDenied,
)
from matchmaker.funding import register
from matchmaker.rewards.clawbacks import operations as clawbacks
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import Determination
from matchmaker.rewards.payments import operations as payments
from matchmaker.rewards.rules import ClaimStatus, check_payees
from tests.people import People
from tests.rewards.world import accept, approve, give_budget, make_claim, pay, payee

AWARD = 50_00


def _approved(people: People) -> Determination:
    give_budget(people, 10 * AWARD)
    return approve(people, make_claim(people, 2 * AWARD))


def test_one_account_under_two_names_is_refused() -> None:
    first = payee(20_00, "甲公司")
    with pytest.raises(InvalidInput) as refused:
        check_payees([first, replace(payee(30_00, "乙公司"), account=first.account)], 50_00)
    assert refused.value.code == "payee_account_twice"
    check_payees([first, replace(first, share_fen=30_00)], 50_00)


@pytest.mark.parametrize("shares", [(AWARD - 1,), (AWARD + 1,), (AWARD, 1), (), (1,) * 11])
def test_payees_sum_to_the_payable_amount(
    app: Flask, people: People, shares: tuple[int, ...]
) -> None:
    with app.app_context(), write_tx():
        row = _approved(people)
        with pytest.raises(InvalidInput):
            payments.set_payees(people.officer, row, [payee(fen) for fen in shares])
        assert row.payees == []


@pytest.mark.parametrize(
    "change", [{"account": "1234567"}, {"account": "1234567x"}, {"name": " "}, {"bank": ""}]
)
def test_an_incomplete_payee_is_refused(app: Flask, people: People, change: dict[str, str]) -> None:
    with app.app_context(), write_tx():
        row = _approved(people)
        with pytest.raises(InvalidInput):
            payments.set_payees(people.officer, row, [replace(payee(AWARD), **change)])
        assert row.payees == []


def test_the_way_to_the_money(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = _approved(people)
        today = clock.today()
        with pytest.raises(Conflict):
            payments.hand_over(people.officer, row, document_number="1号", handed_on=today)
        payments.set_payees(people.officer, row, [payee(AWARD)])
        payments.set_payees(people.officer, row, [payee(20_00), payee(30_00)])
        with pytest.raises(IllegalTransition):
            pay(people, row)
        payments.hand_over(people.officer, row, document_number="1号", handed_on=today)
        assert row.claim.status is ClaimStatus.HANDED_OVER
        with pytest.raises(IllegalTransition):
            payments.set_payees(people.officer, row, [payee(AWARD)])
        payments.return_handover(people.officer, row, answered_on=today, note="账号有误")
        assert row.claim.status is ClaimStatus.APPROVED
        accept(people, row, 20_00, 30_00)
        assert [item.is_accepted for item in row.handovers] == [False, True]

        pay(people, row, 20_00)
        assert row.claim.status is ClaimStatus.ACCEPTED
        entry = register.find_own_award(row.claim.number)
        assert entry is not None
        assert entry.paid_fen == 20_00
        pay(people, row, 10_00, payee_index=1)
        pay(people, row, 20_00, payee_index=1)

        assert row.claim.status is ClaimStatus.PAID
        assert entry.paid_fen == AWARD
        with pytest.raises(IllegalTransition):
            pay(people, row, 1)
        assert find_violations() == []


@pytest.mark.parametrize(
    ("fen", "code"),
    [
        (0, "payment_amount"),
        (-1, "payment_amount"),
        (20_01, "payment_over_share"),
        (50_01, "payment_over_payable"),
    ],
)
def test_a_transfer_stays_within_share_and_award(
    app: Flask, people: People, fen: int, code: str
) -> None:
    with app.app_context(), write_tx():
        row = _approved(people)
        accept(people, row, 20_00, 30_00)
        with pytest.raises(DomainError) as refused:
            pay(people, row, fen)
        assert refused.value.code == code
        assert row.payments == []
        assert find_violations() == []


def test_a_voucher_is_used_once(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = _approved(people)
        accept(people, row)
        first = payments.record_payment(
            people.officer,
            row,
            payee_id=row.payees[0].id,
            amount_fen=1,
            paid_on=clock.today(),
            voucher="拨 1",
        )
        with pytest.raises(Conflict) as refused:
            payments.record_payment(
                people.officer,
                row,
                payee_id=row.payees[0].id,
                amount_fen=1,
                paid_on=clock.today(),
                voucher=" 拨  1 ",
            )
        assert refused.value.code == "voucher_repeated"
        assert row.payments == [first]


@pytest.mark.parametrize("offset", [-1, 1])
def test_days_stand_in_order(app: Flask, people: People, offset: int) -> None:
    with app.app_context(), write_tx():
        row = _approved(people)
        payments.set_payees(people.officer, row, [payee(AWARD)])
        day = clock.today() + timedelta(days=offset)
        with pytest.raises(InvalidInput):
            payments.hand_over(people.officer, row, document_number="1号", handed_on=day)
        assert row.claim.status is ClaimStatus.APPROVED


def test_money_comes_back_and_is_not_paid_again(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = _approved(people)
        accept(people, row)
        pay(people, row)
        today = clock.today()
        case = clawbacks.propose_clawback(people.officer, row, amount_fen=10_00, reason="停用")
        clawbacks.approve_clawback(people.approver, case)
        clawbacks.record_return(people.officer, case, amount_fen=10_00, returned_on=today)

        entry = register.find_own_award(row.claim.number)
        assert entry is not None
        assert entry.paid_fen == 40_00
        assert row.claim.status is ClaimStatus.PAID
        with pytest.raises(IllegalTransition):
            pay(people, row, 10_00)
        assert find_violations() == []


@pytest.mark.parametrize("part", ["owner", "stranger", "firm", "approver", "auditor", "judge"])
def test_only_the_officer_moves_money(app: Flask, people: People, part: str) -> None:
    with app.app_context(), write_tx():
        row = _approved(people)
        actor = getattr(people, part)
        today = clock.today()
        with pytest.raises(PermissionDenied):
            payments.set_payees(actor, row, [payee(AWARD)])
        payments.set_payees(people.officer, row, [payee(AWARD)])
        with pytest.raises(PermissionDenied):
            payments.hand_over(actor, row, document_number="1号", handed_on=today)
        payments.hand_over(people.officer, row, document_number="1号", handed_on=today)
        with pytest.raises(PermissionDenied):
            payments.accept_handover(actor, row, answered_on=today)
        payments.accept_handover(people.officer, row, answered_on=today)
        with pytest.raises(PermissionDenied):
            payments.record_payment(
                actor,
                row,
                payee_id=row.payees[0].id,
                amount_fen=1,
                paid_on=today,
                voucher="1",
            )
        assert row.payments == []

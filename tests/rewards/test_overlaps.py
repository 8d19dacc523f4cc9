"""No money while nobody has decided whether another award is for the same work."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.db import db, write_tx
from matchmaker.errors import Conflict, DomainError, InvalidInput
from matchmaker.funding import register
from matchmaker.funding.models import ApartDecision, AwardRecord
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import Claim
from matchmaker.rewards.queries import list_undecided_claims
from tests.conftest import SignIn
from tests.people import People
from tests.rewards.world import accept, approve, give_budget, make_claim, pay, propose


def _import(people: People, claim: Claim, *, amount: int = 100_00) -> AwardRecord:
    """Another body's award on an invoice of the claim."""
    assert claim.ledger is not None
    invoices = (claim.ledger.items[0].invoice_key,)
    row = register.AwardRow(
        "K1", "技改补助", "市科技局", "某厂", "", "尾段", invoices, amount, amount, date(2025, 3, 1)
    )
    register.import_awards(people.officer, source="市科技局名单", awards=[row])
    return db.session.scalars(select(AwardRecord).where(AwardRecord.reference == "K1")).one()


def _refused(act: object, *arguments: object) -> str:
    with pytest.raises(Conflict) as refused:
        act(*arguments)  # type: ignore[operator]
    return refused.value.code


def test_proposing_approving_and_paying_wait_for_the_decision(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 10_000_00)
        claim = make_claim(people, 2_000_00)
        award = _import(people, claim)
        assert _refused(propose, people, claim) == "overlap_undecided"
        key = claim.work_key
        register.set_apart(people.officer, award, work_key=key, note="不同设备，票据核对过")
        row = propose(people, claim)
        register.undo_apart(people.officer, award, work_key=key, note="再核一次")
        approving = determinations.approve_determination
        assert _refused(approving, people.approver, row) == "overlap_undecided"
        assert list_undecided_claims() == [claim]
        register.set_apart(people.officer, award, work_key=key, note="确为两台设备")
        approving(people.approver, row)
        assert find_violations() == []
        register.undo_apart(people.officer, award, work_key=key, note="有人举报")
        assert [(item.code, item.subject) for item in find_violations()] == [("M2", claim.number)]
        assert _refused(accept, people, row) == "overlap_undecided"
        register.set_apart(people.officer, award, work_key=key, note="举报不实")
        accept(people, row)
        register.undo_apart(people.officer, award, work_key=key, note="有人举报")
        assert _refused(pay, people, row) == "overlap_undecided"
        register.set_apart(people.officer, award, work_key=key, note="举报不实")
        pay(people, row)
        assert find_violations() == []


def test_the_same_work_is_paid_the_difference(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 2_000_00)
        award = _import(people, claim, amount=300_00)
        register.link_award(people.officer, award, work_key=claim.work_key, note="同一张发票")
        row = propose(people, claim)
        assert (row.award_fen, row.payable_fen) == (1_000_00, 700_00)


def test_an_invoice_of_our_own_award_asks_too_and_once_for_both(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 10_000_00)
        first = make_claim(people, 2_000_00)
        approve(people, first)
        second = make_claim(people, 3_000_00)
        assert first.ledger is not None
        assert second.ledger is not None
        number = first.ledger.items[0].invoice_key
        second.ledger.items[0].invoice_key = second.ledger.items[0].invoice_number = number
        assert second.ledger is not None
        claims.verify_line(
            people.auditor,
            second,
            second.ledger.items[0].id,
            verified_fen=3_000_00,
            reason="两台设备合开一张发票",
        )
        proposing = determinations.propose_determination
        assert _refused(proposing, people.officer, second) == "overlap_undecided"
        own = register.find_own_award(first.number)
        assert own is not None
        register.set_apart(people.officer, own, work_key=second.work_key, note="两台设备")
        determinations.approve_determination(people.approver, proposing(people.officer, second))
        assert find_violations() == []


def test_another_claim_of_the_unit_needs_no_decision(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 10_000_00)
        approve(people, make_claim(people, 2_000_00))
        assert approve(people, make_claim(people, 2_000_00)).payable_fen == 1_000_00


@pytest.mark.parametrize("note", ["", "  ", "长" * 1001])
def test_a_reason_is_asked_for(app: Flask, people: People, note: str) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 2_000_00)
        award = _import(people, claim)
        with pytest.raises(InvalidInput):
            register.set_apart(people.officer, award, work_key=claim.work_key, note=note)
        assert db.session.scalars(select(ApartDecision)).all() == []


def test_a_decision_stands_once_and_bars_the_other(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 2_000_00)
        award, key = _import(people, claim), claim.work_key
        register.set_apart(people.officer, award, work_key=key, note="不同设备")
        for act in (register.set_apart, register.link_award):
            with pytest.raises(Conflict) as refused:
                act(people.officer, award, work_key=key, note="再")
            assert refused.value.code == "decided_apart"
        register.undo_apart(people.officer, award, work_key=key, note="有误")
        with pytest.raises(Conflict):
            register.undo_apart(people.officer, award, work_key=key, note="有误")


def test_only_the_officer_decides(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 2_000_00)
        award = _import(people, claim)
        for actor in (people.owner, people.stranger, people.approver, people.auditor):
            with pytest.raises(DomainError):
                register.set_apart(actor, award, work_key=claim.work_key, note="不同设备")
        assert db.session.scalars(select(ApartDecision)).all() == []


def test_the_page_refuses_says_why_and_takes_the_decision(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 10_000_00)
        claim = make_claim(people, 2_000_00)
        propose(people, claim)
        _import(people, claim)
    approver, officer = sign_in(app, "approver@test.example"), sign_in(app, "officer@test.example")
    answer = approver.post("/bureau/claims/1/approve", data={"determination": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "（K1）与本事项发票号码相同，可能重复享受" in page
    assert 'href="#overlap"' in page
    home = officer.get("/bureau/").get_data(as_text=True)
    assert "待认定是否同一事项的奖补" in home
    assert "/bureau/claims/1#overlap" in home
    decided = officer.post("/bureau/claims/1/apart", data={"award": "1", "note": "两台不同的设备"})
    assert decided.status_code == 302
    assert "两台不同的设备" in officer.get("/bureau/claims/1").get_data(as_text=True)
    assert approver.post("/bureau/claims/1/approve", data={"determination": "1"}).status_code == 302

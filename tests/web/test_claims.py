"""Pages of claims: the unit's own way, the bureau's acts, the award sheet, who is kept out."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.db import db, read_tx, write_tx
from matchmaker.funding.models import LedgerItem
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import Claim, Payment
from matchmaker.rewards.rules import ClaimStatus
from tests.conftest import SignIn
from tests.people import People
from tests.rewards.world import (
    EMBODIED,
    accept,
    approve,
    give_budget,
    make_claim,
    make_designation,
    pay,
    propose,
)

LINE = {
    "category": "robot",
    "description": "人形机器人整机",
    "seller": "丙方机器人公司",
    "invoice_number": "25332000000000000001",
    "invoice_date": "2025-06-30",
    "amount_with_tax": "1,130.00",
    "amount_without_tax": "1000",
    "payment_reference": "回单1",
    "paid_on": "2025-07-01",
}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def status_of(app: Flask, claim_id: int = 1) -> ClaimStatus:
    with app.app_context(), read_tx():
        return db.session.get_one(Claim, claim_id).status


def prepared(app: Flask, make: Any) -> Any:
    with app.app_context(), write_tx():
        return make()


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def test_a_unit_claims_from_designation_to_submission(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    designation = prepared(app, lambda: make_designation(people.owner).id)
    owner = sign_in(app, "owner@test.example")
    assert "申领奖补" in text_of(owner, "/owner/claims")

    assert owner.post("/owner/claims/new", data={"designation": designation}).status_code == 302
    answer = owner.post(
        "/owner/claims/1/lines", data=LINE | {"evidence": (io.BytesIO(PDF), "发票.pdf")}
    )
    assert answer.status_code == 302
    page = text_of(owner, "/owner/claims/1")
    assert "1,000.00元" in page
    assert "1,130.00元" in page
    evidence = owner.get("/owner/claims/1/lines/1/evidence")
    assert evidence.data == PDF
    assert "attachment" in evidence.headers["Content-Disposition"]
    tax = {"counts_tax": "yes", "reason": ""}
    assert owner.post("/owner/claims/1/tax", data=tax).status_code == 422
    tax["reason"] = "事业单位，不能抵扣"
    assert owner.post("/owner/claims/1/tax", data=tax).status_code == 302
    assert owner.post("/owner/claims/1/submit").status_code == 302

    assert status_of(app) is ClaimStatus.SUBMITTED
    assert "审核中" in text_of(owner, "/owner/claims/1")
    assert owner.post("/owner/claims/1/lines", data=LINE).status_code == 403
    assert owner.post("/owner/claims/1/withdraw").status_code == 302
    assert status_of(app) is ClaimStatus.WITHDRAWN


@pytest.mark.parametrize(
    "change",
    [
        {"amount_with_tax": "-1"},
        {"amount_with_tax": "1e3"},
        {"amount_with_tax": "0"},
        {"amount_with_tax": ""},
        {"amount_without_tax": "1130.01"},
        {"invoice_number": "12"},
        {"invoice_date": "2025-02-30"},
        {"invoice_date": "2999-01-01"},
        {"category": "gift"},
        {"description": " "},
        {"seller": "甲" * 201},
    ],
)
def test_a_faulty_line_is_refused_beside_its_field(
    app: Flask, people: People, sign_in: SignIn, change: dict[str, str]
) -> None:
    designation = prepared(app, lambda: make_designation(people.owner).id)
    owner = sign_in(app, "owner@test.example")
    owner.post("/owner/claims/new", data={"designation": designation})

    answer = owner.post("/owner/claims/1/lines", data=LINE | change)

    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)
    with app.app_context(), read_tx():
        assert db.session.scalar(select(func.count()).select_from(LedgerItem)) == 0


def test_a_firm_states_facts(app: Flask, people: People, sign_in: SignIn) -> None:
    firm = sign_in(app, "firm@test.example")
    start = {"instrument": "M66-2a", "project": "重点研发任务", "same_work": ""}
    assert firm.post("/supplier/reward-claims/new", data=start).status_code == 302
    base = "/supplier/reward-claims/1"
    wrong = {"received_subsidy_yuan": "一百万", "level": "national", "project": "任务"}
    answer = firm.post(f"{base}/facts", data=wrong)
    assert answer.status_code == 422
    assert "received_subsidy_yuan-error" in answer.get_data(as_text=True)
    assert firm.post(f"{base}/submit").status_code == 422
    assert firm.post(f"{base}/facts", data=wrong | {"received_subsidy_yuan": "1000000"}).location
    assert firm.post(f"{base}/submit").status_code == 302
    assert status_of(app) is ClaimStatus.SUBMITTED


def test_scene_awards_are_not_started_by_hand(app: Flask, people: People, sign_in: SignIn) -> None:
    owner = sign_in(app, "owner@test.example")
    for data in (
        {"instrument": "M66-6", "project": "场景", "same_work": ""},
        {"designation": "999"},
        {"designation": "x"},
    ):
        assert owner.post("/owner/claims/new", data=data).status_code in {404, 422}
    with app.app_context(), read_tx():
        assert db.session.scalar(select(func.count()).select_from(Claim)) == 0


def test_the_bureaus_way_on_its_pages(app: Flask, people: People, sign_in: SignIn) -> None:
    def make() -> None:
        give_budget(people, 1_000_00)
        make_claim(people, 1_000_00)

    prepared(app, make)
    officer, approver, auditor = (
        sign_in(app, f"{part}@test.example") for part in ("officer", "approver", "auditor")
    )
    base, today = "/bureau/claims/1", clock.today().isoformat()
    assert "暂不能拟定" in text_of(officer, base)
    cut = {"line1-verified": "900", "line1-reason": ""}
    assert auditor.post(f"{base}/lines/1", data=cut).status_code == 422
    assert officer.post(f"{base}/lines/1", data=cut | {"line1-reason": "x"}).status_code == 403
    assert auditor.post(f"{base}/lines/1", data=cut | {"line1-reason": "核减"}).status_code == 302
    assert auditor.post(f"{base}/propose").status_code == 403
    assert officer.post(f"{base}/propose").status_code == 302
    assert officer.post(f"{base}/approve").status_code == 403
    assert approver.post(f"{base}/approve", data={"determination": "7"}).status_code == 409
    assert approver.post(f"{base}/approve", data={"determination": "1"}).status_code == 302
    assert status_of(app) is ClaimStatus.APPROVED
    payees = {
        "payees-0-name": "甲方地铁公司",
        "payees-0-bank": "演示银行",
        "payees-0-account": "6222000012345678",
        "payees-0-share": "449.99",
    }
    refused = officer.post(f"{base}/payees", data=payees)
    assert refused.status_code == 422
    assert "应等于应付金额 450.00 元" in refused.get_data(as_text=True)
    payees["payees-0-share"] = "450"
    assert officer.post(f"{base}/payees", data=payees).status_code == 302
    hand = {"hand_over-document_number": "1号", "hand_over-handed_on": today}
    assert officer.post(f"{base}/hand-over", data=hand).status_code == 302
    answer = {"answer-answer": "accept", "answer-answered_on": today}
    assert officer.post(f"{base}/answer", data=answer).status_code == 302
    transfer = {"pay-payee": "1", "pay-amount": "450.01", "pay-paid_on": today, "pay-voucher": "1"}
    assert officer.post(f"{base}/pay", data=transfer).status_code == 409
    assert officer.post(f"{base}/pay", data=transfer | {"pay-amount": "450"}).status_code == 302
    assert status_of(app) is ClaimStatus.PAID
    back = {"claw_back-amount": "50", "claw_back-note": "停用"}
    assert approver.post(f"{base}/clawbacks", data=back).status_code == 403
    too_much = officer.post(f"{base}/clawbacks", data=back | {"claw_back-amount": "450.01"})
    assert too_much.status_code == 409
    assert "尚未要求追回的 450.00 元" in too_much.get_data(as_text=True)
    assert officer.post(f"{base}/clawbacks", data=back).status_code == 302
    assert "待决定的奖补追回" in text_of(approver, "/bureau/")
    assert officer.post(f"{base}/clawbacks/1/approve").status_code == 403
    assert approver.post(f"{base}/clawbacks/1/approve").status_code == 302
    returned = {"return1-amount": "50", "return1-returned_on": today}
    assert approver.post(f"{base}/clawbacks/1/return", data=returned).status_code == 403
    assert officer.post(f"{base}/clawbacks/1/return", data=returned).status_code == 302
    assert "已全部退回" in text_of(officer, base)
    page = text_of(approver, base)
    assert "6222****5678" in page
    assert "6222000012345678" not in page
    with app.app_context(), read_tx():
        assert find_violations() == []


@pytest.mark.parametrize("act", ["give-back", "return", "send-back", "reject"])
def test_reasons_are_asked_for(app: Flask, people: People, sign_in: SignIn, act: str) -> None:
    prepared(app, lambda: propose(people, make_claim(people, 1_000_00)))
    approver = sign_in(app, "approver@test.example")
    answer = approver.post(f"/bureau/claims/1/{act}", data={"note": ""})
    assert answer.status_code in {404, 422}
    assert status_of(app) is ClaimStatus.PROPOSED


def test_who_opens_which_page(app: Flask, people: People, sign_in: SignIn) -> None:
    def make() -> None:
        give_budget(people, 1_000_00)
        row = approve(people, make_claim(people, 1_000_00))
        accept(people, row)
        pay(people, row)
        propose(people, make_claim(people, 2_000_00))

    prepared(app, make)
    pages = {
        "owner": {"/owner/claims/1": 200, "/owner/claims/determinations/1": 200}
        | {f"/owner/claims/determinations/2{end}": 404 for end in ("", ".pdf", ".json")}
        | {"/bureau/claims/1": 403, "/bureau/determinations/1": 403},
        "colleague": {"/owner/claims/2": 200, "/owner/claims/determinations/1.json": 200},
        "stranger": {"/owner/claims/1": 404}
        | {f"/owner/claims/determinations/1{end}": 404 for end in ("", ".pdf", ".json")},
        "firm": {"/supplier/reward-claims/1": 404, "/owner/claims/1": 403},
        "judge": {"/owner/claims": 403, "/bureau/claims": 403},
        "sysadmin": {"/bureau/claims": 403, "/bureau/claims/1": 404, "/bureau/budget": 403},
        "district_reviewer": {"/bureau/claims": 403, "/bureau/determinations/1": 404},
        "auditor": {"/bureau/claims/2": 200, "/bureau/determinations/2": 200},
    }
    for part, expected in pages.items():
        client = sign_in(app, f"{part}@test.example")
        for address, status in expected.items():
            assert client.get(address).status_code == status, (part, address)
    assert app.test_client().get("/bureau/claims").status_code == 302


def test_the_award_sheet_can_be_redone(app: Flask, people: People, sign_in: SignIn) -> None:
    def make() -> tuple[str, bytes]:
        give_budget(people, 1_000_00)
        row = approve(people, make_claim(people, 1_000_01))
        return row.receipt_sha256, row.receipt

    sha256, receipt = prepared(app, make)
    owner = sign_in(app, "owner@test.example")
    page = text_of(owner, "/owner/claims/determinations/1")
    for words in (
        sha256,
        "复算一致",
        "伍佰元整",
        "500.00元",
        "M66 六",
        "M66 附则",
        "杭政办函〔2024〕66号",
    ):
        assert words in page, words
    download = owner.get("/owner/claims/determinations/1.json")
    assert download.data == receipt
    assert hashlib.sha256(download.data).hexdigest() == sha256
    pdf = owner.get("/owner/claims/determinations/1.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert pdf.data == owner.get("/owner/claims/determinations/1.pdf").data


def test_a_double_click_pays_once(app: Flask, people: People, sign_in: SignIn) -> None:
    def make() -> None:
        give_budget(people, 1_000_00)
        accept(people, approve(people, make_claim(people, 1_000_00)))

    prepared(app, make)
    officer = sign_in(app, "officer@test.example")
    data = {
        "_once": "once-1",
        "pay-payee": "1",
        "pay-amount": "100",
        "pay-paid_on": clock.today().isoformat(),
        "pay-voucher": "拨1",
    }
    first, second = (officer.post("/bureau/claims/1/pay", data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    with app.app_context(), read_tx():
        assert db.session.scalar(select(func.sum(Payment.amount_fen))) == 100_00


def test_what_waits_is_on_the_home_pages(app: Flask, people: People, sign_in: SignIn) -> None:
    prepared(app, lambda: make_claim(people, 1_000_00))
    assert "待审定投入的奖补申领" in text_of(sign_in(app, "auditor@test.example"), "/bureau/")
    officer = sign_in(app, "officer@test.example")
    assert "待拟定核定意见的奖补申领" in text_of(officer, "/bureau/")
    officer.post("/bureau/claims/1/return", data={"return-note": "缺凭证"})
    assert "已退回补正" in text_of(sign_in(app, "owner@test.example"), "/owner/")


def test_a_decided_draft_award_shows_no_preview(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    def make() -> None:
        draft = make_designation(people.owner, programme=EMBODIED)
        propose(people, make_claim(people, 8_000_00, instrument="A25-3.1", designation=draft))

    prepared(app, make)
    approver, officer = sign_in(app, "approver@test.example"), sign_in(app, "officer@test.example")
    assert "适用日期" not in text_of(officer, "/bureau/claims/1")
    assert approver.post("/bureau/claims/1/approve", data={"determination": "1"}).status_code == 302
    decided = text_of(officer, "/bureau/claims/1")
    assert "最近一次核定" in decided
    assert "适用日期" not in decided
    assert "拟定核定意见</button>" not in decided

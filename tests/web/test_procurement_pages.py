"""Pages of the procurement catalogue, for the firm, the bureau, experts and everybody."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker import clock
from matchmaker.db import read_tx
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.procurement.models import Recommendation
from tests.conftest import SignIn
from tests.files.samples import PDF
from tests.people import People
from tests.suppliers.market import make_product, prepare, world

WHY = "产品成熟，适合公共部门采购。"


def pdf() -> tuple[io.BytesIO, str]:
    return io.BytesIO(PDF), "检测报告.pdf"


def prepare_criteria(sign_in: SignIn, app: Flask) -> None:
    data = {"text": "成熟度：已定型", "effective_from": "2026-01-01", "reason": "首次制定标准"}
    approver = sign_in(app, "approver@test.example")
    assert approver.post("/bureau/procurement/criteria", data=data).status_code == 302


def apply(client: FlaskClient, code: str, **changes: object) -> int:
    data = {"product": code, "statement": WHY, "answer-1": "已定型", "files": pdf()} | changes
    return client.post("/supplier/procurement/apply", data=data).status_code


def test_application_is_heard_decided_and_shown(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    code = prepare(app, people)
    firm, judge = sign_in(app, "firm@test.example"), sign_in(app, "judge@test.example")
    approver, officer = sign_in(app, "approver@test.example"), sign_in(app, "officer@test.example")
    assert apply(firm, code) == 409  # no criteria yet
    prepare_criteria(sign_in, app)
    assert apply(firm, code) == 302
    number = f"CG{clock.today().year}-0001"
    assert "待提意见的采购目录推荐" in judge.get("/judge").get_data(as_text=True)
    page = judge.get(f"/judge/procurement/{number}").get_data(as_text=True)
    assert WHY in page
    link = re.search(r'href="(/judge/procurement/[^"]+/files/[^"]+)"', page)
    assert link
    assert judge.get(link[1]).data == PDF
    opinion = {"answer": "yes", "text": "产品成熟，建议推荐"}
    assert judge.post(f"/judge/procurement/{number}/opinion", data=opinion).status_code == 302
    desk = f"/bureau/procurement/{number}"
    decision = {"answer": "yes", "reason": "符合推荐标准"}
    assert officer.post(f"{desk}/decide", data=decision).status_code == 403
    assert number not in app.test_client().get("/procurement").get_data(as_text=True)
    assert approver.post(f"{desk}/decide", data={"reason": "符合推荐标准"}).status_code == 422
    assert approver.post(f"{desk}/decide", data=decision).status_code == 302
    handed = {"handed_to": "省财政厅", "number": "一号文", "day": clock.today().isoformat()}
    assert officer.post(f"{desk}/hand-over", data=handed | {"day": "明天"}).status_code == 422
    assert officer.post(f"{desk}/hand-over", data=handed).status_code == 302
    result = {"answer": "yes", "note": "列入第一批目录", "day": clock.today().isoformat()}
    assert officer.post(f"{desk}/result", data=result).status_code == 302
    public = app.test_client().get("/procurement").get_data(as_text=True)
    assert number in public
    assert "已列入目录" in public
    assert "符合推荐标准" in app.test_client().get(f"/products/{code}").get_data(as_text=True)
    assert judge.get(link[1]).status_code == 404


def test_order_is_reported_confirmed_and_shown(app: Flask, people: People, sign_in: SignIn) -> None:
    code = prepare(app, people)
    firm, officer = sign_in(app, "firm@test.example"), sign_in(app, "officer@test.example")
    data = {
        "product": code,
        "kind": "first_purchase",
        "buyer": "甲方地铁公司",
        "units": "2",
        "amount_fen": "960000.01",
        "ordered_on": "2026-05-12",
    }
    address = "/supplier/procurement/orders/new"
    for change in (
        {"units": "0"},
        {"amount_fen": "1e3"},
        {"ordered_on": "2099-01-01"},
        {"buyer": ""},
    ):
        assert firm.post(address, data=data | change | {"files": pdf()}).status_code == 422
    assert firm.post(address, data=data).status_code == 422
    assert firm.post(address, data=data | {"files": pdf()}).status_code == 302
    with app.app_context(), read_tx() as session:
        (order_id,) = [row.id for row in session.query(FirstOrder)]
    visitor = app.test_client()
    assert "甲方地铁公司" not in visitor.get(f"/products/{code}").get_data(as_text=True)
    assert "待核对的首购订购" in officer.get("/bureau/").get_data(as_text=True)
    page = officer.get("/bureau/procurement").get_data(as_text=True)
    link = re.search(r'href="(/bureau/procurement/orders/[^"]+)"', page)
    assert link
    assert officer.get(link[1]).data == PDF
    assert sign_in(app, "district_reviewer@test.example").get(link[1]).status_code == 403
    confirm = f"/bureau/procurement/orders/{order_id}/confirm"
    assert sign_in(app, "approver@test.example").post(confirm).status_code == 403
    assert officer.post(confirm).status_code == 302
    assert "960,000.01" in visitor.get(f"/products/{code}").get_data(as_text=True)
    public = visitor.get("/procurement").get_data(as_text=True)
    assert "2026年" in public
    assert "960,000.01" in public


@pytest.mark.parametrize("part", ["owner", "other_firm", "judge", "officer"])
def test_stranger_does_not_apply_for_a_firms_product(
    app: Flask, people: People, sign_in: SignIn, part: str
) -> None:
    code = prepare(app, people)
    prepare_criteria(sign_in, app)
    assert apply(sign_in(app, f"{part}@test.example"), code) in {403, 404, 422}
    with app.app_context(), read_tx() as session:
        assert session.query(Recommendation).count() == 0


def test_nomination_by_the_desk(app: Flask, people: People, sign_in: SignIn) -> None:
    code = prepare(app, people)
    prepare_criteria(sign_in, app)
    officer = sign_in(app, "officer@test.example")
    address = f"/bureau/procurement/nominate?product={code}"
    assert code in officer.get(address).get_data(as_text=True)
    data = {"product": code, "statement": WHY, "answer-1": "已定型"}
    for wrong in ({"product": "没有"}, {"answer-1": ""}, {"statement": ""}):
        answer = officer.post("/bureau/procurement/nominate", data=data | wrong)
        assert answer.status_code in {404, 422}
    assert officer.post("/bureau/procurement/nominate", data=data).status_code == 302
    assert "市经信局提名" in officer.get("/bureau/procurement").get_data(as_text=True)


def test_product_to_nominate_is_found_by_words_and_chosen(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    code = prepare(app, people)
    prepare_criteria(sign_in, app)
    with world(app):
        make_product(people.other_firm, published=False)
    officer = sign_in(app, "officer@test.example")
    address = "/bureau/procurement/nominate"
    choice = f'href="{address}?product={code}"'
    for question in ("", "?q=巡检", "?page=999", "?product=没有"):
        page = officer.get(address + question).get_data(as_text=True)
        assert (choice in page) == (question != "?page=999")
        assert 'name="statement"' not in page
        assert page.count(f"{address}?product=") == (question != "?page=999")
    assert "没有找到产品" in officer.get(f"{address}?q=潜水艇").get_data(as_text=True)
    chosen = officer.get(f"{address}?product={code}").get_data(as_text=True)
    assert f'name="product" type="hidden" value="{code}"' in chosen
    assert "改选其他产品" in chosen
    data = {"product": code, "statement": WHY, "answer-1": "已定型"}
    assert officer.post(address, data=data).status_code == 302
    page = officer.get(address).get_data(as_text=True)
    assert choice not in page
    assert "已有推荐" in page
    for part in ("approver", "auditor"):
        assert sign_in(app, f"{part}@test.example").get(address).status_code == 403


def test_demonstration_says_so(seeded_app: Flask, sign_in: SignIn) -> None:
    page = seeded_app.test_client().get("/procurement").get_data(as_text=True)
    assert "演示数据" in page
    assert "首购" in page
    with seeded_app.app_context(), read_tx() as session:
        handed, waiting = session.scalars(select(Recommendation.code).order_by(Recommendation.id))
    for address, email in (
        ("/supplier/procurement", "firm@demo.example"),
        (f"/supplier/procurement/{handed}", "firm@demo.example"),
        (f"/bureau/procurement/{waiting}", "approver@demo.example"),
        (f"/judge/procurement/{waiting}", "judge1@demo.example"),
    ):
        assert sign_in(seeded_app, email).get(address).status_code == 200

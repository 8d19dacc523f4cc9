"""Pages of answers: hand in, sealed, opened, outcome; and who is kept out."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaker.db import write_tx
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers.rules import AnswerState
from matchmaker.suppliers.capabilities.operations import set_capability
from matchmaker.suppliers.queries import get_product
from tests.conftest import SignIn
from tests.engagement.world import TEXT, Place, make_place
from tests.people import People

PRICE = "1,980,000.00元"


@pytest.fixture
def place(app: Flask, people: People) -> Place:
    return make_place(app, people)


def form(place: Place, **changes: str) -> dict[str, str]:
    sent = {
        "version": "0",
        "products": place.product,
        "mode": "purchase",
        "amount_fen": "1980000",
        "delivery_days": "45",
        "text": TEXT,
    }
    return sent | changes


def test_the_way_of_an_answer(app: Flask, place: Place, sign_in: SignIn) -> None:
    firm = sign_in(app, "firm@test.example")
    address = f"/supplier/engagement/{place.code}/answer"
    assert "我要应答" in firm.get(f"/demands/{place.code}").text
    assert "巡检一号" in firm.get(address).text
    wrong = firm.post(address, data=form(place, amount_fen="很多"))
    assert (wrong.status_code, place.states()) == (422, {})
    assert "请填写以元计的金额" in wrong.text
    sent = firm.post(address, data=form(place))
    assert (sent.status_code, sent.location) == (302, "/answers/1")
    assert PRICE in firm.get("/answers/1").text
    assert "地铁变电所夜间巡检" in firm.get("/supplier/engagement").text
    assert "1,980,000.00" in firm.get(address).text.replace("1980000.00", "1,980,000.00")
    owner, officer = sign_in(app, "owner@test.example"), sign_in(app, "officer@test.example")
    for page in (f"/owner/engagement/{place.code}", f"/demands/{place.code}"):
        text = owner.get(page).text
        assert "已收到 1 份应答" in text
        assert "丙方机器人" not in text
    assert owner.get("/answers/1").status_code == 404
    assert "已收到 1 份应答" in officer.get(f"/bureau/demands/{place.code}").text
    with place.opening():
        owner = sign_in(app, "owner@test.example")
        assert "1 份应答已开启" in owner.get("/owner/").text
        assert PRICE in owner.get(f"/owner/engagement/{place.code}").text
        assert owner.post("/answers/1/shortlist").status_code == 302
        outcome = f"/owner/engagement/{place.code}/outcome"
        assert "丙方机器人" in owner.get(outcome).text
        bare = owner.post(outcome, data={"result": "chosen", "chosen": "1"})
        assert bare.status_code == 422
        assert "给丙方机器人的理由应为 4 至 500 个字" in bare.text
        assert 'id="reason_1-error"' in bare.text
        assert 'aria-invalid="true"' in bare.text
        assert place.states() == {1: AnswerState.SHORTLISTED}
        given = {"result": "chosen", "chosen": "1", "reason_1": "方案完整，价格合理。"}
        assert "data-confirm" in owner.get(outcome).text
        assert owner.post(outcome, data=given).location == "/answers/1"
        assert place.status() is ListingStatus.AGREED
        assert "已选中丙方机器人，请发起结对" in owner.get("/owner/").text
        assert owner.post("/answers/1/pairing").status_code == 302
        assert "请发起结对" not in owner.get("/owner/").text
        firm = sign_in(app, "firm@test.example")
        assert "方案完整，价格合理。" in firm.get("/answers/1").text
        assert "应答结果：已选中" in firm.get("/supplier/").text


def test_no_fitting_answer(app: Flask, place: Place, sign_in: SignIn) -> None:
    place.answer(place.people.firm)
    with place.opening():
        owner = sign_in(app, "owner@test.example")
        given = {"result": "none", "note": "缺防爆机型", "reason_1": "没有防爆证书。"}
        owner.post(f"/owner/engagement/{place.code}/outcome", data=given)
        assert place.states() == {1: AnswerState.DECLINED}
        assert place.status() is ListingStatus.UNMET


@pytest.mark.parametrize(
    ("part", "status"),
    [("other_firm", 404), ("stranger", 404), ("judge", 404), ("sector_reviewer", 404), (None, 302)],
)
def test_an_opened_answer_is_closed_to_others(
    app: Flask, place: Place, sign_in: SignIn, part: str | None, status: int
) -> None:
    place.answer(place.people.firm)
    with place.opening():
        client = sign_in(app, f"{part}@test.example") if part else app.test_client()
        assert client.get("/answers/1").status_code == status
        assert "丙方机器人" not in client.get(f"/demands/{place.code}").text
        for act in ("withdraw", "shortlist", "drop"):
            assert client.post(f"/answers/1/{act}").status_code == status
        assert place.states() == {1: AnswerState.SUBMITTED}


def test_a_firm_does_not_judge_its_own_answer(app: Flask, place: Place, sign_in: SignIn) -> None:
    place.answer(place.people.firm)
    with place.opening():
        firm = sign_in(app, "firm@test.example")
        assert firm.post("/answers/1/shortlist").status_code == 403
        assert place.states() == {1: AnswerState.SUBMITTED}


def test_an_answer_after_the_deadline_is_refused(app: Flask, place: Place, sign_in: SignIn) -> None:
    with place.opening():
        firm = sign_in(app, "firm@test.example")
        assert "我要应答" not in firm.get(f"/demands/{place.code}").text
        late = firm.post(f"/supplier/engagement/{place.code}/answer", data=form(place))
        assert (late.status_code, place.states()) == (409, {})
        assert "截止，不能再应答" in late.text


def test_every_firm_without_a_reason_is_named_at_once(
    app: Flask, place: Place, sign_in: SignIn
) -> None:
    ids = [place.answer(place.people.firm), place.answer(place.people.other_firm)]
    with place.opening():
        owner = sign_in(app, "owner@test.example")
        sent = {"result": "chosen", "chosen": str(ids[0]), f"reason_{ids[0]}": "好"}
        refused = owner.post(f"/owner/engagement/{place.code}/outcome", data=sent)
        assert refused.status_code == 422
        for firm in ("丙方机器人", "丁方机器人"):
            assert f"给{firm}的理由应为" in refused.text
        assert set(place.states().values()) == {AnswerState.SUBMITTED}


def test_a_firm_sees_what_its_product_does_not_show(
    app: Flask, place: Place, sign_in: SignIn
) -> None:
    firm = sign_in(app, "firm@test.example")
    address = f"/supplier/engagement/{place.code}"
    for page in ("answer", "check"):
        text = firm.get(f"{address}/{page}").text
        assert "待核实 1 项必须要求" in text
        assert "载荷" in text
    with app.app_context(), write_tx():
        product = get_product(place.people.firm, place.product)
        set_capability(place.people.firm, product, attribute="payload_kg", text="2")
    assert "不满足 1 项必须要求" in firm.get(f"{address}/answer").text
    with app.app_context(), write_tx():
        product = get_product(place.people.firm, place.product)
        set_capability(place.people.firm, product, attribute="payload_kg", text="12")
    assert "必须要求均满足" in firm.get(f"{address}/answer").text
    other = sign_in(app, "other_firm@test.example").get(f"{address}/check").text
    assert "巡检二号" in other
    assert "巡检一号" not in other
    assert sign_in(app, "owner@test.example").get(f"{address}/check").status_code == 403


def test_a_firm_that_was_not_chosen_finds_the_gaps(
    app: Flask, place: Place, sign_in: SignIn
) -> None:
    id_ = place.answer(place.people.firm)
    with place.opening():
        owner = sign_in(app, "owner@test.example")
        given = {"result": "none", "note": "缺防爆机型", f"reason_{id_}": "没有防爆证书。"}
        owner.post(f"/owner/engagement/{place.code}/outcome", data=given)
        page = sign_in(app, "firm@test.example").get(f"/answers/{id_}").text
        assert "产品与需求的差距" in page
        assert f"/supplier/engagement/{place.code}/check" in page
        assert "产品与需求的差距" not in owner.get(f"/answers/{id_}").text

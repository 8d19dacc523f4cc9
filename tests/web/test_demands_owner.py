"""An owner's pages: the form in steps, autosave, submission, and who is kept out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker import clock
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries
from matchmaker.demands.content import ListingContent
from matchmaker.demands.models import DemandListing
from matchmaker.demands.reviews import operations as reviews
from matchmaker.demands.rules import ListingKind, ListingStatus
from tests.conftest import SignIn
from tests.demands.factories import make_draft, make_published, make_submitted
from tests.people import People

BASICS = {
    "kind": "scene",
    "title": "地铁变电所夜间巡检",
    "sector": "municipal-inspection",
    "district": "shangcheng",
    "description": "三十余座地下变电所，每两小时自动巡视一次，读取表计、测温。",
    "deadline": (clock.today() + timedelta(days=30)).isoformat(),
    "quantity": "6",
    "tasks": ["inspection-round"],
}


def rows(app: Flask) -> list[tuple[str, ListingStatus, ListingContent, int]]:
    with app.app_context(), read_tx():
        found = db.session.scalars(select(DemandListing).order_by(DemandListing.id))
        return [(row.code, row.status, queries.content_of(row), row.version) for row in found]


@pytest.fixture
def owner(app: Flask, people: People, sign_in: SignIn) -> FlaskClient:
    return sign_in(app, "owner@test.example")


def stored(app: Flask, make: Any, people: People, **changes: Any) -> str:
    with app.app_context(), write_tx():
        return str(make(people, **changes).code)


def test_a_need_is_posted_step_by_step(app: Flask, owner: FlaskClient) -> None:
    assert owner.get("/owner/demands/new").status_code == 200
    answer = owner.post("/owner/demands/new", data=BASICS | {"act": "next"})
    ((code, status, content, _),) = rows(app)
    assert status is ListingStatus.DRAFT
    assert answer.location.endswith(f"/owner/demands/{code}/edit/site")
    pages = {
        "site": {"floor": "平整硬化地面", "people_near": "无人区域"},
        "requirements": {
            "want_payload_kg": "7.5",
            "weight_payload_kg": "hard",
            "want_ip_rating": "ip67",
            "weight_ip_rating": "wish",
            "want_stairs": "yes",
            "weight_stairs": "hard",
            "want_autonomy_level": "L3",
            "weight_autonomy_level": "wish",
            "want_certificates": ["cr"],
            "weight_certificates": "hard",
        },
        "cooperation": {
            "budget_low_fen": "180",
            "budget_high_fen": "300.5",
            "modes": ["purchase", "raas"],
        },
        "acceptance": {"trial": "可试用一个月"},
    }
    for version, (step, data) in enumerate(pages.items(), start=1):
        address = f"/owner/demands/{code}/edit/{step}"
        assert owner.get(address).status_code == 200
        sent = owner.post(address, data=data | {"revision": str(version), "act": "next"})
        assert sent.status_code == 302, sent.get_data(as_text=True)
    ((_, _, content, _),) = rows(app)
    assert (content.budget_low_fen, content.budget_high_fen) == (180_000_000, 300_500_000)
    assert content.modes == ("purchase", "raas")
    assert content.facts == {
        "floor": "平整硬化地面",
        "people_near": "无人区域",
        "trial": "可试用一个月",
    }
    described = {(r.key, str(r.value), r.hard) for r in content.requirements}
    assert described == {
        ("payload_kg_min", "7.5", True),
        ("ip_min", "IP67", False),
        ("stairs", "True", True),
        ("autonomy_min", "L3", False),
        ("certificates", "('cr',)", True),
    }
    overview = owner.get(f"/owner/demands/{code}").get_data(as_text=True)
    assert "可应答程度" in overview
    assert owner.post(f"/owner/demands/{code}/submit").status_code == 302
    assert rows(app)[0][1] is ListingStatus.SUBMITTED


def test_one_page_is_enough_to_submit(app: Flask, owner: FlaskClient) -> None:
    answer = owner.post("/owner/demands/new", data=BASICS | {"act": "submit"})
    assert answer.status_code == 302
    assert [status for _, status, _, _ in rows(app)] == [ListingStatus.SUBMITTED]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"deadline": (clock.today() - timedelta(days=1)).isoformat()}, "应答截止日期已过"),
        ({"deadline": "2027-02-30"}, "请填写真实的日期"),
        ({"sector": "space"}, "行业领域中没有“space”"),
        ({"district": ""}, "请填写所在区县"),
        ({"title": "！！！！"}, "名称只有符号"),
        ({"title": "巡检"}, "名称至少 4 个字"),
        ({"description": "字" * 20_001}, "20001 个字，最多 20000 个，"),
        ({"description": "短"}, "需求描述至少 20 个字"),
        ({"quantity": "六"}, "请填写整数"),
        ({"quantity": "0"}, "数量应为 1 至"),
        ({"tasks": ["flying"]}, "任务中没有“flying”"),
    ],
)
def test_a_wrong_submission_is_answered_beside_its_field_and_stores_nothing(
    app: Flask, owner: FlaskClient, changes: dict[str, Any], message: str
) -> None:
    answer = owner.post("/owner/demands/new", data=BASICS | changes | {"act": "submit"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert "error-summary" in page
    assert rows(app) == []


@pytest.mark.parametrize(
    ("step", "data", "message"),
    [
        (
            "cooperation",
            {"budget_low_fen": "300", "budget_high_fen": "180"},
            "预算上限低于预算下限",
        ),
        ("cooperation", {"budget_low_fen": "-1"}, "请填写以万元计的数字"),
        ("cooperation", {"budget_low_fen": "1e3"}, "请填写以万元计的数字"),
        ("cooperation", {"modes": ["gift"]}, "合作方式中没有“gift”"),
        ("requirements", {"want_payload_kg": "很重"}, "请填写数字"),
        ("requirements", {"want_payload_kg": "NaN"}, "请填写数字"),
        ("requirements", {"want_payload_kg": "-3"}, "载荷应在 0 至"),
        ("requirements", {"want_ip_rating": "IP99"}, "防护等级写法如"),
        ("site", {"floor": "字" * 501}, "地面情况有 501 个字"),
    ],
)
def test_wrong_values_of_later_pages_are_refused(
    app: Flask, people: People, owner: FlaskClient, step: str, data: dict[str, Any], message: str
) -> None:
    code = stored(app, make_draft, people)
    before = rows(app)
    weights = {"weight_payload_kg": "hard", "weight_ip_rating": "hard"}
    for address in ("edit", "autosave"):
        answer = owner.post(
            f"/owner/demands/{code}/{address}/{step}", data=weights | data | {"revision": "1"}
        )
        assert answer.status_code == 422
        if address == "edit":
            assert message in answer.get_data(as_text=True)
        assert rows(app) == before


def test_autosave_stores_and_answers_the_new_revision(
    app: Flask, people: People, owner: FlaskClient
) -> None:
    code = stored(app, make_draft, people)
    data = BASICS | {"title": "自动保存的名称", "revision": "1"}
    answer = owner.post(f"/owner/demands/{code}/autosave/basics", data=data)
    assert answer.get_json() == {"revision": 2}
    assert rows(app)[0][2].title == "自动保存的名称"
    old = owner.post(f"/owner/demands/{code}/autosave/basics", data=data | {"title": "更旧的"})
    assert old.status_code == 409
    assert rows(app)[0][2].title == "自动保存的名称"


def test_saving_one_page_leaves_the_others_alone(
    app: Flask, people: People, owner: FlaskClient
) -> None:
    code = stored(app, make_draft, people)
    before = rows(app)[0][2]
    owner.post(
        f"/owner/demands/{code}/edit/site", data={"floor": "有坡道", "revision": "1", "act": "save"}
    )
    after = rows(app)[0][2]
    assert after.facts == {"floor": "有坡道", "acceptance": before.facts["acceptance"]}
    assert (after.title, after.requirements, after.modes) == (
        before.title,
        before.requirements,
        before.modes,
    )


def test_a_submission_with_gaps_names_the_pages_to_mend(
    app: Flask, people: People, owner: FlaskClient
) -> None:
    code = stored(app, make_draft, people, kind=ListingKind.JOB, quantity=None, facts={}, title="")
    answer = owner.post(f"/owner/demands/{code}/submit")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"/owner/demands/{code}/edit/basics#quantity" in page
    assert "请填写岗位人数" in page
    assert rows(app)[0][1] is ListingStatus.DRAFT


def test_an_edit_after_publication_asks_for_a_reason(
    app: Flask, people: People, owner: FlaskClient
) -> None:
    code = stored(app, make_published, people)
    address = f"/owner/demands/{code}/edit/site"
    assert "变更将公开" in owner.get(address).get_data(as_text=True)
    data = {"floor": "有坡道", "acceptance": "", "revision": "1"}
    refused = owner.post(address, data=data)
    assert refused.status_code == 422
    assert "请写明变更原因" in refused.get_data(as_text=True)
    assert owner.post(address, data=data | {"reason": "现场复核"}).status_code == 302
    assert rows(app)[0][2].facts["floor"] == "有坡道"


def test_the_steps_of_a_published_need(app: Flask, people: People, owner: FlaskClient) -> None:
    code = stored(app, make_published, people)
    refused = owner.post(f"/owner/demands/{code}/give-up", data={"note": ""})
    assert refused.status_code == 422
    assert owner.post(f"/owner/demands/{code}/recall").status_code == 409
    made = owner.post(
        f"/owner/demands/{code}/challenge", data={"note": "无局放检测产品\n\n防护不足"}
    )
    origin, challenge = rows(app)
    assert origin[1] is ListingStatus.UNMET
    assert challenge[2].kind is ListingKind.CHALLENGE
    assert challenge[2].facts["goal"] == "无局放检测产品；防护不足"
    assert made.location.endswith(f"/owner/demands/{challenge[0]}/edit/acceptance")
    assert owner.get(made.location).status_code == 200
    assert owner.post(f"/owner/demands/{code}/reopen", data={"note": "再试"}).status_code == 302
    deal = {"partner": "某公司", "product": "某型号", "reason": "比选后直接采购，未走应答。"}
    assert owner.post(f"/owner/demands/{code}/deal", data=deal).status_code == 302
    assert f"/owner/demands/{code}/deployment" in owner.get(f"/owner/demands/{code}").text
    place = {"site": "城站", "units": "2", "started_on": clock.today().isoformat()}
    assert owner.post(f"/owner/demands/{code}/deployment", data=place).status_code == 302
    assert rows(app)[0][1] is ListingStatus.DEPLOYED
    assert owner.post(f"/owner/demands/{code}/copy").status_code == 302
    copied = rows(app)[-1]
    assert owner.post(f"/owner/demands/{copied[0]}/discard").status_code == 302
    assert len(rows(app)) == 2


PAGES = ("", "/edit/basics", "/edit/site", "/edit/requirements", "/edit/cooperation")
ACTS = (
    "/edit/basics",
    "/autosave/basics",
    "/submit",
    "/recall",
    "/withdraw",
    "/deal",
    "/give-up",
    "/reopen",
    "/deployment",
    "/discard",
    "/copy",
    "/challenge",
)


@pytest.mark.parametrize("make", [make_draft, make_submitted, make_published])
@pytest.mark.parametrize("part", ["stranger", "firm", "judge", "officer", "sector_reviewer"])
def test_strangers_reach_no_page_and_no_act(
    app: Flask, people: People, sign_in: SignIn, part: str, make: Any
) -> None:
    code = stored(app, make, people)
    client, before = sign_in(app, f"{part}@test.example"), rows(app)
    expected = 404 if part == "stranger" else 403
    for page in PAGES:
        assert client.get(f"/owner/demands/{code}{page}").status_code == expected
    for act in ACTS:
        answer = client.post(f"/owner/demands/{code}{act}", data=BASICS | {"note": "x"})
        assert answer.status_code == expected, act
    assert rows(app) == before


def test_visitors_are_sent_to_log_in(app: Flask, people: People) -> None:
    code = stored(app, make_draft, people)
    client = app.test_client()
    for address in ("/owner/", "/owner/demands", f"/owner/demands/{code}"):
        assert "/login" in client.get(address).location
    assert "/login" in client.post(f"/owner/demands/{code}/submit").location
    assert rows(app)[0][1] is ListingStatus.DRAFT


def test_a_colleague_goes_on_where_the_owner_stopped(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    code = stored(app, make_draft, people)
    client = sign_in(app, "colleague@test.example")
    assert code in client.get("/owner/demands").get_data(as_text=True)
    assert client.post(f"/owner/demands/{code}/submit").status_code == 302
    assert rows(app)[0][1] is ListingStatus.SUBMITTED


def test_the_home_page_lists_what_waits(app: Flask, people: People, owner: FlaskClient) -> None:
    from matchmaker.demands.reviews import operations as reviews

    with app.app_context(), write_tx():
        listing = make_submitted(people, title="等待整改的巡检需求")
        due = clock.today() + timedelta(days=7)
        reviews.request_rectification(people.officer, listing, note="请写明作业时段", due_on=due)
    page = owner.get("/owner/").get_data(as_text=True)
    for text in ("等待整改的巡检需求", "整改并重新提交", "请写明作业时段"):
        assert text in page


def test_requirements_read_from_the_description_are_taken_when_ticked(
    app: Flask, people: People, owner: FlaskClient
) -> None:
    code = stored(
        app,
        make_draft,
        people,
        requirements=(),
        facts={},
        description="变电所夜间巡检，载荷20公斤以上，续航不低于4小时，防护等级IP67。",
    )
    page = owner.get(f"/owner/demands/{code}/edit/requirements").get_data(as_text=True)
    assert "描述中提到的要求" in page
    assert "防护等级不低于 IP67" in page
    data = {"take": ["payload_kg", "ip_rating", "unheard-of"], "revision": "1"}
    assert owner.post(f"/owner/demands/{code}/suggestions", data=data).status_code == 302
    taken = {(r.attribute, r.value) for r in rows(app)[0][2].requirements}
    assert taken == {("payload_kg", 20), ("ip_rating", "IP67")}
    again = owner.post(f"/owner/demands/{code}/suggestions", data=data)
    assert again.status_code == 409
    rest = owner.get(f"/owner/demands/{code}/edit/requirements").get_data(as_text=True)
    assert "依据：“4小时" in rest or "续航不低于 4 h" in rest


def test_a_sample_of_the_sector_fills_the_form_and_its_blanks_must_be_filled(
    app: Flask, owner: FlaskClient
) -> None:
    page = owner.get("/owner/demands/new?template=healthcare&_external=1&_scheme=x").text
    assert "【科室】护理辅助" in page
    assert 'action="/owner/demands/new?template=healthcare"' in page
    sent = BASICS | {"title": "【科室】护理辅助", "sector": "healthcare"}
    address = "/owner/demands/new?template=healthcare"
    refused = owner.post(address, data=sent | {"act": "submit"})
    assert refused.status_code == 422
    assert "名称中还有未填写的“【科室】”" in refused.text
    assert rows(app) == []
    assert owner.post(address, data=sent | {"act": "save"}).status_code == 302
    ((_, status, content, _),) = rows(app)
    assert status is ListingStatus.DRAFT
    assert content.facts["lift"] == "电梯和门禁可联网对接"
    assert [record.attribute for record in content.requirements] == ["human_interaction"]


def test_every_sector_has_a_sample(app: Flask, owner: FlaskClient) -> None:
    page = owner.get("/owner/demands/new").text
    for sector in load_vocabulary().sectors:
        assert f"template={sector.id}" in page
        assert owner.get(f"/owner/demands/new?template={sector.id}").status_code == 200
    assert owner.get("/owner/demands/new?template=nonsense&kind=nonsense").status_code == 200


def test_a_submitted_need_says_which_reviews_are_open(
    app: Flask, people: People, owner: FlaskClient
) -> None:
    code = stored(app, make_submitted, people)
    page = f"/owner/demands/{code}"
    assert "尚待审核：行业主管部门（" in owner.get(page).text
    with app.app_context(), write_tx():
        reviews.approve(people.sector_reviewer, queries.get_listing(people.sector_reviewer, code))
    text = owner.get(page).text
    assert "尚待审核：属地区县（上城区）。" in text
    published = stored(app, make_published, people)
    change = owner.get(f"/owner/demands/{published}/edit/basics").text
    assert "变更保存后立即公开，不再审核。" in change
    assert "均通过后发布" not in change


@pytest.mark.parametrize(("typed", "fen"), [("180", 180_000_000), ("180.5万元", 180_500_000)])
def test_a_budget_may_name_its_unit(
    app: Flask, people: People, owner: FlaskClient, typed: str, fen: int
) -> None:
    code = stored(app, make_draft, people)
    sent = {"revision": "1", "budget_high_fen": typed, "act": "save"}
    assert owner.post(f"/owner/demands/{code}/edit/cooperation", data=sent).status_code == 302
    with app.app_context(), read_tx():
        assert queries.get_listing(people.owner, code).budget_high_fen == fen

"""Pages of what became of the scenes: follow-ups, nominations, showrooms, the scene itself."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.effects.followups import operations as followups
from matchmaker.effects.followups.models import Followup, Report
from matchmaker.effects.followups.rules import FollowupState
from matchmaker.effects.nominations.models import Nomination
from matchmaker.effects.showrooms.models import Booking, Showroom, ShowroomSlot
from matchmaker.effects.showrooms.rules import ShowroomState
from matchmaker.rewards.clawbacks import operations as clawbacks
from matchmaker.web.shared import effects
from tests.conftest import SignIn
from tests.effects.world import make_figures, make_followups, make_showroom
from tests.people import People
from tests.rewards.world import accept, approve, give_budget, make_claim, pay

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
REPORT = {
    "units": "4",
    "hours": "1000",
    "failures": "3",
    "savings": "100.50",
    "note": "两班运行，未发生安全事件。",
    "evidence": "取自设备管理系统的运行日志。",
}
SHOWROOM = {
    "kind": "model_room",
    "title": "变电所巡检样板间",
    "sector": "municipal-inspection",
    "district": "shangcheng",
    "address": "上城区测试路1号",
    "text": "展示变电所巡检机器人自动巡视全过程。",
}
VISIT = {"slot": "1", "name": "王小明", "phone": "13812345678", "party": "4"}


def prepared(app: Flask, make: Any) -> None:
    with app.app_context(), write_tx():
        make()


def test_a_report_goes_from_the_unit_to_the_public_page(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    day = clock.today() - timedelta(days=80)
    prepared(app, lambda: make_followups(people, day=day))
    owner, firm = sign_in(app, "owner@test.example"), sign_in(app, "firm@test.example")
    officer, stranger = sign_in(app, "officer@test.example"), sign_in(app, "stranger@test.example")
    assert "入选后3个月跟踪应填报" in owner.get("/owner/").get_data(as_text=True)
    refused = owner.post("/owner/followups/1", data=REPORT | {"units": ""})
    assert refused.status_code == 422
    assert "请填写在用台（套）数" in refused.get_data(as_text=True)
    assert stranger.post("/owner/followups/1", data=REPORT).status_code == 404
    sent = REPORT | {"files": (io.BytesIO(PDF), "运行记录.pdf")}
    assert firm.post("/supplier/followups/1", data=sent).status_code == 302
    page = officer.get("/bureau/followups/1").get_data(as_text=True)
    file = re.search(r"/bureau/followups/1/files/1/[\w-]+", page)
    assert file is not None
    assert officer.get(file[0]).data == PDF
    token = file[0].rsplit("/", 1)[1]
    assert stranger.get(f"/owner/followups/1/files/1/{token}").status_code == 404
    assert "待审核的跟踪填报" in officer.get("/bureau/").get_data(as_text=True)
    with app.app_context(), read_tx() as session:
        number = session.get_one(Followup, 1).designation.number
    assert "目前还没有通过审核的数据" in app.test_client().get(f"/scenes/{number}").text
    assert owner.post("/bureau/followups/1/accept").status_code == 403
    assert officer.post("/bureau/followups/1/return", data={"note": ""}).status_code == 422
    assert officer.post("/bureau/followups/1/accept").status_code == 302
    scene = app.test_client().get(f"/scenes/{number}").text
    assert "1,000" in scene
    assert "未公开" in scene, "the unit did not agree to show its savings"
    assert "100.50" not in scene
    with app.app_context(), read_tx() as session:
        assert session.get_one(Followup, 1).state is FollowupState.ACCEPTED
        assert session.query(Report).count() == 1


def test_a_failed_followup_leads_to_the_claw_back(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    from tests.rewards.test_clawbacks import make_paid

    def make() -> None:
        row = make_paid(people)
        assert row.claim.designation_id
        designation = db.session.get_one(Followup.designation.property.mapper.class_, 1)
        followups.plan_followups(people.officer, designation)

    prepared(app, make)
    officer, approver = sign_in(app, "officer@test.example"), sign_in(app, "approver@test.example")
    assert officer.post("/bureau/followups/1/fail", data={"note": "停用已久"}).status_code == 403
    assert approver.post("/bureau/followups/1/fail", data={"note": "停用已久"}).status_code == 302
    page = officer.get("/bureau/followups/1").text
    link = re.search(r"/bureau/claims/1\?followup=1", page)
    assert link is not None
    form = officer.get(link[0]).text
    assert 'name="claw_back-followup" type="hidden" value="1"' in form
    sent = {"claw_back-amount": "50", "claw_back-note": "停用", "claw_back-followup": "1"}
    assert officer.post("/bureau/claims/1/clawbacks", data=sent).status_code == 302
    assert "所依据的跟踪填报" in approver.get("/bureau/claims/1").text


def test_nominations_are_recorded_and_counted(app: Flask, people: People, sign_in: SignIn) -> None:
    prepared(app, lambda: make_followups(people))
    officer = sign_in(app, "officer@test.example")
    data = {
        "designation": "1",
        "level": "province",
        "kind": "scene",
        "list_name": "省级应用示范场景名单",
        "nominated_on": clock.today().isoformat(),
        "document_number": "杭经信函〔2026〕1号",
    }
    for part in ("owner", "auditor"):
        other = sign_in(app, f"{part}@test.example")
        assert other.post("/bureau/nominations", data=data).status_code == 403
    for change in ({"designation": "9"}, {"list_name": ""}, {"nominated_on": "2026-02-30"}):
        assert officer.post("/bureau/nominations", data=data | change).status_code == 422
    assert officer.post("/bureau/nominations", data=data).status_code == 302
    assert "0个" in officer.get("/bureau/nominations").text
    result = {
        "result": "named",
        "result_on": clock.today().isoformat(),
        "result_document": "浙经信〔2026〕2号",
    }
    assert (
        officer.post("/bureau/nominations/1/result", data=result | {"result_on": ""}).status_code
        == 422
    )
    assert officer.post("/bureau/nominations/1/result", data=result).status_code == 302
    assert officer.post("/bureau/nominations/1/withdraw", data={"note": "撤回"}).status_code == 409
    assert "1个" in officer.get("/bureau/nominations").text
    with app.app_context(), read_tx() as session:
        number = session.query(Nomination).one().designation.number
    assert "浙经信〔2026〕2号" in app.test_client().get(f"/scenes/{number}").text


def test_a_showroom_from_its_entry_to_a_visit(app: Flask, people: People, sign_in: SignIn) -> None:
    owner, stranger = sign_in(app, "owner@test.example"), sign_in(app, "stranger@test.example")
    visitor = app.test_client()
    assert owner.post("/owner/showrooms/new", data=SHOWROOM | {"title": ""}).status_code == 422
    home = owner.post("/owner/showrooms/new", data=SHOWROOM).location
    code = home.rsplit("/", 1)[1]
    tomorrow = clock.today() + timedelta(days=1)
    slot = {"day": tomorrow.isoformat(), "begins": "09:30", "ends": "11:00", "capacity": "5"}
    assert owner.post(f"{home}/slots", data=slot | {"begins": "25:00"}).status_code == 422
    assert owner.post(f"{home}/slots", data=slot).status_code == 302
    assert owner.post(f"{home}/slots", data=slot).status_code == 409
    assert visitor.get(f"/showrooms/{code}").status_code == 404
    assert "变电所巡检样板间" not in visitor.get("/showrooms").text
    assert stranger.post(f"{home}/publish").status_code == 404
    assert owner.post(f"{home}/publish").status_code == 302
    found = visitor.get("/showrooms?sector=municipal-inspection&district=shangcheng").text
    assert "变电所巡检样板间" in found
    assert "变电所巡检样板间" not in visitor.get("/showrooms?district=xihu").text
    for change in ({"phone": "1"}, {"party": ""}, {"slot": ""}):
        assert visitor.post(f"/showrooms/{code}/book", data=VISIT | change).status_code == 422
    full = visitor.post(f"/showrooms/{code}/book", data=VISIT | {"party": "6"})
    assert full.status_code == 409
    assert "还可预约 5 人" in full.text
    booked = visitor.post(f"/showrooms/{code}/book", data=VISIT)
    page = visitor.get(booked.location).text
    number = re.search(r"CG\d{6}-[0-9A-F]{10}", page)
    assert number is not None
    assert "13812345678" not in page
    assert visitor.get("/showrooms/visits?number=CG1").status_code == 404
    shown = owner.get(home).text
    assert ("王**" in shown, "138****5678" in shown) == (True, True)
    assert "13812345678" not in shown
    assert stranger.post(f"{home}/bookings/1/contact").status_code == 404
    assert "13812345678" in owner.post(f"{home}/bookings/1/contact").text
    assert visitor.post("/showrooms/visits/cancel", data={"number": number[0]}).status_code == 302
    assert "预约人已取消" in visitor.get(f"/showrooms/visits?number={number[0]}").text
    with app.app_context(), read_tx() as session:
        assert session.query(ShowroomSlot).one().booked == 0


def test_the_bureau_takes_a_showroom_off(app: Flask, people: People, sign_in: SignIn) -> None:
    prepared(app, lambda: make_showroom(people))
    with app.app_context(), read_tx() as session:
        code = session.query(Showroom).one().code
    address, sent = f"/showrooms/{code}/close", {"note": "内容不实"}
    assert app.test_client().post(address, data=sent).status_code == 302, "to the log-in"
    for part, status in (("stranger", 403), ("auditor", 403), ("officer", 302)):
        assert sign_in(app, f"{part}@test.example").post(address, data=sent).status_code == status
    with app.app_context(), read_tx() as session:
        assert session.query(Showroom).one().state is ShowroomState.CLOSED


@pytest.mark.parametrize("part", ["stranger", "other_firm", "judge", "sysadmin"])
def test_who_opens_nothing(app: Flask, people: People, sign_in: SignIn, part: str) -> None:
    def make() -> None:
        row = make_followups(people, day=clock.today() - timedelta(days=80))[0]
        followups.submit_report(people.owner, row, make_figures())

    prepared(app, make)
    client = sign_in(app, f"{part}@test.example")
    for address in (
        "/owner/followups/1",
        "/supplier/followups/1",
        "/bureau/followups",
        "/bureau/followups/1",
        "/bureau/nominations",
        "/bureau/nominations/1",
    ):
        assert client.get(address).status_code in {403, 404}, address


def test_seeded_effects_show_something_everywhere(seeded_app: Flask, sign_in: SignIn) -> None:
    visitor = seeded_app.test_client()
    scene = visitor.get("/scenes/HZ-JS-2025-01").text
    for words in ("应用成效跟踪", "318,000.00", "上级认定", "样板间", "演示数据"):
        assert words in scene, words
    assert "巡检机器人体验中心" in visitor.get("/products/guozi-rail").text
    assert visitor.get("/showrooms").text.count("开放单位") == 3
    assert visitor.get("/scenes/HZ-XX-2025-99").status_code == 404
    officer = sign_in(seeded_app, "officer@demo.example")
    desk = officer.get("/bureau/followups").text
    for words in ("审核通过", "已退回补正", "未达到要求", "已填报，待审核", "逾期"):
        assert words in desk, words
    assert "2个" in officer.get("/bureau/nominations").text
    with seeded_app.app_context(), read_tx() as session:
        assert session.query(Followup).count() == 45
        assert session.query(Booking).count() == 3


def test_seeding_effects_twice_changes_nothing(seeded_app: Flask) -> None:
    from matchmaker.effects.seeding import seed_effects

    with seeded_app.app_context():
        settings = seeded_app.extensions["settings"]
        assert seed_effects(settings) == {"成效跟踪": 45, "样板间和体验中心": 3}
        with read_tx() as session:
            assert session.query(Report).count() == 10


def test_a_claw_back_waits_until_the_money_is_back(app: Flask, people: People) -> None:
    def acts(actor: Actor) -> list[str]:
        return [item.act for item in effects.list_waiting(actor) if "追回" in item.title]

    with app.test_request_context(), write_tx():
        give_budget(people, 1_000_00)
        row = approve(people, make_claim(people, 100_00))
        accept(people, row)
        pay(people, row)
        case = clawbacks.propose_clawback(people.officer, row, amount_fen=30_00, reason="停用")
        assert (acts(people.officer), acts(people.approver)) == ([], ["去审批"])
        clawbacks.approve_clawback(people.approver, case)
        assert (acts(people.officer), acts(people.approver)) == (["去登记退回"], [])
        assert acts(people.auditor) == []
        clawbacks.record_return(people.officer, case, amount_fen=30_00, returned_on=clock.today())
        assert (acts(people.officer), acts(people.approver)) == ([], [])

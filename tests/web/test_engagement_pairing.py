"""The page of an answer after the choice: contacts and the way to deployment, by both sides."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from matchmaker.demands.rules import ListingStatus
from tests.conftest import SignIn
from tests.engagement.world import make_place
from tests.people import People

OWNER = {"name": "王小明", "phone": "13800000001"}
FIRM = {"name": "李雷", "phone": "13900000002"}
RESULT = "三十天巡检完成率99.2%，达到试用方案的要求。"


def test_both_sides_carry_a_choice_to_deployment(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    place = make_place(app, people)
    id_ = place.answer(people.firm)
    page = f"/answers/{id_}"
    with place.opening():
        day = (place.deadline + timedelta(days=1)).isoformat()
        place.give_outcomes(people.owner, {id_}, {id_: "方案完整，价格合理。"})
        owner, firm = sign_in(app, "owner@test.example"), sign_in(app, "firm@test.example")
        officer = sign_in(app, "officer@test.example")
        assert owner.post(f"{page}/consent", data={"name": "王", "phone": "1"}).status_code == 422
        assert owner.post(f"{page}/consent", data=OWNER).status_code == 302
        assert "等待贵单位同意" in firm.get("/supplier/").text
        assert "138****0001" in firm.get(page).text
        assert firm.post(f"{page}/reveal").status_code == 409
        given = firm.post(f"{page}/consent", data=FIRM, follow_redirects=True)
        assert "双方均已同意交换联系方式" in given.text
        for client in (firm, officer, owner):
            assert "13800000001" not in client.get(page).text
        assert "13800000001" in firm.post(f"{page}/reveal").text
        assert "13800000001" not in firm.get(page).text
        assert officer.post(f"{page}/reveal").status_code == 403
        assert owner.post(f"{page}/pairing").status_code == 302
        assert "业主邀请贵单位结对" in firm.get("/supplier/").text
        assert owner.post(f"{page}/pairing/confirm").status_code == 403
        assert firm.post(f"{page}/pairing/confirm").status_code == 302
        plan = {"plan": "试用两台三十天，完成率不低于98%。", "site": "城站", "starts_on": day}
        refused = owner.post(f"{page}/trial", data=plan)
        assert refused.status_code == 422
        assert "请填写试用结束日期" in refused.text
        assert owner.post(f"{page}/trial", data=plan | {"ends_on": day}).status_code == 302
        owner.post(f"{page}/trial/result", data={"result": RESULT, "has_passed": "yes"})
        owner.post(f"{page}/trial/accept")
        assert firm.post(f"{page}/trial/accept").status_code == 302
        terms = {"number": "HT-1", "mode": "raas", "value_fen": "1980000.50", "units": "2"}
        assert firm.post(f"{page}/contract", data=terms | {"signed_on": day}).status_code == 403
        assert owner.post(f"{page}/contract", data=terms | {"signed_on": day}).status_code == 302
        assert "业主登记了合同或部署，请确认" in firm.get("/supplier/").text
        assert owner.post(f"{page}/contract/confirm").status_code == 403
        wrong = {"note": "金额应为198万元整。"}
        assert firm.post(f"{page}/contract/object", data=wrong).status_code == 302
        assert "企业对合同或部署登记有异议" in owner.get("/owner/").text
        right = terms | {"signed_on": day, "value_fen": "198万", "reason": "金额登记有误"}
        assert firm.post(f"{page}/contract/correct", data=right).status_code == 403
        assert owner.post(f"{page}/contract/correct", data=right).status_code == 302
        assert firm.post(f"{page}/contract/confirm").status_code == 302
        deployed = {"site": "城站变电所", "units": "2", "started_on": day}
        assert owner.post(f"{page}/deployment", data=deployed).status_code == 302
        assert firm.post(f"{page}/hours", data={"as_of": day, "hours": "12"}).status_code == 302
        text = owner.get(page).text
        assert "1,980,000.00元" in text
        assert "12小时" in text
        assert place.status() is ListingStatus.DEPLOYED
    with place.opening(-1):
        assert sign_in(app, "other_firm@test.example").get(page).status_code == 404

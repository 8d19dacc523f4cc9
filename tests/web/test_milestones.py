"""The pages of a challenge's milestones, walked through by both sides."""

from __future__ import annotations

import io
import re

from flask import Flask

from matchmaker.demands.rules import ListingKind
from tests.conftest import SignIn
from tests.engagement.test_milestones import REPORT, TARGET, begin, pair_up
from tests.files.samples import EXECUTABLE, PDF
from tests.people import People


def test_both_sides_carry_a_milestone_to_acceptance(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    challenge = begin(app, people, ListingKind.CHALLENGE)
    with challenge.place.opening():
        pair_up(challenge)
        owner, firm = sign_in(app, "owner@test.example"), sign_in(app, "firm@test.example")
        stranger = sign_in(app, "other_firm@test.example")
        page = f"/answers/{challenge.answer_id}/milestones"
        plan = {"title": "完成样机", "target": TARGET, "due_on": challenge.today.isoformat()}
        assert "还没有里程碑" in firm.get(page).text
        assert owner.post(page, data=plan | {"due_on": "2020-01-01"}).status_code == 422
        assert firm.post(page, data=plan).status_code == 403
        assert owner.post(page, data=plan).status_code == 302
        found = re.search(rf"{page}/(\d+)/change", owner.get(page).text)
        assert found
        one = f"{page}/{found.group(1)}"
        assert stranger.get(page).status_code == 404
        assert firm.get(f"{one}/change").status_code == 403
        assert firm.get(f"{one}/decision").status_code == 403
        assert owner.get(f"{one}/report").status_code == 403
        assert stranger.post(f"{one}/report", data={"text": REPORT}).status_code == 404

        assert "提交成果" in firm.get("/supplier/").text
        assert "至少上传一份" in firm.post(f"{one}/report", data={"text": REPORT}).text
        hostile = {"text": REPORT, "files": (io.BytesIO(EXECUTABLE), "报告.pdf")}
        assert firm.post(f"{one}/report", data=hostile).status_code == 422
        good = {"text": REPORT, "files": (io.BytesIO(PDF), "试验记录.pdf")}
        assert firm.post(f"{one}/report", data=good).status_code == 302
        assert "验收成果" in owner.get("/owner/").text

        link = re.search(rf'{page}/reports/[^"]+', owner.get(page).text)
        assert link
        assert owner.get(link.group()).data == PDF
        assert stranger.get(link.group()).status_code == 404
        assert owner.post(f"{one}/decision", data={"decision": "return"}).status_code == 422
        assert owner.post(f"{one}/decision", data={"decision": "accept"}).status_code == 302
        assert "全部里程碑已通过验收" in firm.get(page).text
        assert "里程碑（1/1）" in owner.get(f"/answers/{challenge.answer_id}").text
        public = app.test_client().get(f"/demands/{challenge.place.code}").text
        assert "揭榜单位" in public
        assert "完成样机" in public
        assert REPORT not in public


def test_a_scene_need_has_no_page_of_milestones(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    scene = begin(app, people, ListingKind.SCENE)
    with scene.place.opening():
        pair_up(scene)
        owner = sign_in(app, "owner@test.example")
        assert owner.get(f"/answers/{scene.answer_id}/milestones").status_code == 404
        assert "里程碑" not in owner.get(f"/answers/{scene.answer_id}").text

"""Pages of the selection for the public, the applicant and the bureau."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import read_tx, write_tx
from matchmaker.files.models import StoredFile
from matchmaker.selection.applications.models import Application
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.panels.models import Conflict, Expert
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState
from tests.conftest import SignIn
from tests.people import People
from tests.selection.rooms.factories import (
    give_opinions,
    list_rows,
    make_application,
    make_open_round,
    make_submitted,
    score_all,
)
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world, scoring_world

__all__ = ["ranked_world", "scoring_world"]
CODE = "2026-humanoid-demonstration"
DESK = f"/bureau/selection/{CODE}"


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


@pytest.fixture
def scoring(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def state_of(app: Flask) -> RoundState:
    with app.app_context(), read_tx():
        return load_round().state


def test_public_pages_show_rules_and_hide_scores(scoring: Flask) -> None:
    with scoring.app_context(), write_tx():
        score_all(load_round())
    client = scoring.test_client()
    assert "2026年杭州市人形机器人示范应用场景评选" in client.get("/selection").get_data(
        as_text=True
    )
    page = client.get(f"/selection/{CODE}").get_data(as_text=True)
    assert "场景价值与需求真实性" in page
    assert "评审进行中" in page
    for hidden in ("场景01", "88.10", "评委甲"):
        assert hidden not in page
    assert client.get(f"/selection/{CODE}/objection").status_code == 404


def test_draft_round_and_unknown_round_are_not_there(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        from tests.selection.rooms.factories import make_round

        make_round(people)
    client = app.test_client()
    assert client.get(f"/selection/{CODE}").status_code == 404
    assert "评选规则" not in client.get("/selection").get_data(as_text=True)


def test_seeded_selection_shows_something_everywhere(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    page = client.get("/selection").get_data(as_text=True)
    counts = [page.count(f"certificates/HZ-{letters}-2025-") for letters in ("RX", "JS")]
    assert counts == [5, 10]
    assert "公示" in client.get("/notices").get_data(as_text=True)
    with seeded_app.app_context(), read_tx() as session:
        states = {row.code: row.state for row in session.query(SelectionRound)}
        assert states == {
            "2025-humanoid-demonstration": RoundState.CONFIRMED,
            "2025-embodied-typical": RoundState.CONFIRMED,
            "2026-humanoid-demonstration": RoundState.FINAL,
            "2026-embodied-typical": RoundState.PRELIMINARY,
            "2026-developer-community": RoundState.OPEN,
        }
        assert session.query(Application).count() >= 24
        assert session.query(Expert).count() >= 7
        assert all(row.is_demo for row in session.query(Application))


def test_seeding_twice_changes_nothing(seeded_app: Flask) -> None:
    from matchmaker.selection.seeding import seed_selection

    with seeded_app.app_context():
        before = _counts()
        seed_selection(seeded_app.extensions["settings"])
        assert _counts() == before


def _counts() -> tuple[int, int]:
    with read_tx() as session:
        return session.query(SelectionRound).count(), session.query(Application).count()


def test_last_sheet_of_a_judge_lets_the_bureau_see_the_ranking(
    seeded_app: Flask, sign_in: SignIn
) -> None:
    officer = sign_in(seeded_app, "officer@demo.example")
    page = officer.get(f"{DESK}/ranking").get_data(as_text=True)
    assert "评分尚未收齐" in page
    assert "cut-line" not in page
    judge = sign_in(seeded_app, "judge1@demo.example")
    queue = judge.get(f"/judge/rounds/{CODE}").get_data(as_text=True)
    import re

    first = re.findall(r"/judge/scenes/(\d+)", queue)[0]
    bench = judge.get(f"/judge/scenes/{first}").get_data(as_text=True)
    data = dict.fromkeys(re.findall(r'name="(score-\d+)"', bench), "82")
    assert judge.post(f"/judge/scenes/{first}", data=data | {"act": "submit"}).status_code == 302
    page = officer.get(f"{DESK}/ranking").get_data(as_text=True)
    assert 'class="cut-line"' in page
    assert page.count(">入选<") == 5
    assert "评委间一致性" in page


# --- the applicant


def test_owner_writes_and_submits_an_application(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        key = make_application(make_open_round(people), people.owner).id
    client = sign_in(app, "owner@test.example")
    assert "RX2026-001" in client.get("/owner/applications").get_data(as_text=True)
    base = f"/owner/applications/{key}"
    data = {"revision": "0", "title": "新名称", "investment": "1,234,567.89", "background": " "}
    assert client.post(f"{base}/autosave", data=data).json == {"revision": 1}
    stale = client.post(f"{base}/autosave", data=data)
    assert stale.status_code == 409
    bad = client.post(f"{base}/save", data=data | {"revision": "1", "investment": "1e6"})
    assert bad.status_code == 422
    refused = client.post(f"{base}/submit")
    assert refused.status_code == 422
    assert "还缺" in refused.get_data(as_text=True)
    with app.app_context(), read_tx() as session:
        row = session.get_one(Application, key)
        assert (row.title, row.working_content["investment_fen"]) == ("新名称", 123_456_789)
        assert row.state.value == "draft"


@pytest.mark.parametrize("part", ["stranger", "firm", "judge", "officer"])
def test_foreign_application_is_not_there(
    app: Flask, people: People, sign_in: SignIn, part: str
) -> None:
    with app.app_context(), write_tx():
        key = make_application(make_open_round(people), people.owner, 1, people.firm).id
    client = sign_in(app, f"{part}@test.example")
    for path in (f"/owner/applications/{key}", f"/bureau/selection/applications/{key}"):
        assert client.get(path).status_code in {403, 404}
    for act in ("save", "autosave", "partners", "avoid", "submit", "withdraw"):
        data = {"revision": "0", "title": "改", "reason": "撤回申报吧"}
        answer = client.post(f"/owner/applications/{key}/{act}", data=data)
        assert answer.status_code in {403, 404}, act
    with app.app_context(), read_tx() as session:
        row = session.get_one(Application, key)
        assert (row.title, row.state.value, row.save_number) == ("场景01", "draft", 0)


def test_attachment_is_reached_through_its_application_only(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    import io
    import re

    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner)
        key, item = row.id, row.round.attachments[0].id
        other = make_application(row.round, people.owner, 2).id
    client = sign_in(app, "owner@test.example")
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    data = {"files": (io.BytesIO(pdf), "申报书.pdf"), "note": ""}
    base = f"/owner/applications/{key}"
    assert client.post(f"{base}/attachments/{item}", data=data).status_code == 302
    page = client.get(base).get_data(as_text=True)
    path = re.findall(rf"{base}/files/\d+/[\w-]+", page)[0]
    answer = client.get(path)
    assert (answer.status_code, answer.data) == (200, pdf)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(path.replace(f"/{key}/", f"/{other}/")).status_code == 404
    assert sign_in(app, "stranger@test.example").get(path).status_code == 404
    script = {"files": (io.BytesIO(b"<svg onload=1>"), "图.svg"), "note": ""}
    assert client.post(f"{base}/attachments/{item}", data=script).status_code == 422


def test_partner_firm_reads_but_does_not_write(app: Flask, people: People) -> None:
    from matchmaker.selection.applications import queries

    with app.app_context(), write_tx():
        key = make_submitted(make_open_round(people), people.owner, 1, people.firm).id
    with app.app_context(), read_tx():
        assert queries.get_application(people.firm, key).id == key


# --- the bureau


def test_round_is_set_up_by_form_and_opened_by_the_approver(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    officer = sign_in(app, "officer@test.example")
    address = "/bureau/selection/new?programme=developer-community&year=2026"
    page = officer.get(address).get_data(as_text=True)
    data = _form_data(page)
    data |= {"opens_at": "2026-01-05T09:00", "closes_at": "2099-01-05T17:00", "quota": "2"}
    assert officer.post(address, data=data | {"quota": "0"}).status_code == 422
    assert officer.post(address, data=data).status_code == 302
    code = "2026-developer-community"
    with app.app_context(), read_tx() as session:
        row = session.query(SelectionRound).one()
        assert (row.code, row.quota, sum(c.weight for c in row.criteria)) == (code, 2, 100)
        assert all(gate.basis for gate in row.gates)
    assert officer.post(f"/bureau/selection/{code}/open").status_code == 403
    approver = sign_in(app, "approver@test.example")
    assert approver.post(f"/bureau/selection/{code}/open").status_code == 302
    edit = officer.post(f"/bureau/selection/{code}/edit", data=data | {"revision": "1"})
    assert edit.status_code == 409
    assert state_of(app) is RoundState.OPEN


def _form_data(page: str) -> dict[str, str]:
    """What a browser would send for the form of a page."""
    import html
    import re

    body = re.search(r'<form method="post">(.*?)</form>', page, re.DOTALL)
    assert body
    data: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", body[1]):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticked = found.get("type") not in {"radio", "checkbox"} or "checked" in tag
        if "name" in found and ticked:
            data[found["name"]] = html.unescape(found.get("value", ""))
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', body[1], re.DOTALL
    ):
        data[name] = html.unescape(text).strip()
    return data


@pytest.mark.parametrize("part", ["owner", "judge", "firm"])
def test_desk_is_the_bureaus(ranked: Flask, sign_in: SignIn, part: str) -> None:
    client = sign_in(ranked, f"{part}@test.example")
    for path in ("", "/ranking", "/panel", "/objections", "/edit"):
        assert client.get(f"{DESK}{path}").status_code == 403


@pytest.mark.parametrize("part", ["sector_reviewer", "district_reviewer", "sysadmin"])
def test_reviewers_see_no_ranking_and_no_panel(ranked: Flask, sign_in: SignIn, part: str) -> None:
    client = sign_in(ranked, f"{part}@test.example")
    for path in ("/ranking", "/panel", "/objections", "/edit"):
        answer = client.get(f"{DESK}{path}")
        assert answer.status_code == 403
        assert "88.10" not in answer.get_data(as_text=True)


def test_gates_are_decided_by_form(app: Flask, people: People, sign_in: SignIn) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        key, gates = row.id, [gate.id for gate in row.round.gates]
    client = sign_in(app, "officer@test.example")
    base = f"/bureau/selection/applications/{key}"
    data = {f"gate-{g}": "yes" for g in gates} | {f"evidence-{g}": "已核对" for g in gates}
    stranger = sign_in(app, "district_reviewer@test.example")
    assert stranger.post(f"{base}/gates", data=data).status_code == 403
    assert client.post(f"{base}/gates", data={}).status_code == 422
    assert client.post(f"{base}/qualify").status_code == 409
    assert client.post(f"{base}/gates", data=data).status_code == 302
    early = client.post(f"{base}/qualify")
    assert early.status_code == 409
    assert "区县初审意见" in early.text
    with app.app_context(), write_tx() as session:
        give_opinions(session.get_one(Application, key))
    assert client.post(f"{base}/qualify").status_code == 302
    with app.app_context(), read_tx() as session:
        assert session.get_one(Application, key).state.value == "qualified"


def test_inspection_form_stores_the_visit(scoring: Flask, sign_in: SignIn) -> None:
    with scoring.app_context(), read_tx():
        key = list_rows(load_round())[0].id
    client = sign_in(scoring, "officer@test.example")
    data = {
        "inspected_on": clock.today().isoformat(),
        "place": "现场",
        "inspectors": "核查组",
        "units_seen": "3",
        "running_hours": "约900小时",
        "findings": "运行正常",
        "score": "91.5",
    }
    path = f"/bureau/selection/applications/{key}/inspection"
    assert client.post(path, data=data | {"score": "101"}).status_code == 422
    assert client.post(path, data=data).status_code == 302
    page = client.get(f"/bureau/selection/applications/{key}").get_data(as_text=True)
    assert "91.50" in page


def test_from_ranking_to_publicity_and_result_by_two_persons(
    ranked: Flask, sign_in: SignIn
) -> None:
    officer = sign_in(ranked, "officer@test.example")
    page = officer.get(f"{DESK}/ranking").get_data(as_text=True)
    assert "88.10" in page
    assert "881/10" in page
    assert 'class="cut-line"' in page
    assert officer.post(f"{DESK}/publish").status_code == 403
    approver = sign_in(ranked, "approver@test.example")
    answer = approver.post(f"{DESK}/publish")
    assert answer.status_code == 302
    visitor = ranked.test_client()
    notice = visitor.get(answer.location).get_data(as_text=True)
    assert "场景01" in notice
    assert "场景03" not in notice
    assert "评委" not in notice
    assert approver.post(f"{DESK}/confirm").status_code == 409
    with ranked.app_context(), write_tx() as session:
        from matchmaker.publishing.models import Notice
        from matchmaker.publishing.rules import NoticeKind

        row = session.query(Notice).filter_by(kind=NoticeKind.PUBLICITY).one()
        row.ends_on = clock.today() - timedelta(days=1)
    assert approver.post(f"{DESK}/confirm").status_code == 302
    assert state_of(ranked) is RoundState.CONFIRMED
    assert "HZ-RX-2026-01" in visitor.get("/selection").get_data(as_text=True)


def test_list_is_taken_back_proposed_and_shown_anew_by_the_pages(
    ranked: Flask, sign_in: SignIn
) -> None:
    approver = sign_in(ranked, "approver@test.example")
    first = approver.post(f"{DESK}/publish").location
    officer = sign_in(ranked, "officer@test.example")
    data = {"reason": "名单排版有误，重新公示"}
    assert officer.post(f"{DESK}/withdraw-list", data=data).status_code == 403
    assert "撤回公示" in approver.get(f"{DESK}/ranking").get_data(as_text=True)
    assert approver.post(f"{DESK}/withdraw-list", data={"reason": ""}).status_code == 422
    assert approver.post(f"{DESK}/withdraw-list", data=data).status_code == 302
    visitor = ranked.test_client()
    assert data["reason"] in visitor.get(first).get_data(as_text=True)
    assert "场景01" not in visitor.get(f"/selection/{CODE}").get_data(as_text=True)
    assert "确认拟定" in officer.get(f"{DESK}/ranking").get_data(as_text=True)
    assert officer.post(f"{DESK}/propose").status_code == 302
    second = approver.post(f"{DESK}/publish").location
    assert second != first
    assert "（调整后）" in visitor.get(second).get_data(as_text=True)
    assert visitor.get(f"{second}.pdf").data.startswith(b"%PDF")


def test_objection_with_evidence_runs_through_the_desk(ranked: Flask, sign_in: SignIn) -> None:
    approver = sign_in(ranked, "approver@test.example")
    approver.post(f"{DESK}/publish")
    visitor = ranked.test_client()
    path = f"/selection/{CODE}/objection"
    data = {
        "application_id": "",
        "name": "张三",
        "contact": "138",
        "text": "该场景至今尚未投入使用",
    }
    script = (io.BytesIO(b"#!/bin/sh"), "a.sh")
    assert visitor.post(path, data={**data, "files": script}).status_code == 422
    content = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    evidence = (io.BytesIO(content), "照片.pdf")
    assert visitor.post(path, data={**data, "files": evidence}).status_code == 302
    with ranked.app_context(), read_tx() as session:
        row = session.query(Objection).one()
        key, receipt, token = row.id, row.receipt, session.query(StoredFile).one().token
    desk = f"{DESK}/objections/{key}"
    officer = sign_in(ranked, "officer@test.example")
    assert officer.get(f"{desk}/files/{token}").data == content
    for email in ("owner@test.example", "judge@test.example"):
        assert sign_in(ranked, email).get(f"{desk}/files/{token}").status_code == 403
    assert officer.get(f"{desk}/files/other").status_code == 404
    for act, text in (("accept", ""), ("enquire", "到现场查看了设备")):
        assert officer.post(desk, data={"act": act, "text": text}).status_code == 302
    refused = officer.post(desk, data={"act": "dismiss", "text": "经核查已投用"})
    assert refused.status_code == 403
    answer = approver.post(desk, data={"act": "dismiss", "text": "经核查已投用"})
    assert answer.status_code == 302
    page = visitor.get(f"/selection/objections?receipt={receipt}")
    assert "经核查已投用" in page.get_data(as_text=True)
    assert "到现场查看" not in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"


def test_visitor_objects_and_follows_by_receipt(ranked: Flask, sign_in: SignIn) -> None:
    sign_in(ranked, "approver@test.example").post(f"{DESK}/publish")
    visitor = ranked.test_client()
    path = f"/selection/{CODE}/objection"
    assert visitor.post(path, data={"name": "", "text": ""}).status_code == 422
    data = {
        "application_id": "",
        "name": "张三",
        "contact": "13800000000",
        "text": "该场景至今尚未投入使用",
    }
    answer = visitor.post(path, data=data)
    assert answer.status_code == 302
    with ranked.app_context(), read_tx() as session:
        receipt = session.query(Objection).one().receipt
    page = visitor.get(f"/selection/objections?receipt={receipt}").get_data(as_text=True)
    assert "已收到，待受理" in page
    assert "13800000000" not in page
    assert visitor.get("/selection/objections?receipt=YY1").status_code == 404
    officer = sign_in(ranked, "officer@test.example")
    page = officer.get(f"{DESK}/objections").get_data(as_text=True)
    assert receipt[-4:] in page
    assert receipt not in page


def test_conflict_is_decided_by_form_with_a_reason(scoring: Flask, sign_in: SignIn) -> None:
    with scoring.app_context(), read_tx() as session:
        key = session.query(Conflict).one().id
    officer = sign_in(scoring, "officer@test.example")
    path = f"{DESK}/panel/conflicts/{key}"
    assert officer.post(path, data={"reason": "不属利害关系"}).status_code == 422
    assert officer.post(path, data={"answer": "no", "reason": ""}).status_code == 422
    assert officer.post(path, data={"answer": "no", "reason": "不属利害关系"}).status_code == 302
    with scoring.app_context(), read_tx() as session:
        assert session.get_one(Conflict, key).state.value == "rejected"


def test_panel_page_shows_the_grid_and_solves(scoring: Flask, sign_in: SignIn) -> None:
    officer = sign_in(scoring, "officer@test.example")
    page = officer.get(f"{DESK}/panel").get_data(as_text=True)
    assert ">避<" in page
    assert officer.post(f"{DESK}/panel/assign", data={"how": "solve"}).status_code == 422
    answer = officer.post(f"{DESK}/panel/assign", data={"how": "solve", "reason": "评委出差"})
    assert answer.status_code == 302
    judge = sign_in(scoring, "judge@test.example")
    assert judge.post(f"{DESK}/panel/assign", data={"how": "solve"}).status_code == 403


def test_two_results_of_the_same_scores_have_the_same_hash(ranked: Flask, sign_in: SignIn) -> None:
    officer = sign_in(ranked, "officer@test.example")
    assert officer.post(f"{DESK}/propose").status_code == 302
    with ranked.app_context(), read_tx() as session:
        rows = session.query(RoundResult).order_by(RoundResult.version).all()
        assert [row.state.value for row in rows] == ["superseded", "proposed"]
        assert len({(row.snapshot_sha256, row.rule_sha256) for row in rows}) == 1

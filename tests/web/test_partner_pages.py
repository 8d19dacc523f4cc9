"""The partner firm's pages: reading the joint application and answering for its unit."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import read_tx, write_tx
from matchmaker.selection.applications import consortium
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import Reply
from tests.conftest import SignIn
from tests.demands.factories import make_published
from tests.effects.world import make_scene
from tests.people import People
from tests.rewards.world import make_designation
from tests.selection.rooms.factories import make_application, make_open_round, make_submitted
from tests.suppliers.market import make_firm


def make_shared(app: Flask, people: People) -> int:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner, 1, people.firm)
        consortium.share_draft(people.owner, row)
        return row.id


def reply_of(app: Flask, key: int) -> tuple[Reply | None, str]:
    with app.app_context(), read_tx() as session:
        member = session.get_one(Application, key).members[1]
        return member.reply, member.reply_note


def test_partner_reads_and_confirms(app: Flask, people: People, sign_in: SignIn) -> None:
    key = make_shared(app, people)
    client = sign_in(app, "firm@test.example")
    assert "待本单位确认" in client.get("/supplier/applications").get_data(as_text=True)
    base = f"/supplier/applications/{key}"
    page = client.get(base).get_data(as_text=True)
    assert "连续运行六个月" in page
    assert "联系人甲" not in page
    digest = re.findall(r'name="sha256" value="([0-9a-f]{64})"', page)[0]
    stale = client.post(f"{base}/reply", data={"answer": "yes", "sha256": "0" * 64})
    assert stale.status_code == 409
    assert reply_of(app, key) == (None, "")
    answer = client.post(f"{base}/reply", data={"answer": "yes", "sha256": digest})
    assert answer.status_code == 302
    assert reply_of(app, key) == (Reply.CONFIRMED, "")
    assert "待本单位确认" not in client.get("/supplier/applications").get_data(as_text=True)
    owner = sign_in(app, "owner@test.example").get(f"/owner/applications/{key}")
    assert ">已确认<" in owner.get_data(as_text=True)


def test_partner_declines_with_a_reason(app: Flask, people: People, sign_in: SignIn) -> None:
    key = make_shared(app, people)
    client = sign_in(app, "firm@test.example")
    path = f"/supplier/applications/{key}/reply"
    assert client.post(path, data={"answer": "no", "note": ""}).status_code == 422
    assert client.post(path, data={}).status_code == 422
    assert reply_of(app, key) == (None, "")
    data = {"answer": "no", "note": "台数与合同不符"}
    assert client.post(path, data=data).status_code == 302
    assert reply_of(app, key) == (Reply.DECLINED, "台数与合同不符")
    owner = sign_in(app, "owner@test.example").get(f"/owner/applications/{key}")
    assert "台数与合同不符" in owner.get_data(as_text=True)


@pytest.mark.parametrize("part", ["other_firm", "stranger", "owner", "judge", "officer"])
def test_nobody_else_answers(app: Flask, people: People, sign_in: SignIn, part: str) -> None:
    key = make_shared(app, people)
    client = sign_in(app, f"{part}@test.example")
    for area in ("supplier", "owner"):
        path = f"/{area}/applications/{key}/reply"
        data = {"answer": "no", "note": "不是我们的项目"}
        assert client.post(path, data=data).status_code in {403, 404}
    assert reply_of(app, key) == (None, "")


@pytest.mark.parametrize("act", ["save", "autosave", "partners", "share", "submit", "withdraw"])
def test_partner_does_not_write(app: Flask, people: People, sign_in: SignIn, act: str) -> None:
    key = make_shared(app, people)
    client = sign_in(app, "firm@test.example")
    data = {"revision": "0", "title": "改", "reason": "撤回申报吧"}
    assert client.post(f"/supplier/applications/{key}/{act}", data=data).status_code == 404
    with app.app_context(), read_tx() as session:
        row = session.get_one(Application, key)
        assert (row.title, row.state.value, row.save_number) == ("场景01", "draft", 0)


def test_officer_enters_a_sealed_paper(app: Flask, people: People, sign_in: SignIn) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner, 1, people.firm)
        key, member = row.id, row.members[1].id
    path = f"/bureau/selection/applications/{key}/members/{member}/paper"
    data = {"note": "联合申报书第3页盖章"}
    assert sign_in(app, "approver@test.example").post(path, data=data).status_code == 403
    assert reply_of(app, key) == (None, "")
    assert sign_in(app, "officer@test.example").post(path, data=data).status_code == 302
    assert reply_of(app, key) == (Reply.ON_PAPER, "联合申报书第3页盖章")


def test_application_starts_with_the_firm_that_is_chosen(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        code = make_open_round(people).code
        listing = make_published(people).code
        firm = make_firm(people.firm).code
    client = sign_in(app, "owner@test.example")
    path = f"/owner/applications/new/{code}"
    missing = client.post(path, data={"demand": listing, "firm_1": "", "firm_2": ""})
    assert missing.status_code == 422
    assert "请选择联合申报的机器人企业" in missing.get_data(as_text=True)
    data = {"demand": listing, "firm_1": firm, "firm_2": ""}
    assert client.post(path, data=data).status_code == 302
    with app.app_context(), read_tx() as session:
        (row,) = session.query(Application)
        assert row.members[1].supplier_id == firm


@pytest.mark.parametrize(("part", "area"), [("owner", "owner"), ("firm", "supplier")])
def test_the_page_of_a_designated_application_leads_to_its_certificate(
    app: Flask, people: People, sign_in: SignIn, part: str, area: str
) -> None:
    with app.app_context(), write_tx():
        row = make_scene(people)
        row.application.submitted_at = clock.now()
        id_, number = row.application_id, row.number
        other = make_designation(people.stranger)
        other.application.submitted_at = clock.now()
        foreign = other.number
    client = sign_in(app, f"{part}@test.example")
    page = client.get(f"/{area}/applications/{id_}").text
    assert f'href="/selection/certificates/{number}"' in page
    assert f'href="/selection/certificates/{number}.pdf"' in page
    assert foreign not in page
    assert client.get(f"/selection/certificates/{number}").status_code == 200


def test_an_application_that_was_not_designated_shows_no_certificate(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        id_ = make_submitted(make_open_round(people), people.owner).id
    page = sign_in(app, "owner@test.example").get(f"/owner/applications/{id_}").text
    assert "/selection/certificates/" not in page

"""Pages of calls and editions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.campaigns import operations, queries
from matchmaker.campaigns.rules import ListKind
from matchmaker.db import read_tx, write_tx
from tests.campaigns.test_campaigns import make_call
from tests.conftest import SignIn
from tests.demands.factories import make_published
from tests.people import People

CALL = {
    "title": "机器人应用场景征集",
    "text": "面向全市征集需求。",
    "opens_on": clock.today().isoformat(),
    "closes_on": (clock.today() + timedelta(days=30)).isoformat(),
    "kinds": ["scene"],
}


def test_a_call_goes_from_draft_to_the_public_page(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    officer, visitor = sign_in(app, "officer@test.example"), app.test_client()
    assert officer.get("/bureau/campaigns/new").status_code == 200
    answer = officer.post("/bureau/campaigns/new", data=CALL)
    assert answer.location.endswith("/bureau/campaigns/1")
    assert visitor.get("/campaigns/1").status_code == 404
    changed = CALL | {"title": "机器人应用场景需求征集", "revision": "1"}
    assert officer.post("/bureau/campaigns/1/edit", data=changed).status_code == 302
    assert officer.post("/bureau/campaigns/1/publish").status_code == 302
    for address in ("/campaigns", "/campaigns/1", "/notices"):
        assert "机器人应用场景需求征集" in visitor.get(address).text
    owner = sign_in(app, "owner@test.example")
    assert "机器人应用场景需求征集" in owner.get("/owner/").text
    page = officer.get("/bureau/campaigns/1").text
    assert "各区县进度" in page
    assert officer.post("/bureau/campaigns/1/withdraw", data={"note": "调整"}).status_code == 302
    assert visitor.get("/campaigns/1").status_code == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "请填写名称"),
        ({"opens_on": "昨天"}, "请填写真实的日期"),
        ({"closes_on": "2020-01-01"}, "至少应为 7 天"),
        ({"sectors": ["space"]}, "行业领域有误"),
    ],
)
def test_a_wrong_call_stores_nothing(
    app: Flask, people: People, sign_in: SignIn, changes: dict[str, Any], message: str
) -> None:
    officer = sign_in(app, "officer@test.example")
    answer = officer.post("/bureau/campaigns/new", data=CALL | changes)
    assert answer.status_code == 422
    assert message in answer.text
    with app.app_context(), read_tx():
        assert queries.list_campaigns(people.officer) == []


def test_an_edition_is_prepared_by_one_and_published_by_another(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        code = make_published(people).code
    officer, approver = (sign_in(app, f"{p}@test.example") for p in ("officer", "approver"))
    visitor = app.test_client()
    made = officer.post("/bureau/campaigns/editions", data={"kind": "scene"})
    assert made.location.endswith("/lists/scene/1")
    for ending in ("", ".xlsx", ".pdf"):
        assert visitor.get(f"/lists/scene/1{ending}").status_code == 404
    assert officer.post("/bureau/campaigns/editions/scene/1/publish").status_code == 403
    assert "审定发布" in approver.get("/bureau/").text
    assert approver.post("/bureau/campaigns/editions/scene/1/publish").status_code == 302
    page = visitor.get("/lists/scene/1").text
    assert code in page
    assert f"/demands/{code}" in page
    assert visitor.get("/lists/scene/1.xlsx").data.startswith(b"PK")
    assert visitor.get("/lists/scene/1.pdf").data.startswith(b"%PDF")
    for address in ("/lists", "/lists/scene", "/campaigns"):
        assert "场景需求清单" in visitor.get(address).text
    for address in ("/lists/dream", "/lists/scene/9", "/lists/dream/1.pdf"):
        assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "sector_reviewer", "auditor"])
def test_others_cannot_act(app: Flask, people: People, sign_in: SignIn, part: str) -> None:
    with app.app_context(), write_tx():
        make_published(people)
        operations.create_campaign(people.officer, make_call())
        operations.prepare_edition(people.officer, ListKind.SCENE)
    client = sign_in(app, f"{part}@test.example")
    for address in (
        "/bureau/campaigns/new",
        "/bureau/campaigns/1/edit",
        "/bureau/campaigns/1/publish",
        "/bureau/campaigns/1/withdraw",
        "/bureau/campaigns/editions",
        "/bureau/campaigns/editions/scene/1/publish",
        "/bureau/campaigns/editions/scene/1/discard",
    ):
        answer = client.post(address, data=CALL | {"kind": "scene", "revision": "1"})
        assert answer.status_code in {403, 404}, address
    with app.app_context(), read_tx():
        (campaign,) = queries.list_campaigns(people.officer)
        assert campaign.published_at is None
        assert len(queries.list_prepared(people.officer)) == 1

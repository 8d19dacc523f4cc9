"""The bureau's pages: queue, decision, home."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingStatus
from tests.conftest import SignIn
from tests.demands.factories import make_draft, make_published, make_submitted
from tests.people import People


def status_of(app: Flask, code: str) -> tuple[ListingStatus, int]:
    with app.app_context(), read_tx():
        row = db.session.scalar(select(DemandListing).where(DemandListing.code == code))
        assert row is not None
        return row.status, len(row.reviews)


@pytest.fixture
def submitted(app: Flask, people: People) -> str:
    with app.app_context(), write_tx():
        return make_submitted(people).code


def test_both_parts_approve_and_the_need_is_public(
    app: Flask, people: People, sign_in: SignIn, submitted: str
) -> None:
    for part, expected in (
        ("sector_reviewer", ListingStatus.SUBMITTED),
        ("district_reviewer", ListingStatus.PUBLISHED),
    ):
        client = sign_in(app, f"{part}@test.example")
        assert submitted in client.get("/bureau/demands").get_data(as_text=True)
        home = client.get("/bureau/").get_data(as_text=True)
        assert "待审核的需求" in home
        answer = client.post(f"/bureau/demands/{submitted}/decision", data={"decision": "approve"})
        assert answer.status_code == 302
        assert status_of(app, submitted)[0] is expected
        assert f"/bureau/demands/{submitted}" not in client.get("/bureau/demands").text
    assert app.test_client().get(f"/demands/{submitted}").status_code == 200


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "请选择审核结论"),
        ({"decision": "burn"}, ""),
        ({"decision": "rectify"}, "请写明须整改的内容"),
        ({"decision": "return", "note": "  "}, "请写明退回的原因"),
        ({"decision": "rectify", "note": "请补充", "due_on": "2020-01-01"}, "整改期限已过"),
        ({"decision": "rectify", "note": "请补充", "due_on": "明天"}, "请填写真实的日期"),
        ({"decision": "return", "note": "字" * 1001}, "最多 1000 个字"),
    ],
)
def test_a_wrong_decision_changes_nothing(
    app: Flask, people: People, sign_in: SignIn, submitted: str, data: dict[str, Any], message: str
) -> None:
    client = sign_in(app, "officer@test.example")
    answer = client.post(f"/bureau/demands/{submitted}/decision", data=data)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert status_of(app, submitted) == (ListingStatus.SUBMITTED, 0)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("auditor", 403),
        ("sysadmin", 404),
        ("owner", 403),
        ("firm", 403),
        ("judge", 403),
    ],
)
def test_others_cannot_decide(
    app: Flask, people: People, sign_in: SignIn, submitted: str, part: str, expected: int
) -> None:
    client = sign_in(app, f"{part}@test.example")
    answer = client.post(f"/bureau/demands/{submitted}/decision", data={"decision": "approve"})
    assert answer.status_code == expected
    assert status_of(app, submitted) == (ListingStatus.SUBMITTED, 0)


def test_reviewers_of_other_sectors_do_not_know_of_it(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        code = make_submitted(people, sector="healthcare", district="xihu").code
    for part in ("sector_reviewer", "district_reviewer"):
        client = sign_in(app, f"{part}@test.example")
        for view in ("queue", "submitted", "mending", "overdue", "all"):
            assert code not in client.get(f"/bureau/demands?view={view}").get_data(as_text=True)
        assert client.get(f"/bureau/demands/{code}").status_code == 404
        answer = client.post(f"/bureau/demands/{code}/decision", data={"decision": "approve"})
        assert answer.status_code == 404
    assert status_of(app, code) == (ListingStatus.SUBMITTED, 0)


def test_a_second_decision_of_the_same_part_is_refused(
    app: Flask, people: People, sign_in: SignIn, submitted: str
) -> None:
    client = sign_in(app, "sector_reviewer@test.example")
    address = f"/bureau/demands/{submitted}/decision"
    assert client.post(address, data={"decision": "approve"}).status_code == 302
    again = client.post(address, data={"decision": "return", "note": "改变主意"})
    assert again.status_code == 409
    assert status_of(app, submitted) == (ListingStatus.SUBMITTED, 1)
    page = client.get(f"/bureau/demands/{submitted}").get_data(as_text=True)
    assert "您在本条需求上没有待办" in page


def test_the_reason_reaches_the_owner(
    app: Flask, people: People, sign_in: SignIn, submitted: str
) -> None:
    officer = sign_in(app, "officer@test.example")
    officer.post(
        f"/bureau/demands/{submitted}/decision",
        data={"decision": "rectify", "note": "请写明作业时段"},
    )
    owner = sign_in(app, "owner@test.example")
    page = owner.get(f"/owner/demands/{submitted}").get_data(as_text=True)
    assert "请写明作业时段" in page
    assert "待整改" in page


@pytest.mark.parametrize("view", ["queue", "submitted", "mending", "overdue", "all", "nonsense"])
def test_every_view_of_the_list_answers(
    app: Flask, people: People, sign_in: SignIn, view: str
) -> None:
    with app.app_context(), write_tx():
        draft, published = make_draft(people).code, make_published(people).code
    page = sign_in(app, "officer@test.example").get(f"/bureau/demands?view={view}")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert draft not in text
    assert (published in text) is (view == "all")


@pytest.mark.parametrize(
    ("view", "title"),
    [
        ("queue", "没有待您审核的需求"),
        ("submitted", "没有待审核的需求"),
        ("mending", "没有整改或退回的需求"),
        ("overdue", "没有逾期未登记结果的需求"),
        ("all", "还没有需求"),
    ],
)
def test_an_empty_tab_says_what_it_would_list(
    app: Flask, people: People, sign_in: SignIn, view: str, title: str
) -> None:
    page = sign_in(app, "officer@test.example").get(f"/bureau/demands?view={view}").text
    assert title in page

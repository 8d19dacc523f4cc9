"""Pages of the notices: list, detail, feed, the bureau's desk."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from flask import Flask

from matchmaker.db import read_tx, write_tx
from matchmaker.publishing import operations
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import NoticeKind
from tests.conftest import SignIn
from tests.people import People


@pytest.fixture
def notices(app: Flask, people: People) -> tuple[int, int]:
    """(published, draft)."""
    with app.app_context(), write_tx():
        rows = [
            operations.create_notice(
                people.officer,
                kind=NoticeKind.ANNOUNCEMENT,
                title=title,
                body="正文<b>一</b>\n正文二",
                issuer="市经信局",
            )
            for title in ("已发布的公告", "还在起草的公告")
        ]
        operations.publish_notice(people.officer, rows[0])
        return rows[0].id, rows[1].id


def test_visitor_reads_published_notices_only(app: Flask, notices: tuple[int, int]) -> None:
    client = app.test_client()
    page = client.get("/notices").get_data(as_text=True)
    assert "已发布的公告" in page
    assert "还在起草的公告" not in page
    detail = client.get(f"/notices/{notices[0]}").get_data(as_text=True)
    assert "正文&lt;b&gt;一&lt;/b&gt;" in detail
    assert client.get(f"/notices/{notices[1]}").status_code == 404
    assert client.get("/notices?kind=nonsense&page=x").status_code == 200
    assert client.get("/notices/99999999999").status_code == 404


def test_feed_is_well_formed_and_public_only(app: Flask, notices: tuple[int, int]) -> None:
    answer = app.test_client().get("/notices/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    space = "{http://www.w3.org/2005/Atom}"
    assert [entry.findtext(f"{space}title") for entry in feed.iter(f"{space}entry")] == [
        "已发布的公告"
    ]


@pytest.mark.parametrize("part", ["owner", "judge", "firm", "district_reviewer"])
def test_desk_refuses_others_and_changes_nothing(
    app: Flask, notices: tuple[int, int], sign_in: SignIn, part: str
) -> None:
    client = sign_in(app, f"{part}@test.example")
    assert client.get("/bureau/notices").status_code == 403
    for path, data in (
        (f"/bureau/notices/{notices[0]}/withdraw", {"reason": "不再需要了"}),
        ("/bureau/notices/new", {"kind": "call", "title": "新", "body": "新"}),
        (f"/bureau/notices/{notices[1]}", {"kind": "call", "title": "改", "body": "改"}),
    ):
        assert client.post(path, data=data).status_code in {403, 404}
    with app.app_context(), read_tx() as session:
        assert [(row.title, row.state.value) for row in session.query(Notice)] == [
            ("已发布的公告", "published"),
            ("还在起草的公告", "draft"),
        ]


def test_officer_writes_publishes_corrects_and_withdraws(
    app: Flask, notices: tuple[int, int], sign_in: SignIn
) -> None:
    client = sign_in(app, "officer@test.example")
    assert client.post("/bureau/notices/new", data={"kind": "call"}).status_code == 422
    draft = f"/bureau/notices/{notices[1]}"
    page = client.get(draft).get_data(as_text=True)
    assert 'value="1"' in page
    data = {"kind": "call", "title": "征集通知", "body": "正文", "revision": "1", "act": "publish"}
    assert client.post(draft, data=data | {"revision": "7"}).status_code == 409
    assert client.post(draft, data=data).status_code == 302
    correction = {"title": "征集通知（更正）", "body": "正文", "reason": "标题有误，更正"}
    assert client.post(f"{draft}/correct", data=correction).status_code == 302
    visitor = app.test_client()
    public = visitor.get(f"/notices/{notices[1]}").get_data(as_text=True)
    assert "标题有误，更正" in public
    assert "更正记录" in public
    assert client.post(f"{draft}/withdraw", data={"reason": "不再征集，撤下"}).status_code == 302
    assert "不再征集，撤下" in visitor.get(f"/notices/{notices[1]}").get_data(as_text=True)

"""Notices: attachments, validity, publication at a set time, the feed, the list as a workbook."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from matchmaker import clock
from matchmaker.actor import VISITOR
from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx, write_tx
from matchmaker.documents.spreadsheet import read_rows
from matchmaker.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied
from matchmaker.files.models import StoredFile
from matchmaker.publishing import operations, queries, rules, scheduling
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import NoticeKind, NoticeState
from tests.conftest import SignIn
from tests.files.samples import PDF
from tests.people import People

ATOM = "{http://www.w3.org/2005/Atom}"
MINUTE = timedelta(minutes=1)


def add_notice(
    app: Flask, people: People, title: str = "关于举办对接会的通知", **more: object
) -> int:
    """A draft; returns its id."""
    with app.app_context(), write_tx():
        values: dict[str, object] = {
            "kind": NoticeKind.ANNOUNCEMENT,
            "title": title,
            "body": "定于下月举办。",
            "issuer": "市经信局",
        }
        return operations.create_notice(people.officer, **(values | more)).id  # type: ignore[arg-type]


def publish(app: Flask, people: People, notice_id: int) -> None:
    with app.app_context(), write_tx() as session:
        operations.publish_notice(people.officer, session.get_one(Notice, notice_id))


def read_state(app: Flask, notice_id: int) -> NoticeState:
    with app.app_context(), read_tx() as session:
        return session.get_one(Notice, notice_id).state


def upload(client: FlaskClient, notice_id: int, name: str = "通知.pdf", **more: str) -> int:
    data = {"files": (io.BytesIO(PDF), name), **more}
    return client.post(f"/bureau/notices/{notice_id}/files", data=data).status_code


def list_file_links(page: str) -> list[str]:
    return re.findall(r'href="(/notices/\d+/files/[^"]+)"', page)


def test_attachment_is_for_who_may_read_the_notice(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    notice_id = add_notice(app, people)
    officer, visitor = sign_in(app, "officer@test.example"), app.test_client()
    assert upload(officer, notice_id) == 302
    (link,) = list_file_links(officer.get(f"/bureau/notices/{notice_id}").get_data(as_text=True))
    assert visitor.get(link).status_code == 404
    publish(app, people, notice_id)
    page = visitor.get(f"/notices/{notice_id}").get_data(as_text=True)
    assert list_file_links(page) == [link]
    answer = visitor.get(link)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    other = add_notice(app, people, "另一条通知")
    publish(app, people, other)
    assert visitor.get(link.replace(f"/{notice_id}/", f"/{other}/")).status_code == 404
    with app.app_context(), write_tx() as session:
        withdrawn = session.get_one(Notice, notice_id)
        operations.withdraw_notice(people.officer, withdrawn, "内容有误，另行发布")
    assert visitor.get(link).status_code == 404
    assert list_file_links(visitor.get(f"/notices/{notice_id}").get_data(as_text=True)) == []


def test_file_of_a_published_notice_is_added_in_the_open(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    notice_id = add_notice(app, people)
    officer = sign_in(app, "officer@test.example")
    upload(officer, notice_id, "甲.pdf")
    publish(app, people, notice_id)
    assert upload(officer, notice_id, "乙.pdf") == 422
    assert upload(officer, notice_id, "乙.pdf", reason="补充申报表格") == 302
    page = app.test_client().get(f"/notices/{notice_id}").get_data(as_text=True)
    assert "补充申报表格" in page
    assert "甲.pdf、乙.pdf" in page
    (first, _) = list_file_links(page)
    token = first.rsplit("/", 1)[1]
    assert officer.post(f"/bureau/notices/{notice_id}/files/{token}/remove").status_code == 409
    assert len(list_file_links(app.test_client().get(f"/notices/{notice_id}").text)) == 2


def test_file_of_a_draft_is_taken_away(app: Flask, people: People, sign_in: SignIn) -> None:
    notice_id = add_notice(app, people)
    officer = sign_in(app, "officer@test.example")
    upload(officer, notice_id)
    (link,) = list_file_links(officer.get(f"/bureau/notices/{notice_id}").text)
    token = link.rsplit("/", 1)[1]
    assert officer.post(f"/bureau/notices/{notice_id}/files/{token}/remove").status_code == 302
    assert officer.get(link).status_code == 404


@pytest.mark.parametrize("name", ["通知.svg", "通知.exe", "通知.png", "../通知.pdf"])
def test_hostile_attachment_is_refused(
    app: Flask, people: People, sign_in: SignIn, name: str
) -> None:
    notice_id = add_notice(app, people)
    assert upload(sign_in(app, "officer@test.example"), notice_id, name) == 422
    with app.app_context():
        assert db.session.query(StoredFile).count() == 0


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "auditor", "sector_reviewer"])
def test_others_neither_attach_nor_schedule(
    app: Flask, people: People, sign_in: SignIn, part: str
) -> None:
    notice_id = add_notice(app, people)
    client = sign_in(app, f"{part}@test.example")
    assert upload(client, notice_id) in {403, 404}
    later = (clock.now().astimezone(clock.CHINA) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(f"/bureau/notices/{notice_id}/schedule", data={"publish_at": later})
    assert answer.status_code in {403, 404}
    with app.app_context(), write_tx() as session:
        assert session.query(StoredFile).count() == 0
        notice = session.get_one(Notice, notice_id)
        assert notice.publish_at is None
        with pytest.raises(PermissionDenied):
            scheduling.schedule_notice(getattr(people, part), notice, clock.now() + MINUTE)


def test_draft_is_published_when_its_time_has_come(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    notice_id = add_notice(app, people)
    officer = sign_in(app, "officer@test.example")
    moment = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    with time_machine.travel(moment - timedelta(hours=5), tick=False):
        address = f"/bureau/notices/{notice_id}/schedule"
        assert officer.post(address, data={"publish_at": "2026-12-01T09:00"}).status_code == 302
        assert "2026-12-01T09:00" in officer.get(f"/bureau/notices/{notice_id}").text
    with time_machine.travel(moment - MINUTE, tick=False), app.app_context():
        scheduling.publish_due_notices()
        assert read_state(app, notice_id) is NoticeState.DRAFT
    with time_machine.travel(moment, tick=False), app.app_context():
        scheduling.publish_due_notices()
        scheduling.publish_due_notices()
    with app.app_context(), read_tx() as session:
        notice = session.get_one(Notice, notice_id)
        assert notice.state is NoticeState.PUBLISHED
        assert (notice.published_at, notice.publish_at) == (moment, None)
        acts = session.query(AuditEntry).filter_by(action="publishing.publish_notice").count()
        assert acts == 1


def test_lapsed_draft_keeps_no_other_back(app: Flask, people: People) -> None:
    today = clock.today()
    lapsed = add_notice(app, people, "过期的草稿", valid_until=today)
    other = add_notice(app, people, "另一条通知")
    with app.app_context(), write_tx() as session:
        for notice_id in (lapsed, other):
            session.get_one(Notice, notice_id).publish_at = clock.now() + MINUTE
    with time_machine.travel(clock.now() + timedelta(days=1)), app.app_context():
        scheduling.publish_due_notices()
    assert read_state(app, other) is NoticeState.PUBLISHED
    with app.app_context(), read_tx() as session:
        notice = session.get_one(Notice, lapsed)
        assert (notice.state, notice.publish_at) == (NoticeState.DRAFT, None)


def test_schedule_is_taken_back_or_refused(app: Flask, people: People, sign_in: SignIn) -> None:
    notice_id = add_notice(app, people)
    officer = sign_in(app, "officer@test.example")
    address = f"/bureau/notices/{notice_id}/schedule"
    assert officer.post(address, data={"publish_at": "2020-01-01T09:00"}).status_code == 422
    assert officer.post(address, data={"publish_at": "明天"}).status_code == 422
    assert officer.post(address, data={"act": "cancel"}).status_code == 409
    later = (clock.now().astimezone(clock.CHINA) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert officer.post(address, data={"publish_at": later}).status_code == 302
    assert officer.post(address, data={"act": "cancel"}).status_code == 302
    with time_machine.travel(clock.now() + timedelta(days=2)), app.app_context():
        scheduling.publish_due_notices()
    assert read_state(app, notice_id) is NoticeState.DRAFT
    publish(app, people, notice_id)
    assert officer.post(address, data={"publish_at": later}).status_code == 409


def test_bounds_of_dates() -> None:
    now = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    rules.check_schedule(now + rules.SCHEDULE_MAX, now)
    for wrong in (now, now - MINUTE, now + rules.SCHEDULE_MAX + MINUTE):
        with pytest.raises(InvalidInput):
            rules.check_schedule(wrong, now)
    day = date(2028, 2, 29)
    rules.check_valid_until(day, day)
    rules.check_valid_until(None, day)
    with pytest.raises(InvalidInput):
        rules.check_valid_until(date(2028, 2, 28), day)
    assert [rules.is_lapsed(day, day), rules.is_lapsed(day, date(2028, 3, 1))] == [False, True]
    assert not rules.is_lapsed(None, day)


def test_lapsed_notice_says_so_and_is_not_published_late(app: Flask, people: People) -> None:
    today = clock.today()
    kept = add_notice(app, people, "有期限的通知", valid_until=today)
    late = add_notice(app, people, "过期的草稿", valid_until=today)
    publish(app, people, kept)
    visitor = app.test_client()
    assert "已失效" not in visitor.get("/notices").text
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert "有期限的通知（已失效）" in visitor.get("/notices").text
        assert "本通知已失效" in visitor.get(f"/notices/{kept}").text
        with app.app_context(), write_tx() as session, pytest.raises(InvalidInput):
            operations.publish_notice(people.officer, session.get_one(Notice, late))


def read_feed(client: FlaskClient, address: str = "/notices/feed.atom") -> ET.Element:
    answer = client.get(address)
    assert answer.mimetype == "application/atom+xml"
    return ET.fromstring(answer.data)


def test_feed_is_valid_and_follows_corrections_and_withdrawals(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    """Every element that RFC 4287 requires, whoever asks; drafts never."""
    first = add_notice(app, people, "通知<一>&\x0b", kind=NoticeKind.CALL)
    second = add_notice(app, people, "通知二")
    add_notice(app, people, "还在起草的通知")
    publish(app, people, first)
    publish(app, people, second)
    with time_machine.travel(clock.now() + timedelta(hours=1)), app.app_context(), write_tx():
        operations.correct_notice(
            people.officer,
            queries.get_notice(people.officer, first),
            reason="时间有变化",
            title="通知<一>&",
            body="改期。",
            starts_on=None,
            ends_on=None,
        )
        operations.withdraw_notice(
            people.officer, queries.get_notice(people.officer, second), "内容重复，撤下"
        )
    for client in (app.test_client(), sign_in(app, "officer@test.example")):
        feed = read_feed(client)
        for name in ("id", "title", "updated"):
            assert feed.findtext(f"{ATOM}{name}")
        entries = {entry.findtext(f"{ATOM}title"): entry for entry in feed.iter(f"{ATOM}entry")}
        assert set(entries) == {"通知<一>&", "通知二"}
        for entry in entries.values():
            moments = [entry.findtext(f"{ATOM}{name}") for name in ("published", "updated")]
            parsed = [datetime.fromisoformat(str(moment)) for moment in moments]
            assert all(moment.tzinfo for moment in parsed)
            assert entry.findtext(f"{ATOM}author/{ATOM}name") == "市经信局"
            link = entry.find(f"{ATOM}link")
            assert link is not None
            assert link.attrib["href"].startswith("http")
        one = entries["通知<一>&"]
        assert str(one.findtext(f"{ATOM}updated")) > str(one.findtext(f"{ATOM}published"))
        assert "内容重复，撤下" in str(entries["通知二"].findtext(f"{ATOM}summary"))
    calls = read_feed(app.test_client(), "/notices/feed.atom?kind=call")
    assert len(list(calls.iter(f"{ATOM}entry"))) == 1


def test_every_page_points_to_the_feed(app: Flask, people: People) -> None:
    kind = 'rel="alternate" type="application/atom+xml"'
    mark = f'<link {kind} title="公告公示" href="/notices/feed.atom">'
    for address in ("/", "/demands", "/notices", "/login"):
        assert mark in app.test_client().get(address).text


def test_list_is_searched_paged_and_exported(app: Flask, people: People) -> None:
    for number in range(queries.PAGE_SIZE + 1):
        publish(app, people, add_notice(app, people, f"第{number}号通知"))
    publish(app, people, add_notice(app, people, "百分之100%的公告", kind=NoticeKind.CALL))
    add_notice(app, people, "还在起草的通知")
    visitor = app.test_client()
    assert "第 1/2 页" in visitor.get("/notices").text
    found = visitor.get("/notices?q=100%25")
    assert "百分之100%的公告" in found.text
    assert "第0号通知" not in found.text
    assert "没有符合条件的公告" in visitor.get("/notices?q=_").text
    answer = visitor.get("/notices/export.xlsx?kind=announcement")
    note, _, *rows = read_rows(answer.data, "a.xlsx")
    assert [row[1] for row in rows] == [f"第{n}号通知" for n in range(queries.PAGE_SIZE, -1, -1)]
    assert f"共 {queries.PAGE_SIZE + 1} 条" in note[0]
    with app.app_context(), read_tx(), pytest.raises(NotFound):
        queries.get_notice(VISITOR, 10_000)


def test_published_notice_is_not_scheduled_again(app: Flask, people: People) -> None:
    notice_id = add_notice(app, people)
    publish(app, people, notice_id)
    with app.app_context(), write_tx() as session:
        notice = session.get_one(Notice, notice_id)
        with pytest.raises(IllegalTransition):
            scheduling.schedule_notice(people.officer, notice, clock.now() + MINUTE)

"""The inbox and its settings: one's own only, read and unread, what is no longer seen."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaker.db import db, read_tx, write_tx
from matchmaker.notifications.channels.models import Webhook
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.preferences.queries import read_wishes
from matchmaker.notifications.rules import NotificationKind, Pace, Wishes, list_kinds_for
from matchmaker.notifications.subjects import Subject, SubjectKind
from tests.conftest import SignIn
from tests.demands.factories import make_draft
from tests.notifications.world import list_told, tell_actor
from tests.people import People

CANARY = "仅业主可见的标题"


def read_states(app: Flask) -> list[bool]:
    with app.app_context(), read_tx():
        rows = db.session.query(Notification).order_by(Notification.id)
        return [row.read_at is not None for row in rows]


def test_visitors_are_sent_to_log_in(app: Flask, people: People) -> None:
    client = app.test_client()
    for path in ("/account/notices", "/account/notices/settings", "/account/searches"):
        answer = client.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login")
    assert client.post("/account/notices/read-all").location.startswith("/login")


def test_the_inbox_shows_ones_own_with_its_count(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    tell_actor(app, people.owner, "甲通知")
    tell_actor(app, people.owner, "乙通知", kind=NotificationKind.DEADLINE)
    tell_actor(app, people.stranger, "别人的通知")
    client = sign_in(app, "owner@test.example")
    page = client.get("/account/notices").get_data(as_text=True)
    assert "通知，2 条未读" in client.get("/demands").get_data(as_text=True)
    assert "甲通知" in page
    assert "乙通知" in page
    assert "别人的通知" not in page
    filtered = client.get("/account/notices?kind=deadline").get_data(as_text=True)
    assert "乙通知" in filtered
    assert "甲通知" not in filtered


def test_opening_marks_as_read_and_leads_to_the_thing(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    tell_actor(app, people.owner, "甲通知")
    tell_actor(app, people.owner, "乙通知")
    client = sign_in(app, "owner@test.example")
    answer = client.post("/account/notices/1/open")
    assert (answer.status_code, answer.location) == (302, "/account")
    assert read_states(app) == [True, False]
    client.post("/account/notices/2/read", data={"state": "unread", "page": "1"})
    assert read_states(app) == [True, True]
    unread = client.get("/account/notices?state=unread").get_data(as_text=True)
    assert "没有符合条件的通知" in unread


def test_all_can_be_marked_as_read_at_once(app: Flask, people: People, sign_in: SignIn) -> None:
    tell_actor(app, people.owner, "甲通知")
    tell_actor(app, people.owner, "乙通知")
    tell_actor(app, people.stranger, "别人的通知")
    sign_in(app, "owner@test.example").post("/account/notices/read-all")
    assert read_states(app) == [True, True, False]


@pytest.mark.parametrize("act", ["open", "read"])
def test_a_stranger_gets_nothing_of_it(
    app: Flask, people: People, sign_in: SignIn, act: str
) -> None:
    tell_actor(app, people.owner, CANARY)
    answer = sign_in(app, "stranger@test.example").post(f"/account/notices/1/{act}")
    assert answer.status_code == 404
    assert CANARY not in answer.get_data(as_text=True)
    assert read_states(app) == [False]


def test_what_may_not_be_seen_is_not_told_and_later_not_shown(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        code = make_draft(people).code
    subject = Subject(SubjectKind.LISTING, code)
    tell_actor(app, people.stranger, CANARY, subject=subject)
    assert list_told(app, people.stranger) == []
    tell_actor(app, people.colleague, CANARY, subject=subject)
    with app.app_context(), write_tx():
        row = db.session.query(Notification).one()
        row.user_id = people.stranger.user_id or 0
    client = sign_in(app, "stranger@test.example")
    page = client.get("/account/notices").get_data(as_text=True)
    assert "相关内容已不再公开" in page
    assert CANARY not in page
    assert client.post("/account/notices/1/open").location == "/account/notices"


def test_pages_of_the_inbox(app: Flask, people: People, sign_in: SignIn) -> None:
    for number in range(21):
        tell_actor(app, people.owner, f"第{number}条通知")
    client = sign_in(app, "owner@test.example")
    second = client.get("/account/notices?page=2").get_data(as_text=True)
    assert "第0条通知" in second
    assert "第1条通知" not in second
    assert client.get("/account/notices?page=x&kind=nonsense&state=9").status_code == 200


def choices(**changes: str) -> dict[str, str]:
    form = {}
    for kind in list_kinds_for({"owner"}):  # type: ignore[arg-type]
        form |= {f"email-{kind.value}": "off", f"webhook-{kind.value}": "daily"}
    return form | changes


def test_choices_are_stored_for_oneself_and_refused_when_unknown(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    client = sign_in(app, "owner@test.example")
    page = client.get("/account/notices/settings").get_data(as_text=True)
    assert "本站尚未开通邮件发送" in page
    assert "评审任务" not in page
    sent = choices(**{"inbox-deadline": "1", "email-deadline": "instant"})
    assert client.post("/account/notices/settings", data=sent).status_code == 302
    wrong = choices(**{"email-deadline": "hourly"})
    assert client.post("/account/notices/settings", data=wrong).status_code == 422
    with app.app_context(), read_tx():
        own = read_wishes(people.owner.user_id or 0, NotificationKind.DEADLINE)
        other = read_wishes(people.stranger.user_id or 0, NotificationKind.MATCH_FOUND)
    assert own == Wishes(True, Pace.INSTANT, Pace.DAILY)
    assert other == Wishes(True, Pace.DAILY, Pace.DAILY)


def test_a_kind_that_is_not_wanted_is_not_told(app: Flask, people: People, sign_in: SignIn) -> None:
    sign_in(app, "owner@test.example").post("/account/notices/settings", data=choices())
    tell_actor(app, people.owner, "甲通知")
    tell_actor(app, people.colleague, "甲通知")
    assert list_told(app, people.owner) == []
    assert list_told(app, people.colleague) == ["甲通知"]


@pytest.mark.parametrize(
    "url",
    [
        "http://oapi.dingtalk.com/robot/send?access_token=a",
        "https://oapi.dingtalk.com.evil.example/robot/send",
        "https://evil.example/oapi.dingtalk.com/robot/send",
        "https://a@oapi.dingtalk.com/robot/send",
        "https://oapi.dingtalk.com:8443/robot/send",
        "https://oapi.dingtalk.com/other",
        "https://127.0.0.1/robot/send",
        "https://[::1/robot/send",
        "file:///etc/passwd",
        "随便",
    ],
)
def test_only_the_vendors_addresses_are_taken(
    app: Flask, people: People, sign_in: SignIn, url: str
) -> None:
    client = sign_in(app, "owner@test.example")
    form = {"vendor": "dingtalk", "url": url, "secret": ""}
    answer = client.post("/account/notices/settings/webhook", data=form)
    assert answer.status_code == 422
    assert "https://oapi.dingtalk.com/robot/send" in answer.get_data(as_text=True)
    with app.app_context(), read_tx():
        assert db.session.query(Webhook).count() == 0


def test_address_and_secret_are_stored_and_never_shown_again(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    client = sign_in(app, "owner@test.example")
    url = "https://oapi.dingtalk.com/robot/send?access_token=CANARY1"
    form = {"vendor": "dingtalk", "url": url, "secret": "SECCANARY2"}
    client.post("/account/notices/settings/webhook", data=form)
    page = client.get("/account/notices/settings").get_data(as_text=True)
    assert "钉钉，已加签" in page
    assert "CANARY" not in page
    stranger = sign_in(app, "colleague@test.example")
    assert stranger.post("/account/notices/settings/webhook/remove").status_code == 404
    assert client.post("/account/notices/settings/webhook/remove").status_code == 302
    with app.app_context(), read_tx():
        assert db.session.query(Webhook).count() == 0
        trail = db.session.connection().exec_driver_sql("SELECT * FROM audit_entry").fetchall()
    assert "CANARY" not in str(trail)


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "officer"])
@pytest.mark.parametrize("path", ["/account/notices", "/account/searches"])
def test_the_side_menu_marks_the_entry_of_both_pages(
    app: Flask, people: People, sign_in: SignIn, part: str, path: str
) -> None:
    page = sign_in(app, f"{part}@test.example").get(path).text
    entry = '<li><a href="/account/notices" aria-current="page">通知和订阅</a></li>'
    assert page.count(entry) == 2
    assert page.count('<li><a href="/account/notices">通知和订阅</a></li>') == 0

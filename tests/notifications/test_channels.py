"""E-mail and group robots against real servers on loopback: what leaves, when, and what is kept."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import socket
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.matching import preferences
from matchmaker.notifications.channels import operations, rules
from matchmaker.notifications.channels.failures import SendingFailed
from matchmaker.notifications.channels.models import Delivery
from matchmaker.notifications.channels.rules import DeliveryState, Vendor
from matchmaker.notifications.channels.sending import FAILURES_IN_A_ROW, queue_due
from matchmaker.notifications.channels.webhooks import resolve
from matchmaker.notifications.preferences.operations import choose_wishes, stop_mail
from matchmaker.notifications.rules import NotificationKind, Pace, Wishes
from matchmaker.notifications.subjects import Subject, SubjectKind
from tests.conftest import SignIn
from tests.demands.factories import make_published
from tests.engagement.moments import moment
from tests.notifications.servers import MailServer, RobotServer, running
from tests.notifications.world import (
    list_deliveries,
    list_told,
    run_sender,
    settings_with,
    tell_actor,
)
from tests.people import People

SITE = "https://robots.example"
NOON = moment(clock.today(), 12)
SECRET = "SECabc"


@pytest.fixture
def mail(app: Flask) -> Iterator[MailServer]:
    """The application sends mail to a server that keeps it."""
    with running(MailServer()) as server:
        changes = {
            "smtp_host": "127.0.0.1",
            "smtp_port": server.port,
            "smtp_security": "none",
            "smtp_from": "机器人平台 <notice@robots.example>",
            "site_url": f"{SITE}/hz/",
        }
        with settings_with(app, **changes):
            yield server


@pytest.fixture
def robot(app: Flask) -> Iterator[RobotServer]:
    """A robot's server whose origin the installation allows."""
    with running(RobotServer()) as server:
        allowed = f"https://im.example.cn, {server.origin}/"
        with settings_with(app, webhook_allowed=allowed, site_url=SITE):
            yield server


def set_robot(app: Flask, actor: Actor, vendor: Vendor, url: str, secret: str = SECRET) -> None:
    with app.app_context(), write_tx():
        operations.set_webhook(actor, vendor=vendor, url=url, secret=secret)


def want(app: Flask, actor: Actor, kind: NotificationKind, email: Pace, webhook: Pace) -> None:
    with app.app_context(), write_tx():
        choose_wishes(actor, {kind: Wishes(True, email, webhook)})


def test_a_mail_leaves_with_link_and_one_click_stop(
    app: Flask, people: People, mail: MailServer, sign_in: SignIn
) -> None:
    tell_actor(app, people.owner, "甲通知", text="第二行")
    assert run_sender(app) == {"messages": 1, "failed": 0}
    (sent,) = mail.mails
    assert (sent["To"], sent["Subject"]) == (
        "owner@test.example",
        "【杭州机器人场景供需撮合平台】甲通知",
    )
    body = sent.get_content()
    assert f"甲通知\n第二行\n{SITE}/hz/account\n" in body
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = sent["List-Unsubscribe"].strip("<>")
    assert stop.startswith(f"{SITE}/hz/stop-mail/")
    assert stop in body
    assert run_sender(app) == {"messages": 0, "failed": 0}
    page = sign_in(app, "owner@test.example").get("/account/notices/settings/log")
    assert "已发送" in page.get_data(as_text=True)


def stop_path(mail: MailServer) -> str:
    url = urlsplit(mail.mails[-1]["List-Unsubscribe"].strip(" <>"))
    return url.path.removeprefix("/hz")


def test_one_click_stops_without_log_in_and_a_look_does_not(
    app: Flask, people: People, mail: MailServer
) -> None:
    tell_actor(app, people.owner, "甲通知")
    run_sender(app)
    client, path = app.test_client(), stop_path(mail)
    page = client.get(path).get_data(as_text=True)
    assert "只停收“需求审核结果”类邮件" in page
    tell_actor(app, people.owner, "乙通知")
    assert run_sender(app)["messages"] == 1
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "已停收全部通知邮件" in answer.get_data(as_text=True)) == (
        200,
        True,
    )
    tell_actor(app, people.owner, "丙通知")
    tell_actor(app, people.colleague, "丙通知")
    assert run_sender(app)["messages"] == 1
    assert [each["To"] for each in mail.mails[2:]] == ["colleague@test.example"]
    assert list_told(app, people.owner) == ["甲通知", "乙通知", "丙通知"]


def test_the_page_can_stop_one_kind_only(app: Flask, people: People, mail: MailServer) -> None:
    tell_actor(app, people.owner, "甲通知")
    run_sender(app)
    app.test_client().post(stop_path(mail), data={"scope": "kind"})
    tell_actor(app, people.owner, "乙通知")
    tell_actor(app, people.owner, "丙通知", kind=NotificationKind.DEADLINE)
    run_sender(app)
    assert [each["Subject"][-3:] for each in mail.mails] == ["甲通知", "丙通知"]


@pytest.mark.parametrize("path", ["/stop-mail/forged", "/stop-mail/WzEsIiJd.AAAA"])
def test_a_forged_token_stops_nothing(
    app: Flask, people: People, mail: MailServer, path: str
) -> None:
    client = app.test_client()
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    tell_actor(app, people.owner, "甲通知")
    assert run_sender(app)["messages"] == 1


def test_without_a_mail_server_the_inbox_still_gets_it(app: Flask, people: People) -> None:
    tell_actor(app, people.owner, "甲通知")
    assert (list_told(app, people.owner), list_deliveries(app)) == (["甲通知"], [])


def test_the_daily_digest_holds_what_was_not_sent_and_is_sent_once(
    app: Flask, people: People, mail: MailServer
) -> None:
    want(app, people.owner, NotificationKind.DEADLINE, Pace.DAILY, Pace.OFF)
    with time_machine.travel(NOON, tick=False) as traveller:
        tell_actor(app, people.owner, "即时的")
        for title in ("汇总一", "汇总二"):
            tell_actor(app, people.owner, title, kind=NotificationKind.DEADLINE)
        assert run_sender(app)["messages"] == 1
        traveller.move_to(NOON + timedelta(hours=19, minutes=59))
        assert run_sender(app)["messages"] == 0
        traveller.move_to(NOON + timedelta(hours=20))
        assert run_sender(app)["messages"] == 1
        traveller.move_to(NOON + timedelta(days=3))
        assert run_sender(app)["messages"] == 0
    first, digest = mail.mails
    assert "汇总" not in first.get_content()
    assert digest["Subject"].endswith("2条通知：汇总一等")
    assert ["汇总一" in digest.get_content(), "汇总二" in digest.get_content()] == [True, True]
    assert "即时的" not in digest.get_content()


def test_what_may_not_be_seen_at_the_time_of_sending_is_withheld(
    app: Flask, people: People, mail: MailServer
) -> None:
    with app.app_context(), write_tx():
        code = make_published(people).code
    subject = Subject(SubjectKind.LISTING, code)
    tell_actor(app, people.stranger, "金丝雀标题", subject=subject)
    tell_actor(app, people.stranger, "匹配标题", kind=NotificationKind.MATCH_FOUND)
    with app.app_context(), write_tx() as session:
        session.query(Delivery).update({"due_at": clock.now()})
        preferences.switch_recommendations_off(people.stranger)
        session.connection().exec_driver_sql("UPDATE demand_listing SET status = 'WITHDRAWN'")
    run_sender(app)
    assert mail.mails == []
    assert [state for _, _, state, _ in list_deliveries(app)] == ["withheld", "withheld"]


def test_numbers_and_addresses_of_people_never_leave(
    app: Flask, people: People, mail: MailServer, robot: RobotServer
) -> None:
    canaries = ("13912345678", "139 1234 5678", "a.b@secret.example", "0571-88886666")
    tell_actor(app, people.owner, f"联系{'、'.join(canaries)}", text="或13812345678")
    run_sender(app)
    sent = mail.mails[0]
    leaked = [text for text in canaries if text in sent["Subject"] + sent.get_content()]
    assert leaked == []
    assert "13812345678" not in sent.get_content()


def test_failures_are_tried_again_and_given_up_in_the_end(
    app: Flask, people: People, mail: MailServer, sign_in: SignIn
) -> None:
    mail.answer_to_recipient = "451 later"
    tell_actor(app, people.owner, "甲通知")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for wait in (timedelta(0), *rules.RETRY_AFTER):
            traveller.shift(wait)
            assert run_sender(app) == {"messages": 0, "failed": 1}
            assert run_sender(app) == {"messages": 0, "failed": 0}
    assert list_deliveries(app) == [("甲通知", "email", "given_up", 6)]
    mail.answer_to_recipient = "250 ok"
    assert (
        sign_in(app, "stranger@test.example")
        .post("/account/notices/settings/log/1/again")
        .status_code
        == 404
    )
    client = sign_in(app, "owner@test.example")
    assert client.post("/account/notices/settings/log/1/again").status_code == 302
    run_sender(app)
    assert list_deliveries(app) == [("甲通知", "email", "sent", 1)]
    assert client.post("/account/notices/settings/log/1/again").status_code == 409


def test_a_server_that_is_down_does_not_hold_up_other_jobs(
    app: Flask, people: People, mail: MailServer
) -> None:
    mail.answer_to_recipient = "451 later"
    for field in dataclasses.fields(people)[: FAILURES_IN_A_ROW + 2]:
        tell_actor(app, getattr(people, field.name), "甲通知")
    assert run_sender(app) == {"messages": 0, "failed": FAILURES_IN_A_ROW}
    mail.answer_to_recipient = "250 ok"
    assert run_sender(app) == {"messages": 2, "failed": 0}


def test_a_refused_address_is_given_up_at_once(
    app: Flask, people: People, mail: MailServer
) -> None:
    mail.answer_to_recipient = "550 no such person"
    tell_actor(app, people.owner, "甲通知")
    run_sender(app)
    assert list_deliveries(app) == [("甲通知", "email", "given_up", 1)]


def test_a_message_that_cannot_be_made_stops_no_other(
    app: Flask, people: People, mail: MailServer
) -> None:
    tell_actor(app, people.owner, "甲通知")
    tell_actor(app, people.colleague, "乙通知")
    with app.app_context(), write_tx() as session:
        session.get_one(User, people.owner.user_id).email = "a@b\nBcc: c@d.example"
    assert run_sender(app) == {"messages": 1, "failed": 1}
    assert [each["To"] for each in mail.mails] == ["colleague@test.example"]
    assert list_deliveries(app)[0][2:] == ("waiting", 1)


def test_a_sender_that_died_is_followed_by_another(
    app: Flask, people: People, mail: MailServer
) -> None:
    tell_actor(app, people.owner, "甲通知")
    with app.app_context(), write_tx() as session:
        row = session.query(Delivery).one()
        row.state, row.tried_at = DeliveryState.SENDING, clock.now()
    assert run_sender(app)["messages"] == 0
    with time_machine.travel(clock.now() + rules.CLAIM_LASTS, tick=False):
        assert run_sender(app)["messages"] == 1


def test_the_sweep_starts_one_job_when_something_is_due(
    app: Flask, people: People, mail: MailServer
) -> None:
    with app.app_context():
        queue_due()
        tell_actor(app, people.owner, "甲通知")
    app.extensions["poke_executor"]()
    assert len(mail.mails) == 1


def expect_dingtalk(path: str, secret: str) -> None:
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    text = f"{query['timestamp']}\n{secret}".encode()
    digest = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    assert query["sign"] == base64.b64encode(digest).decode()
    assert query["access_token"] == "t1"
    assert abs(int(query["timestamp"]) / 1000 - clock.now().timestamp()) < 60


def test_dingtalk_gets_its_signature_in_the_address(
    app: Flask, people: People, robot: RobotServer
) -> None:
    url = f"{robot.origin}/robot/send?access_token=t1"
    set_robot(app, people.owner, Vendor.DINGTALK, url)
    tell_actor(app, people.owner, "甲通知")
    assert run_sender(app) == {"messages": 1, "failed": 0}
    ((path, body),) = robot.posts
    expect_dingtalk(path, SECRET)
    assert body["msgtype"] == "text"
    assert f"甲通知\n{SITE}/account" in body["text"]["content"]


def test_feishu_gets_its_signature_in_the_body(
    app: Flask, people: People, robot: RobotServer
) -> None:
    robot.reply = {"code": 0, "msg": "success", "data": {}}
    set_robot(app, people.owner, Vendor.FEISHU, f"{robot.origin}/open-apis/bot/v2/hook/x")
    tell_actor(app, people.owner, "甲通知")
    assert run_sender(app)["messages"] == 1
    ((_, body),) = robot.posts
    key = f"{body['timestamp']}\n{SECRET}".encode()
    assert body["sign"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert (body["msg_type"], "甲通知" in body["content"]["text"]) == ("text", True)


def test_wecom_gets_no_signature_and_a_short_text(
    app: Flask, people: People, robot: RobotServer
) -> None:
    set_robot(app, people.owner, Vendor.WECOM, f"{robot.origin}/cgi-bin/webhook/send?key=k")
    for number in range(40):
        tell_actor(app, people.owner, f"通知{number}", text="长" * 60)
    assert run_sender(app)["messages"] == 1, "what is due together is one message"
    ((path, body),) = robot.posts
    content = body["text"]["content"]
    assert (path, body["msgtype"]) == ("/cgi-bin/webhook/send?key=k", "text")
    assert len(content.encode()) <= 2048
    assert content.endswith("…（内容较长，其余请登录平台查看）")


def test_a_robot_gets_twenty_messages_a_minute_and_the_rest_together(
    app: Flask, people: People, robot: RobotServer
) -> None:
    set_robot(app, people.owner, Vendor.WECOM, f"{robot.origin}/cgi-bin/webhook/send?key=k")
    with time_machine.travel(NOON, tick=False) as traveller:
        for number in range(23):
            tell_actor(app, people.owner, f"通知{number}")
            run_sender(app)
        assert len(robot.posts) == 20
        traveller.shift(timedelta(minutes=1))
        run_sender(app)
    assert len(robot.posts) == 21
    assert "3条通知" not in robot.posts[-1][1]["text"]["content"]
    assert "3. 通知22" in robot.posts[-1][1]["text"]["content"]


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ({"errcode": 310000, "errmsg": "sign not match"}, "waiting"),
        ({"errcode": 45009, "errmsg": "api freq out of limit"}, "waiting"),
        ({}, "waiting"),
    ],
)
def test_an_error_of_the_vendor_is_logged_and_tried_again(
    app: Flask, people: People, robot: RobotServer, reply: dict[str, object], state: str
) -> None:
    set_robot(app, people.owner, Vendor.WECOM, f"{robot.origin}/cgi-bin/webhook/send?key=k")
    robot.replies = [reply]
    tell_actor(app, people.owner, "甲通知")
    assert run_sender(app) == {"messages": 0, "failed": 1}
    assert list_deliveries(app) == [("甲通知", "webhook", state, 1)]
    with app.app_context(), read_tx():
        assert db.session.query(Delivery).one().detail.startswith("对方返回错误")
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        assert run_sender(app) == {"messages": 1, "failed": 0}


def test_a_redirect_is_not_followed(app: Flask, people: People, robot: RobotServer) -> None:
    set_robot(app, people.owner, Vendor.WECOM, f"{robot.origin}/cgi-bin/webhook/send?key=k")
    robot.status, robot.location = 307, f"{robot.origin}/elsewhere"
    tell_actor(app, people.owner, "甲通知")
    assert run_sender(app)["failed"] == 1
    assert [path for path, _ in robot.posts] == ["/cgi-bin/webhook/send?key=k"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.8",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "fd00::1",
        "localhost",
    ],
)
def test_a_private_address_is_refused_when_it_is_resolved(host: str) -> None:
    with pytest.raises(SendingFailed) as caught:
        resolve(host, 443, allows_private=False)
    assert caught.value.is_final


def test_a_public_address_is_connected_to_as_it_was_resolved() -> None:
    assert resolve("203.0.114.9", 443, allows_private=False) == ("203.0.114.9", 443)
    assert resolve("127.0.0.1", 80, allows_private=True) == ("127.0.0.1", 80)


def test_an_address_that_is_no_longer_allowed_gets_nothing(
    app: Flask, people: People, robot: RobotServer
) -> None:
    set_robot(app, people.owner, Vendor.WECOM, f"{robot.origin}/cgi-bin/webhook/send?key=k")
    tell_actor(app, people.owner, "甲通知")
    with settings_with(app, webhook_allowed=""):
        run_sender(app)
    assert robot.posts == []
    assert list_deliveries(app) == [("甲通知", "webhook", "given_up", 1)]


def test_a_server_that_is_not_there_is_tried_again(app: Flask, people: People) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{free.getsockname()[1]}"
    with settings_with(app, webhook_allowed=origin):
        set_robot(app, people.owner, Vendor.WECOM, f"{origin}/cgi-bin/webhook/send?key=k")
        tell_actor(app, people.owner, "甲通知")
        assert run_sender(app) == {"messages": 0, "failed": 1}
    assert list_deliveries(app) == [("甲通知", "webhook", "waiting", 1)]


def test_a_test_message_goes_out_by_what_is_set_up(
    app: Flask, people: People, mail: MailServer, sign_in: SignIn
) -> None:
    client = sign_in(app, "owner@test.example")
    assert client.post("/account/notices/settings/test").status_code == 302
    assert mail.mails[0]["Subject"].endswith("这是一条测试通知")
    page = app.test_client().get(stop_path(mail)).get_data(as_text=True)
    assert ("停收全部通知邮件" in page, "只停收" in page) == (True, False)
    with app.app_context(), write_tx():
        stop_mail(people.owner)
    assert client.post("/account/notices/settings/test").status_code == 409
    inbox = client.get("/account/notices").get_data(as_text=True)
    assert "这是一条测试通知" not in inbox

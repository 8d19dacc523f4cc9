"""Asking for an account at the site, following it, and the administrator's queue."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.accounts.queries import find_user_by_email
from matchmaker.accounts.requests.models import AccountRequest
from matchmaker.app import create_app
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.extensions import limiter
from tests.conftest import make_settings
from tests.people import People

SignIn = Callable[[Flask, str], FlaskClient]
NEW = {
    "unit": "申请公司",
    "credit_code": "91330100799655058B",
    "kind": "supplier",
    "district": "",
    "name": "申请人",
    "email": "asking@test.example",
    "phone": "13800000000",
    "note": "",
}
ADDRESS = "/account-requests/new"


def _rows(app: Flask) -> list[AccountRequest]:
    with app.app_context(), read_tx() as session:
        rows = list(session.scalars(select(AccountRequest).order_by(AccountRequest.id)))
        session.expunge_all()
        return rows


def _ask(app: Flask, **changes: str) -> int:
    answer = app.test_client().post(ADDRESS, data={**NEW, **changes})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return _rows(app)[-1].id


def test_login_page_says_how_to_get_in(app: Flask, people: People) -> None:
    page = app.test_client().get("/login").get_data(as_text=True)

    assert f'href="{ADDRESS}"' in page
    assert "忘记密码" in page
    assert "matchmaker user add" not in page


def test_login_page_of_a_new_installation_names_the_command(app: Flask) -> None:
    assert "matchmaker user add" in app.test_client().get("/login").get_data(as_text=True)


def test_receipt_is_followed_and_shows_no_person(app: Flask, people: People) -> None:
    client = app.test_client()
    sent = client.post(ADDRESS, data=NEW)
    page = client.get(sent.location).get_data(as_text=True)

    assert "申请已提交" in page
    assert _rows(app)[0].number in page
    for secret in ("申请人</", NEW["email"], NEW["phone"]):
        assert secret not in page
    assert client.get("/account-requests?number=KT1").status_code == 404
    assert client.get("/account-requests").status_code == 200


def test_the_answer_does_not_tell_who_has_an_account(app: Flask, people: People) -> None:
    pages = []
    for email in ("owner@test.example", "nobody@test.example"):
        client = app.test_client()
        sent = client.post(ADDRESS, data={**NEW, "email": email})
        page = client.get(sent.location).get_data(as_text=True)
        page = page.replace(_rows(app)[-1].number, "NUMBER")
        pages.append(re.sub(r'value="[^"]{16,}"', "TOKEN", page))

    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": ""}, "请填写单位全称"),
        ({"credit_code": "91330100799655058C"}, "校验位不符"),
        ({"kind": "bureau"}, "单位类型"),
        ({"email": "x"}, "请填写完整的邮箱地址"),
        ({"phone": "电话"}, "手机号或带区号"),
    ],
)
def test_faulty_requests_are_shown_again(
    app: Flask, people: People, changes: dict[str, str], message: str
) -> None:
    answer = app.test_client().post(ADDRESS, data={**NEW, **changes})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert message in page
    assert 'value="申请人"' in page
    assert _rows(app) == []


def test_administrator_accepts_and_the_person_signs_in(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    request_id = _ask(app)
    admin = sign_in(app, "sysadmin@test.example")
    assert "开通账号申请" in admin.get("/bureau/").get_data(as_text=True)
    base = f"/bureau/account-requests/{request_id}"
    assert base in admin.get("/bureau/account-requests").get_data(as_text=True)
    assert "平台上还没有这个单位" in admin.get(base).get_data(as_text=True)

    answer = admin.post(f"{base}/accept", data={"unit": "申请公司"})

    found = re.search(r"<code>([a-z0-9-]{14})</code>", answer.get_data(as_text=True))
    assert found
    client = app.test_client()
    entry = client.post("/login", data={"email": NEW["email"], "password": found[1]})
    assert entry.location == "/supplier/"
    followed = client.get(f"/account-requests?number={_rows(app)[0].number}")
    assert followed.status_code == 302  # first the own password
    page = app.test_client().get(f"/account-requests?number={_rows(app)[0].number}")
    assert "账号已开通" in page.get_data(as_text=True)
    assert admin.post(f"{base}/accept", data={"unit": "申请公司"}).status_code == 409


def test_declined_request_shows_its_reason(app: Flask, people: People, sign_in: SignIn) -> None:
    request_id = _ask(app)
    admin = sign_in(app, "sysadmin@test.example")
    base = f"/bureau/account-requests/{request_id}"

    assert admin.post(f"{base}/decline", data={"note": ""}).status_code == 422
    assert admin.post(f"{base}/decline", data={"note": "请补充营业执照"}).location == base
    page = app.test_client().get(f"/account-requests?number={_rows(app)[0].number}")
    assert "请补充营业执照" in page.get_data(as_text=True)


def test_taken_address_and_alike_requests_are_named_to_the_administrator(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    first = _ask(app, email="owner@test.example")
    _ask(app, email="other@test.example")
    admin = sign_in(app, "sysadmin@test.example")
    page = admin.get(f"/bureau/account-requests/{first}").get_data(as_text=True)

    assert "该邮箱已有账号" in page
    assert "另有相近的申请" in page
    answer = admin.post(f"/bureau/account-requests/{first}/accept", data={"unit": "申请公司"})
    assert answer.status_code == 409


def test_auditor_looks_and_nobody_else_enters(app: Flask, people: People, sign_in: SignIn) -> None:
    request_id = _ask(app)
    base = f"/bureau/account-requests/{request_id}"
    for part in ("auditor", "officer", "approver", "owner", "firm", "judge"):
        client = sign_in(app, f"{part}@test.example")
        wanted = 200 if part == "auditor" else 403
        assert client.get(base).status_code == wanted, part
        assert client.get("/bureau/account-requests").status_code == wanted, part
        for act in ("accept", "decline"):
            data = {"unit": "申请公司", "note": "理由"}
            assert client.post(f"{base}/{act}", data=data).status_code == 403, part
    with app.app_context(), read_tx():
        assert find_user_by_email(NEW["email"]) is None
    assert _rows(app)[0].state.value == "submitted"


def test_requests_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", False)  # restored, for the tests that follow
    settings = make_settings(tmp_path)
    limited = create_app(
        Settings(
            instance_folder=settings.instance_folder,
            testing=True,
            overrides={**settings.overrides, "RATELIMIT_ENABLED": True},
        )
    )
    with limited.app_context(), write_tx():
        db.create_all()
    codes = [limited.test_client().post(ADDRESS, data={}).status_code for _ in range(11)]

    assert codes == [422] * 10 + [429]
    with limited.app_context():
        db.engine.dispose()

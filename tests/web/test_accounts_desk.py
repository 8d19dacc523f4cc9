"""The administrator's desk: opening, ending and resuming accounts through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts.models import User
from matchmaker.accounts.queries import find_user_by_email
from matchmaker.db import read_tx
from tests.people import PASSWORD, People

SignIn = Callable[[Flask, str], FlaskClient]
NEW = {
    "name": "新人",
    "email": "new@test.example",
    "unit": "甲方地铁公司",
    "roles": "owner",
    "kind": "",
    "district": "",
    "review_district": "",
}


@pytest.fixture
def admin(app: Flask, people: People, sign_in: SignIn) -> FlaskClient:
    return sign_in(app, "sysadmin@test.example")


def _find(app: Flask, email: str) -> User | None:
    with app.app_context(), read_tx() as session:
        user = find_user_by_email(email)
        session.expunge_all()
        return user


def _password_in(page: str) -> str:
    found = re.search(r"<code>([a-z0-9-]{14})</code>", page)
    assert found, page
    return found[1]


def _log_in(app: Flask, email: str, password: str) -> int:
    answer = app.test_client().post("/login", data={"email": email, "password": password})
    return answer.status_code


def test_opened_account_signs_in_with_the_password_shown_once(
    app: Flask, admin: FlaskClient
) -> None:
    answer = admin.post("/bureau/accounts/new", data=NEW)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    password = _password_in(page)
    user = _find(app, "new@test.example")
    assert user is not None
    assert user.must_change_password
    assert password not in admin.get(f"/bureau/accounts/{user.id}").get_data(as_text=True)
    client = app.test_client()
    first = client.post("/login", data={"email": "new@test.example", "password": password})
    assert first.location == "/owner/"
    assert client.get("/owner/").location == "/account"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "x"}, "请填写完整的邮箱地址"),
        ({"email": "OWNER@test.example"}, "已有账号"),
        ({"roles": []}, "请至少选择一种身份"),
        ({"roles": "officer"}, "不能授予"),
        ({"unit": "没有的单位"}, "请选择单位类型"),
        ({"unit": "新公司", "kind": "supplier", "roles": "supplier"}, "须填写统一社会信用代码"),
    ],
)
def test_faulty_entries_are_shown_beside_what_was_typed(
    app: Flask, admin: FlaskClient, changes: dict[str, object], message: str
) -> None:
    answer = admin.post("/bureau/accounts/new", data={**NEW, **changes})
    page = answer.get_data(as_text=True)

    assert answer.status_code in (409, 422)
    assert message in page
    assert 'value="新人"' in page
    assert _find(app, "new@test.example") is None


def test_account_ends_with_a_reason_and_resumes(
    app: Flask, people: People, admin: FlaskClient, sign_in: SignIn
) -> None:
    firm = sign_in(app, "firm@test.example")
    base = f"/bureau/accounts/{people.firm.user_id}"

    assert admin.post(f"{base}/deactivate", data={"note": ""}).status_code == 422
    assert firm.get("/supplier/").status_code == 200
    assert admin.post(f"{base}/deactivate", data={"note": "已离职"}).location == base
    assert firm.get("/supplier/").status_code == 302
    assert _log_in(app, "firm@test.example", PASSWORD) == 422
    page = admin.get(base).get_data(as_text=True)
    assert "已停用" in page
    assert "已离职" in page
    assert admin.post(f"{base}/reactivate", data={"note": "返岗"}).location == base
    assert _log_in(app, "firm@test.example", PASSWORD) == 302


def test_reset_password_replaces_the_old_one(
    app: Flask, people: People, admin: FlaskClient, sign_in: SignIn
) -> None:
    firm = sign_in(app, "firm@test.example")
    answer = admin.post(f"/bureau/accounts/{people.firm.user_id}/reset-password")

    password = _password_in(answer.get_data(as_text=True))
    assert firm.get("/supplier/").status_code == 302
    assert _log_in(app, "firm@test.example", PASSWORD) == 422
    assert _log_in(app, "firm@test.example", password) == 302


def test_roles_are_changed(app: Flask, people: People, admin: FlaskClient) -> None:
    base = f"/bureau/accounts/{people.officer.user_id}"
    faulty = admin.post(
        f"{base}/roles", data={"roles": ["officer", "approver"], "review_district": ""}
    )
    assert faulty.status_code == 422
    assert "经办和审批应由不同的人担任" in faulty.get_data(as_text=True)

    answer = admin.post(
        f"{base}/roles",
        data={
            "roles": "sector_reviewer",
            "sectors": "municipal-inspection",
            "review_district": "",
        },
    )

    assert answer.location == base
    user = _find(app, "officer@test.example")
    assert user is not None
    assert user.review_sectors == ["municipal-inspection"]
    assert "由“市经信局经办”改为“行业主管部门审核”" in admin.get(base).get_data(as_text=True)


def test_an_administrator_keeps_off_the_own_account(
    app: Flask, people: People, admin: FlaskClient
) -> None:
    base = f"/bureau/accounts/{people.sysadmin.user_id}"

    page = admin.get(base).get_data(as_text=True)
    assert "这是您自己的账号" in page
    assert f'action="{base}/' not in page
    assert admin.post(f"{base}/deactivate", data={"note": "试试"}).status_code == 409
    assert admin.post(f"{base}/reset-password").status_code == 409
    assert admin.get(base).status_code == 200


def test_list_is_searched_and_paged(app: Flask, people: People, admin: FlaskClient) -> None:
    page = admin.get("/bureau/accounts?q=甲方").get_data(as_text=True)
    assert "owner@test.example" in page
    assert "firm@test.example" not in page
    assert "没有符合条件的账号" in admin.get("/bureau/accounts?q=zzz").get_data(as_text=True)
    assert "judge@test.example" in admin.get("/bureau/accounts?role=judge").get_data(as_text=True)


def test_auditor_looks_and_nobody_else_enters(app: Flask, people: People, sign_in: SignIn) -> None:
    base = f"/bureau/accounts/{people.firm.user_id}"
    acts = ("deactivate", "reactivate", "roles", "reset-password")
    posts = ["/new", *(f"/{people.firm.user_id}/{act}" for act in acts)]
    auditor = sign_in(app, "auditor@test.example")
    assert auditor.get("/bureau/accounts").status_code == 200
    shown = auditor.get(base).get_data(as_text=True)
    assert "停用账号" not in shown
    assert auditor.get("/bureau/accounts/new").status_code == 403
    for part in ("auditor", "officer", "approver", "owner", "firm", "judge"):
        client = sign_in(app, f"{part}@test.example")
        if part != "auditor":
            assert client.get("/bureau/accounts").status_code == 403
            assert client.get(base).status_code == 403
        for address in posts:
            answer = client.post(
                f"/bureau/accounts{address}", data={**NEW, "note": "理由", "roles": "owner"}
            )
            assert answer.status_code == 403, (part, address)
    assert app.test_client().get(base).status_code == 302
    assert _find(app, "new@test.example") is None
    assert _log_in(app, "firm@test.example", PASSWORD) == 302

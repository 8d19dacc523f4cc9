"""A password that an administrator gave opens nothing but the form for one's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.accounts.models import User
from matchmaker.db import write_tx
from tests.people import PASSWORD, People

SignIn = Callable[[Flask, str], FlaskClient]
NEW = "my-own-Passw0rd"


@pytest.fixture
def newcomer(app: Flask, people: People, sign_in: SignIn) -> FlaskClient:
    with app.app_context(), write_tx() as session:
        session.get_one(User, people.owner.user_id).must_change_password = True
    return sign_in(app, "owner@test.example")


@pytest.mark.parametrize("address", ["/", "/owner/", "/demands", "/owner/demands/new"])
def test_every_page_leads_to_the_form(newcomer: FlaskClient, address: str) -> None:
    for answer in (newcomer.get(address), newcomer.post(address)):
        assert (answer.status_code, answer.location) == (302, "/account")
    assert "请先修改初始密码" in newcomer.get("/account").get_data(as_text=True)


def test_own_password_opens_the_site(newcomer: FlaskClient) -> None:
    same = {"current_password": PASSWORD, "password": PASSWORD, "repeat": PASSWORD}
    refused = newcomer.post("/account/password", data=same)
    assert refused.status_code == 422
    assert "新密码不能与当前密码相同" in refused.get_data(as_text=True)
    assert newcomer.get("/owner/").status_code == 302

    answer = newcomer.post(
        "/account/password", data={"current_password": PASSWORD, "password": NEW, "repeat": NEW}
    )

    assert (answer.status_code, answer.location) == (302, "/owner/")
    assert newcomer.get("/owner/").status_code == 200


def test_leaving_works_before(newcomer: FlaskClient) -> None:
    assert newcomer.post("/logout").location == "/login"
    assert newcomer.get("/").status_code == 200

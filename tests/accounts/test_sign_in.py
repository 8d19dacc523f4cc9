"""Log-in, log-out, passwords, sessions; what a stranger can learn from them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.accounts import operations, queries, security
from matchmaker.accounts.demo import USERS, seed_demo_accounts
from matchmaker.accounts.models import User
from matchmaker.accounts.security import datastore
from matchmaker.actor import COMMAND_LINE, VISITOR, RoleName
from matchmaker.app import create_app
from matchmaker.config import DEVELOPMENT_KEY, Settings, load_settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import Conflict, InvalidInput, PermissionDenied
from matchmaker.extensions import limiter
from tests.conftest import make_settings
from tests.people import PASSWORD, People

SignIn = Callable[[Flask, str], FlaskClient]


def _post_login(app: Flask, email: str, password: str, **more: str) -> tuple[int, str, str]:
    answer = app.test_client().post("/login", data={"email": email, "password": password, **more})
    return answer.status_code, answer.headers.get("Location", ""), answer.get_data(as_text=True)


def test_right_password_signs_in(app: Flask, people: People, sign_in: SignIn) -> None:
    client = sign_in(app, "owner@test.example")

    assert "owner" in client.get("/account").get_data(as_text=True)


def test_address_is_compared_without_case_or_width(app: Flask, people: People) -> None:
    assert _post_login(app, " ＯＷＮＥＲ@Test.Example ", PASSWORD)[0] == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [("owner@test.example", "wrong"), ("nobody@test.example", PASSWORD)],
)
def test_wrong_credentials_say_the_same(
    app: Flask, people: People, email: str, password: str
) -> None:
    status, _, page = _post_login(app, email, password)

    assert status == 422
    assert "邮箱或密码不正确" in page


def test_inactive_person_cannot_sign_in(app: Flask, people: People) -> None:
    with app.app_context(), write_tx() as session:
        session.scalars(select(User).where(User.email == "owner@test.example")).one().active = False

    assert _post_login(app, "owner@test.example", PASSWORD)[0] == 422


def test_sign_out_is_post_only(app: Flask, people: People, sign_in: SignIn) -> None:
    client = sign_in(app, "owner@test.example")

    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 302
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("target", "followed"),
    [
        ("/demands?x=1", True),
        ("https://evil.example/", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_local_addresses_are_followed(
    app: Flask, people: People, target: str, followed: bool
) -> None:
    location = _post_login(app, "owner@test.example", PASSWORD, next=target)[1]

    assert (location == target) is followed
    assert "evil" not in location


def test_ended_sessions_end_everywhere(app: Flask, people: People, sign_in: SignIn) -> None:
    first, second = sign_in(app, "owner@test.example"), sign_in(app, "owner@test.example")
    first.post("/account/sessions/end")

    assert second.get("/account").status_code == 302


def test_changed_password_ends_other_sessions(app: Flask, people: People, sign_in: SignIn) -> None:
    first, second = sign_in(app, "owner@test.example"), sign_in(app, "owner@test.example")
    new = "new-Passw0rd-2026"
    data = {"current_password": PASSWORD, "password": new, "repeat": new}

    assert first.post("/account/password", data=data).status_code == 302
    assert first.get("/account").status_code == 200
    assert second.get("/account").status_code == 302
    assert _post_login(app, "owner@test.example", new)[0] == 302
    assert _post_login(app, "owner@test.example", PASSWORD)[0] == 422


@pytest.mark.parametrize(
    "data",
    [
        {"current_password": "wrong", "password": "new-Passw0rd", "repeat": "new-Passw0rd"},
        {"current_password": PASSWORD, "password": "short", "repeat": "short"},
        {"current_password": PASSWORD, "password": "aaaaaaaaaaaa", "repeat": "aaaaaaaaaaaa"},
        {"current_password": PASSWORD, "password": "new-Passw0rd", "repeat": "other"},
    ],
)
def test_refused_password_changes_nothing(
    app: Flask, people: People, sign_in: SignIn, data: dict[str, str]
) -> None:
    client = sign_in(app, "owner@test.example")

    assert client.post("/account/password", data=data).status_code == 422
    assert _post_login(app, "owner@test.example", PASSWORD)[0] == 302


def test_flask_security_only_flushes(app: Flask, people: People) -> None:
    """DESIGN †: the datastore's own commit must not end our transaction."""
    with app.app_context():
        with write_tx() as session:
            user = session.scalars(select(User).where(User.email == "owner@test.example")).one()
            user.name = "renamed"
            datastore.commit()
            session.rollback()
        with read_tx() as session:
            assert session.get_one(User, people.owner.user_id).name == "owner"


def test_only_the_system_administrator_creates_accounts(app: Flask, people: People) -> None:
    with app.app_context():
        hashed = security.make_hash(PASSWORD)
        for actor in (VISITOR, people.owner, people.officer, people.auditor):
            with pytest.raises(PermissionDenied), write_tx():
                operations.create_user(
                    actor, email="x@test.example", password_hash=hashed, name="x", roles=[]
                )
        with read_tx():
            assert queries.find_user_by_email("x@test.example") is None


def test_taken_address_is_refused(app: Flask, people: People) -> None:
    with app.app_context(), pytest.raises(Conflict), write_tx():
        operations.create_user(
            people.sysadmin,
            email="OWNER@test.example",
            password_hash="-",
            name="x",
            roles=[RoleName.OWNER],
        )


def test_demo_accounts_are_repeatable_and_refused_in_production(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        seed_demo_accounts(settings)
        seed_demo_accounts(settings)
        with read_tx():
            assert len(queries.list_demo_users()) == len(USERS)


def test_no_demo_accounts_in_production(app: Flask, tmp_path: object) -> None:
    production = Settings(production=True, secret_key="s" * 32, password_salt="t" * 32)
    with app.app_context():
        assert seed_demo_accounts(production) == {"演示账号": 0}
        with read_tx():
            assert queries.list_demo_users() == []


@pytest.mark.parametrize("name", ["SECRET_KEY", "PASSWORD_SALT"])
@pytest.mark.parametrize("value", [DEVELOPMENT_KEY, "short", None])
def test_production_refuses_default_keys(name: str, value: str | None) -> None:
    environ = {
        "MATCHMAKER_PRODUCTION": "true",
        "MATCHMAKER_SECRET_KEY": "s" * 40,
        "MATCHMAKER_PASSWORD_SALT": "t" * 40,
    }
    environ.pop(f"MATCHMAKER_{name}")
    if value is not None:
        environ[f"MATCHMAKER_{name}"] = value
    with pytest.raises(InvalidInput, match=name):
        load_settings(environ)


@pytest.mark.parametrize(
    ("name", "value"), [("THREADS", "many"), ("PRODUCTION", "maybe"), ("PROXIES", "-1")]
)
def test_malformed_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        load_settings({f"MATCHMAKER_{name}": value})


@pytest.mark.parametrize("what", ["NOTICES", "ARCHIVES", "MATCH_RECORDS"])
def test_what_is_pruned_is_kept_half_a_year_at_least(what: str) -> None:
    name = f"MATCHMAKER_KEEP_{what}_DAYS"
    assert getattr(load_settings({name: "180"}), f"keep_{what.lower()}_days") == 180
    for refused in ("179", "0", "36501"):
        with pytest.raises(InvalidInput, match=f"{name} 应为 180 至 36500 天，现为 {refused} 天"):
            load_settings({name: refused})


def test_too_many_attempts_are_limited(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", False)  # restored, for the tests that follow
    settings = make_settings(tmp_path_factory.mktemp("limited"))
    limited = create_app(
        Settings(
            instance_folder=settings.instance_folder,
            testing=True,
            overrides={**settings.overrides, "RATELIMIT_ENABLED": True},
        )
    )
    with limited.app_context(), write_tx():
        db.create_all()
    codes = [_post_login(limited, "nobody@test.example", "wrong")[0] for _ in range(11)]

    assert codes == [422] * 10 + [429]
    with limited.app_context():
        db.engine.dispose()


def test_csrf_is_required(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = make_settings(tmp_path_factory.mktemp("csrf"))
    guarded = create_app(
        Settings(
            instance_folder=settings.instance_folder,
            testing=True,
            overrides={**settings.overrides, "WTF_CSRF_ENABLED": True},
        )
    )
    with guarded.app_context(), write_tx():
        db.create_all()

    assert _post_login(guarded, "owner@test.example", PASSWORD)[0] == 400
    with guarded.app_context():
        db.engine.dispose()


def test_actor_of_the_command_line_is_a_system_actor() -> None:
    assert COMMAND_LINE.is_system
    assert not COMMAND_LINE.is_signed_in

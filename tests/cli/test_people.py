"""``matchmaker user``: the first administrator of a new installation, a forgotten password."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli.conftest import Command

ADD = ("user", "add", "--role", "sysadmin", "--name", "张三", "--email", "admin@test.example")


def test_first_administrator_of_a_new_installation(command: Command, tmp_path: Path) -> None:
    assert command(*ADD, "--json").refusal()["code"] == "not_initialised"
    assert command("init").status == 0
    assert command(*ADD, "--unit", "市局", "--json").refusal()["code"] == "unit_new"

    answer = command(*ADD, "--unit", "市局", "--kind", "bureau", "--json")

    assert answer.status == 0, answer.err
    assert answer.json()["email"] == "admin@test.example"
    assert len(answer.json()["initial_password"]) == 14
    assert command(*ADD, "--unit", "市局", "--json").refusal()["code"] == "email_taken"
    again = command("user", "reset-password", "--email", "ADMIN@test.example", "--json")
    assert again.json()["initial_password"] != answer.json()["initial_password"]
    unknown = command("user", "reset-password", "--email", "x@test.example", "--json")
    assert (unknown.status, unknown.refusal()["code"]) == (2, "email_unknown")
    with sqlite3.connect(tmp_path / "matchmaker.db") as connection:
        users = connection.execute("SELECT email, must_change_password FROM user_account")
        assert users.fetchall() == [("admin@test.example", 1)]
        acts = connection.execute("SELECT action FROM audit_entry ORDER BY seq").fetchall()
    connection.close()
    assert [act for (act,) in acts] == [
        "accounts.create_organisation",
        "accounts.create_user",
        "accounts.reset_password",
    ]

"""Whoever signs in with a password that an administrator gave chooses their own first."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.security import must_change_password

#: What works before: choosing the password, leaving, how pages look, questions of machines.
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "account.profile",
        "account.change_password",
        "account.sign_out",
        "account.end_sessions",
        "account.display_preferences",
        "health.healthz",
        "health.readyz",
    }
)


def init_initial_password(app: Flask) -> None:
    """Lead every other request of such a person to the form."""

    @app.before_request
    def ask_for_own_password() -> ResponseReturnValue | None:
        if request.endpoint in OPEN_ENDPOINTS or not must_change_password():
            return None
        return redirect(url_for("account.profile"))

"""Flask-Security kept behind this room: password hashes, sessions, the current actor.

Flask-Security commits by itself; its datastore is subclassed so that ``commit`` only flushes and
the request's unit of work stays the one place that commits. Its own pages are not registered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from flask import Flask, g, has_request_context
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore, hash_password, verify_password
from flask_security.utils import login_user, logout_user

from matchmaker.accounts.models import Role, User
from matchmaker.accounts.queries import as_actor
from matchmaker.actor import VISITOR, Actor, RoleName
from matchmaker.db import db


class FlushingDatastore(SQLAlchemyUserDatastore):
    """A datastore whose ``commit`` only flushes."""

    def commit(self) -> None:
        db.session.flush()


datastore = FlushingDatastore(db, User, Role)


def init_security(app: Flask) -> None:
    """Attach Flask-Security without its own pages."""
    app.config.setdefault("SECURITY_PASSWORD_HASH", "argon2")
    app.config.setdefault("SECURITY_TRACKABLE", False)
    app.config.setdefault("SECURITY_EMAIL_VALIDATOR_ARGS", {"check_deliverability": False})
    Security(app, datastore, register_blueprint=False)
    with app.app_context():
        app.extensions["dummy_password_hash"] = hash_password("no such account exists here")


def get_current_actor() -> Actor:
    """The actor of this request; a visitor when nobody is signed in."""
    if not has_request_context():
        return VISITOR
    if "actor" not in g:
        g.actor = as_actor(current_user) if current_user.is_authenticated else VISITOR
    actor: Actor = g.actor
    return actor


def must_change_password() -> bool:
    """True while the person of this request uses a password that an administrator gave."""
    return get_current_actor().is_signed_in and bool(current_user.must_change_password)


def make_hash(password: str) -> str:
    """The stored form of a password; slow on purpose, so never call it in a write transaction."""
    hashed: str = hash_password(password)
    return hashed


def is_password(password: str, hashed: str) -> bool:
    """True when the password belongs to the stored form; slow on purpose."""
    return bool(verify_password(password, hashed))


def begin_session(user: User, *, remember: bool) -> None:
    """Sign the person in for this browser."""
    login_user(user, remember=remember, authn_via=["password"])
    g.pop("actor", None)


def end_session() -> None:
    """Sign the person out of this browser."""
    logout_user()
    g.pop("actor", None)


def new_uniquifier(user: User) -> None:
    """Start a new session epoch: every session of this person ends."""
    datastore.set_uniquifier(user)


def find_roles(names: Iterable[RoleName]) -> list[Role]:
    """The rows of these roles, made where they are missing."""
    found = (datastore.find_or_create_role(name.value) for name in sorted(names))
    return [cast("Role", role) for role in found]


def create_user_row(**values: Any) -> User:
    """Add a person; the caller checks and audits."""
    return cast("User", datastore.create_user(**values))

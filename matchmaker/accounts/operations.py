"""Acts on accounts: creating people and units, log-in, password."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app

from matchmaker import clock
from matchmaker.accounts import queries, security
from matchmaker.accounts.models import Organisation, OrganisationKind, User
from matchmaker.accounts.permissions import Permission, require
from matchmaker.accounts.rules import check_password, normalise_email
from matchmaker.actor import Actor, RoleName
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, InvalidInput, NotFound

MANAGE_ACCOUNTS = Permission(
    "accounts.manage",
    lambda actor, _: actor.has_role(RoleName.SYSADMIN),
    "账号由系统管理员管理，请联系系统管理员。",
)


def create_organisation(
    actor: Actor,
    *,
    kind: OrganisationKind,
    name: str,
    credit_code: str | None = None,
    district: str | None = None,
    is_demo: bool = False,
) -> Organisation:
    """Add a unit."""
    require(actor, MANAGE_ACCOUNTS)
    organisation = Organisation(
        kind=kind, name=name, credit_code=credit_code, district=district, is_demo=is_demo
    )
    db.session.add(organisation)
    db.session.flush()
    record(actor, "accounts.create_organisation", "organisation", organisation.id, name=name)
    return organisation


def create_user(
    actor: Actor,
    *,
    email: str,
    password_hash: str,
    name: str,
    roles: Iterable[RoleName],
    organisation: Organisation | None = None,
    review_sectors: Iterable[str] = (),
    review_district: str | None = None,
    phone: str | None = None,
    must_change_password: bool = False,
    is_demo: bool = False,
) -> User:
    """Add a person with roles. ``password_hash`` comes from ``security.make_hash``."""
    require(actor, MANAGE_ACCOUNTS)
    address = normalise_email(email)
    if queries.find_user_by_email(address):
        raise Conflict("email_taken", "邮箱 {email} 已有账号，请换一个或直接登录。", email=address)
    user = security.create_user_row(
        email=address,
        password=password_hash,
        name=name,
        phone=phone,
        organisation_id=organisation.id if organisation else None,
        roles=security.find_roles(roles),
        review_sectors=sorted(review_sectors),
        review_district=review_district,
        must_change_password=must_change_password,
        is_demo=is_demo,
        preferences={},
    )
    db.session.flush()
    record(actor, "accounts.create_user", "user", user.id, roles=sorted(r.name for r in user.roles))
    return user


def check_credentials(email: str, password: str) -> int:
    """The id of the person; raises ``InvalidInput`` alike for an unknown name and a wrong password.

    Slow on purpose: runs in a read transaction, before the write transaction begins.
    """
    user = queries.find_user_by_email(email)
    hashed = user.password if user else current_app.extensions["dummy_password_hash"]
    fits = security.is_password(password, hashed)
    if user is None or not fits or not user.active:
        raise InvalidInput(
            "credentials_wrong", "邮箱或密码不正确，请核对后重试。", field="password"
        )
    return user.id


def sign_in(user_id: int, *, remember: bool) -> User:
    """Begin a session for a person whose credentials were checked."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("user_missing", "账号不存在。")
    user.signed_in_at = clock.now()
    security.begin_session(user, remember=remember)
    record(queries.as_actor(user), "accounts.sign_in", "user", user.id)
    return user


def sign_out(actor: Actor) -> None:
    """End the session of this browser."""
    security.end_session()
    if actor.user_id is not None:
        record(actor, "accounts.sign_out", "user", actor.user_id)


def change_password(actor: Actor, *, new_hash: str) -> None:
    """Replace the actor's own password and end all of their other sessions."""
    user = _own(actor)
    user.password, user.must_change_password = new_hash, False
    security.new_uniquifier(user)
    security.begin_session(user, remember=False)
    record(actor, "accounts.change_password", "user", user.id)


def end_all_sessions(actor: Actor) -> None:
    """Sign the actor out everywhere."""
    user = _own(actor)
    security.new_uniquifier(user)
    security.end_session()
    record(actor, "accounts.end_all_sessions", "user", user.id)


def set_preference(actor: Actor, name: str, value: bool | str) -> None:
    """Store one of the actor's own preferences."""
    user = _own(actor)
    user.preferences = {**user.preferences, name: value}
    record(actor, "accounts.set_preference", "user", user.id, name=name, value=value)


def verify_own_password(actor: Actor, password: str) -> None:
    """Raise ``InvalidInput`` unless the password is the actor's present one."""
    if not security.is_password(password, _own(actor).password):
        raise InvalidInput("password_wrong", "当前密码不正确。", field="current_password")


def prepare_password(password: str) -> str:
    """Check and hash a new password; slow on purpose."""
    check_password(password)
    return security.make_hash(password)


def _own(actor: Actor) -> User:
    user = db.session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        raise NotFound("user_missing", "请先登录。")
    return user

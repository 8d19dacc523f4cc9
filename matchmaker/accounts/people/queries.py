"""Reads of people for the administrator and the auditor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from matchmaker.accounts.models import Organisation, Role, User
from matchmaker.accounts.operations import MANAGE_ACCOUNTS
from matchmaker.accounts.permissions import Permission, require
from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound

INSPECT_ACCOUNTS = Permission(
    "accounts.inspect",
    lambda actor, _: actor.has_role(RoleName.SYSADMIN, RoleName.AUDITOR),
    MANAGE_ACCOUNTS.refusal,
)


@dataclass(frozen=True)
class PeopleFilter:
    """What a list of people is narrowed to; empty means everybody."""

    words: str = ""
    role: str = ""
    state: str = ""


def visible_to(actor: Actor) -> Select[User]:
    """All people, for those who keep or audit accounts; nobody else may list them."""
    require(actor, INSPECT_ACCOUNTS)
    return select(User).outerjoin(User.organisation)


def list_people(
    actor: Actor, wanted: PeopleFilter, *, page: int, per_page: int
) -> tuple[Sequence[User], int]:
    """One page of people, the newest first, and how many there are."""
    query = visible_to(actor)
    if wanted.words:
        query = query.where(
            or_(
                User.name.contains(wanted.words, autoescape=True),
                User.email.contains(wanted.words.lower(), autoescape=True),
                Organisation.name.contains(wanted.words, autoescape=True),
                Organisation.credit_code == wanted.words.upper(),
            )
        )
    if wanted.role:
        query = query.where(User.roles.any(Role.name == wanted.role))
    if wanted.state:
        query = query.where(User.active.is_(wanted.state == "active"))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    shown = query.options(joinedload(User.organisation)).order_by(User.id.desc())
    rows = db.session.scalars(shown.offset((page - 1) * per_page).limit(per_page)).all()
    return rows, total


def get_person(actor: Actor, user_id: int) -> User:
    """The person, or NotFound."""
    user = db.session.scalar(visible_to(actor).where(User.id == user_id))
    if user is None:
        raise NotFound("user_missing", "没有这个账号。")
    return user


def find_unit(name: str, credit_code: str | None) -> Organisation | None:
    """The unit of this code, else the one of this name."""
    if credit_code:
        query = select(Organisation).where(Organisation.credit_code == credit_code)
        if (found := db.session.scalar(query)) is not None:
            return found
    if not name:
        return None
    query = select(Organisation).where(Organisation.name == name).order_by(Organisation.id)
    return db.session.scalars(query.limit(1)).first()


def count_administrators(*, except_id: int | None = None) -> int:
    """How many active system administrators there are."""
    query = (
        select(func.count())
        .select_from(User)
        .where(User.active, User.roles.any(Role.name == RoleName.SYSADMIN.value))
    )
    if except_id is not None:
        query = query.where(User.id != except_id)
    return db.session.scalar(query) or 0

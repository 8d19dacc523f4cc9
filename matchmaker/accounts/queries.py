"""Reads of people and organisations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from matchmaker.accounts.models import Organisation, Role, User
from matchmaker.accounts.rules import normalise_email
from matchmaker.actor import Actor, ActorKind, RoleName
from matchmaker.db import db


def find_user_by_email(email: str) -> User | None:
    """The person with this address, or None."""
    return db.session.scalar(select(User).where(User.email == normalise_email(email)))


def get_organisation(organisation_id: int) -> Organisation | None:
    """The organisation with this id, or None."""
    return db.session.get(Organisation, organisation_id)


def list_users_with_role(role: RoleName) -> Sequence[User]:
    """People who hold the role, by id."""
    query = select(User).join(User.roles).where(Role.name == role.value).order_by(User.id)
    return db.session.scalars(query).all()


def list_people_of(organisation_id: int, *roles: RoleName) -> Sequence[User]:
    """Active people of a unit who hold one of the roles, by id."""
    names = [role.value for role in roles]
    query = select(User).where(
        User.organisation_id == organisation_id,
        User.active,
        User.roles.any(Role.name.in_(names)),
    )
    return db.session.scalars(query.order_by(User.id)).all()


def has_accounts() -> bool:
    """False on a new installation, before the first administrator is opened."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def list_demo_users() -> Sequence[User]:
    """The demonstration accounts, by id."""
    return db.session.scalars(select(User).where(User.is_demo).order_by(User.id)).all()


def as_actor(user: User) -> Actor:
    """The value that operations take for this person."""
    return Actor(
        kind=ActorKind.PERSON,
        user_id=user.id,
        organisation_id=user.organisation_id,
        name=user.name,
        roles=frozenset(RoleName(role.name) for role in user.roles),
        sectors=frozenset(user.review_sectors or ()),
        district=user.review_district,
    )


def find_organisation_by_name(name: str) -> Organisation | None:
    """The organisation with exactly this name, or None."""
    return db.session.scalar(select(Organisation).where(Organisation.name == name))


def find_user(user_id: int) -> User | None:
    """The person with this id, or None."""
    return db.session.get(User, user_id)

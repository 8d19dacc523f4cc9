"""Whom a message concerns."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.accounts.models import User
from matchmaker.accounts.queries import list_people_of
from matchmaker.actor import Actor, RoleName
from matchmaker.demands.queries import find_unit_of
from matchmaker.selection.applications.models import Application


def list_owners_of(code: str) -> Sequence[User]:
    """The people who post needs for the unit of a listing."""
    return _people(find_unit_of(code), RoleName.OWNER)


def list_firm_people(organisation_id: int | None) -> Sequence[User]:
    """The people of a firm."""
    return _people(organisation_id, RoleName.SUPPLIER)


def list_applicants(organisation_id: int | None) -> Sequence[User]:
    """The people of a unit who apply for a selection."""
    return _people(organisation_id, RoleName.OWNER, RoleName.SUPPLIER)


def list_consortium(row: Application) -> Sequence[User]:
    """The people of all units of an application: the applicant's first, each once."""
    units = [row.applicant_organisation_id, *(member.organisation_id for member in row.members)]
    return [user for unit in dict.fromkeys(units) for user in list_applicants(unit)]


def area_of(actor: Actor) -> str:
    """The part of the site in which the actor finds what owners and firms both have."""
    return "owner" if actor.has_role(RoleName.OWNER) else "supplier"


def _people(organisation_id: int | None, *roles: RoleName) -> Sequence[User]:
    return () if organisation_id is None else list_people_of(organisation_id, *roles)

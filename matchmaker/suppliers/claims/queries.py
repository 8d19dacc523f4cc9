"""Reads of claims."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import joinedload

from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.suppliers.claims.models import ClaimState, ProfileClaim
from matchmaker.suppliers.permissions import is_market_officer


def visible_to(actor: Actor) -> Select[ProfileClaim]:
    """Claims of the actor's own unit; the bureau's market officers and auditors see all."""
    return select(ProfileClaim).where(_allowed(actor))


def _allowed(actor: Actor) -> ColumnElement[bool]:
    if is_market_officer(actor) or actor.has_role(RoleName.AUDITOR):
        return true()
    if actor.organisation_id is None or not actor.has_role(RoleName.SUPPLIER):
        return false()
    return ProfileClaim.organisation_id == actor.organisation_id


def get_claim(actor: Actor, claim_id: int) -> ProfileClaim:
    """One claim; raises ``NotFound`` when the actor may not read it."""
    claim = db.session.scalar(visible_to(actor).where(ProfileClaim.id == claim_id))
    if claim is None:
        raise NotFound("claim_missing", "没有这项认领申请。")
    return claim


def find_claiming_unit(claim_id: int) -> int | None:
    """The unit that asked: for the room that tells its people of the decision."""
    query = select(ProfileClaim.organisation_id).where(ProfileClaim.id == claim_id)
    return db.session.scalar(query)


def list_claims(actor: Actor, *, state: ClaimState | None = None) -> Sequence[ProfileClaim]:
    """Claims that the actor may read: the undecided first, oldest first among them."""
    query = visible_to(actor).options(
        joinedload(ProfileClaim.supplier), joinedload(ProfileClaim.organisation)
    )
    if state is not None:
        query = query.where(ProfileClaim.state == state)
    is_decided = ProfileClaim.state != ClaimState.SUBMITTED
    return db.session.scalars(query.order_by(is_decided, ProfileClaim.id).limit(500)).all()


def count_open(actor: Actor) -> int:
    """How many undecided claims the actor may read."""
    query = visible_to(actor).where(ProfileClaim.state == ClaimState.SUBMITTED)
    return db.session.scalar(query.with_only_columns(func.count())) or 0


def find_open_claim_of(organisation_id: int) -> ProfileClaim | None:
    """The undecided claim of a unit, or None."""
    return db.session.scalar(
        select(ProfileClaim).where(
            ProfileClaim.organisation_id == organisation_id,
            ProfileClaim.state == ClaimState.SUBMITTED,
        )
    )


def list_rivals(claim: ProfileClaim) -> Sequence[ProfileClaim]:
    """Other undecided claims on the same profile."""
    query = select(ProfileClaim).where(
        ProfileClaim.supplier_id == claim.supplier_id,
        ProfileClaim.state == ClaimState.SUBMITTED,
        ProfileClaim.id != claim.id,
    )
    return db.session.scalars(query).all()

"""Reads of verifications. Every list and count starts from ``visible_to``."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.suppliers.models import Supplier
from matchmaker.suppliers.permissions import is_market_officer
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.rules import OPEN_STATES, VerificationState


def visible_to(actor: Actor) -> Select[Verification]:
    """Verifications that the actor may read, joined with the firm."""
    return select(Verification).join(Verification.supplier).where(_allowed(actor))


def _allowed(actor: Actor) -> ColumnElement[bool]:
    if is_market_officer(actor) or actor.has_role(RoleName.AUDITOR):
        return true()
    if actor.organisation_id is None:
        return false()
    mine = Verification.assigned_to == actor.organisation_id
    if actor.has_role(RoleName.SUPPLIER):
        return or_(mine, Supplier.organisation_id == actor.organisation_id)
    return mine


def get_verification(actor: Actor, verification_id: int) -> Verification:
    """One verification; raises ``NotFound`` when the actor may not read it."""
    query = visible_to(actor).where(Verification.id == verification_id)
    row = db.session.scalar(query.options(joinedload(Verification.supplier)))
    if row is None:
        raise NotFound("verification_missing", "没有这项核验申请。")
    return row


def find_asking_unit(verification_id: int) -> int | None:
    """The unit whose firm asked: for the room that tells its people of the conclusion."""
    query = select(Supplier.organisation_id).join(
        Verification, Verification.supplier_id == Supplier.id
    )
    return db.session.scalar(query.where(Verification.id == verification_id))


def find_assigned_unit(verification_id: int) -> int | None:
    """The test centre that a verification was given to, or None: for the room that reminds it."""
    query = select(Verification.assigned_to).where(Verification.id == verification_id)
    return db.session.scalar(query)


def list_verifications(
    actor: Actor, *, states: frozenset[VerificationState] | None = None
) -> Sequence[Verification]:
    """Verifications that the actor may read: open ones first by due date, then the newest."""
    is_open = case((Verification.state.in_(OPEN_STATES), 0), else_=1)
    query = visible_to(actor).options(
        joinedload(Verification.supplier), joinedload(Verification.product)
    )
    if states is not None:
        query = query.where(Verification.state.in_(states))
    due = case((Verification.state.in_(OPEN_STATES), Verification.due_on), else_=None)
    query = query.order_by(is_open, due, Verification.id.desc()).limit(500)
    return db.session.scalars(query).all()


def list_for_bureau(actor: Actor) -> Sequence[Verification]:
    """What the bureau has to assign or to decide itself, by due date."""
    query = visible_to(actor).where(
        Verification.state.in_(OPEN_STATES), Verification.assigned_to.is_(None)
    )
    return db.session.scalars(query.order_by(Verification.due_on, Verification.id)).all()


def list_assigned_to_centre(actor: Actor) -> Sequence[Verification]:
    """What has been given to the actor's own unit, by due date."""
    query = visible_to(actor).where(
        Verification.state == VerificationState.ASSIGNED,
        Verification.assigned_to == actor.organisation_id,
        Verification.assigned_to.is_not(None),
    )
    return db.session.scalars(query.order_by(Verification.due_on, Verification.id)).all()


def list_verifications_of(supplier_id: int) -> Sequence[Verification]:
    """All verifications of one firm, newest first; for its own people and the bureau."""
    query = select(Verification).where(Verification.supplier_id == supplier_id)
    return db.session.scalars(query.order_by(Verification.id.desc())).all()


def count_open(actor: Actor) -> int:
    """How many undecided verifications the actor may read."""
    query = visible_to(actor).where(Verification.state.in_(OPEN_STATES))
    return db.session.scalar(query.with_only_columns(func.count())) or 0


def has_open_verification(
    *,
    capability_id: int | None = None,
    certificate_id: int | None = None,
    test_id: int | None = None,
) -> bool:
    """True while a verification of the named fact is undecided."""
    query = select(Verification.id).where(Verification.state.in_(OPEN_STATES))
    if capability_id is not None:
        query = query.where(Verification.capability_id == capability_id)
    if certificate_id is not None:
        query = query.where(Verification.certificate_id == certificate_id)
    if test_id is not None:
        query = query.where(Verification.test_id == test_id)
    return db.session.scalar(query.limit(1)) is not None


def list_test_centres() -> Sequence[Organisation]:
    """Units that verifications can be given to."""
    query = select(Organisation).where(Organisation.kind == OrganisationKind.EXPERT_BODY)
    return db.session.scalars(query.order_by(Organisation.name)).all()

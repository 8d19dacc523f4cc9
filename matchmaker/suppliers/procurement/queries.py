"""Reads of criteria and recommendations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.accounts.permissions import can
from matchmaker.actor import VISITOR, Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.files.models import StoredFile
from matchmaker.files.queries import get_file
from matchmaker.suppliers.models import Product, ProductSector, Supplier
from matchmaker.suppliers.permissions import is_own
from matchmaker.suppliers.procurement.models import ProcurementCriteria, Recommendation
from matchmaker.suppliers.procurement.permissions import OVERSEERS, READ_CASE
from matchmaker.suppliers.procurement.rules import LIVE_STATES, PUBLIC_STATES, RecommendationState
from matchmaker.suppliers.rules import ProfileState

#: Subject of the files that prove a statement.
SUBJECT = "procurement"


def visible_to(actor: Actor) -> Select[Recommendation]:
    """What was recommended, for everybody; what is under review, for who takes part in it.

    The firm sees its own, experts and the sector's departments what they may advise on, the
    bureau's overseers everything. A product that is not public shows to none but these.
    """
    query = select(Recommendation).join(Recommendation.product).join(Product.supplier)
    if actor.has_role(*OVERSEERS):
        return query
    is_public = Recommendation.state.in_(PUBLIC_STATES) & (Product.state == ProfileState.PUBLISHED)
    parts: list[ColumnElement[bool]] = [is_public]
    is_theirs = (
        Supplier.organisation_id == actor.organisation_id
        if actor.organisation_id is not None
        else false()
    )
    if actor.has_role(RoleName.SUPPLIER):
        parts.append(is_theirs)
    is_open = Recommendation.state == RecommendationState.SUBMITTED
    if actor.has_role(RoleName.JUDGE):
        parts.append(is_open & ~func.coalesce(is_theirs, false()))
    if actor.has_role(RoleName.SECTOR_REVIEWER):
        of_sector = select(ProductSector.product_id).where(ProductSector.sector.in_(actor.sectors))
        parts.append(is_open & Recommendation.product_id.in_(of_sector))
    return query.where(or_(*parts))


def _loaded(query: Select[Recommendation]) -> Select[Recommendation]:
    return query.options(
        joinedload(Recommendation.product).joinedload(Product.supplier),
        joinedload(Recommendation.criteria),
        selectinload(Recommendation.opinions),
    )


def get_recommendation(actor: Actor, code: str) -> Recommendation:
    """One recommendation; raises ``NotFound`` where the actor may not know of it."""
    query = _loaded(visible_to(actor).where(Recommendation.code == code))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("recommendation_missing", "没有这项推荐，或尚未公开。")
    return found


def find_by_code(code: str) -> Recommendation | None:
    """The recommendation in whatever state, for telling those whom it concerns."""
    return db.session.scalar(_loaded(select(Recommendation).where(Recommendation.code == code)))


def get_own(actor: Actor, code: str) -> Recommendation:
    """A recommendation of the actor's own firm; raises ``NotFound`` for anybody else's."""
    row = get_recommendation(actor, code)
    if not is_own(actor, row.product):
        raise NotFound("recommendation_missing", "贵单位没有这项推荐。")
    return row


def may_read_case(actor: Actor, row: Recommendation) -> bool:
    """True for who takes part: overseers, the firm, who may advise while it is open."""
    return can(actor, READ_CASE, row)


def get_evidence(actor: Actor, code: str, token: str) -> StoredFile:
    """A file of the case; raises ``NotFound`` for who does not take part in it."""
    row = get_recommendation(actor, code)
    if not may_read_case(actor, row):
        raise NotFound("file_missing", "没有这个文件。")
    return get_file(token, subject_type=SUBJECT, subject_id=row.id)


def list_recommendations(actor: Actor, *, most: int = 500) -> Sequence[Recommendation]:
    """Everything that the actor may see, the newest first."""
    query = _loaded(visible_to(actor)).order_by(
        Recommendation.submitted_at.desc(), Recommendation.id.desc()
    )
    return db.session.scalars(query.limit(most)).all()


def list_open(actor: Actor) -> Sequence[Recommendation]:
    """What is under review and visible to the actor, the longest waiting first."""
    query = visible_to(actor).where(Recommendation.state == RecommendationState.SUBMITTED)
    return db.session.scalars(_loaded(query).order_by(Recommendation.submitted_at)).all()


def list_own(actor: Actor, supplier: Supplier) -> Sequence[Recommendation]:
    """A firm's, in whatever state."""
    query = visible_to(actor).where(Product.supplier_id == supplier.id)
    return db.session.scalars(_loaded(query).order_by(Recommendation.id.desc())).all()


def list_public() -> Sequence[Recommendation]:
    """What everybody may see, the latest decided first."""
    query = _loaded(visible_to(VISITOR)).order_by(
        Recommendation.decided_at.desc(), Recommendation.id.desc()
    )
    return db.session.scalars(query).all()


def find_of_product(product_id: int) -> Recommendation | None:
    """The public recommendation of a product, the newest where there were several."""
    query = _loaded(visible_to(VISITOR).where(Recommendation.product_id == product_id))
    return db.session.scalar(query.order_by(Recommendation.id.desc()).limit(1))


def map_live(product_ids: Collection[int]) -> dict[int, Recommendation]:
    """Product → its recommendation that still stands, so that it cannot be put forward again."""
    query = select(Recommendation).where(
        Recommendation.product_id.in_(product_ids), Recommendation.state.in_(LIVE_STATES)
    )
    return {row.product_id: row for row in db.session.scalars(query)}


def list_criteria() -> Sequence[ProcurementCriteria]:
    """Every version, the newest first; they are public."""
    query = select(ProcurementCriteria).order_by(ProcurementCriteria.number.desc())
    return db.session.scalars(query).all()


def find_criteria(day: date) -> ProcurementCriteria | None:
    """The version in force on a day."""
    query = select(ProcurementCriteria).where(ProcurementCriteria.effective_from <= day)
    return db.session.scalar(query.order_by(ProcurementCriteria.effective_from.desc()).limit(1))


def last_number(year: int) -> int:
    """The highest running number of a year; call it under the lock ``procurement_code``."""
    prefix = f"CG{year}-"
    codes = db.session.scalars(
        select(Recommendation.code).where(Recommendation.code.startswith(prefix))
    )
    return max((int(code[len(prefix) :]) for code in codes), default=0)

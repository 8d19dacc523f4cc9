"""Reads of cases and solutions; each list starts from its ``visible_to``."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager

from matchmaker.actor import VISITOR, Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.suppliers.models import Product, Supplier
from matchmaker.suppliers.rules import ProfileState
from matchmaker.suppliers.showcase.models import Case, Solution


def _allowed(actor: Actor, table: type[Case] | type[Solution]) -> ColumnElement[bool]:
    public = and_(table.state == ProfileState.PUBLISHED, Supplier.state == ProfileState.PUBLISHED)
    if not actor.has_role(RoleName.SUPPLIER) or actor.organisation_id is None:
        return public
    return or_(public, Supplier.organisation_id == actor.organisation_id)


def cases_visible_to(actor: Actor) -> Select[Case]:
    """Published cases of published firms, and the actor's own."""
    return select(Case).join(Case.supplier).where(_allowed(actor, Case))


def solutions_visible_to(actor: Actor) -> Select[Solution]:
    """Published solutions of published firms, and the actor's own."""
    return select(Solution).join(Solution.supplier).where(_allowed(actor, Solution))


def list_cases_of(actor: Actor, supplier: Supplier) -> Sequence[Case]:
    """The visible cases of a firm, newest first."""
    query = cases_visible_to(actor).where(Case.supplier_id == supplier.id)
    return db.session.scalars(query.order_by(Case.year.desc(), Case.id.desc())).all()


def list_solutions_of(actor: Actor, supplier: Supplier) -> Sequence[Solution]:
    """The visible solutions of a firm, newest first."""
    query = solutions_visible_to(actor).where(Solution.supplier_id == supplier.id)
    return db.session.scalars(query.order_by(Solution.id.desc())).all()


def list_published_solutions(*, sector: str | None = None) -> Sequence[Solution]:
    """What the public list of solutions (解决方案清单) holds, by sector and firm."""
    query = solutions_visible_to(VISITOR).options(contains_eager(Solution.supplier))
    if sector is not None:
        query = query.where(Solution.sector == sector)
    return db.session.scalars(query.order_by(Solution.sector, Supplier.code, Solution.id)).all()


def list_shown_products(solution: Solution) -> list[Product]:
    """The products of a solution that everybody may know of."""
    return [item for item in solution.products if item.state is ProfileState.PUBLISHED]


def get_case_of(actor: Actor, supplier: Supplier, case_id: int) -> Case:
    """A case of exactly this firm; raises ``NotFound`` when it is not visible."""
    query = cases_visible_to(actor).where(Case.id == case_id, Case.supplier_id == supplier.id)
    case = db.session.scalar(query)
    if case is None:
        raise NotFound("case_missing", "没有这个案例，或该案例尚未发布。")
    return case


def get_solution_of(actor: Actor, supplier: Supplier, solution_id: int) -> Solution:
    """A solution of exactly this firm; raises ``NotFound`` when it is not visible."""
    query = solutions_visible_to(actor).where(
        Solution.id == solution_id, Solution.supplier_id == supplier.id
    )
    solution = db.session.scalar(query)
    if solution is None:
        raise NotFound("solution_missing", "没有这个解决方案，或该方案尚未发布。")
    return solution

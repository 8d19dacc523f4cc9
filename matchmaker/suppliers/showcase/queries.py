"""Reads of cases and solutions; each list starts from its ``visible_to``."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager

from matchmaker.actor import VISITOR, Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.suppliers.models import Supplier
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


def get_case(actor: Actor, case_id: int) -> Case:
    """One case; raises ``NotFound`` when it is not visible."""
    case = db.session.scalar(cases_visible_to(actor).where(Case.id == case_id))
    if case is None:
        raise NotFound("case_missing", "没有这个案例，或该案例尚未发布。")
    return case


def get_solution(actor: Actor, solution_id: int) -> Solution:
    """One solution; raises ``NotFound`` when it is not visible."""
    solution = db.session.scalar(solutions_visible_to(actor).where(Solution.id == solution_id))
    if solution is None:
        raise NotFound("solution_missing", "没有这个解决方案，或该方案尚未发布。")
    return solution

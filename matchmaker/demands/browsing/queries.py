"""Lists, pages and counts of the public list: what a visitor may see is what everybody sees here.

An owner finds their unit's unpublished listings in their own list, reviewers in their queue.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.actor import VISITOR
from matchmaker.db import db
from matchmaker.demands.browsing.rules import (
    BUDGET_BANDS,
    BudgetBand,
    ListingFilter,
    Order,
    Phase,
)
from matchmaker.demands.models import DemandListing, DemandMode, DemandTask
from matchmaker.demands.queries import SEARCH_KIND, visible_to
from matchmaker.demands.rules import OPEN_STATUSES, ListingKind, ListingStatus
from matchmaker.search.lists import remember
from matchmaker.search.queries import matching_ids

#: Name of a filter → counts by value.
Facets = dict[str, dict[str, int]]

_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.NEWEST: (DemandListing.published_at.desc(), DemandListing.id),
    Order.OLDEST: (DemandListing.published_at, DemandListing.id),
    Order.DEADLINE: (DemandListing.deadline, DemandListing.id),
    Order.DEADLINE_LAST: (DemandListing.deadline.desc(), DemandListing.id),
    Order.BUDGET: (DemandListing.budget_high_fen.asc().nulls_last(), DemandListing.id),
    Order.BUDGET_LARGEST: (DemandListing.budget_high_fen.desc().nulls_last(), DemandListing.id),
}


def find_published(filters: ListingFilter, today: date) -> Select[DemandListing]:
    """Published listings that the filters keep, not yet ordered; the same for every actor."""
    return visible_to(VISITOR).where(*_conditions(filters, today))


def list_page(
    filters: ListingFilter, today: date, *, offset: int, limit: int
) -> Sequence[DemandListing]:
    """One page of published listings, with their units; requirements too where words are sought."""
    question = ("page", filters, today, offset, limit)
    ids = remember(SEARCH_KIND, question, lambda: _page_ids(filters, today, offset, limit))
    loaded = visible_to(VISITOR).where(DemandListing.id.in_(ids))
    loaded = loaded.options(joinedload(DemandListing.organisation))
    if filters.question:
        loaded = loaded.options(selectinload(DemandListing.requirements))
    rows = {row.id: row for row in db.session.scalars(loaded)}
    return [rows[id_] for id_ in ids if id_ in rows]


def _page_ids(filters: ListingFilter, today: date, offset: int, limit: int) -> list[int]:
    found = find_published(filters, today).with_only_columns(DemandListing.id)
    ordered = found.order_by(*_ORDERS[filters.order]).offset(offset).limit(limit)
    return list(db.session.scalars(ordered))


def count_published(filters: ListingFilter, today: date) -> int:
    """How many published listings the filters keep."""

    def compute() -> int:
        found = find_published(filters, today).with_only_columns(func.count())
        return db.session.scalar(found) or 0

    return remember(SEARCH_KIND, ("count", _whatever_order(filters), today), compute)


def count_facets(filters: ListingFilter, today: date) -> Facets:
    """For each filter, how many listings each of its values would show beside the other filters."""
    question = ("facets", _whatever_order(filters), today)
    return remember(SEARCH_KIND, question, lambda: _count_facets(filters, today))


def _whatever_order(filters: ListingFilter) -> ListingFilter:
    return dataclasses.replace(filters, order=Order.NEWEST)


def _count_facets(filters: ListingFilter, today: date) -> Facets:
    def without(name: str) -> ListingFilter:
        others: dict[str, Any] = {name: ""}
        return dataclasses.replace(filters, **others)

    def base(name: str) -> Select[DemandListing]:
        return find_published(without(name), today)

    counts = {
        name: _count_by(base(name), column)
        for name, column in (
            ("kind", DemandListing.kind),
            ("sector", DemandListing.sector),
            ("district", DemandListing.district),
        )
    }
    counts["task"] = _count_parts(without("task"), today, DemandTask.listing_id, DemandTask.task)
    counts["mode"] = _count_parts(without("mode"), today, DemandMode.listing_id, DemandMode.mode)
    bands = {band.id: _touches(band) for band in BUDGET_BANDS}
    counts["budget"] = _count_conditions(base("budget"), bands)
    phases = {phase.value: _is_in_phase(phase, today) for phase in Phase}
    counts["phase"] = _count_conditions(base("phase"), phases)
    return counts


def _count_by(found: Select[DemandListing], column: Any) -> dict[str, int]:
    query = found.with_only_columns(column, func.count()).group_by(column)
    return {str(value): count for value, count in db.session.execute(query) if value}


def _count_parts(filters: ListingFilter, today: date, key: Any, column: Any) -> dict[str, int]:
    """Counts of tasks or modes; of the whole list by leaving out the few that are not public."""
    if _conditions(filters, today):
        found = find_published(filters, today).with_only_columns(DemandListing.id)
        condition = key.in_(found)
    else:
        condition = key.not_in(select(DemandListing.id).where(DemandListing.is_public == 0))
    query = select(column, func.count()).where(condition).group_by(column)
    return {str(value): count for value, count in db.session.execute(query)}


def _count_conditions(
    found: Select[DemandListing], conditions: dict[str, ColumnElement[bool]]
) -> dict[str, int]:
    sums = [func.sum(case((condition, 1), else_=0)) for condition in conditions.values()]
    row = db.session.execute(found.with_only_columns(*sums)).one()
    return {name: count or 0 for name, count in zip(conditions, row, strict=True)}


def _conditions(filters: ListingFilter, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.question:
        conditions.append(DemandListing.code.in_(matching_ids(SEARCH_KIND, filters.question)))
    if filters.kind:
        conditions.append(_is_of_kind(filters.kind))
    if filters.sector:
        conditions.append(DemandListing.sector == filters.sector)
    if filters.district:
        conditions.append(DemandListing.district == filters.district)
    if filters.task:
        with_task = select(DemandTask.listing_id).where(DemandTask.task == filters.task)
        conditions.append(DemandListing.id.in_(with_task))
    if filters.mode:
        with_mode = select(DemandMode.listing_id).where(DemandMode.mode == filters.mode)
        conditions.append(DemandListing.id.in_(with_mode))
    if filters.budget:
        bands = {band.id: band for band in BUDGET_BANDS}
        band = bands.get(filters.budget)
        conditions.append(_touches(band) if band else false())
    if filters.phase:
        known = filters.phase in set(Phase)
        conditions.append(_is_in_phase(Phase(filters.phase), today) if known else false())
    return conditions


def _is_of_kind(kind: str) -> ColumnElement[bool]:
    return DemandListing.kind == ListingKind(kind) if kind in set(ListingKind) else false()


def _touches(band: BudgetBand) -> ColumnElement[bool]:
    low = func.coalesce(DemandListing.budget_low_fen, DemandListing.budget_high_fen)
    high = func.coalesce(DemandListing.budget_high_fen, DemandListing.budget_low_fen)
    below = low < band.high_fen if band.high_fen is not None else true()
    return and_(high >= band.low_fen, below)


def _is_in_phase(phase: Phase, today: date) -> ColumnElement[bool]:
    is_open = DemandListing.status.in_(OPEN_STATUSES)
    if phase is Phase.OPEN:
        return and_(is_open, or_(DemandListing.deadline.is_(None), DemandListing.deadline >= today))
    if phase is Phase.EXPIRED:
        return and_(is_open, DemandListing.deadline < today)
    return DemandListing.status == ListingStatus(phase.value)

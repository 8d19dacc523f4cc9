"""Reads of listings. Every list, page, count, search and export starts from ``visible_to``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.actor import Actor, RoleName
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.db import db
from matchmaker.demands.content import ListingContent
from matchmaker.demands.models import DemandListing, DemandReview
from matchmaker.demands.rules import (
    CHASE_AFTER_DAYS,
    EDITABLE_STATUSES,
    OPEN_STATUSES,
    Decision,
    ListingStatus,
    ReviewPart,
)
from matchmaker.demands.seed_records import DemandRecord, RequirementRecord
from matchmaker.errors import NotFound

#: What ``search`` knows listings by.
SEARCH_KIND = "demand"
#: Ends the name of a unit that exists only for the demonstration.
DEMO_SUFFIX = "（演示）"


def visible_to(actor: Actor) -> Select[DemandListing]:
    """Listings that the actor may know of.

    Everybody: published ones. The owner's people: all of their unit. Reviewers: what was ever
    submitted of their sector or district. The bureau's officers and auditors: all. A system actor
    sees what a visitor sees: whatever is computed from it may be published.
    """
    if actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR):
        return select(DemandListing)
    allowed = [DemandListing.is_public == 1]
    if actor.has_role(RoleName.OWNER):
        allowed.append(_is_own(actor))
    if actor.has_role(RoleName.SECTOR_REVIEWER, RoleName.DISTRICT_REVIEWER):
        allowed.append(_falls_to(actor))
    return select(DemandListing).where(or_(*allowed))


def _is_own(actor: Actor) -> ColumnElement[bool]:
    if actor.organisation_id is None or not actor.has_role(RoleName.OWNER):
        return false()
    return DemandListing.organisation_id == actor.organisation_id


def _falls_to(actor: Actor) -> ColumnElement[bool]:
    bounds: list[ColumnElement[bool]] = [false()]
    if actor.has_role(RoleName.SECTOR_REVIEWER):
        bounds.append(DemandListing.sector.in_(actor.sectors))
    if actor.has_role(RoleName.DISTRICT_REVIEWER) and actor.district:
        bounds.append(DemandListing.district == actor.district)
    return and_(DemandListing.submitted_at.is_not(None), or_(*bounds))


def find_listing(actor: Actor, code: str) -> DemandListing | None:
    """The listing with this code, if the actor may know of it."""
    query = visible_to(actor).where(DemandListing.code == code)
    return db.session.scalar(query.options(joinedload(DemandListing.organisation)))


def get_listing(actor: Actor, code: str) -> DemandListing:
    """The listing with this code; raises ``NotFound`` where the actor may not know of one."""
    found = find_listing(actor, code)
    if found is None:
        raise NotFound("demand_missing", "没有编号为“{code}”的需求，或尚未公开。", code=code)
    return found


def get_listing_by_id(actor: Actor, listing_id: int) -> DemandListing:
    """``get_listing`` by the id that other rooms store."""
    found = db.session.scalar(visible_to(actor).where(DemandListing.id == listing_id))
    if found is None:
        raise NotFound("demand_missing", "这条需求不存在，或尚未公开。")
    return found


def find_unit_of(code: str) -> int | None:
    """The unit whose listing it is: for rooms that tell its people, whatever its state."""
    return db.session.scalar(
        select(DemandListing.organisation_id).where(DemandListing.code == code)
    )


def list_by_ids(actor: Actor, ids: Sequence[int]) -> dict[int, DemandListing]:
    """The visible ones among the ids, with their units, by id."""
    query = visible_to(actor).where(DemandListing.id.in_(ids))
    rows = db.session.scalars(query.options(joinedload(DemandListing.organisation)))
    return {row.id: row for row in rows}


def list_known_codes(actor: Actor, codes: Sequence[str]) -> frozenset[str]:
    """Those of the codes that stand for a listing which the actor may know of."""
    query = visible_to(actor).where(DemandListing.code.in_(codes))
    return frozenset(db.session.scalars(query.with_only_columns(DemandListing.code)))


def list_public(actor: Actor) -> Sequence[DemandListing]:
    """Every published listing with its requirements, by id: what the matcher learns from.

    The same for every actor but with nothing that a visitor may not see.
    """
    query = visible_to(actor).where(DemandListing.is_public == 1)
    loaded = query.options(
        selectinload(DemandListing.requirements), joinedload(DemandListing.organisation)
    )
    return db.session.scalars(loaded.order_by(DemandListing.id)).all()


def list_own(actor: Actor) -> Sequence[DemandListing]:
    """All listings of the actor's unit, the most recently changed first."""
    query = visible_to(actor).where(_is_own(actor))
    return db.session.scalars(
        query.order_by(DemandListing.updated_at.desc(), DemandListing.id.desc())
    ).all()


def list_awaiting_owner(actor: Actor) -> Sequence[DemandListing]:
    """Drafts, rectifications and returned listings of the actor's unit."""
    query = visible_to(actor).where(_is_own(actor), DemandListing.status.in_(EDITABLE_STATUSES))
    return db.session.scalars(query.order_by(DemandListing.updated_at.desc())).all()


def awaiting_review_by(actor: Actor) -> Select[DemandListing]:
    """Submitted listings whose next decision falls to the actor, the longest waiting first."""
    parts: list[ColumnElement[bool]] = [false()]
    if actor.has_role(RoleName.OFFICER, RoleName.APPROVER):
        parts += [_lacks(part) for part in ReviewPart]
    if actor.has_role(RoleName.SECTOR_REVIEWER):
        in_sector = DemandListing.sector.in_(actor.sectors)
        parts.append(and_(in_sector, _lacks(ReviewPart.SECTOR)))
    if actor.has_role(RoleName.DISTRICT_REVIEWER) and actor.district:
        in_district = DemandListing.district == actor.district
        parts.append(and_(in_district, _lacks(ReviewPart.DISTRICT)))
    query = visible_to(actor).where(DemandListing.status == ListingStatus.SUBMITTED, or_(*parts))
    return query.order_by(DemandListing.submitted_at, DemandListing.id)


def _lacks(part: ReviewPart) -> ColumnElement[bool]:
    decided = select(DemandReview.id).where(
        DemandReview.listing_id == DemandListing.id,
        DemandReview.round == DemandListing.round,
        DemandReview.part == part,
    )
    return ~decided.exists()


def list_concerning(actor: Actor, statuses: Collection[ListingStatus]) -> Select[DemandListing]:
    """Listings in the statuses that the actor reviews or oversees, newest submission first.

    For people of the bureau: a published listing of another sector is left out, though visible.
    """
    query = visible_to(actor).where(DemandListing.status.in_(statuses))
    if not actor.has_role(RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR):
        query = query.where(_falls_to(actor))
    return query.order_by(DemandListing.submitted_at.desc(), DemandListing.id.desc())


def count(found: Select[DemandListing]) -> int:
    """How many rows a query of listings has."""
    counted = found.order_by(None).with_only_columns(func.count())
    return db.session.scalar(counted) or 0


def find_overdue(actor: Actor, today: date) -> Select[DemandListing]:
    """Open listings whose deadline passed over 14 days ago without an outcome."""
    limit = today - timedelta(days=CHASE_AFTER_DAYS)
    query = visible_to(actor).where(
        DemandListing.status.in_(OPEN_STATUSES), DemandListing.deadline < limit
    )
    return query.order_by(DemandListing.deadline, DemandListing.id)


def list_overdue(actor: Actor, today: date) -> Sequence[DemandListing]:
    """What ``find_overdue`` finds."""
    return db.session.scalars(find_overdue(actor, today)).all()


def list_closing(actor: Actor, today: date, *, within_days: int) -> Sequence[DemandListing]:
    """Open listings whose deadline is today or so many days ahead at most, soonest first."""
    query = visible_to(actor).where(
        DemandListing.status.in_(OPEN_STATUSES),
        DemandListing.deadline.between(today, today + timedelta(days=within_days)),
    )
    return db.session.scalars(query.order_by(DemandListing.deadline, DemandListing.id)).all()


def list_approved_parts(listing: DemandListing) -> frozenset[ReviewPart]:
    """The reviews that approved the present submission."""
    return frozenset(
        review.part
        for review in listing.reviews
        if review.round == listing.round and review.decision is Decision.APPROVE
    )


def content_of(listing: DemandListing) -> ListingContent:
    """What the owner wrote, as one value."""
    return ListingContent(
        kind=listing.kind,
        title=listing.title,
        sector=listing.sector or "",
        district=listing.district or "",
        owner_kind=listing.owner_kind or "",
        owner_description=listing.owner_description,
        tasks=tuple(row.task for row in listing.tasks),
        pain_point=listing.pain_point,
        description=listing.description,
        quantity=listing.quantity,
        budget_low_fen=listing.budget_low_fen,
        budget_high_fen=listing.budget_high_fen,
        modes=tuple(row.mode for row in listing.modes),
        deadline=listing.deadline,
        requirements=requirements_of(listing),
        facts=dict(listing.facts),
    )


def requirements_of(listing: DemandListing) -> tuple[RequirementRecord, ...]:
    """The requirements in the owner's order, as the matcher takes them."""
    return tuple(
        RequirementRecord(row.attribute, row.operator, row.value, row.hard, row.key)
        for row in listing.requirements
    )


def record_of(listing: DemandListing, vocabulary: Vocabulary) -> DemandRecord:
    """A listing in the shape of a seeded demand: what the matcher and the exports take.

    A quantity or budget that the owner did not say is 1 and 0, a deadline the last of all days.
    """
    tasks = tuple(row.task for row in listing.tasks)
    words = listing.task_words or [vocabulary.task(id_).zh for id_ in tasks]
    return DemandRecord(
        code=listing.code,
        title=listing.title,
        owner_type=listing.organisation.name.removesuffix(DEMO_SUFFIX),
        owner_kind=listing.owner_kind or "",
        owner_description=listing.owner_description,
        district=listing.district or "",
        sector=listing.sector or "",
        task_words=tuple(words),
        tasks=tasks,
        pain_point=listing.pain_point,
        description="\n".join((listing.description, *listing.facts.values())),
        requirements=requirements_of(listing),
        not_needed=tuple(listing.not_needed),
        quantity=listing.quantity or 1,
        budget_low_fen=listing.budget_low_fen or 0,
        budget_high_fen=listing.budget_high_fen or listing.budget_low_fen or 0,
        modes=tuple(row.mode for row in listing.modes),
        deadline=listing.deadline or date.max,
        style="",
        facts_seen=False,
        facts_note=listing.facts_note,
        sources=tuple(listing.sources),
    )

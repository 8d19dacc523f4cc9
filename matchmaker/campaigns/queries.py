"""Reads of calls and editions, and what a call has collected so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from matchmaker.actor import Actor, RoleName
from matchmaker.campaigns.models import Campaign, Edition
from matchmaker.campaigns.rules import CampaignState, ListKind
from matchmaker.clock import CHINA
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.demands.queries import visible_to as demands_visible_to
from matchmaker.demands.rules import ListingKind, ListingStatus
from matchmaker.errors import NotFound

_WRITERS = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)


def visible_to(actor: Actor) -> Select[Campaign]:
    """Published calls; drafts and withdrawn ones for the bureau's officers and auditors."""
    if actor.has_role(*_WRITERS):
        return select(Campaign)
    return select(Campaign).where(Campaign.state == CampaignState.PUBLISHED)


def get_campaign(actor: Actor, campaign_id: int) -> Campaign:
    """The call; raises ``NotFound`` where the actor may not know of one."""
    found = db.session.scalar(visible_to(actor).where(Campaign.id == campaign_id))
    if found is None:
        raise NotFound("campaign_missing", "没有这项征集，或尚未发布。")
    return found


def list_campaigns(actor: Actor) -> Sequence[Campaign]:
    """All visible calls, the one that closes last first."""
    query = visible_to(actor).order_by(Campaign.closes_on.desc(), Campaign.id.desc())
    return db.session.scalars(query).all()


def list_open(actor: Actor, today: date) -> Sequence[Campaign]:
    """Published calls that take submissions on a day, the one that closes first first."""
    query = visible_to(actor).where(
        Campaign.state == CampaignState.PUBLISHED,
        Campaign.opens_on <= today,
        Campaign.closes_on >= today,
    )
    return db.session.scalars(query.order_by(Campaign.closes_on, Campaign.id)).all()


def within(campaign: Campaign) -> list[ColumnElement[bool]]:
    """Conditions on ``DemandListing`` for what was submitted for a call: in its days and scope."""
    conditions: list[ColumnElement[bool]] = [
        DemandListing.submitted_at >= _midnight(campaign.opens_on),
        DemandListing.submitted_at < _midnight(campaign.closes_on + timedelta(days=1)),
    ]
    if campaign.kinds:
        kinds = [ListingKind(kind) for kind in campaign.kinds]
        conditions.append(DemandListing.kind.in_(kinds))
    if campaign.sectors:
        conditions.append(DemandListing.sector.in_(campaign.sectors))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=CHINA)


def count_collected(
    actor: Actor, campaign: Campaign, column: Any
) -> dict[str, Counter[ListingStatus]]:
    """For each value of a column (sector, district), how many collected needs stand where."""
    query = demands_visible_to(actor).where(
        *within(campaign), DemandListing.submitted_at.is_not(None)
    )
    grouped = query.with_only_columns(column, DemandListing.status, func.count()).group_by(
        column, DemandListing.status
    )
    counts: dict[str, Counter[ListingStatus]] = {}
    for value, status, count in db.session.execute(grouped):
        counts.setdefault(value or "", Counter())[status] += count
    return counts


def editions_visible_to(actor: Actor) -> Select[Edition]:
    """Published editions; prepared ones for the bureau's officers and auditors."""
    if actor.has_role(*_WRITERS):
        return select(Edition)
    return select(Edition).where(Edition.published_at.is_not(None))


def list_editions(actor: Actor, kind: ListKind | None = None) -> Sequence[Edition]:
    """Visible editions, newest number first within each list."""
    query = editions_visible_to(actor)
    if kind is not None:
        query = query.where(Edition.list_kind == kind)
    return db.session.scalars(query.order_by(Edition.list_kind, Edition.number.desc())).all()


def get_edition(actor: Actor, kind: ListKind, number: int) -> Edition:
    """The edition; raises ``NotFound`` where the actor may not know of one."""
    query = editions_visible_to(actor).where(Edition.list_kind == kind, Edition.number == number)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("edition_missing", "没有这一期清单，或尚未发布。")
    return found


def find_previous(edition: Edition) -> Edition | None:
    """The edition before, of the same list and the same call (or of no call)."""
    query = select(Edition).where(
        Edition.list_kind == edition.list_kind,
        Edition.number < edition.number,
        Edition.campaign_id == edition.campaign_id
        if edition.campaign_id is not None
        else Edition.campaign_id.is_(None),
        Edition.published_at.is_not(None),
    )
    return db.session.scalar(query.order_by(Edition.number.desc()).limit(1))


def last_number(kind: ListKind) -> int:
    """The number of the newest edition of a list, prepared or published; 0 for none."""
    highest = select(func.max(Edition.number)).where(Edition.list_kind == kind)
    return db.session.scalar(highest) or 0


def list_prepared(actor: Actor) -> Sequence[Edition]:
    """Editions that wait for a second person to publish them."""
    query = editions_visible_to(actor).where(Edition.published_at.is_(None))
    return db.session.scalars(query.order_by(Edition.prepared_at)).all()

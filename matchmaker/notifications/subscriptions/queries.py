"""Reads of subscriptions, one's own only, and of what is new for them.

New rows are found by the list's own query for that person, so that a search shows in a notice
what it shows on the page and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.demands import queries as demands
from matchmaker.demands.browsing.queries import find_published
from matchmaker.demands.browsing.rules import read_filter
from matchmaker.demands.models import DemandListing
from matchmaker.errors import NotFound
from matchmaker.notifications.rules import Pace
from matchmaker.notifications.subscriptions import rules
from matchmaker.notifications.subscriptions.models import SavedSearch, Watch
from matchmaker.notifications.subscriptions.rules import SearchPage
from matchmaker.suppliers import addresses, browsing
from matchmaker.suppliers.models import Product, Supplier


def searches_visible_to(actor: Actor) -> Select[SavedSearch]:
    """The actor's own searches."""
    query = select(SavedSearch)
    return query.where(SavedSearch.user_id == actor.user_id if actor.is_signed_in else false())


def list_searches(actor: Actor) -> Sequence[SavedSearch]:
    """The actor's own searches, newest first."""
    query = searches_visible_to(actor).order_by(SavedSearch.id.desc())
    return db.session.scalars(query).all()


def get_search(actor: Actor, search_id: int) -> SavedSearch:
    """One of the actor's own searches; raises ``NotFound`` for anybody else's."""
    found = db.session.scalar(searches_visible_to(actor).where(SavedSearch.id == search_id))
    if found is None:
        raise NotFound("search_missing", "没有这项保存的筛选。")
    return found


def list_watched(actor: Actor) -> Sequence[DemandListing]:
    """The listings that the actor watches and may still see, the latest watched first."""
    if not actor.is_signed_in:
        return ()
    query = (
        demands.visible_to(actor)
        .join(Watch, Watch.listing_id == DemandListing.id)
        .where(Watch.user_id == actor.user_id)
        .options(joinedload(DemandListing.organisation))
    )
    return db.session.scalars(query.order_by(Watch.created_at.desc(), Watch.listing_id)).all()


def is_watching(actor: Actor, listing: DemandListing) -> bool:
    """True when the actor watches the listing."""
    return actor.is_signed_in and db.session.get(Watch, (actor.user_id, listing.id)) is not None


def count_watches(actor: Actor) -> int:
    """How many listings the actor watches."""
    query = select(func.count()).select_from(Watch).where(Watch.user_id == actor.user_id)
    return db.session.scalar(query) or 0


def list_watchers(listing_id: int) -> Sequence[User]:
    """The active people who watch a listing, by id."""
    query = select(User).join(Watch, Watch.user_id == User.id)
    return db.session.scalars(
        query.where(Watch.listing_id == listing_id, User.active).order_by(User.id)
    ).all()


def list_due_searches(pace: Pace) -> Sequence[int]:
    """Ids of the searches of a pace, longest not looked at first."""
    query = select(SavedSearch.id).where(SavedSearch.pace == pace)
    return db.session.scalars(query.order_by(SavedSearch.told_until, SavedSearch.id)).all()


def has_news(pace: Pace) -> bool:
    """True when something was published after a search of this pace last looked: for the sweep."""
    query = select(func.min(SavedSearch.told_until)).where(SavedSearch.pace == pace)
    oldest = db.session.scalar(query)
    if oldest is None:
        return False
    newest = (
        select(func.max(DemandListing.published_at)).where(DemandListing.is_public == 1),
        select(func.max(Product.published_at)),
        select(func.max(Supplier.created_at)),
    )
    moments = [db.session.scalar(each) for each in newest]
    return any(moment is not None and moment > oldest for moment in moments)


@dataclass(frozen=True)
class Hit:
    """One row that a search finds."""

    code: str
    title: str
    at: datetime


def list_hits(actor: Actor, search: SavedSearch) -> list[Hit]:
    """What the search finds that was not told, oldest first."""
    since = search.told_until - rules.OVERLAPS[search.page]
    found, code, title, at = _find(actor, search)
    query = (
        found.with_only_columns(code, title, at)
        .where(at > since, code.not_in(search.told_codes))
        .order_by(at, code)
    )
    rows = db.session.execute(query.limit(rules.REMEMBERED))
    return [Hit(row[0], row[1], row[2]) for row in rows]


def _find(actor: Actor, search: SavedSearch) -> tuple[Select[Any], Any, Any, Any]:
    values = search.arguments
    if search.page is SearchPage.DEMANDS:
        return (
            find_published(read_filter(values), clock.today()),
            DemandListing.code,
            DemandListing.title,
            DemandListing.published_at,
        )
    if search.page is SearchPage.PRODUCTS:
        return (
            browsing.find_products(actor, addresses.read_product_filter(values)),
            Product.code,
            Product.model,
            Product.published_at,
        )
    return (
        browsing.find_suppliers(actor, addresses.read_supplier_filter(values)),
        Supplier.code,
        Supplier.short_name,
        Supplier.created_at,
    )

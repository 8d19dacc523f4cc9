"""Saving and deleting searches, watching and no longer watching; everybody for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.errors import Conflict, LimitExceeded
from matchmaker.notifications.permissions import RECEIVE
from matchmaker.notifications.rules import Pace
from matchmaker.notifications.subscriptions import queries, rules
from matchmaker.notifications.subscriptions.models import SavedSearch, Watch
from matchmaker.notifications.subscriptions.rules import SearchPage

SUBJECT = "saved_search"


def save_search(
    actor: Actor, page: SearchPage, values: Mapping[str, str], *, name: str, pace: Pace
) -> SavedSearch:
    """Save the filter of a list; what it shows now counts as known."""
    require(actor, RECEIVE)
    known = queries.list_searches(actor)
    if len(known) >= rules.SEARCHES_MAX:
        raise LimitExceeded(
            "searches_many",
            "最多保存 {limit} 项筛选，请先删除不用的。",
            limit=rules.SEARCHES_MAX,
        )
    title = rules.check_name(name)
    if any(row.name == title for row in known):
        raise Conflict("search_named", "已有同名的筛选，请换一个名称。")
    row = SavedSearch(
        user_id=actor.user_id,
        page=page,
        name=title,
        arguments=rules.pick_arguments(page, values),
        pace=pace,
        told_until=clock.now(),
        told_codes=[],
    )
    db.session.add(row)
    db.session.flush()
    remember_hits(row, queries.list_hits(actor, row))
    record(actor, "notifications.save_search", SUBJECT, row.id, page=page.value)
    return row


def remember_hits(row: SavedSearch, hits: Sequence[queries.Hit]) -> None:
    """Note hits as told; too many at one time are passed over by the clock, not by their codes."""
    known = [*row.told_codes, *(hit.code for hit in hits)]
    row.told_codes = known[-rules.REMEMBERED :]
    if len(known) > rules.REMEMBERED or len(hits) == rules.REMEMBERED:
        row.told_codes = []
        row.told_until = clock.now() + rules.OVERLAPS[row.page]


def note_looked_at(pace: Pace, moment: datetime) -> None:
    """Note that every search of a pace was looked at; asks no permission."""
    db.session.execute(
        update(SavedSearch)
        .where(SavedSearch.pace == pace, SavedSearch.told_until < moment)
        .values(told_until=moment)
    )


def change_pace(actor: Actor, row: SavedSearch, pace: Pace) -> None:
    """Tell new hits at once or once a day from now on."""
    require(actor, RECEIVE)
    row.pace = pace
    record(actor, "notifications.change_pace", SUBJECT, row.id, pace=pace.value)


def delete_search(actor: Actor, row: SavedSearch) -> None:
    """Forget a search; nothing more is told of it."""
    require(actor, RECEIVE)
    record(actor, "notifications.delete_search", SUBJECT, row.id)
    db.session.delete(row)


def watch_listing(actor: Actor, listing: DemandListing) -> None:
    """Be told of the listing's changes, deadline and closing; a second time changes nothing."""
    require(actor, RECEIVE)
    if queries.is_watching(actor, listing):
        return
    if queries.count_watches(actor) >= rules.WATCHES_MAX:
        raise LimitExceeded(
            "watches_many", "最多关注 {limit} 条需求，请先取消不再需要的。", limit=rules.WATCHES_MAX
        )
    db.session.add(Watch(user_id=actor.user_id, listing_id=listing.id))
    record(actor, "notifications.watch", "demand", listing.id)


def unwatch_listing(actor: Actor, listing: DemandListing) -> None:
    """Not be told of the listing any more."""
    require(actor, RECEIVE)
    row = db.session.get(Watch, (actor.user_id, listing.id))
    if row is not None:
        db.session.delete(row)
        record(actor, "notifications.unwatch", "demand", listing.id)

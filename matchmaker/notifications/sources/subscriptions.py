"""What comes from saved searches and watched listings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_user
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.demands.rules import OPEN_STATUSES, STATUS_LABELS
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.jobs.operations import Report, start_job
from matchmaker.notifications.inbox.telling import Note, source_of, tell, tell_same
from matchmaker.notifications.rules import NotificationKind, Pace
from matchmaker.notifications.subjects import NOTHING, Subject, SubjectKind
from matchmaker.notifications.subscriptions.models import SavedSearch
from matchmaker.notifications.subscriptions.operations import note_looked_at, remember_hits
from matchmaker.notifications.subscriptions.queries import (
    Hit,
    has_news,
    list_due_searches,
    list_hits,
    list_watchers,
)
from matchmaker.notifications.subscriptions.rules import SearchPage, make_path

SEARCH = "notifications.search"

_ITEMS = {
    SearchPage.DEMANDS: ("/demands/", SubjectKind.LISTING),
    SearchPage.PRODUCTS: ("/products/", SubjectKind.PRODUCT),
    SearchPage.FIRMS: ("/suppliers/", SubjectKind.FIRM),
}


def tell_watched_changed(payload: dict[str, Any]) -> None:
    """A listing changed, closed or went off the market: those who watch it."""
    code = payload["code"]

    def make(actor: Actor) -> Note | None:
        listing = demands.find_listing(actor, code)
        if listing is None:
            return _make_gone(payload)
        if listing.status in OPEN_STATUSES:
            title = f"您关注的需求“{listing.title}”有变化"
        else:
            title = f"您关注的需求“{listing.title}”{STATUS_LABELS[listing.status]}"
        return Note(
            kind=NotificationKind.WATCHED_CHANGED,
            title=title,
            path=f"/demands/{code}",
            source=source_of(payload),
            subject=Subject(SubjectKind.LISTING, code),
        )

    tell(list_watchers(payload["id"]), make)


def _make_gone(payload: dict[str, Any]) -> Note:
    """It is not public any more: that is said, and not which one."""
    return Note(
        kind=NotificationKind.WATCHED_CHANGED,
        title="您关注的一条需求已不再公开",
        path="/account/searches",
        source=source_of(payload),
        subject=NOTHING,
    )


def queue_searches() -> None:
    """Have the instant searches looked at when something was published; called each minute."""
    with read_tx():
        waiting = select(Job.id).where(Job.kind == SEARCH, Job.status == JobStatus.QUEUED)
        is_needed = has_news(Pace.INSTANT) and db.session.scalar(waiting.limit(1)) is None
    if is_needed:
        with write_tx():
            start_job(BACKGROUND_JOB, SEARCH)


def run_searches(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    """Runner of the job."""
    del parameters, report
    return {"told": _tell_hits(Pace.INSTANT)}


def tell_daily_hits() -> None:
    """Every night: the searches that are told once a day."""
    _tell_hits(Pace.DAILY)


def _tell_hits(pace: Pace) -> int:
    with read_tx():
        began, ids = clock.now(), list_due_searches(pace)
    told = sum(_tell_hits_of(search_id) for search_id in ids)
    if ids:
        with write_tx():
            note_looked_at(pace, began)
    return told


def _tell_hits_of(search_id: int) -> int:
    """Look for one search in a read transaction; write only where the person is to be told."""
    with read_tx() as session:
        search = session.get(SavedSearch, search_id)
        user = find_user(search.user_id) if search else None
        hits = list_hits(as_actor(user), search) if search and user else []
    if not hits:
        return 0
    with write_tx() as session:
        search = session.get(SavedSearch, search_id, with_for_update=True)
        user = find_user(search.user_id) if search else None
        if search is None or user is None:
            return 0
        fresh = list_hits(as_actor(user), search)
        if not fresh:
            return 0
        note = _make_hit_note(search, fresh)
        remember_hits(search, fresh)
        return tell_same([user], note)


def _make_hit_note(search: SavedSearch, hits: Sequence[Hit]) -> Note:
    source = f"search:{search.id}:{hits[-1].at.isoformat()}:{hits[-1].code}"
    if len(hits) == 1:
        start, kind = _ITEMS[search.page]
        return Note(
            kind=NotificationKind.SEARCH_HIT,
            title=f"“{search.name}”有新结果：{hits[0].title}",
            path=f"{start}{hits[0].code}",
            source=source,
            subject=Subject(kind, hits[0].code),
            pace=search.pace,
        )
    return Note(
        kind=NotificationKind.SEARCH_HIT,
        title=f"“{search.name}”有 {len(hits)} 条新结果",
        path=make_path(search.page, search.arguments),
        source=source,
        subject=NOTHING,
        pace=search.pace,
    )

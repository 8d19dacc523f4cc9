"""What waits for an owner and for reviewers in the room of listings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from flask import url_for

from matchmaker import clock
from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.demands import queries
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import OPEN_STATUSES, STATUS_LABELS, ListingStatus
from matchmaker.engagement.answers.queries import is_opened
from matchmaker.web.waiting import WaitingItem


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """What waits for an owner and for reviewers in this room."""
    today = clock.today()
    if actor.has_role(RoleName.OWNER):
        yield from _owner_waiting(actor, today)
    if actor.is_bureau:
        yield from _bureau_waiting(actor, today)


def _owner_waiting(actor: Actor, today: date) -> Iterator[WaitingItem]:
    acts = {
        ListingStatus.DRAFT: ("继续编制", 40),
        ListingStatus.RECTIFICATION: ("整改并重新提交", 10),
        ListingStatus.RETURNED: ("修改后重新提交", 15),
    }
    for listing in queries.list_awaiting_owner(actor):
        act, rank = acts[listing.status]
        yield WaitingItem(
            audience="owner",
            title=listing.title or f"（未填写名称）{listing.code}",
            url=url_for("owner_demands.show", code=listing.code),
            act=act,
            note=listing.status_note or STATUS_LABELS[listing.status],
            deadline=_rectification_due(listing),
            rank=rank,
        )
    for listing in queries.list_own(actor):
        ended = listing.deadline is not None and listing.deadline < today
        # Where answers lie open, the room of answers asks for the choice instead.
        if listing.status in OPEN_STATUSES and ended and not is_opened(listing, today):
            yield WaitingItem(
                audience="owner",
                title=listing.title,
                url=url_for("owner_demands.show", code=listing.code),
                act="登记结果",
                note="应答已截止，请登记成交、无合适方案或撤回",
                deadline=listing.deadline,
                rank=20,
            )


def _rectification_due(listing: DemandListing) -> date | None:
    if listing.status is not ListingStatus.RECTIFICATION:
        return None
    dues = [review.due_on for review in listing.reviews if review.round == listing.round]
    return min((due for due in dues if due), default=None)


def _bureau_waiting(actor: Actor, today: date) -> Iterator[WaitingItem]:
    waiting = db.session.scalars(queries.awaiting_review_by(actor)).all()
    if waiting:
        oldest = waiting[0].submitted_at
        yield WaitingItem(
            audience="bureau",
            title="待审核的需求",
            url=url_for("bureau_demands.index"),
            act="去审核",
            count=len(waiting),
            note=_waiting_since(oldest, today),
            rank=10,
        )
    overdue = queries.list_overdue(actor, today)
    if overdue and actor.has_role(RoleName.OFFICER):
        yield WaitingItem(
            audience="bureau",
            title="截止超过14天仍未登记结果的需求",
            url=url_for("bureau_demands.index", view="overdue"),
            act="去催办",
            count=len(overdue),
            rank=30,
        )


def _waiting_since(moment: datetime | None, today: date) -> str:
    if moment is None:
        return ""
    days = (today - moment.astimezone(clock.CHINA).date()).days
    return f"最早一件已等待 {days} 天" if days else "最早一件为今天提交"

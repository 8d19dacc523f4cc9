"""What the pages say of questions and answers on a listing, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own
from matchmaker.demands.rules import OPEN_STATUSES, PUBLIC_STATUSES
from matchmaker.engagement.questions import queries as questions
from matchmaker.engagement.questions.models import Question
from matchmaker.engagement.questions.permissions import ASK
from matchmaker.engagement.rules import has_passed
from matchmaker.web.shared.demands import Section
from matchmaker.web.waiting import WaitingItem


def make_section(actor: Actor, listing: DemandListing) -> Section | None:
    """Questions and replies, and the way to ask or to manage them."""
    if listing.status not in PUBLIC_STATUSES:
        return None
    return Section(template="shared/engagement/_section.html", data=_section_data(actor, listing))


def _section_data(actor: Actor, listing: DemandListing) -> dict[str, Any]:
    takes_questions = is_taking(listing) and can(actor, ASK, listing)
    return {
        "questions": list_question_lines(actor, listing),
        "ask_url": _firm_url("ask", listing) if takes_questions else None,
        "manage_url": owner_url(listing) if is_own(actor, listing) else None,
    }


def is_taking(listing: DemandListing) -> bool:
    """True while questions and answers may come in."""
    return listing.status in OPEN_STATUSES and not has_passed(listing.deadline, clock.today())


def owner_url(listing: DemandListing) -> str:
    """The owner's page of what came in on a listing."""
    return url_for("owner_engagement.show", code=listing.code)


def _firm_url(name: str, listing: DemandListing) -> str:
    return url_for(f"supplier_engagement.{name}", code=listing.code)


def list_question_lines(actor: Actor, listing: DemandListing) -> list[dict[str, Any]]:
    """The questions as anybody may read them; only the asking unit learns which are its own."""
    return [_question_line(actor, row) for row in questions.list_questions(actor, listing)]


def _question_line(actor: Actor, row: Question) -> dict[str, Any]:
    mine = actor.organisation_id is not None and actor.organisation_id == row.organisation_id
    return {
        "id": row.id,
        "text": row.text,
        "asked_at": row.asked_at,
        "reply": row.reply,
        "replied_at": row.replied_at,
        "is_mine": mine,
    }


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """What waits for owners and firms in this room."""
    yield from _questions_waiting(actor)


def _questions_waiting(actor: Actor) -> Iterator[WaitingItem]:
    by_listing: dict[str, list[Question]] = {}
    for question in questions.list_awaiting_owner(actor):
        by_listing.setdefault(question.listing.code, []).append(question)
    for rows in by_listing.values():
        listing = rows[0].listing
        yield WaitingItem(
            audience="owner",
            title=listing.title,
            url=owner_url(listing),
            act="答复提问",
            count=len(rows),
            note=f"{len(rows)} 个提问待答复，答复对所有企业公开",
            deadline=listing.deadline,
            rank=18,
        )

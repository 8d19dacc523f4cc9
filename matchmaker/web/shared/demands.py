"""Listings as lists show them, and what the rooms above add to the page of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app

from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.demands import queries
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import (
    KIND_LABELS,
    OPEN_STATUSES,
    STATUS_LABELS,
    ListingKind,
    ListingStatus,
)
from matchmaker.demands.wording import describe_requirement
from matchmaker.web.filters import format_wan_range

STATUS_TONES = {
    ListingStatus.DRAFT: "plain",
    ListingStatus.SUBMITTED: "unsure",
    ListingStatus.RECTIFICATION: "bad",
    ListingStatus.RETURNED: "bad",
    ListingStatus.PUBLISHED: "info",
    ListingStatus.ANSWERED: "info",
    ListingStatus.AGREED: "good",
    ListingStatus.UNMET: "plain",
    ListingStatus.WITHDRAWN: "plain",
    ListingStatus.DEPLOYED: "good",
}
EXCERPT = 96


@dataclass(frozen=True)
class Badge:
    """A word and its tone for the ``badge`` macro."""

    label: str
    tone: str


def status_badge(listing: DemandListing, today: date) -> Badge:
    """Where a listing stands; an open one past its deadline says so."""
    if listing.status in OPEN_STATUSES and listing.deadline and listing.deadline < today:
        return Badge("已截止待办结", "unsure")
    return Badge(STATUS_LABELS[listing.status], STATUS_TONES[listing.status])


@dataclass(frozen=True)
class DemandCard:
    """One listing in a list."""

    code: str
    title: str
    kind: str
    sector: str
    district: str
    owner: str
    excerpt: str
    tasks: tuple[str, ...]
    modes: str
    quantity: str
    budget: str
    deadline: date | None
    badge: Badge
    is_demo: bool


def make_card(
    listing: DemandListing, today: date, question_words: Sequence[str] = ()
) -> DemandCard:
    """What a list shows of a listing; the excerpt starts near the first word asked for."""
    vocabulary = load_vocabulary()
    return DemandCard(
        code=listing.code,
        title=listing.title or "（未填写名称）",
        kind=KIND_LABELS[listing.kind],
        sector=sector_name(listing.sector, vocabulary),
        district=district_name(listing.district, vocabulary),
        owner=listing.organisation.name,
        excerpt=make_excerpt(_telling_text(listing, question_words), question_words),
        tasks=tuple(vocabulary.task(row.task).zh for row in listing.tasks),
        modes="、".join(vocabulary.mode(row.mode).zh for row in listing.modes),
        quantity=format_quantity(listing),
        budget=format_wan_range(listing.budget_low_fen, listing.budget_high_fen),
        deadline=listing.deadline,
        badge=status_badge(listing, today),
        is_demo=listing.is_demo,
    )


def _telling_text(listing: DemandListing, words: Sequence[str]) -> str:
    """The text that holds a word asked for: the description before facts and requirements."""
    if not words or any(word in listing.description.lower() for word in words):
        return listing.description
    vocabulary = load_vocabulary()
    required = (describe_requirement(each, vocabulary) for each in queries.requirements_of(listing))
    for text in (listing.pain_point, *listing.facts.values(), "；".join(required)):
        if any(word in text.lower() for word in words):
            return text
    return listing.description


def make_excerpt(text: str, words: Sequence[str] = ()) -> str:
    """About a hundred characters of a text, from just before the first word asked for.

    >>> make_excerpt("短文")
    '短文'
    """
    if len(text) <= EXCERPT:
        return text
    lowered = text.lower()
    places = [place for word in words if (place := lowered.find(word)) >= 0]
    start = max(0, min(places, default=0) - EXCERPT // 4)
    start = min(start, len(text) - EXCERPT)
    end = start + EXCERPT
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def sector_name(sector: str | None, vocabulary: Vocabulary) -> str:
    """The sector's Chinese name; empty where a draft has none."""
    return vocabulary.sector(sector).zh if sector else ""


def district_name(district: str | None, vocabulary: Vocabulary) -> str:
    """The district's Chinese name; empty where a draft has none."""
    return vocabulary.district(district).zh if district else ""


def format_quantity(listing: DemandListing) -> str:
    """``6台（套）`` or, for a job post, ``6人``; empty where nothing was said."""
    if listing.quantity is None:
        return ""
    return f"{listing.quantity}{'人' if listing.kind is ListingKind.JOB else '台（套）'}"


@dataclass(frozen=True)
class Section:
    """What a room above demands adds to the page of a listing: a template and its data.

    A room writes ``make_section(actor, listing) -> Section | None`` and lists it in
    ``wiring.DEMAND_SECTIONS``; the template is included with ``section`` in its context.
    """

    template: str
    data: Mapping[str, Any]


SectionMaker = Callable[[Actor, DemandListing], Section | None]


def list_sections(actor: Actor, listing: DemandListing) -> list[Section]:
    """What the rooms above have to say about a listing, in the order of the wiring."""
    makers: Iterable[SectionMaker] = current_app.extensions["demand_sections"]
    return [section for make in makers if (section := make(actor, listing)) is not None]

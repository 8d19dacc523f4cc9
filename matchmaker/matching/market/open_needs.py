"""The needs that still look for supply, as everybody may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from matchmaker.actor import VISITOR
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import OPEN_STATUSES, ListingKind
from matchmaker.matching.changes.models import ChangeKind
from matchmaker.matching.changes.queries import Version, read_version
from matchmaker.matching.facts import DemandFacts
from matchmaker.matching.market.needs import read_listing

#: The taxonomy's word by which a need is known to ask for parts.
COMPONENT_WORD = "零部件采购"


@dataclass(frozen=True)
class OpenNeed:
    """A published listing. ``deadline`` is the last day for answers, None where none was set."""

    listing_id: int
    code: str
    kind: str
    district: str
    deadline: date | None
    published_on: date | None
    facts: DemandFacts


@dataclass(frozen=True)
class _Held:
    version: Version
    needs: tuple[OpenNeed, ...]


_held: _Held | None = None


def list_open_needs(today: date) -> Sequence[OpenNeed]:
    """The open needs whose deadline has not passed, by code; call it inside a transaction."""
    return [need for need in _all_needs() if need.deadline is None or need.deadline >= today]


def _all_needs() -> tuple[OpenNeed, ...]:
    global _held
    version = read_version(ChangeKind.DEMAND)
    held = _held
    if held is None or held.version != version:
        vocabulary = load_vocabulary()
        rows = demands.list_public(VISITOR)
        needs = [_read(row, vocabulary) for row in rows if row.status in OPEN_STATUSES]
        held = _held = _Held(version, tuple(sorted(needs, key=lambda need: need.code)))
    return held.needs


def facts_of(listing: DemandListing, vocabulary: Vocabulary) -> DemandFacts:
    """The facts of a listing; a quantity that the owner did not say stays unsaid.

    A component need (整零协同) asks for parts and software whatever machine its text names.
    """
    facts = read_listing(demands.record_of(listing, vocabulary), vocabulary)
    tasks = facts.tasks
    if listing.kind is ListingKind.COMPONENT:
        tasks = (*tasks, COMPONENT_WORD)
    return replace(facts, quantity=listing.quantity or 0, tasks=tasks)


def _read(listing: DemandListing, vocabulary: Vocabulary) -> OpenNeed:
    return OpenNeed(
        listing_id=listing.id,
        code=listing.code,
        kind=listing.kind.value,
        district=listing.district or "",
        deadline=listing.deadline,
        published_on=listing.published_at.date() if listing.published_at else None,
        facts=facts_of(listing, vocabulary),
    )

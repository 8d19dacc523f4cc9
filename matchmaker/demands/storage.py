"""Writing the content of a listing into its tables and into the search; asks no permission."""

from __future__ import annotations

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db, lock
from matchmaker.demands import queries
from matchmaker.demands.content import ListingContent
from matchmaker.demands.models import (
    DemandListing,
    DemandMode,
    DemandRequirement,
    DemandSequence,
    DemandTask,
)
from matchmaker.demands.rules import ListingKind, ListingStatus, format_code
from matchmaker.demands.wording import make_search_body
from matchmaker.search.lists import note_change
from matchmaker.search.operations import Findable, index_row


def add_listing(
    actor: Actor,
    content: ListingContent,
    *,
    origin_id: int | None,
    organisation_id: int | None = None,
) -> DemandListing:
    """A draft of the actor's unit, or of the unit that it is written for."""
    listing = DemandListing(
        code=_take_code(content.kind),
        status=ListingStatus.DRAFT,
        organisation_id=organisation_id or actor.organisation_id,
        created_by=actor.user_id,
        origin_id=origin_id,
        version=0,
    )
    write_content(listing, content)
    return listing


def write_content(listing: DemandListing, content: ListingContent) -> None:
    write_columns(listing, content)
    listing.version = (listing.version or 0) + 1
    listing.updated_at = clock.now()
    db.session.add(listing)
    db.session.flush()
    found = findable(listing, content)
    index_row(found.kind, found.subject_id, found.title, found.body)


def note_public_change() -> None:
    """Draw the public list's token anew, in the transaction that changes the list."""
    note_change(queries.SEARCH_KIND)


def findable(listing: DemandListing, content: ListingContent) -> Findable:
    """What a listing is found by: its code and title, and all that its content says."""
    body = make_search_body(content, load_vocabulary())
    return Findable(queries.SEARCH_KIND, listing.code, f"{listing.code} {listing.title}", body)


def write_columns(listing: DemandListing, content: ListingContent) -> None:
    """Put checked content into the row and its parts; nothing is flushed."""
    listing.kind = content.kind
    listing.title = content.title
    listing.sector = content.sector or None
    listing.district = content.district or None
    listing.owner_kind = content.owner_kind or None
    listing.owner_description = content.owner_description
    listing.pain_point = content.pain_point
    listing.description = content.description
    listing.quantity = content.quantity
    listing.budget_low_fen = content.budget_low_fen
    listing.budget_high_fen = content.budget_high_fen
    listing.deadline = content.deadline
    listing.facts = dict(content.facts)
    if tuple(row.task for row in listing.tasks) != content.tasks:
        listing.task_words = []
        listing.tasks = [DemandTask(task=id_, position=i) for i, id_ in enumerate(content.tasks)]
    if tuple(row.mode for row in listing.modes) != content.modes:
        listing.modes = [DemandMode(mode=id_, position=i) for i, id_ in enumerate(content.modes)]
    if queries.requirements_of(listing) != content.requirements:
        _write_requirements(listing, content)


def _write_requirements(listing: DemandListing, content: ListingContent) -> None:
    listing.requirements = []
    if listing.id is not None:
        db.session.flush()  # the old rows go before new ones of the same attribute come
    listing.requirements = [
        DemandRequirement(
            attribute=each.attribute,
            operator=each.operator,
            value=each.value,
            hard=each.hard,
            key=each.key,
            position=position,
        )
        for position, each in enumerate(content.requirements)
    ]


def _take_code(kind: ListingKind) -> str:
    year = clock.today().year
    lock(db.session(), f"demands.code.{kind.value}")
    sequence = db.session.get(DemandSequence, (kind, year), with_for_update=True)
    if sequence is None:
        sequence = DemandSequence(kind=kind, year=year, last=0)
        db.session.add(sequence)
    sequence.last += 1
    return format_code(kind, year, sequence.last)

"""Storing listings of a table in the present transaction."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db, lock
from matchmaker.demands.content import ListingContent, check_complete
from matchmaker.demands.importing.queries import find_titles
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import CREATE, IMPORT_FOR_UNITS
from matchmaker.demands.storage import add_listing
from matchmaker.errors import Conflict


def import_drafts(actor: Actor, contents: Sequence[ListingContent]) -> list[DemandListing]:
    """Drafts of the actor's own unit."""
    require(actor, CREATE)
    unit = actor.organisation_id
    return _import(actor, [(unit, content) for content in contents if unit is not None])


def import_drafts_for_units(
    actor: Actor, rows: Sequence[tuple[int, ListingContent]]
) -> list[DemandListing]:
    """Drafts of other units, which check and submit them; rows are (unit's id, content)."""
    require(actor, IMPORT_FOR_UNITS)
    return _import(actor, rows)


def _import(actor: Actor, rows: Sequence[tuple[int, ListingContent]]) -> list[DemandListing]:
    """Raises ``Conflict`` for a title that its unit has already: a list sent twice is refused."""
    units = {unit for unit, _ in rows}
    for unit in sorted(units):
        lock(db.session(), f"demands.import.{unit}")
    known = find_titles(units, {content.title for _, content in rows})
    vocabulary, today = load_vocabulary(), clock.today()
    stored = []
    for unit, content in rows:
        if (unit, content.title) in known:
            raise Conflict(
                "title_known",
                "“{title}”已有同名需求 {code}，这一行没有导入。",
                title=content.title,
                code=known[unit, content.title],
            )
        check_complete(content, vocabulary, today)
        listing = add_listing(actor, content, origin_id=None, organisation_id=unit)
        known[unit, content.title] = listing.code
        record(actor, "demands.import_draft", "demand", listing.id, code=listing.code)
        stored.append(listing)
    return stored

"""What every step of a listing's life shares: the lock, the change of status, its audit entry."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row
from matchmaker.demands.content import clean_line
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import PUBLIC_STATUSES, ListingStatus
from matchmaker.demands.storage import note_public_change
from matchmaker.errors import InvalidInput

NOTE_MAX = 1_000


def lock_listing(listing: DemandListing) -> None:
    """Read the row anew and hold it; changes of this transaction are stored first."""
    db.session.flush()
    lock_row(listing)


def move(
    actor: Actor,
    listing: DemandListing,
    following: ListingStatus,
    action: str,
    *,
    topic: str | None = None,
    note: str = "",
) -> DemandListing:
    """Store a step that ``next_status`` allowed, with its one audit entry and its message."""
    before = listing.status
    listing.status = following
    listing.status_note = note
    listing.updated_at = clock.now()
    db.session.flush()
    if not PUBLIC_STATUSES.isdisjoint({before, following}):
        note_public_change()
    values = {"before": before.value, "after": following.value}
    record(actor, action, "demand", listing.id, **values, **({"note": note} if note else {}))
    if topic:
        outbox.send(topic, id=listing.id, code=listing.code)
    return listing


def check_note(note: str, *, field: str, needed: str, limit: int = NOTE_MAX) -> None:
    if not clean_line(note):
        raise InvalidInput("note_missing", needed, field=field)
    if len(note) > limit:
        raise InvalidInput("note_long", "说明最多 {limit} 个字。", field=field, limit=limit)

"""Handing in, closing, reopening, and what the rooms above record on a listing."""

from __future__ import annotations

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands import permissions, queries
from matchmaker.demands.content import check_complete
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import PUBLIC_STATUSES, ListingStatus, Step, next_status
from matchmaker.demands.steps import check_note, lock_listing, move


def submit(actor: Actor, listing: DemandListing) -> DemandListing:
    """Hand the listing in for review by the sector's lead department and the district."""
    require(actor, permissions.EDIT, listing)
    lock_listing(listing)
    following = next_status(listing.status, Step.SUBMIT)
    check_complete(queries.content_of(listing), load_vocabulary(), clock.today())
    listing.round += 1
    listing.submitted_by = actor.user_id
    listing.submitted_at = clock.now()
    return move(actor, listing, following, "demands.submit", topic="demands.submitted")


def recall(actor: Actor, listing: DemandListing) -> DemandListing:
    """Take a submission back for changes; reviews of it no longer count."""
    require(actor, permissions.EDIT, listing)
    lock_listing(listing)
    following = next_status(listing.status, Step.RECALL)
    return move(actor, listing, following, "demands.recall")


def withdraw(actor: Actor, listing: DemandListing, *, note: str) -> DemandListing:
    """Take a listing off the market, with a reason; it is not public any more."""
    require(actor, permissions.CLOSE, listing)
    lock_listing(listing)
    following = next_status(listing.status, Step.WITHDRAW)
    check_note(note, field="note", needed="请写明撤回原因。")
    topic = "demands.withdrawn"
    listing.closed_at = clock.now()
    return move(actor, listing, following, "demands.withdraw", topic=topic, note=note)


def close_agreed(actor: Actor, listing: DemandListing, *, note: str = "") -> DemandListing:
    """Close as 成交; the rooms above have checked that no answer waits and who the partner is."""
    require(actor, permissions.CLOSE, listing)
    lock_listing(listing)
    following = next_status(listing.status, Step.AGREE)
    return _close(actor, listing, following, "demands.close_agreed", note=note)


def close_unmet(actor: Actor, listing: DemandListing, *, note: str) -> DemandListing:
    """Close as 无合适方案, with what was lacking."""
    require(actor, permissions.CLOSE, listing)
    lock_listing(listing)
    following = next_status(listing.status, Step.GIVE_UP)
    check_note(note, field="note", needed="请写明缺少什么样的产品或方案。")
    return _close(actor, listing, following, "demands.close_unmet", note=note)


def _close(
    actor: Actor, listing: DemandListing, following: ListingStatus, action: str, *, note: str
) -> DemandListing:
    listing.closed_at = clock.now()
    move(actor, listing, following, action, topic="demands.changed", note=note)
    outbox.send("demands.closed", id=listing.id, code=listing.code, status=following.value)
    return listing


def reopen(actor: Actor, listing: DemandListing, *, note: str) -> DemandListing:
    """Open a closed listing again, as if without answers; a withdrawn one becomes a draft."""
    require(actor, permissions.CLOSE, listing)
    lock_listing(listing)
    following = next_status(listing.status, Step.REOPEN)
    check_note(note, field="note", needed="请写明重新开放的原因。")
    listing.closed_at = None
    topic = "demands.changed" if following in PUBLIC_STATUSES else None
    move(actor, listing, following, "demands.reopen", topic=topic, note=note)
    outbox.send("demands.reopened", id=listing.id, code=listing.code, status=following.value)
    return listing


def mark_answered(actor: Actor, listing: DemandListing) -> DemandListing:
    """Note that a first firm has answered; the room of answers has checked the answer itself."""
    lock_listing(listing)
    if listing.status is ListingStatus.ANSWERED:
        return listing
    following = next_status(listing.status, Step.ANSWER)
    return move(actor, listing, following, "demands.mark_answered", topic="demands.changed")


def mark_deployed(actor: Actor, listing: DemandListing) -> DemandListing:
    """Note that the robots are at work; the rooms above hold the site, the day and the units."""
    require(actor, permissions.CLOSE, listing)
    lock_listing(listing)
    following = next_status(listing.status, Step.DEPLOY)
    return move(actor, listing, following, "demands.mark_deployed", topic="demands.changed")

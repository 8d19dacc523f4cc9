"""The button on a listing's page by which a signed-in person watches it."""

from __future__ import annotations

from matchmaker.actor import Actor
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own
from matchmaker.demands.rules import PUBLIC_STATUSES
from matchmaker.notifications.subscriptions.queries import is_watching
from matchmaker.web.shared.demands import Section


def make_section(actor: Actor, listing: DemandListing) -> Section | None:
    """For people of other units; one's own listings are told of anyway."""
    if not actor.is_signed_in or is_own(actor, listing) or listing.status not in PUBLIC_STATUSES:
        return None
    data = {"code": listing.code, "is_watching": is_watching(actor, listing)}
    return Section(template="shared/_watching.html", data=data)

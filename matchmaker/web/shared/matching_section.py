"""What the page of a listing says of its matches."""

from __future__ import annotations

from flask import url_for

from matchmaker.actor import Actor
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own
from matchmaker.web.shared.demands import Section


def make_section(actor: Actor, listing: DemandListing) -> Section | None:
    """The way to the matches, for the owner's people only."""
    if not is_own(actor, listing):
        return None
    address = url_for("owner_matches.index", code=listing.code)
    return Section(template="owner/matching/_section.html", data={"url": address})

"""Reaching a listing of one's own unit from an address."""

from __future__ import annotations

from matchmaker.demands import permissions, queries
from matchmaker.demands.models import DemandListing
from matchmaker.errors import NotFound
from matchmaker.web.base import current_actor

CODE = "<string(maxlength=20):code>"


def get_own_listing(code: str) -> DemandListing:
    """A listing of the actor's unit; 404 for anybody else's, published or not."""
    listing = queries.get_listing(current_actor(), code)
    if not permissions.is_own(current_actor(), listing):
        raise NotFound("demand_missing", "本单位没有编号为“{code}”的需求。", code=code)
    return listing

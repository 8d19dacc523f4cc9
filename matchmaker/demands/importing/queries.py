"""What an import has to know of the listings that are stored."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingStatus


def find_titles(
    organisation_ids: Collection[int], titles: Collection[str]
) -> dict[tuple[int, str], str]:
    """(unit, title) → code of the listings so named that the units have and have not withdrawn."""
    query = select(DemandListing.organisation_id, DemandListing.title, DemandListing.code).where(
        DemandListing.organisation_id.in_(list(organisation_ids)),
        DemandListing.title.in_(list(titles)),
        DemandListing.status != ListingStatus.WITHDRAWN,
    )
    return {(unit, title): code for unit, title, code in db.session.execute(query)}

"""Reminding owners of listings that passed their deadline without an outcome."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from matchmaker import clock, outbox
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, write_tx
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import CHASE_AFTER_DAYS, OPEN_STATUSES

#: A reminder is repeated after so long, not every night.
CHASE_AGAIN = timedelta(days=7)


def chase_overdue() -> None:
    """Send ``demands.chase`` for each open listing over 14 days past its deadline.

    The same listing is chased again after a week; an outcome ends it.
    """
    limit = clock.today() - timedelta(days=CHASE_AFTER_DAYS)
    before = clock.now() - CHASE_AGAIN
    overdue = select(DemandListing).where(
        DemandListing.status.in_(OPEN_STATUSES),
        DemandListing.deadline < limit,
        or_(DemandListing.chased_at.is_(None), DemandListing.chased_at <= before),
    )
    with write_tx():
        for listing in db.session.scalars(overdue.order_by(DemandListing.id)):
            listing.chased_at = clock.now()
            record(BACKGROUND_JOB, "demands.chase", "demand", listing.id, code=listing.code)
            outbox.send("demands.chase", id=listing.id, code=listing.code)

"""Reminding a pair of milestones that are due soon or late."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from matchmaker import clock, outbox
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, write_tx
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import Stage
from matchmaker.engagement.milestones.models import Milestone
from matchmaker.engagement.milestones.rules import DUE_SOON_DAYS, OWED

#: A reminder is repeated after so long, not every night.
REMIND_AGAIN = timedelta(days=7)


def remind_of_milestones() -> None:
    """Send ``engagement.milestone_due`` for each milestone owed within ``DUE_SOON_DAYS``."""
    today, before = clock.today(), clock.now() - REMIND_AGAIN
    due = (
        select(Milestone)
        .join(Milestone.pairing)
        .where(
            Milestone.state.in_(OWED),
            Milestone.due_on <= today + timedelta(days=DUE_SOON_DAYS),
            Pairing.stage != Stage.ENDED,
            or_(Milestone.reminded_at.is_(None), Milestone.reminded_at <= before),
        )
        .options(contains_eager(Milestone.pairing))
        .order_by(Milestone.id)
    )
    with write_tx():
        for row in db.session.scalars(due):
            row.reminded_at = clock.now()
            record(BACKGROUND_JOB, "milestones.remind", "milestone", row.id)
            outbox.send("engagement.milestone_due", milestone_id=row.id, pairing_id=row.pairing_id)

"""Reminding a pair that its trial has ended and the result is still to be settled."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from matchmaker import clock, outbox
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, write_tx
from matchmaker.engagement.deployments.models import Pairing, Trial
from matchmaker.engagement.deployments.rules import Stage

#: A reminder is repeated after so long, not every night.
REMIND_AGAIN = timedelta(days=7)


def remind_of_trials() -> None:
    """Send ``engagement.trial_due`` for each trial past its last day without agreed result."""
    before = clock.now() - REMIND_AGAIN
    due = (
        select(Pairing)
        .join(Pairing.trial)
        .where(
            Pairing.stage == Stage.TRIAL,
            Trial.ends_on < clock.today(),
            or_(Trial.reminded_at.is_(None), Trial.reminded_at <= before),
        )
        .options(contains_eager(Pairing.trial))
        .order_by(Pairing.id)
    )
    with write_tx():
        for pairing in db.session.scalars(due):
            if pairing.trial is None:
                continue
            pairing.trial.reminded_at = clock.now()
            record(BACKGROUND_JOB, "pairings.remind_of_trial", "pairing", pairing.id)
            outbox.send("engagement.trial_due", pairing_id=pairing.id)

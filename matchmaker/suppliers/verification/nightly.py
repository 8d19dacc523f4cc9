"""Reminding the bureau and test centres of verifications past their due date."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from matchmaker import clock
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, write_tx
from matchmaker.outbox import send
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.rules import OPEN_STATES

#: A reminder is repeated after so long, not every night.
REMIND_AGAIN = timedelta(days=7)


def remind_of_verifications() -> None:
    """Send ``suppliers.verification_overdue`` for each undecided request past its due date."""
    before = clock.now() - REMIND_AGAIN
    overdue = select(Verification).where(
        Verification.state.in_(OPEN_STATES),
        Verification.due_on < clock.today(),
        or_(Verification.reminded_at.is_(None), Verification.reminded_at <= before),
    )
    with write_tx():
        for row in db.session.scalars(overdue.order_by(Verification.id)):
            row.reminded_at = clock.now()
            record(BACKGROUND_JOB, "verifications.remind", "verification", row.id)
            send("suppliers.verification_overdue", verification_id=row.id)

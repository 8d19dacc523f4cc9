"""Telling, the night after a deadline, that the answers on a listing can be read."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker import clock, outbox
from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db, write_tx
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import OPEN_STATES


def announce_openings() -> None:
    """Send ``engagement.answers_opened`` once for each listing whose answers' seal has passed."""
    opened = (
        select(Answer)
        .where(
            Answer.state.in_(OPEN_STATES),
            Answer.sealed_until < clock.today(),
            Answer.opened_at.is_(None),
        )
        .options(joinedload(Answer.listing))
        .order_by(Answer.listing_id, Answer.id)
    )
    with write_tx():
        for listing, answers in groupby(db.session.scalars(opened), key=lambda row: row.listing):
            ids = []
            for answer in answers:
                answer.opened_at = clock.now()
                ids.append(answer.id)
            record(BACKGROUND_JOB, "answers.open", "demand", listing.id, answers=ids)
            outbox.send(
                "engagement.answers_opened", id=listing.id, code=listing.code, count=len(ids)
            )

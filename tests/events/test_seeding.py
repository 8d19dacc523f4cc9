"""The demonstration: loaded once, marked, never in production."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select

from matchmaker.actor import VISITOR
from matchmaker.db import db, read_tx
from matchmaker.events import queries
from matchmaker.events.meetings.queries import count_held, list_planned
from matchmaker.events.models import Event
from matchmaker.events.outcomes.models import MeetingOutcome
from matchmaker.events.rules import EventKind, EventState
from matchmaker.events.seeding import seed_events


def test_each_state_that_a_unit_acts_in_is_shown(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        with read_tx():
            rows = db.session.scalars(queries.newest_first(VISITOR)).all()
            assert {(row.kind, row.state) for row in rows} == {
                (EventKind.SCENE, EventState.REGISTRATION),
                (EventKind.SCENE, EventState.REQUESTS),
                (EventKind.SCENE, EventState.HELD),
                (EventKind.CHAIN, EventState.HELD),
            }
            assert all(row.is_demo and "演示" in row.title for row in rows)
            for row in rows:
                if row.state is EventState.HELD:
                    meetings = list_planned(row)
                    said = db.session.scalar(
                        select(func.count())
                        .select_from(MeetingOutcome)
                        .where(MeetingOutcome.meeting_id.in_([each.id for each in meetings]))
                    )
                    assert 0 < (said or 0) < 2 * count_held([row.id])[row.id]
        assert seed_events(seeded_app.extensions["settings"]) == {"对接会示例": len(rows)}
        with read_tx():
            assert db.session.scalar(select(func.count()).select_from(Event)) == len(rows)


def test_production_gets_no_demonstration(app: Flask) -> None:
    settings = replace(app.extensions["settings"], production=True)
    with app.app_context():
        assert seed_events(settings) == {"对接会示例": 0}
        with read_tx():
            assert db.session.scalar(select(func.count()).select_from(Event)) == 0

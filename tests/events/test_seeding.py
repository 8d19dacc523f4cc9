"""The demonstration: loaded once, marked, never in production."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select

from matchmaker.actor import VISITOR
from matchmaker.db import db, read_tx
from matchmaker.events import queries
from matchmaker.events.meetings.queries import count_held
from matchmaker.events.models import Event
from matchmaker.events.outcomes.models import MeetingOutcome
from matchmaker.events.rules import EventKind, EventState
from matchmaker.events.seeding import seed_events


def test_a_held_chain_meeting_and_an_open_scene_meeting(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        with read_tx():
            rows = db.session.scalars(queries.newest_first(VISITOR)).all()
            assert [(row.kind, row.state, row.is_demo) for row in rows] == [
                (EventKind.SCENE, EventState.REGISTRATION, True),
                (EventKind.CHAIN, EventState.HELD, True),
            ]
            assert all("演示" in row.title for row in rows)
            held = count_held([rows[1].id])[rows[1].id]
            said = db.session.scalar(select(func.count()).select_from(MeetingOutcome)) or 0
            assert held > 0
            assert 0 < said <= 2 * held
        assert seed_events(seeded_app.extensions["settings"]) == {"对接会示例": 2}
        with read_tx():
            assert db.session.scalar(select(func.count()).select_from(Event)) == 2


def test_production_gets_no_demonstration(app: Flask) -> None:
    settings = replace(app.extensions["settings"], production=True)
    with app.app_context():
        assert seed_events(settings) == {"对接会示例": 0}
        with read_tx():
            assert db.session.scalar(select(func.count()).select_from(Event)) == 0

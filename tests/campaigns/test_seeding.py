"""The demonstration of calls and lists: each state, told as such, loaded once."""

from __future__ import annotations

from flask import Flask

from matchmaker import clock
from matchmaker.campaigns import queries
from matchmaker.campaigns.models import Campaign, Edition
from matchmaker.campaigns.rules import (
    CampaignState,
    ListKind,
    Phase,
    compute_changes,
    phase_on,
)
from matchmaker.campaigns.seeding import seed_campaigns, seed_first_lists
from matchmaker.db import db, read_tx


def test_calls_and_editions_show_their_states(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        calls = db.session.query(Campaign).order_by(Campaign.id).all()
        assert [call.state for call in calls] == [
            CampaignState.PUBLISHED,
            CampaignState.PUBLISHED,
            CampaignState.DRAFT,
        ]
        over, open_, _ = calls
        today = clock.today()
        assert phase_on(over.opens_on, over.closes_on, today) is Phase.CLOSED
        assert phase_on(open_.opens_on, open_.closes_on, today) is Phase.OPEN
        assert all(call.is_demo and "（演示）" in call.title for call in calls)
        editions = db.session.query(Edition).order_by(Edition.id).all()
        assert [(row.list_kind, row.number, row.published_at is None) for row in editions] == [
            (ListKind.SCENE, 1, False),
            (ListKind.SUPPLY, 1, False),
            (ListKind.JOB, 1, False),
            (ListKind.COMPONENT, 1, False),
            (ListKind.CHALLENGE, 1, False),
            (ListKind.SCENE, 2, False),
            (ListKind.JOB, 2, False),
            (ListKind.SOLUTION, 1, False),
            (ListKind.CHALLENGE, 2, True),
        ]
        of_call = [row for row in editions if row.campaign_id is not None]
        assert {row.campaign_id for row in of_call} == {over.id}
        assert all(row.rows and row.published_at.date() > over.closes_on for row in of_call)
        assert all(row.is_demo for row in editions)
        first, second = (row for row in editions if row.list_kind is ListKind.SCENE)
        columns = tuple(second.columns)
        changes = compute_changes(
            columns, [tuple(row) for row in first.rows], [tuple(row) for row in second.rows]
        )
        assert len(changes.added) > 0
        assert queries.last_number(ListKind.SCENE) == 2


def test_repeating_changes_nothing(seeded_app: Flask) -> None:
    settings = seeded_app.extensions["settings"]
    with seeded_app.app_context():
        assert seed_first_lists(settings) == {}
        assert seed_campaigns(settings) == {"征集与清单示例": 3}
        with read_tx():
            counts = db.session.query(Campaign).count(), db.session.query(Edition).count()
    assert counts == (3, 9)

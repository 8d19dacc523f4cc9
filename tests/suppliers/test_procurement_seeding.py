"""The procurement demonstration goes through the room's operations and leaves their entries."""

from __future__ import annotations

import dataclasses

from flask import Flask

from matchmaker.audit.models import AuditEntry
from matchmaker.clock import CHINA
from matchmaker.config import Settings
from matchmaker.db import read_tx
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.first_orders.rules import OrderState
from matchmaker.suppliers.procurement.models import Recommendation
from matchmaker.suppliers.procurement.rules import RecommendationState
from matchmaker.suppliers.procurement.seeding import MARK, seed_procurement


def test_each_step_was_taken_by_a_person_in_turn(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx() as session:
        handed, waiting = session.query(Recommendation).order_by(Recommendation.id)
        states = (RecommendationState.HANDED_OVER, RecommendationState.SUBMITTED)
        assert (handed.state, waiting.state) == states
        assert handed.is_demo
        assert waiting.is_demo
        assert handed.decided_by not in {None, handed.created_by}
        (opinion,) = handed.opinions
        assert handed.decided_at is not None
        days = [handed.submitted_at, opinion.given_at, handed.decided_at]
        assert days == sorted(days)
        assert handed.handed_on is not None
        assert handed.handed_on >= handed.decided_at.astimezone(CHINA).date()
        assert handed.criteria.effective_from <= handed.submitted_at.astimezone(CHINA).date()
        for row in session.query(FirstOrder):
            assert (row.state, row.is_demo, row.note) == (OrderState.CONFIRMED, True, MARK)
            assert row.decided_by not in {None, row.reported_by}
            assert row.decided_at is not None
            assert row.reported_at < row.decided_at
            assert row.ordered_on <= row.reported_at.astimezone(CHINA).date()
        taken = [
            (entry.action, entry.actor_kind)
            for entry in session.query(AuditEntry)
            .filter(AuditEntry.action.regexp_match("^(procurement|first_orders)[.]"))
            .order_by(AuditEntry.seq)
        ]
    assert taken == [
        (action, "person")
        for action in (
            "procurement.set_criteria",
            *["procurement.application"] * 2,
            "procurement.give_opinion",
            "procurement.recommend",
            "procurement.hand_over",
            *["first_orders.report", "first_orders.confirm"] * 2,
        )
    ]


def test_none_is_acted_out_in_production(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        production = dataclasses.replace(settings, production=True)
        assert seed_procurement(production) == {"采购目录推荐": 0, "首购订购": 0}


def test_repeating_it_adds_nothing(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        counts = {"采购目录推荐": 2, "首购订购": 2}
        assert seed_procurement(seeded_app.extensions["settings"]) == counts

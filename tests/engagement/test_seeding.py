"""The demonstration: one listing in each stage, told as such, loaded once and quickly."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingKind, ListingStatus
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import Stage
from matchmaker.engagement.milestones.models import Milestone
from matchmaker.engagement.milestones.rules import MilestoneState
from matchmaker.engagement.questions.models import Question
from matchmaker.engagement.seeding import seed_engagement


def test_every_stage_is_shown_and_marked(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        stages = [row.stage for row in db.session.query(Pairing).order_by(Pairing.id)]
        assert stages == [Stage.PROPOSED, Stage.TRIAL, Stage.DEPLOYED, Stage.PAIRED]
        states = {row.state for row in db.session.query(Milestone)}
        assert states == set(MilestoneState)
        answered = db.session.query(DemandListing).join(Answer).distinct()
        statuses = [row.status for row in answered.order_by(DemandListing.id)]
        assert statuses == [
            ListingStatus.ANSWERED,
            ListingStatus.ANSWERED,
            ListingStatus.AGREED,
            ListingStatus.AGREED,
            ListingStatus.DEPLOYED,
            ListingStatus.AGREED,
        ]
        assert set(db.session.scalars(select(DemandListing.status))) == set(ListingStatus)
        assert set(db.session.scalars(select(DemandListing.kind))) == set(ListingKind)
        for model in (Question, Answer, Pairing):
            unmarked = select(func.count(model.id)).where(model.is_demo.is_(False))
            assert db.session.scalar(unmarked) == 0


def test_repeating_changes_nothing(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        with read_tx():
            before = db.session.scalar(select(func.count(AuditEntry.seq)))
        assert seed_engagement(seeded_app.extensions["settings"]) == {"供需对接示例": 7}
        with read_tx():
            assert db.session.scalar(select(func.count(AuditEntry.seq))) == before

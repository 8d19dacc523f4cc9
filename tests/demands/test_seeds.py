"""Seeds: the compiled demands, the examples of every stage, and that repeating changes nothing."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.demo import seed_demo_accounts
from matchmaker.actor import VISITOR
from matchmaker.audit.models import AuditEntry
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries
from matchmaker.demands.content import check_complete
from matchmaker.demands.example_seeds import load_examples, seed_examples
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.lifecycle.nightly import chase_overdue
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingKind, ListingStatus
from matchmaker.demands.seed_records import load_demands
from matchmaker.demands.seeds import seed_demands
from matchmaker.outbox import OutboxMessage
from tests.demands.factories import make_published
from tests.people import People


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


def test_compiled_demands_are_stored_as_they_were_read(app: Flask, settings: Settings) -> None:
    vocabulary = load_vocabulary()
    with app.app_context():
        assert seed_demands(settings) == {"场景需求": 88}
        with read_tx():
            stored = {row.code: row for row in queries.list_public(VISITOR)}
            for record in load_demands(vocabulary):
                back = queries.record_of(stored[record.code], vocabulary)
                expected = dataclasses.replace(record, style="", facts_seen=False)
                assert back == expected
            assert all(row.is_demo for row in stored.values())
            assert all(row.organisation.name.endswith("（演示）") for row in stored.values())


def test_repeating_adds_nothing(app: Flask, settings: Settings) -> None:
    def counts() -> list[int]:
        with read_tx():
            tables = (DemandListing, AuditEntry, OutboxMessage)
            return [db.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables]

    with app.app_context():
        seed_demo_accounts(settings)
        for seeder in (seed_demands, seed_examples):
            first = seeder(settings)
            before = counts()
            assert seeder(settings) == first
            assert counts() == before


def test_examples_show_every_stage_of_review_and_every_kind(app: Flask, settings: Settings) -> None:
    with app.app_context():
        seed_demo_accounts(settings)
        seed_examples(settings)
        with read_tx():
            rows = db.session.scalars(select(DemandListing)).all()
            statuses = Counter(row.status for row in rows)
            kinds = Counter(row.kind for row in rows)
            assert all(row.is_demo and row.facts_note for row in rows)
    assert set(statuses) == {
        ListingStatus.DRAFT,
        ListingStatus.SUBMITTED,
        ListingStatus.RECTIFICATION,
        ListingStatus.RETURNED,
        ListingStatus.WITHDRAWN,
        ListingStatus.PUBLISHED,
        ListingStatus.UNMET,
    }
    assert set(kinds) == set(ListingKind)


def test_examples_could_be_submitted_by_anybody(app: Flask) -> None:
    vocabulary = load_vocabulary()
    _, examples = load_examples(vocabulary)
    for example in examples:
        check_complete(example.content, vocabulary, clock.today())


def test_production_gets_no_examples(app: Flask, settings: Settings) -> None:
    with app.app_context():
        assert seed_examples(dataclasses.replace(settings, production=True)) == {"示例需求": 0}
        with read_tx():
            assert db.session.scalar(select(func.count()).select_from(DemandListing)) == 0


def test_owners_are_chased_once_a_week_until_there_is_an_outcome(
    app: Flask, people: People
) -> None:
    def chased() -> int:
        with read_tx():
            topic = OutboxMessage.topic == "demands.chase"
            return len(db.session.scalars(select(OutboxMessage).where(topic)).all())

    with app.app_context():
        with write_tx():
            late, fresh = make_published(people), make_published(people)
            late.deadline = clock.today() - timedelta(days=15)
            fresh.deadline = clock.today() - timedelta(days=14)
            code = late.code
        chase_overdue()
        assert chased() == 1
        chase_overdue()
        assert chased() == 1
        with write_tx():
            row = queries.get_listing(people.owner, code)
            row.chased_at = clock.now() - timedelta(days=7)
        chase_overdue()
        assert chased() == 2
        with write_tx():
            row = queries.get_listing(people.owner, code)
            row.chased_at = None
            lifecycle.close_unmet(people.owner, row, note="无产品")
        chase_overdue()
        assert chased() == 2

"""Kept lists: the same again, renewed by what changes the market."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from matchmaker.db import db, read_tx, write_tx
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.matching.runs.models import MatchList, MatchRun
from matchmaker.matching.runs.operations import (
    rematch_all,
    rematch_changed,
    without_progress,
)
from matchmaker.outbox import OutboxMessage, deliver_outbox
from matchmaker.suppliers import operations, queries
from matchmaker.wiring import HANDLERS
from tests.matching.app.test_corpus import SECRET, _actor


def test_a_second_run_gives_the_same_digest_and_stores_no_list(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        seen: list[tuple[int, int]] = []
        first = rematch_all(lambda done, total: seen.append((done, total)))
        second = rematch_all(without_progress)
        with read_tx():
            runs = db.session.scalars(select(MatchRun).order_by(MatchRun.id)).all()[-2:]
            stored = db.session.scalars(
                select(MatchList.id).where(MatchList.run_id == second.run_id)
            ).all()
            assert first.needs == second.needs >= 88
            assert seen[-1] == (first.needs, first.needs)
            assert (second.unchanged, stored) == (first.needs, [])
            assert first.results_digest == second.results_digest == runs[0].results_digest
            assert runs[0].corpus == first.corpus
            assert runs[0].parameters["weights"]["bar"] > 0
            assert runs[0].finished_at is not None


def test_a_publication_renews_the_lists_it_concerns_and_tells_of_newcomers(
    seeded_app: Flask,
) -> None:
    handlers = {topic: HANDLERS[topic] for topic in HANDLERS if "suppliers" in topic}
    with seeded_app.app_context():
        deliver_outbox(handlers)
        everything = rematch_all(without_progress)
        with write_tx():
            firm = _actor("firm@demo.example")
            product = operations.create_product(firm, queries.get_own_supplier(firm), SECRET)
            operations.publish_product(firm, product)
            code = product.code
        deliver_outbox(handlers)
        with read_tx():
            waiting = db.session.scalars(
                select(Job).where(Job.kind == "matching.rematch", Job.status == JobStatus.QUEUED)
            ).all()
        summary = rematch_changed(without_progress)
        with read_tx():
            found = db.session.scalars(
                select(OutboxMessage).where(OutboxMessage.topic == "matching.found")
            ).all()
            told = [message for message in found if code in message.payload["products"]]
        nothing_left = rematch_changed(without_progress)
    assert len(waiting) == 1
    assert summary is not None
    assert 0 < summary.needs < everything.needs
    assert told
    assert nothing_left is None

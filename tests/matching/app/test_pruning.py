"""Kept facts go at night when nothing refers to them; every run stays reproducible."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import delete, select, update

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.audit.models import AuditEntry
from matchmaker.db import read_tx, write_tx
from matchmaker.demands.models import DemandListing
from matchmaker.matching.archive.models import MatchRecord, RecordKind
from matchmaker.matching.archive.operations import keep_records
from matchmaker.matching.changes.models import ChangeKind
from matchmaker.matching.feedback.models import MatchFeedback
from matchmaker.matching.feedback.rules import Usefulness
from matchmaker.matching.indexing.models import IndexGeneration
from matchmaker.matching.runs import reproduction
from matchmaker.matching.runs.models import MatchInput, MatchRun
from matchmaker.matching.runs.operations import rematch_all, without_progress
from matchmaker.matching.runs.pruning import prune_records
from matchmaker.matching.runs.reproduction import reproduce_run
from tests.matching.app.test_corpus import SECRET
from tests.matching.app.test_generations import _publish

MOMENT = timedelta(microseconds=1)


def age(kept: datetime) -> set[str]:
    """Let every record be kept at that moment; returns the digests."""
    with write_tx() as session:
        session.execute(update(MatchRecord).values(kept_at=kept))
        return set(session.scalars(select(MatchRecord.digest)))


def read_digests() -> set[str]:
    with read_tx() as session:
        return set(session.scalars(select(MatchRecord.digest)))


def read_entries() -> list[dict[str, int]]:
    with read_tx() as session:
        return [row.data for row in session.query(AuditEntry).filter_by(action="matching.prune")]


def keep_corpora(*names: str) -> list[str]:
    return keep_records(RecordKind.CORPUS, [{"offers": {}, "name": name} for name in names])


def keep_loose() -> tuple[str, str]:
    """An offer and a corpus of it that nothing refers to."""
    with write_tx():
        (offer,) = keep_records(RecordKind.OFFER, [{"product_id": "lost"}])
        (corpus,) = keep_records(RecordKind.CORPUS, [{"offers": {"lost": offer}}])
    return offer, corpus


def test_only_what_nothing_refers_to_goes(few_needs: Flask) -> None:
    with few_needs.app_context():
        first = rematch_all(without_progress)
        _publish(few_needs, SECRET)
        few_needs.extensions["poke_executor"]()
        second = rematch_all(without_progress)
        assert first.corpus != second.corpus
        with write_tx() as session:
            # The index moved on, so that only the runs still name its texts.
            session.execute(delete(IndexGeneration))
        offer, corpus = keep_loose()
        limit = clock.begin_of_days_ago(400)
        every = age(limit)
        prune_records()
        assert read_digests() == every, "on the last day everything stays"
        age(limit - MOMENT)
        prune_records()
        assert every - read_digests() >= {offer, corpus}
        assert read_entries()[0]["days"] == 400
        assert read_entries()[0]["corpus"] >= 1
        reproduction._rebuild.cache_clear()
        for summary in (first, second):
            assert reproduce_run(summary.run_id, without_progress).reproduced
        left = read_digests()
        prune_records()
        assert (read_digests(), len(read_entries())) == (left, 1)


def test_a_young_corpus_keeps_its_old_offers(few_needs: Flask) -> None:
    with few_needs.app_context():
        offer, corpus = keep_loose()
        age(clock.begin_of_days_ago(401))
        with write_tx() as session:
            session.get_one(MatchRecord, corpus).kept_at = clock.begin_of_days_ago(400)
        prune_records()
        assert {offer, corpus} <= read_digests()


def test_each_reference_holds_its_record(few_needs: Flask) -> None:
    with few_needs.app_context():
        summary = rematch_all(without_progress)
        with write_tx() as session:
            session.execute(delete(IndexGeneration))
            run = session.get_one(MatchRun, summary.run_id)
            offers = session.get_one(MatchRecord, run.corpus).content["offers"]
            inputs = list(session.scalars(select(MatchInput.need)))
            told, indexed = keep_corpora("told", "indexed")
            session.add(
                MatchFeedback(
                    listing_id=session.scalars(select(DemandListing.id)).first(),
                    product="p",
                    supplier="s",
                    user_id=session.scalars(select(User.id)).first(),
                    usefulness=Usefulness.USEFUL,
                    rank_shown=1,
                    scorer="s",
                    corpus=told,
                )
            )
            session.add(
                IndexGeneration(
                    kind=ChangeKind.PRODUCT,
                    n=1,
                    folder="x",
                    sha256="0" * 64,
                    covers_seq=0,
                    scorer="s",
                    corpus=indexed,
                    n_rows=0,
                )
            )
        loose = set(keep_loose())
        age(clock.begin_of_days_ago(401))
        prune_records()
        left = read_digests()
        assert {told, indexed, summary.corpus, *offers.values(), *inputs} <= left
        assert not loose & left

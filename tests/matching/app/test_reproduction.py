"""A stored list comes out again, whatever the market has become since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.db import read_tx, write_tx
from matchmaker.demands.models import DemandListing
from matchmaker.errors import NotFound
from matchmaker.matching.archive.models import MatchRecord
from matchmaker.matching.archive.rules import (
    CorpusContent,
    compute_digest,
    describe_need,
    describe_offer,
    read_need,
    read_offer,
)
from matchmaker.matching.runs import reproduction
from matchmaker.matching.runs.models import MatchInput, MatchRun
from matchmaker.matching.runs.operations import rematch_all, rematch_changed, without_progress
from matchmaker.matching.runs.reproduction import reproduce_list, reproduce_run
from matchmaker.suppliers.models import Product
from tests.matching.app.conftest import OPEN
from tests.matching.app.test_corpus import SECRET
from tests.matching.app.test_generations import SEEDED, _publish, _withdraw
from tests.matching.seed_market import seeded_demands, seeded_products


def test_facts_come_back_from_the_archive_as_they_went_in() -> None:
    for offer in seeded_products():
        assert read_offer(describe_offer(offer)) == offer
    for need in seeded_demands().values():
        found = read_need(describe_need(need, {"S002", "S001"}))
        assert found == (need, frozenset({"S001", "S002"}))


def test_digests_tell_contents_and_statistics_apart() -> None:
    one, other = {"a": "1", "b": "2"}, {"a": "1", "b": "3"}
    whole = CorpusContent(counted=one, offers=one)
    assert whole.digest == whole.counted_digest
    assert CorpusContent(counted=one, offers=other).digest != CorpusContent(other, other).digest
    assert CorpusContent(counted=one, offers=other).changed == ["b"]
    assert compute_digest({"x": 1, "y": 2}) == compute_digest({"y": 2, "x": 1})


def test_a_run_is_reproduced_after_the_market_has_changed(few_needs: Flask) -> None:
    poke = few_needs.extensions["poke_executor"]
    with few_needs.app_context():
        first = rematch_all(without_progress)
        code = _publish(few_needs, SECRET)
        poke()
        second = rematch_all(without_progress)
        _withdraw(few_needs, "firm2@demo.example", SEEDED)
        _change_market(code)
        poke()
        third = rematch_all(without_progress)
        reproduction._rebuild.cache_clear()

        digests = {item.results_digest for item in (first, second, third)}
        assert len(digests) == len({item.corpus for item in (first, second, third)}) == 3
        seen: list[tuple[int, int]] = []
        for summary in (first, second, third):
            found = reproduce_run(summary.run_id, lambda done, total: seen.append((done, total)))
            assert (found.different, found.needs) == ((), summary.needs)
            assert found.results_digest == summary.results_digest
            assert (found.reproduced, found.scorer_same, found.catalogue_same) == (True,) * 3
        assert seen[-1] == (third.needs, third.needs)


def _change_market(code: str) -> None:
    """An offer and a need whose rows are other ones now, told to nobody."""
    with write_tx() as session:
        product = session.scalars(select(Product).where(Product.code == code)).one()
        product.description = "泳池清洗。"
        need = session.scalars(select(DemandListing).where(DemandListing.code == "D019")).one()
        need.title = "泳池清洗"


def test_a_changed_result_is_named_and_not_hidden(few_needs: Flask) -> None:
    with few_needs.app_context():
        summary = rematch_all(without_progress)
        with write_tx() as session:
            run = session.get_one(MatchRun, summary.run_id)
            run.parameters = run.parameters | {
                "weights": run.parameters["weights"] | {"trade": 5.0},
                "catalogue": "other",
            }
        found = reproduce_run(summary.run_id, without_progress)
        assert (found.reproduced, found.catalogue_same, found.scorer_same) == (False, False, True)
        assert len(found.different) > found.needs / 2
        with read_tx():
            made = reproduce_list(summary.run_id, found.different[0])
            assert not made.is_same
            assert made.places
            assert all(stored or again for stored, again in made.places)


def test_equal_facts_are_kept_once(few_needs: Flask) -> None:
    with few_needs.app_context():
        rematch_all(without_progress)
        with read_tx() as session:
            before = set(session.scalars(select(MatchRecord.digest)))
        again = rematch_all(without_progress)
        with read_tx() as session:
            assert set(session.scalars(select(MatchRecord.digest))) == before
            inputs = session.scalars(
                select(MatchInput.need).where(MatchInput.run_id == again.run_id)
            ).all()
            assert len(inputs) == again.needs
            assert set(inputs) <= before


def test_a_partial_run_is_reproduced_too(few_needs: Flask) -> None:
    with few_needs.app_context():
        rematch_all(without_progress)
        _publish(few_needs, replace(SECRET, model="蓝孔雀十号"))
        _publish_messages(few_needs)
        with read_tx() as session:
            newest = session.scalars(select(MatchRun).order_by(MatchRun.id.desc())).first()
            assert newest is not None
            run_id, needs = newest.id, newest.needs
        assert 0 < needs < len(OPEN)
        assert reproduce_run(run_id, without_progress).reproduced


def _publish_messages(app: Flask) -> None:
    app.extensions["poke_executor"]()
    rematch_changed(without_progress)


def test_what_was_not_kept_is_said(few_needs: Flask) -> None:
    with few_needs.app_context():
        summary = rematch_all(without_progress)
        with pytest.raises(NotFound, match="匹配记录"):
            reproduce_run(summary.run_id + 9_999, without_progress)
        with read_tx(), pytest.raises(NotFound, match="D999"):
            reproduce_list(summary.run_id, "D999")
        with write_tx() as session:
            session.add(
                MatchRun(
                    scorer="old",
                    parameters={},
                    corpus="0" * 64,
                    covers_seq=0,
                    needs=5,
                    on_day=date(2026, 1, 1),
                )
            )
        with pytest.raises(NotFound, match="早于资料留存"):
            reproduce_run(summary.run_id + 1, without_progress)
        with write_tx() as session:
            session.get_one(MatchRun, summary.run_id).corpus = "0" * 64
        with read_tx(), pytest.raises(NotFound, match="不能重算"):
            reproduce_list(summary.run_id, "D019")

"""The stored index under the ranking: opened by workers, followed by changes, renewed by a job."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db, read_tx, write_tx
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.matching.changes.models import ChangeKind, ChangeOp, IndexChange
from matchmaker.matching.exchange import export_match
from matchmaker.matching.index import TAIL_LIMIT
from matchmaker.matching.indexing import queries as indexing
from matchmaker.matching.indexing.jobs import REINDEX, queue_overdue, renew_nightly
from matchmaker.matching.indexing.models import IndexGeneration
from matchmaker.matching.indexing.rules import is_due
from matchmaker.matching.market import corpus as corpora
from matchmaker.matching.market.corpus import Corpus, get_corpus
from matchmaker.matching.market.needs import read_text
from matchmaker.matching.queries import match_text
from matchmaker.suppliers import operations, queries
from matchmaker.suppliers.facts import ProductFacts
from matchmaker.suppliers.rules import ProfileState
from tests.matching.app.test_corpus import SECRET, _actor, _answer

UNSEEN = "猛犸Q77"
SEEDED = "deep-x30"


@pytest.fixture(autouse=True)
def _fresh_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts as a worker that has just come up."""
    monkeypatch.setattr(corpora, "_current", None)


@pytest.fixture
def indexed_app(few_needs: Flask) -> Flask:
    """The seeded market, nothing on its way, with a generation that covers it."""
    with few_needs.app_context():
        renew_nightly()
    return few_needs


def _start_worker() -> None:
    corpora._current = None


def _corpus(app: Flask) -> Corpus:
    with app.app_context(), read_tx():
        return get_corpus()


def _newest(app: Flask) -> IndexGeneration:
    with app.app_context(), read_tx() as session:
        row = indexing.find_newest(ChangeKind.PRODUCT)
        assert row is not None
        session.expunge(row)
        return row


def _publish(app: Flask, facts: ProductFacts) -> str:
    with app.app_context(), write_tx():
        firm = _actor("firm@demo.example")
        product = operations.create_product(firm, queries.get_own_supplier(firm), facts)
        operations.publish_product(firm, product)
        return product.code


def _withdraw(app: Flask, email: str, code: str) -> None:
    with app.app_context(), write_tx():
        firm = _actor(email)
        product = queries.get_own_product(firm, code)
        operations.withdraw_product(firm, product, reason="停止供货，下架处理")


def _names(app: Flask, text: str) -> list[str]:
    with app.app_context(), read_tx():
        need = read_text(text, vocabulary=load_vocabulary())
        return [item.product_id for item in match_text(need, top=200).ranking.results]


def test_a_worker_opens_the_newest_generation_and_answers_as_one_that_counted_anew(
    indexed_app: Flask,
) -> None:
    row, corpus = _newest(indexed_app), _corpus(indexed_app)
    assert (corpus.basis.number, len(corpus)) == (row.n, row.n_rows)
    assert corpus.digest == row.corpus
    with indexed_app.app_context():
        assert indexing.find_files(row) is not None
    opened = _answer(indexed_app)

    with indexed_app.app_context(), write_tx() as session:
        for item in session.scalars(select(IndexGeneration)):
            session.delete(item)
    _start_worker()

    assert _answer(indexed_app) == opened
    assert _corpus(indexed_app).basis.number == 0


def test_a_new_product_with_an_unseen_word_is_found_by_the_next_query_without_a_refit(
    indexed_app: Flask,
) -> None:
    before = _corpus(indexed_app)
    assert before.content.changed == []

    code = _publish(indexed_app, replace(SECRET, model=UNSEEN))
    after = _corpus(indexed_app)

    assert _names(indexed_app, f"用{UNSEEN}在变电所夜间巡检")[0] == code
    assert after.basis is before.basis
    assert after.content.changed == [code]
    assert after.digest != before.digest
    assert code not in before.ranker.rows


def test_workers_that_come_at_different_times_give_the_same_bytes(indexed_app: Flask) -> None:
    _corpus(indexed_app)
    code = _publish(indexed_app, SECRET)
    followed, digest = _answer(indexed_app), _corpus(indexed_app).digest

    _start_worker()

    assert _answer(indexed_app) == followed
    assert _corpus(indexed_app).digest == digest
    assert code in _corpus(indexed_app).ranker.rows


def test_an_unpublished_listing_changes_no_byte_with_a_generation_either(
    indexed_app: Flask,
) -> None:
    before = _answer(indexed_app)
    with indexed_app.app_context(), write_tx():
        firm = _actor("firm@demo.example")
        operations.create_product(firm, queries.get_own_supplier(firm), SECRET)
    assert _answer(indexed_app) == before

    code = _publish(indexed_app, replace(SECRET, model="蓝孔雀八号"))
    assert _answer(indexed_app) != before
    _withdraw(indexed_app, "firm@demo.example", code)
    assert _answer(indexed_app) == before


def test_a_withdrawal_takes_the_text_out_at_once_and_refits(indexed_app: Flask) -> None:
    old = _newest(indexed_app)
    assert SEEDED in _corpus(indexed_app).ranker.rows

    _withdraw(indexed_app, "firm2@demo.example", SEEDED)
    with indexed_app.app_context(), read_tx():
        assert SEEDED not in get_corpus().ranker.rows
    indexed_app.extensions["poke_executor"]()

    row, corpus = _newest(indexed_app), _corpus(indexed_app)
    assert (row.n, row.n_rows) == (old.n + 1, old.n_rows - 1)
    assert corpus.basis.number == row.n
    assert corpus.content.changed == []
    assert SEEDED not in corpus.content.counted
    refitted = _answer(indexed_app)
    with indexed_app.app_context(), write_tx() as session:
        for item in session.scalars(select(IndexGeneration)):
            session.delete(item)
    _start_worker()
    assert _answer(indexed_app) == refitted


def test_two_generations_are_kept_in_the_table_and_on_disk(indexed_app: Flask) -> None:
    first = _newest(indexed_app)
    for number in range(3):
        _publish(indexed_app, replace(SECRET, model=f"蓝孔雀{number}"))
        with indexed_app.app_context():
            renew_nightly()

    with indexed_app.app_context(), read_tx() as session:
        rows = session.scalars(select(IndexGeneration).order_by(IndexGeneration.n)).all()
        folders = [row.folder for row in rows]
        last = rows[-1].n
        assert [row.n for row in rows] == [last - 1, last]
        assert last >= first.n + 3
        root: Path = indexing.index_folder()
    assert sorted(path.name for path in root.iterdir()) == folders
    with indexed_app.app_context():
        renew_nightly()
    assert _newest(indexed_app).n == last


def test_a_missing_or_foreign_folder_gives_the_same_answers(indexed_app: Flask) -> None:
    opened = _answer(indexed_app)
    code = _publish(indexed_app, SECRET)
    followed = _answer(indexed_app)
    with indexed_app.app_context(), write_tx() as session:
        row = session.scalars(select(IndexGeneration).order_by(IndexGeneration.n.desc())).first()
        assert row is not None
        row.sha256 = "0" * 64
    _start_worker()

    assert _answer(indexed_app) == followed
    assert followed != opened
    assert _corpus(indexed_app).content.changed == [code]


def test_a_database_put_back_to_an_older_state_is_noticed(indexed_app: Flask) -> None:
    before = _answer(indexed_app)
    code = _publish(indexed_app, SECRET)
    indexed_app.extensions["poke_executor"]()
    assert code in _corpus(indexed_app).ranker.rows

    with indexed_app.app_context(), write_tx() as session:
        queries.get_own_product(_actor("firm@demo.example"), code).state = ProfileState.DRAFT
        session.execute(delete(IndexChange).where(IndexChange.key == code))

    assert _answer(indexed_app) == before


@pytest.mark.parametrize(
    ("exists", "changes", "withdrawals", "expected"),
    [
        (False, 0, 0, True),
        (True, 0, 0, False),
        (True, TAIL_LIMIT - 1, 0, False),
        (True, TAIL_LIMIT, 0, True),
        (True, 1, 1, True),
    ],
)
def test_when_a_generation_is_due(
    exists: bool, changes: int, withdrawals: int, expected: bool
) -> None:
    assert is_due(exists=exists, changes=changes, withdrawals=withdrawals) is expected


def test_a_publication_queues_no_job_until_enough_have_changed(indexed_app: Flask) -> None:
    def count_jobs() -> int:
        with indexed_app.app_context(), read_tx() as session:
            query = select(func.count(Job.id)).where(Job.kind == REINDEX)
            return session.scalar(query) or 0

    before = count_jobs()
    _publish(indexed_app, SECRET)
    indexed_app.extensions["poke_executor"]()
    assert count_jobs() == before

    with indexed_app.app_context(), write_tx():
        db.session.add_all(
            IndexChange(kind=ChangeKind.PRODUCT, key=SEEDED, op=ChangeOp.PUT)
            for _ in range(TAIL_LIMIT)
        )
    _publish(indexed_app, replace(SECRET, model="蓝孔雀九号"))
    indexed_app.extensions["poke_executor"]()
    assert count_jobs() == before + 1
    assert json.loads(_answer(indexed_app))["results"]
    assert _corpus(indexed_app).content.changed == []


def test_a_start_without_a_generation_has_one_written(indexed_app: Flask) -> None:
    with indexed_app.app_context():
        with write_tx() as session:
            session.execute(delete(IndexGeneration))
        queue_overdue()
        queue_overdue()
        with read_tx() as session:
            waiting = select(func.count(Job.id)).where(
                Job.kind == REINDEX, Job.status == JobStatus.QUEUED
            )
            assert session.scalar(waiting) == 1
    indexed_app.extensions["poke_executor"]()
    assert _newest(indexed_app).n_rows == len(_corpus(indexed_app))


def test_the_answer_is_complete_on_a_stored_generation(indexed_app: Flask) -> None:
    with indexed_app.app_context(), read_tx():
        need = read_text("变电所夜间巡检，要能上下楼梯", vocabulary=load_vocabulary())
        answer = export_match(match_text(need))
    for line in answer["results"]:
        points = {part["name"]: part["points"] for part in line["parts"]}
        terms = sum(term["points"] for term in line["terms"])
        assert terms == pytest.approx(points["text"], abs=0.01)

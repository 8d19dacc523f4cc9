"""Confirmed tables in the background: progress, kills, refusals, one import however often sent."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands.exchange import OWN_DEMANDS
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingStatus
from matchmaker.documents.table import Details, Record, Stored
from matchmaker.errors import NotFound, PermissionDenied
from matchmaker.imports import operations, queries
from matchmaker.imports.models import ImportedRow, ImportRun
from matchmaker.imports.operations import STORE, ConfirmedTable
from matchmaker.imports.rules import FIRST_CHUNK, KEPT, LARGEST_CHUNK, SILENT, compute_chunk
from matchmaker.imports.running import make_runner
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.jobs.operations import run_queued_jobs
from matchmaker.notifications.inbox.models import Notification
from matchmaker.wiring import IMPORTS, RUNNERS
from tests.conftest import SignIn
from tests.imports.planted import as_csv, make_good
from tests.imports.samples import DEMANDS
from tests.imports.test_demands import OWN, confirm, list_rows, read_field, send
from tests.people import People

ROWS = 25


class Killed(BaseException):
    """The worker is gone; nothing of its own runs any more."""


def queue(actor: Actor, rows: int = ROWS, token: str = "t1") -> int:
    """A confirmed table that no worker has taken yet."""
    content = as_csv(make_good(DEMANDS, rows))
    table = ConfirmedTable(
        kind=OWN_DEMANDS.kind,
        token=token,
        address="owner/demands/import",
        file_name="需求.csv",
        sha256="0" * 64,
        content=content,
        details={},
        rows=rows,
    )
    with write_tx():
        return operations.start_import(actor, OWN_DEMANDS, table).id


def read_run(run_id: int) -> tuple[str, int, int]:
    """State, rows stored, rows noted as stored."""
    with read_tx() as session:
        run = session.get_one(ImportRun, run_id)
        noted = select(func.count()).where(ImportedRow.run_id == run_id)
        return run.state.value, run.rows_stored, session.scalar(noted) or 0


def test_worker_killed_half_way_is_followed_by_another(app: Flask, people: People) -> None:
    calls: list[int] = []

    def store_until_killed(
        actor: Actor, records: Sequence[Record], details: Details
    ) -> Sequence[Stored]:
        calls.append(len(records))
        stored = OWN_DEMANDS.store(actor, records, details)
        if len(calls) == 2:
            raise Killed
        return stored

    dying = dataclasses.replace(OWN_DEMANDS, store=store_until_killed)
    with app.app_context():
        run_id = queue(people.owner)
        with pytest.raises(Killed):
            run_queued_jobs({STORE: make_runner({dying.kind: dying})})
        assert read_run(run_id) == ("running", FIRST_CHUNK, FIRST_CHUNK)
        operations.resume_interrupted()
        assert run_queued_jobs(RUNNERS) == 0  # it may still be alive
        with write_tx() as session:
            session.execute(update(ImportRun).values(touched_at=clock.now() - SILENT * 2))
        operations.resume_interrupted()
        operations.resume_interrupted()
        assert run_queued_jobs(RUNNERS) == 1
        assert read_run(run_id) == ("done", ROWS, ROWS)
        with read_tx() as session:
            assert session.get_one(ImportRun, run_id).content is None
    titles = [title for title, *_ in list_rows(app)]
    assert titles == [f"第{number}号变电所夜间巡检" for number in range(ROWS)]


def test_one_dry_run_is_one_import_however_often_sent(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    client = sign_in(app, "owner@test.example")
    page = send(client, OWN, as_csv(make_good(DEMANDS, 2))).get_data(as_text=True)
    reference = read_field(page, "reference")
    answers = [client.post(f"{OWN}/confirm", data={"reference": reference}) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(list_rows(app)) == 2
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 1
        assert db.session.scalar(select(func.count()).where(Job.kind == STORE)) == 1


def test_page_shows_progress_then_what_was_made(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context():
        run_id = queue(people.owner)
    client = sign_in(app, "owner@test.example")
    waiting = client.get(f"{OWN}/runs/{run_id}").get_data(as_text=True)
    assert '<meta http-equiv="refresh" content="3">' in waiting
    assert f"0 / {ROWS} 条" in waiting
    assert list_rows(app) == []
    with app.app_context():
        run_queued_jobs(RUNNERS)
    done = client.get(f"{OWN}/runs/{run_id}").get_data(as_text=True)
    assert "http-equiv" not in done
    assert f"新建 {ROWS} 条" in done
    with app.app_context():
        codes = db.session.scalars(select(DemandListing.code)).all()
    assert all(f'href="/owner/demands/{code}"' in done for code in codes)
    assert "需求.csv" in client.get(OWN).get_data(as_text=True)


@pytest.mark.parametrize("part", ["stranger", "colleague", "firm", "officer"])
def test_import_of_somebody_else_is_not_found_nor_resumed(
    app: Flask, people: People, sign_in: SignIn, part: str
) -> None:
    with app.app_context():
        run_id = queue(people.owner)
        with write_tx() as session:
            session.execute(update(ImportRun).values(state="STOPPED"))
    client = sign_in(app, f"{part}@test.example")
    expected = 404 if part in {"stranger", "colleague"} else 403
    assert client.get(f"{OWN}/runs/{run_id}").status_code == expected
    for act in ("resume", "give-up"):
        assert client.post(f"{OWN}/runs/{run_id}/{act}").status_code == expected
    with app.app_context():
        assert read_run(run_id) == ("stopped", 0, 0)
        with pytest.raises(NotFound):
            queries.get_run(getattr(people, part), run_id)


def test_import_is_found_below_its_own_kind_only(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context():
        queue(people.owner)
        with write_tx() as session:
            session.execute(update(ImportRun).values(kind="demands.for_units"))
    assert sign_in(app, "owner@test.example").get(f"{OWN}/runs/1").status_code == 404


def test_title_taken_meanwhile_stops_all_and_the_rest_goes_on_once_it_is_free(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    """The check just before the first row finds it: nothing is written."""
    with app.app_context():
        queue(people.owner, 1)
        run_id = queue(people.owner, 3, token="t2")
        run_queued_jobs(RUNNERS)
        assert read_run(run_id) == ("stopped", 0, 0)
    client = sign_in(app, "owner@test.example")
    page = client.get(f"{OWN}/runs/{run_id}").get_data(as_text=True)
    assert "没有写入任何内容" in page
    assert "本单位已有同名需求" in page
    assert len(list_rows(app)) == 1
    with app.app_context(), write_tx() as session:
        session.execute(update(DemandListing).values(status=ListingStatus.WITHDRAWN))
    assert client.post(f"{OWN}/runs/{run_id}/resume").status_code == 302
    assert len(list_rows(app)) == 4
    assert client.post(f"{OWN}/runs/{run_id}/resume").status_code == 409
    assert len(list_rows(app)) == 4


def test_rest_that_was_given_up_is_not_stored(app: Flask, people: People, sign_in: SignIn) -> None:
    with app.app_context():
        queue(people.owner, 1)
        run_id = queue(people.owner, 3, token="t2")
        run_queued_jobs(RUNNERS)
    client = sign_in(app, "owner@test.example")
    assert client.post(f"{OWN}/runs/{run_id}/give-up").status_code == 302
    assert client.post(f"{OWN}/runs/{run_id}/give-up").status_code == 409
    assert client.post(f"{OWN}/runs/{run_id}/resume").status_code == 409
    with app.app_context():
        assert read_run(run_id) == ("closed", 0, 0)
    assert len(list_rows(app)) == 1


def test_closed_account_stops_what_it_confirmed(app: Flask, people: People) -> None:
    with app.app_context():
        run_id = queue(people.owner)
        with write_tx() as session:
            session.get_one(User, people.owner.user_id).active = False
        run_queued_jobs(RUNNERS)
        assert read_run(run_id) == ("stopped", 0, 0)
        with read_tx() as session:
            assert session.get_one(ImportRun, run_id).error == "确认导入的账号已停用，导入中止。"
    assert list_rows(app) == []


def test_failure_of_the_system_keeps_what_is_stored(app: Flask, people: People) -> None:
    def fail(actor: Actor, records: Sequence[Record], details: Details) -> Sequence[Stored]:
        if records[0].row > FIRST_CHUNK:
            raise ValueError("disk")
        return OWN_DEMANDS.store(actor, records, details)

    failing = dataclasses.replace(OWN_DEMANDS, store=fail)
    with app.app_context():
        run_id = queue(people.owner)
        run_queued_jobs({STORE: make_runner({failing.kind: failing})})
        assert read_run(run_id) == ("stopped", FIRST_CHUNK, FIRST_CHUNK)
        with read_tx() as session:
            assert session.scalars(select(Job.status)).all() == [JobStatus.FAILED]
        with write_tx():
            run = queries.get_run(people.owner, run_id)
            operations.resume_import(people.owner, OWN_DEMANDS, run)
        run_queued_jobs(RUNNERS)
        assert read_run(run_id) == ("done", ROWS, ROWS)
    assert len(list_rows(app)) == ROWS


def test_firm_starts_no_import_of_needs(app: Flask, people: People) -> None:
    with app.app_context():
        with pytest.raises(PermissionDenied):
            queue(people.firm)
        assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 0


def test_only_the_person_who_confirmed_is_told(app: Flask, people: People, sign_in: SignIn) -> None:
    client = sign_in(app, "owner@test.example")
    page = send(client, OWN, as_csv(make_good(DEMANDS, 2))).get_data(as_text=True)
    answer = confirm(client, OWN, page)
    with app.app_context():
        rows = db.session.scalars(select(Notification)).all()
        assert [(row.user_id, row.title, row.path) for row in rows] == [
            (people.owner.user_id, "需求表格导入完成：2 / 2 行", answer.location)
        ]


def test_old_imports_are_forgotten_and_their_needs_stay(app: Flask, people: People) -> None:
    with app.app_context():
        old, new = queue(people.owner, 1), None
        run_queued_jobs(RUNNERS)
        with write_tx() as session:
            late = clock.now() - KEPT - timedelta(days=1)
            session.execute(update(ImportRun).values(finished_at=late))
        new = queue(people.owner, 1, token="t2")
        operations.forget_old_imports()
        with read_tx() as session:
            assert session.scalars(select(ImportRun.id)).all() == [new]
            assert session.scalars(select(ImportedRow.run_id)).all() == []
        assert old != new
    assert len(list_rows(app)) == 1


def test_every_import_page_has_its_table_in_the_worker(app: Flask) -> None:
    pages = [rule for rule in app.url_map.iter_rules() if rule.rule.endswith("/import/confirm")]
    assert len(pages) == len(IMPORTS)
    assert {table.kind: table for table in IMPORTS.values()} == IMPORTS


@pytest.mark.parametrize(
    ("rows", "seconds", "following"),
    [(10, 0.1, 10), (10, 9, 5), (40, 0.2, 20), (10, 0, 20), (150, 0.001, LARGEST_CHUNK)],
)
def test_chunk_fits_into_its_time(rows: int, seconds: float, following: int) -> None:
    assert compute_chunk(rows, seconds) == following

"""One request: what commits, what rolls back, the kind of transaction, refusals (DESIGN †)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation, OrganisationKind, User
from matchmaker.actor import COMMAND_LINE
from matchmaker.app import create_app
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import REFUSED, record
from matchmaker.db import TransactionKind, db, get_transaction_kind, read_tx, write_tx
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.web.base import begin_write, commits_on_get, reads_only
from tests.conftest import CHEAP_HASH, make_settings
from tests.people import create_people

CODES = (200, 201, 204, 302, 400, 403, 404, 409, 422, 500)


def _add(name: str) -> None:
    db.session.add(Organisation(kind=OrganisationKind.OWNER, name=name))
    db.session.flush()


def _install_probes(app: Flask) -> None:
    @app.route("/probe/add/<name>/<int:code>", methods=["GET", "POST"])
    def add(name: str, code: int) -> tuple[str, int]:
        _add(name)
        record(COMMAND_LINE, "probe.add", "organisation", name)
        return "", code

    @app.get("/probe/kind")
    def kind() -> str:
        return get_transaction_kind().value

    @app.get("/probe/confirm/<name>")
    @commits_on_get
    def confirm(name: str) -> str:
        _add(name)
        return ""

    @app.post("/probe/dry/<name>")
    @reads_only
    def dry(name: str) -> str:
        _add(name)
        return ""

    @app.post("/probe/slow/<name>")
    @reads_only
    def slow(name: str) -> str:
        db.session.scalar(select(Organisation.id).limit(1))
        begin_write()
        _add(name)
        return ""

    @app.post("/probe/refuse/<name>")
    def refuse(name: str) -> str:
        _add(name)
        raise Conflict("probe", "不行：{name}", name=name)

    @app.post("/probe/crash/<name>")
    def crash(name: str) -> str:
        _add(name)
        raise ZeroDivisionError

    @app.post("/probe/field")
    def field() -> str:
        raise InvalidInput("probe_field", "字段有误", field="x")


@pytest.fixture(scope="module")
def probe_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application with probe endpoints on its own database file."""
    app = create_app(make_settings(tmp_path_factory.mktemp("probe")))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    _install_probes(app)
    with app.app_context(), write_tx():
        db.create_all()
    return app


@pytest.fixture
def clean_app(probe_app: Flask) -> Iterator[Flask]:
    yield probe_app
    with probe_app.app_context(), write_tx() as session:
        session.execute(text("DELETE FROM organisation"))


def _names(app: Flask) -> list[str]:
    with app.app_context(), read_tx() as session:
        return list(session.scalars(select(Organisation.name).order_by(Organisation.id)))


@pytest.mark.parametrize("code", CODES)
def test_post_commits_only_below_400(clean_app: Flask, code: int) -> None:
    clean_app.test_client().post(f"/probe/add/row/{code}")

    assert _names(clean_app) == (["row"] if code < 400 else [])


def test_get_never_writes(clean_app: Flask) -> None:
    answer = clean_app.test_client().get("/probe/add/row/200")

    assert answer.status_code == 500
    assert _names(clean_app) == []


def test_marked_get_commits(clean_app: Flask) -> None:
    assert clean_app.test_client().get("/probe/confirm/mail").status_code == 200
    assert _names(clean_app) == ["mail"]


def test_reads_only_post_cannot_write(clean_app: Flask) -> None:
    assert clean_app.test_client().post("/probe/dry/row").status_code == 500
    assert _names(clean_app) == []


def test_reads_only_post_writes_after_begin_write(clean_app: Flask) -> None:
    assert clean_app.test_client().post("/probe/slow/row").status_code == 200
    assert _names(clean_app) == ["row"]


def test_removed_commit_is_noticed(clean_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The meta-test: without the wrapper's commit nothing is stored, and this suite sees it."""
    monkeypatch.setattr(Session, "commit", lambda _: None)
    clean_app.test_client().post("/probe/add/row/200")
    monkeypatch.undo()

    assert _names(clean_app) == []


def test_refusal_is_audited_after_the_rollback(clean_app: Flask) -> None:
    answer = clean_app.test_client().post("/probe/refuse/row")

    assert answer.status_code == 409
    assert "不行：row" in answer.get_data(as_text=True)
    assert _names(clean_app) == []
    with clean_app.app_context(), read_tx() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        found = (entry.outcome, entry.data, entry.subject_id)
    assert found == (REFUSED, {"code": "probe"}, "/probe/refuse/row")


def test_crash_rolls_back_and_answers_500(clean_app: Flask) -> None:
    answer = clean_app.test_client().post("/probe/crash/row")

    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.get_data(as_text=True)
    assert _names(clean_app) == []


def test_audit_row_goes_with_the_change(clean_app: Flask) -> None:
    with clean_app.app_context(), read_tx() as session:
        before = len(session.scalars(select(AuditEntry.seq)).all())
    client = clean_app.test_client()
    client.post("/probe/add/kept/200")
    client.post("/probe/add/lost/422")

    with clean_app.app_context(), read_tx() as session:
        entries = session.scalars(select(AuditEntry.subject_id).order_by(AuditEntry.seq)).all()
    assert entries[before:] == ["kept"]


def test_kind_does_not_leak_to_the_next_request(clean_app: Flask) -> None:
    client = clean_app.test_client()
    client.post("/probe/add/row/200")

    assert client.get("/probe/kind").get_data(as_text=True) == TransactionKind.READ.value


def test_write_tx_inside_an_open_transaction_is_refused(clean_app: Flask) -> None:
    with clean_app.app_context(), read_tx() as session:
        session.scalar(select(Organisation.id).limit(1))
        with pytest.raises(RuntimeError), write_tx():
            pass


def test_read_tx_has_a_wall(clean_app: Flask) -> None:
    with clean_app.app_context(), read_tx(), pytest.raises(OperationalError, match="readonly"):
        _add("row")


def test_exactly_the_listed_endpoints_commit_on_get(shared_app: Flask) -> None:
    marked = {
        endpoint
        for endpoint, view in shared_app.view_functions.items()
        if getattr(view, "commits_on_get", False)
    }
    assert marked == set()


def test_eight_log_ins_beside_one_writer(tmp_path: Path) -> None:
    """Eight people log in while a writer keeps the database busy; nobody sees an error."""
    app = create_app(make_settings(tmp_path))
    app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = CHEAP_HASH
    _install_probes(app)
    with app.app_context(), write_tx():
        db.create_all()
    create_people(app)
    stop, failures = threading.Event(), []

    def write() -> None:
        client, number = app.test_client(), 0
        while not stop.is_set():
            number += 1
            code = client.post(f"/probe/add/n{number}/200").status_code
            if code != 200:
                failures.append(("writer", code))

    def sign_in() -> None:
        client = app.test_client()
        for _ in range(4):
            data = {"email": "owner@test.example", "password": "demo-robot-2026"}
            code = client.post("/login", data=data).status_code
            if code != 302:
                failures.append(("login", code))
            client.post("/logout")

    writer = threading.Thread(target=write)
    people = [threading.Thread(target=sign_in) for _ in range(8)]
    writer.start()
    for thread in people:
        thread.start()
    for thread in people:
        thread.join()
    stop.set()
    writer.join()

    assert failures == []
    with app.app_context(), read_tx() as session:
        user = session.scalars(select(User).where(User.email == "owner@test.example")).one()
        sign_ins = session.scalars(
            select(AuditEntry.seq).where(
                AuditEntry.action == "accounts.sign_in", AuditEntry.subject_id == str(user.id)
            )
        ).all()
        db.engine.dispose()
    assert len(sign_ins) == 32


def test_form_sent_twice_is_carried_out_once(clean_app: Flask) -> None:
    client = clean_app.test_client()
    form = {"_once": "t1", "note": "a"}
    first = client.post("/probe/add/row/302", data=form)
    again = client.post("/probe/add/row/302", data=form)
    changed = client.post("/probe/add/row/302", data={**form, "note": "b"})

    assert (first.status_code, again.status_code, changed.status_code) == (302, 302, 302)
    assert _names(clean_app) == ["row", "row"]


def test_refused_form_may_be_sent_again(clean_app: Flask) -> None:
    client = clean_app.test_client()
    form = {"_once": "t2"}

    assert client.post("/probe/add/row/422", data=form).status_code == 422
    assert client.post("/probe/add/row/302", data=form).status_code == 302
    assert _names(clean_app) == ["row"]


def test_fault_page_needs_no_database(tmp_path: Path) -> None:
    """With the database gone the answer is still a page that says what to do."""
    app = create_app(make_settings(tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/demands")

    assert answer.status_code == 500
    assert "没有保存" in answer.get_data(as_text=True)
    with app.app_context():
        db.engine.dispose()

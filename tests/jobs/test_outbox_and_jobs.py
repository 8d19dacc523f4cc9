"""Messages leave with the commit or not at all; each handler's work is done once; jobs report."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.actor import COMMAND_LINE
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import InvalidInput
from matchmaker.jobs.models import Job, JobStatus
from matchmaker.jobs.operations import Report, run_queued_jobs, start_job
from matchmaker.outbox import (
    MAX_ATTEMPTS,
    PASS,
    OutboxMessage,
    deliver_outbox,
    pending_ids,
    send,
)


def _add_organisation(payload: dict[str, Any]) -> None:
    db.session.add(Organisation(kind=OrganisationKind.OWNER, name=payload["name"]))


def _fail(payload: dict[str, Any]) -> None:
    db.session.add(Organisation(kind=OrganisationKind.OWNER, name="half done"))
    db.session.flush()
    raise RuntimeError(f"no luck with {payload['name']}")


def _names() -> list[str]:
    with read_tx() as session:
        return list(session.scalars(select(Organisation.name).order_by(Organisation.id)))


def _send(name: str) -> None:
    with write_tx():
        send("test.topic", name=name)


def test_message_is_delivered_once(app: Flask) -> None:
    with app.app_context():
        _send("a")
        assert deliver_outbox({"test.topic": [_add_organisation]}) == 1
        assert deliver_outbox({"test.topic": [_add_organisation]}) == 0
        assert _names() == ["a"]


def test_message_of_a_rolled_back_transaction_never_leaves(app: Flask) -> None:
    with app.app_context():
        with write_tx() as session:
            send("test.topic", name="lost")
            session.rollback()
        assert deliver_outbox({"test.topic": [_add_organisation]}) == 0


def test_failed_handler_is_tried_again_and_the_other_is_not_repeated(app: Flask) -> None:
    with app.app_context():
        _send("a")
        assert deliver_outbox({"test.topic": [_add_organisation, _fail]}) == 0
        assert _names() == ["a"], "the failed handler's own work is rolled back"
        with read_tx() as session:
            message = session.scalars(select(OutboxMessage)).one()
            assert (message.attempts, message.last_error) == (1, "RuntimeError: no luck with a")
        assert deliver_outbox({"test.topic": [_add_organisation]}) == 1
        assert _names() == ["a"]


def test_hopeless_message_is_given_up(app: Flask) -> None:
    with app.app_context():
        _send("a")
        for _ in range(MAX_ATTEMPTS + 2):
            deliver_outbox({"test.topic": [_fail]})
        with read_tx() as session:
            assert session.scalars(select(OutboxMessage.attempts)).one() == MAX_ATTEMPTS


def test_message_without_a_listener_is_completed(app: Flask) -> None:
    with app.app_context():
        _send("a")
        assert deliver_outbox({}) == 1


def _count(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    for step in range(parameters["steps"]):
        report(step + 1, parameters["steps"])
    return {"steps": parameters["steps"]}


def test_one_delivery_goes_on_until_nothing_waits(app: Flask) -> None:
    seen: list[int] = []
    handlers = {"test.many": [lambda payload: seen.append(payload["number"])]}
    with app.app_context():
        with write_tx():
            for number in range(PASS + 3):
                send("test.many", number=number)
        assert deliver_outbox(handlers) == PASS + 3
        assert seen == list(range(PASS + 3))
        assert pending_ids() == []


def test_what_fails_is_tried_once_in_a_delivery(app: Flask) -> None:
    with app.app_context():
        with write_tx():
            send("test.topic", name="a")
            for _ in range(PASS):
                send("test.quiet")
        assert deliver_outbox({"test.topic": [_fail]}) == PASS
        with read_tx() as session:
            assert session.query(OutboxMessage).filter_by(topic="test.topic").one().attempts == 1


def _refuse(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    del parameters, report
    raise InvalidInput("bad_file", "文件有误")


def _crash(parameters: dict[str, Any], report: Report) -> dict[str, Any]:
    del parameters, report
    raise ZeroDivisionError("secret")


@pytest.mark.parametrize(
    ("kind", "status", "done", "result", "error"),
    [
        ("count", JobStatus.DONE, 3, {"steps": 3}, None),
        ("refuse", JobStatus.FAILED, 0, None, "文件有误"),
        ("crash", JobStatus.FAILED, 0, None, "系统出错：ZeroDivisionError"),
    ],
)
def test_job_ends_with_its_result_or_reason(
    app: Flask,
    kind: str,
    status: JobStatus,
    done: int,
    result: dict[str, int] | None,
    error: str | None,
) -> None:
    runners = {"count": _count, "refuse": _refuse, "crash": _crash}
    with app.app_context():
        with write_tx():
            job_id = start_job(COMMAND_LINE, kind, steps=3).id
        assert run_queued_jobs(runners) == 1
        assert run_queued_jobs(runners) == 0
        with read_tx() as session:
            job = session.get_one(Job, job_id)
            assert (job.status, job.done, job.result, job.error) == (status, done, result, error)
            assert job.finished_at is not None

"""From the list to the archive, on both engines: locks, invariants, the check of the bundle."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from matchmaker import clock
from matchmaker.actor import VISITOR
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import DomainError
from matchmaker.reporting.archives.contents import collect
from matchmaker.reporting.archives.packing import write_archive
from matchmaker.reporting.archives.rules import Edition
from matchmaker.reporting.archives.verify_result import verify
from matchmaker.reporting.invariants import check_invariants
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries
from matchmaker.selection.rounds.rules import Stage
from tests.people import People
from tests.selection.rooms.factories import make_ranked_round
from tests.selection.rooms.worlds import load_round


def test_objection_confirmation_archive(
    either_app: Flask, either_people: People, tmp_path: Path
) -> None:
    people = either_people
    earlier = clock.now() - timedelta(days=21)
    with either_app.app_context(), write_tx(), clock.demonstrate(earlier):
        round_ = make_ranked_round(people)
        result = queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        last = result.publicity_to
    assert last is not None
    filing, outcome = threading.Event(), []

    def object_in_time() -> None:
        moment = datetime(last.year, last.month, last.day, 15, 59, 59, tzinfo=UTC)
        with either_app.app_context(), write_tx(), clock.demonstrate(moment):
            results.file_objection(
                VISITOR,
                load_round(),
                application_id=None,
                name="张三",
                contact="138",
                text="该场景至今尚未投入使用",
            )
            filing.set()
            time.sleep(0.3)

    def confirm() -> None:
        filing.wait(10)
        try:
            with either_app.app_context(), write_tx():
                results.confirm_result(people.approver, load_round())
                outcome.append("confirmed")
        except DomainError as error:
            outcome.append(error.code)

    threads = [threading.Thread(target=act) for act in (object_in_time, confirm)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome == ["objection_open"]
    with either_app.app_context(), write_tx() as session:
        objecting.decline_objection(people.officer, session.query(Objection).one(), "没有事实")
        assert len(results.confirm_result(people.approver, load_round())) == 2
    with either_app.app_context(), read_tx():
        assert check_invariants().violations == ()
        members, about = collect(load_round(), Edition.INTERNAL)
    packed = write_archive(tmp_path / "round.zip", members, about)
    assert verify(tmp_path / "round.zip", [packed.snapshot_sha256])["ok"]

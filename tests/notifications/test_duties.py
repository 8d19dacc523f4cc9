"""What the bureau and test centres are reminded of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from matchmaker.actor import Actor
from matchmaker.db import write_tx
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.deadlines import tell_deadlines
from matchmaker.reporting.invariants import check_nightly
from matchmaker.selection.objections import operations as objecting
from matchmaker.suppliers.capabilities.operations import set_capability
from matchmaker.suppliers.verification import operations as verifying
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.nightly import remind_of_verifications
from tests.conftest import SignIn
from tests.engagement.moments import moment
from tests.files.samples import kept_upload
from tests.notifications.test_lists import file_objection, publish
from tests.notifications.world import deliver, list_paths, list_told
from tests.people import People
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world
from tests.suppliers.market import make_product

__all__ = ["ranked_world"]
KIND = NotificationKind.DUTY


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


def run_night(app: Flask, day: date) -> None:
    """The night of a day, twice: the second time must change nothing."""
    with time_machine.travel(moment(day, 2, 30), tick=False), app.app_context():
        tell_deadlines()
        tell_deadlines()


def told_since(app: Flask, actor: Actor, seen: list[str]) -> list[str]:
    """What the person was told that was not seen yet; it is seen now."""
    every = list_told(app, actor, KIND)
    new = every[len(seen) :]
    seen[:] = every
    return new


@pytest.mark.parametrize(
    ("step", "word", "part"),
    [
        ("accept_by", "受理", "officer"),
        ("enquire_by", "核查", "officer"),
        ("answer_by", "答复", "approver"),
    ],
)
def test_steps_of_objections_are_reminded_of_before_and_after_their_day(
    ranked: Flask, ranked_world: World, sign_in: SignIn, step: str, word: str, part: str
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        row = file_objection(people.stranger, publish(people).id)
        if step != "accept_by":
            objecting.accept_objection(people.officer, row)
        if step == "answer_by":
            objecting.record_enquiry(people.officer, row, "已到现场核查，情况属实")
        day, receipt = getattr(row, step), row.receipt
        title = load_round().title
    actor = getattr(people, part)
    seen: list[str] = []
    expected = {
        2: [],
        1: [f"“{title}”有 1 件异议{word}期限今明两天届满"],
        0: [f"“{title}”有 1 件异议{word}期限今明两天届满"],
        -1: [f"“{title}”有 1 件异议{word}期限已过，请立即办理"],
        -2: [f"“{title}”有 1 件异议{word}期限已过，请立即办理"],
    }
    for left, wanted in expected.items():
        run_night(ranked, day - timedelta(days=left))
        assert told_since(ranked, actor, seen) == wanted, left
    others = {"officer", "approver", "auditor", "owner", "stranger", "judge"} - {part}
    assert [list_told(ranked, getattr(people, other), KIND) for other in others] == [[]] * 5
    assert not any(receipt in title for title in seen)
    client = sign_in(ranked, f"{part}@test.example")
    assert client.get(list_paths(ranked, actor)[-1]).status_code == 200


def test_two_late_objections_are_one_line_and_a_decided_one_is_none(
    ranked: Flask, ranked_world: World
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        result_id = publish(people).id
        rows = [file_objection(people.stranger, result_id) for _ in range(3)]
        objecting.decline_objection(people.officer, rows[0], "没有提供事实依据")
        day = rows[1].accept_by
    run_night(ranked, day + timedelta(days=1))
    told = list_told(ranked, people.officer, KIND)
    assert len(told) == 1
    assert "有 2 件异议受理期限已过" in told[0]


def test_a_late_verification_is_told_to_the_officer_and_the_test_centre(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        product = make_product(people.firm)
        figure = set_capability(people.firm, product, attribute="payload_kg", text="20")
        row = verifying.submit_verification(people.firm, figure, [kept_upload()])
        row.assigned_to = people.judge.organisation_id
        id_, due, label = row.id, row.due_on, row.fact_label
    with time_machine.travel(moment(due + timedelta(days=1), 9), tick=False):
        with app.app_context():
            remind_of_verifications()
        deliver(app)
        wanted = [f"核验“{label}”已超过办理期限"]
        assert list_told(app, people.officer, KIND) == wanted
        assert list_told(app, people.judge, KIND) == wanted
        for actor in (people.firm, people.other_firm, people.conflicted_judge, people.owner):
            assert list_told(app, actor, KIND) == []
        for part in ("officer", "judge"):
            path = list_paths(app, getattr(people, part))[-1]
            assert sign_in(app, f"{part}@test.example").get(path).status_code == 200
    with app.app_context(), write_tx() as session:
        assert session.get_one(Verification, id_).reminded_at is not None


def test_contradictions_are_told_to_administrator_and_auditor(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    people = ranked_world.people
    with ranked.app_context():
        with write_tx() as session:
            session.connection().exec_driver_sql("UPDATE selection_round SET state = 'CONFIRMED'")
        check_nightly()
    deliver(ranked)
    for part in ("sysadmin", "auditor"):
        told = list_told(ranked, getattr(people, part), KIND)
        assert len(told) == 1
        assert told[0].startswith("每夜数据核对发现 ")
        client = sign_in(ranked, f"{part}@test.example")
        page = client.get(list_paths(ranked, getattr(people, part))[-1])
        assert (page.status_code, page.request.path) == (200, "/bureau/checks")
        assert "处不一致" in page.get_data(as_text=True)
    for actor in (people.officer, people.owner, people.judge, people.firm):
        assert list_told(ranked, actor, KIND) == []

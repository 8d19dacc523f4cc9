"""What a published list, its objections and its confirmation tell to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.rules import NotificationKind
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.results import amending, publicity, queries
from matchmaker.selection.results import operations as results
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.rounds.rules import Stage
from tests.conftest import SignIn
from tests.engagement.moments import moment
from tests.notifications.world import CANARY, deliver, is_leaked, list_paths, list_told
from tests.people import People
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world

__all__ = ["ranked_world"]


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


def test_publicity_is_told_to_the_units_that_applied(ranked: Flask, ranked_world: World) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        publish(people)
    deliver(ranked)
    kind = NotificationKind.PUBLICITY_BEGUN
    told = list_told(ranked, people.owner, kind)
    assert len(told) == 1
    assert told[0].endswith("结果开始公示")
    assert list_told(ranked, people.judge, kind) == []
    assert list_told(ranked, people.conflicted_judge, kind) == []


def publish(people: People) -> RoundResult:
    """Begin the publicity period of the proposed list."""
    round_ = load_round()
    result = queries.get_latest(round_, Stage.FINAL)
    assert result is not None
    return results.publish_result(people.approver, round_, result)


def file_objection(actor: Actor, result_id: int) -> Objection:
    """An objection to the whole list."""
    return objecting.file_objection(
        actor,
        result_id=result_id,
        application_ids=frozenset(),
        application_id=None,
        first_day=clock.today(),
        last_day=clock.today(),
        name="张三",
        contact="13912345678",
        text="该场景至今尚未投入使用",
    )


def file_and_decline(app: Flask, people: People, actor: Actor) -> str:
    with app.app_context(), write_tx():
        row = file_objection(actor, publish(people).id)
        objecting.decline_objection(people.officer, row, "没有提供事实依据")
        return row.receipt


def test_an_answered_objection_is_told_to_who_filed_it(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    people = ranked_world.people
    receipt = file_and_decline(ranked, people, people.stranger)
    deliver(ranked)
    kind = NotificationKind.OBJECTION_ANSWERED
    assert list_told(ranked, people.stranger, kind) == [
        f"您提出的异议（{receipt}）已有答复：不予受理"
    ]
    for actor in (people.owner, people.firm, people.officer):
        assert list_told(ranked, actor, kind) == []
    client = sign_in(ranked, "stranger@test.example")
    assert client.get(list_paths(ranked, people.stranger)[-1]).status_code == 200
    with ranked.app_context(), read_tx():
        assert db.session.query(Objection).one().filed_by_id == people.stranger.user_id


def test_the_way_of_an_objection_is_told_to_who_filed_it(
    ranked: Flask, ranked_world: World
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        result = publish(people)
        row = file_objection(people.stranger, result.id)
        receipt = row.receipt
        objecting.accept_objection(people.officer, row)
        objecting.record_enquiry(people.officer, row, f"{CANARY}，已到现场核查")
    deliver(ranked)
    assert list_told(ranked, people.stranger, NotificationKind.OBJECTION_ANSWERED) == [
        f"您提出的异议（{receipt}）：已受理，核查中",
        f"您提出的异议（{receipt}）：核查完毕，待答复",
    ]
    assert list_told(ranked, people.owner, NotificationKind.OBJECTION_ANSWERED) == []
    assert not is_leaked(ranked, CANARY)


def test_a_list_taken_back_is_told_to_the_units_that_applied(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        publish(people)
        amending.withdraw_list(people.approver, load_round(), f"{CANARY}，名单有误需要更正")
        title = load_round().title
    deliver(ranked)
    told = list_told(ranked, people.owner, NotificationKind.PUBLICITY_BEGUN)
    assert told[-1] == f"“{title}”公示名单已撤回"
    assert list_told(ranked, people.judge, NotificationKind.PUBLICITY_BEGUN) == []
    assert not is_leaked(ranked, CANARY)
    client = sign_in(ranked, "owner@test.example")
    assert client.get(list_paths(ranked, people.owner)[-1]).status_code == 200


def test_result_and_certificates_are_told_after_confirmation(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        last = publish(people).publicity_to
    assert last is not None
    with time_machine.travel(moment(last + timedelta(days=1), 9), tick=False):
        with ranked.app_context(), write_tx():
            found = publicity.confirm_result(people.approver, load_round())
            title = load_round().title
            named = {f"申报“{d.application.title}”入选，证书编号 {d.number}" for d in found}
        deliver(ranked)
        told = list_told(ranked, people.owner, NotificationKind.PUBLICITY_BEGUN)
        assert told[-1] == f"“{title}”评选结果已公布"
        kind = NotificationKind.SCENE_DESIGNATED
        assert set(list_told(ranked, people.owner, kind)) <= named
        with ranked.app_context(), read_tx():
            rows = db.session.query(Notification).filter_by(kind=kind)
            assert {row.title for row in rows} == named
            own = [row for row in rows if row.user_id == people.owner.user_id]
            paths = [row.path for row in own]
        assert list_told(ranked, people.judge, kind) == []
        client = sign_in(ranked, "owner@test.example")
        assert [client.get(path).status_code for path in paths] == [200] * len(paths)

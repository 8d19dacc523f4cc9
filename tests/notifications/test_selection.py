"""What the yearly selection tells to whom; recused scenes are in no notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.rules import NotificationKind
from matchmaker.selection.applications import review
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Conflict
from matchmaker.selection.panels.rules import ConflictSource, ConflictState
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries
from matchmaker.selection.rounds.rules import Stage
from tests.conftest import SignIn
from tests.notifications.world import deliver, list_paths, list_told
from tests.people import People
from tests.selection.rooms.factories import make_judged_round, make_open_round, make_submitted
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world

__all__ = ["ranked_world"]


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


def test_rectification_is_told_to_the_applicant_only(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        due = clock.today() + timedelta(days=3)
        review.ask_rectification(people.officer, row, note="请致电13912345678补充", due_on=due)
        title = row.title
    deliver(app)
    kind = NotificationKind.APPLICATION_REVIEWED
    assert list_told(app, people.owner, kind) == [f"申报“{title}”须补正后重新提交"]
    for actor in (people.stranger, people.judge, people.conflicted_judge, people.officer):
        assert list_told(app, actor) == []
    client = sign_in(app, "owner@test.example")
    assert client.get(list_paths(app, people.owner)[-1]).status_code == 200


def assign(app: Flask, people: People, *, barred: bool) -> list[str]:
    """Give two scenes to the judge, who may be in conflict with both; returns their titles."""
    with app.app_context(), write_tx() as session:
        round_ = make_judged_round(people)
        plan = assigning.read_plan(round_, Stage.PRELIMINARY)
        member = next(m for m in plan.members if m.expert.user_id == people.judge.user_id)
        rows = [row for row in plan.applications if (row.id, member.id) not in plan.barred][:2]
        assert len(rows) == 2
        pairs = [(row.id, member.id) for row in rows]
        assigning.assign_pairs(people.officer, round_, Stage.PRELIMINARY, pairs)
        if barred:
            for row in rows:
                session.add(
                    Conflict(
                        application_id=row.id,
                        member_id=member.id,
                        source=ConflictSource.DECLARED,
                        reason="利害关系",
                        state=ConflictState.CONFIRMED,
                    )
                )
        return [row.title for row in rows]


def test_a_judge_is_told_of_the_round_and_of_no_scene(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    titles = assign(app, people, barred=False)
    deliver(app)
    told = list_told(app, people.judge)
    assert len(told) == 1
    assert told[0].endswith("中有新的评审任务")
    assert not any(title in told[0] for title in titles)
    client = sign_in(app, "judge@test.example")
    assert client.get(list_paths(app, people.judge)[0]).status_code == 200


def test_a_conflicted_judge_is_not_told(app: Flask, people: People) -> None:
    titles = assign(app, people, barred=True)
    deliver(app)
    assert list_told(app, people.judge) == []
    with app.app_context(), read_tx():
        judges = [people.judge.user_id, people.conflicted_judge.user_id]
        rows = db.session.query(Notification).filter(Notification.user_id.in_(judges))
        leaked = [row.title for row in rows if any(title in row.title for title in titles)]
    assert leaked == []


def test_publicity_is_told_to_the_units_that_applied(ranked: Flask, ranked_world: World) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
    deliver(ranked)
    kind = NotificationKind.PUBLICITY_BEGUN
    told = list_told(ranked, people.owner, kind)
    assert len(told) == 1
    assert told[0].endswith("结果开始公示")
    assert list_told(ranked, people.judge, kind) == []
    assert list_told(ranked, people.conflicted_judge, kind) == []


def file_and_decline(app: Flask, people: People, actor: Actor) -> str:
    with app.app_context(), write_tx():
        round_ = load_round()
        result = queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        row = objecting.file_objection(
            actor,
            result_id=result.id,
            application_ids=frozenset(),
            application_id=None,
            first_day=clock.today(),
            last_day=clock.today(),
            name="张三",
            contact="13912345678",
            text="该场景尚未投用",
        )
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


def test_assignments_of_a_panel_reach_its_judges_only(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        assigning.assign_whole_panel(people.officer, round_, Stage.PRELIMINARY)
        members = {m.expert.user_id for m in panels.list_members(round_.id)} - {None}
    deliver(app)
    with app.app_context(), read_tx():
        rows = db.session.query(Notification).filter_by(kind=NotificationKind.JUDGE_ASSIGNED)
        assert {row.user_id for row in rows} <= members
        assert rows.count() > 0

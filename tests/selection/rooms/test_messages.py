"""What the selection rooms tell the rooms above: a message for each act, with the ids in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.db import db, write_tx
from matchmaker.outbox import OutboxMessage
from matchmaker.selection.applications import review
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations as scoring
from tests.people import People
from tests.selection.rooms.factories import (
    find_assignment,
    make_judged_round,
    make_lines,
    make_open_round,
    make_submitted,
)
from tests.selection.rooms.worlds import World, load_round, open_world


@pytest.fixture
def scoring_app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


def read_messages(topic: str) -> list[dict[str, Any]]:
    """Payloads sent under a topic, oldest first."""
    db.session.flush()
    query = db.session.query(OutboxMessage).filter_by(topic=f"selection.{topic}")
    return [row.payload for row in query.order_by(OutboxMessage.id)]


def file_objection(result: RoundResult) -> Objection:
    return objecting.file_objection(
        VISITOR,
        result_id=result.id,
        application_ids=frozenset(entry.application_id for entry in result.entries),
        application_id=None,
        first_day=clock.today(),
        last_day=clock.today(),
        name="张三",
        contact="13800000000",
        text="该场景至今尚未投入使用",
    )


def test_rectification_names_the_application(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        due = clock.today() + timedelta(days=3)
        review.ask_rectification(people.officer, row, note="请补充发票", due_on=due)
        assert read_messages("rectification_asked") == [{"application_id": row.id}]


def test_assignment_names_the_judges_and_nothing_new_sends_nothing(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        assigning.assign_whole_panel(people.officer, round_)
        given = panels.list_assignments(round_.id, Stage.FINAL)
        assert read_messages("assigned") == [
            {
                "round_id": round_.id,
                "stage": "final",
                "member_ids": sorted({item.member_id for item in given}),
                "assignment_ids": [item.id for item in given],
            }
        ]
        assert assigning.assign_whole_panel(people.officer, round_) == 0
        assert len(read_messages("assigned")) == 1


def test_reopening_is_announced_when_asked_and_when_decided(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-002")
        sheet = scoring.submit_sheet(people.judge, assignment, make_lines(round_))
        asked = scoring.request_reopening(people.judge, sheet, "第三项看错了材料")
        scoring.decide_reopening(people.officer, asked, granted=True, reason="情况属实")
        assert read_messages("reopening_requested") == [{"request_id": asked.id}]
        assert read_messages("reopening_decided") == [{"request_id": asked.id, "granted": True}]


def test_publicity_names_result_notice_and_last_day(ranked: Flask, ranked_world: World) -> None:
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(ranked_world.people.approver, round_, result)
        assert result.publicity_to is not None
        assert read_messages("result_published") == [
            {
                "round_id": round_.id,
                "result_id": result.id,
                "notice_id": result.notice_id,
                "publicity_to": result.publicity_to.isoformat(),
            }
        ]


def test_each_step_of_an_objection_is_announced(ranked: Flask, ranked_world: World) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        first, second = file_objection(result), file_objection(result)
        objecting.accept_objection(people.officer, first)
        objecting.record_enquiry(people.officer, first, "现场查看，设备在运行")
        objecting.answer_objection(people.approver, first, upheld=False, text="经查已经投用")
        objecting.decline_objection(COMMAND_LINE, second, "没有具体事实")
        ids = {"objection_id": first.id, "result_id": result.id}
        other = {"objection_id": second.id, "result_id": result.id}
        assert read_messages("objection_filed") == [ids, other]
        assert read_messages("objection_accepted") == [ids]
        assert read_messages("objection_answered") == [{**ids, "upheld": False}]
        assert read_messages("objection_declined") == [other]

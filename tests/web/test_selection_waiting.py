"""What waits on the bureau's home through a round: each step for the person who may do it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR, Actor
from matchmaker.db import write_tx
from matchmaker.publishing import queries as notices
from matchmaker.selection.applications import review
from matchmaker.selection.applications.rules import OpinionKind
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries as result_queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.rounds.rules import Stage
from matchmaker.web.shared import result_waiting, selection_waiting
from tests.people import People
from tests.selection.rooms.factories import (
    close_applications,
    find_assignment,
    list_rows,
    make_open_round,
    make_submitted,
    score_all,
)
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world, scoring_world

__all__ = ["ranked_world", "scoring_world"]


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


@pytest.fixture
def scoring(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def acts(actor: Actor) -> list[str]:
    return [item.act for item in result_waiting.list_waiting(actor)]


def acts_of(people: People) -> tuple[list[str], list[str]]:
    """What officer and approver read; nobody else reads anything."""
    for actor in (people.auditor, people.judge, people.owner, people.sysadmin, VISITOR):
        assert acts(actor) == []
    return acts(people.officer), acts(people.approver)


def end_publicity(result: RoundResult) -> None:
    notice = notices.get_notice(COMMAND_LINE, result.notice_id or 0)
    result.publicity_from = notice.starts_on = clock.today() - timedelta(days=10)
    result.publicity_to = notice.ends_on = clock.today() - timedelta(days=1)


def test_from_the_last_score_to_the_announcement(scoring: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with scoring.test_request_context(), write_tx():
        round_ = load_round()
        assert acts_of(people) == ([], [])
        score_all(round_)
        assert acts_of(people) == (["拟定名单"], [])
        result = results.propose_result(people.officer, round_)
        assert acts_of(people) == ([], ["公示名单"])
        results.publish_result(people.approver, round_, result)
        assert acts_of(people) == ([], [])
        end_publicity(result)
        assert acts_of(people) == ([], ["公布结果"])
        results.confirm_result(people.approver, round_)
        assert acts_of(people) == ([], [])


def test_sealed_scores_wait_for_the_approver(scoring: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with scoring.test_request_context(), write_tx():
        round_ = load_round()
        left = panel_queries.list_assignments(round_.id, Stage.FINAL)[-1]
        score_all(round_, skip=[left.id])
        pair = (left.application_id, left.member_id)
        assigning.release_pairs(people.officer, round_, Stage.FINAL, [pair], reason="评委因公出差")
        assert acts_of(people) == ([], ["开启评分"])


def test_a_pending_conflict_waits_for_who_may_decide_it(
    scoring: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring.test_request_context(), write_tx():
        round_ = load_round()
        member = panel_queries.get_own_membership(people.judge, round_.id)
        panels.raise_applicant_conflict(
            people.officer, list_rows(round_)[1], member, "评委曾任该院技术顾问两年"
        )
        assert acts_of(people) == ([], ["去核定"])
        item = find_assignment(round_, people.judge, "RX2026-003")
        panels.declare_conflict(people.judge, item, "刚得知亲属在该院任职")
        assert acts_of(people) == (["去核定"], ["去核定"])
        (line,) = result_waiting.list_waiting(people.approver)
        assert line.count == 2


def test_a_score_that_changes_in_publicity_waits(ranked: Flask, ranked_world: World) -> None:
    people = ranked_world.people
    with ranked.test_request_context(), write_tx():
        round_ = load_round()
        result = result_queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        item = find_assignment(round_, people.judge, "RX2026-002")
        conflict = panels.declare_conflict(people.judge, item, "刚得知亲属在该院任职")
        panels.decide_conflict(people.officer, conflict, confirmed=True, reason="经核实属实")
        assert acts_of(people) == (["查看"], ["撤回公示"])
        results.withdraw_list(people.approver, round_, "评委回避，评分有变化")
        assert acts_of(people) == (["重新拟定名单"], [])


@pytest.mark.parametrize("whole", [False, True])
def test_an_upheld_objection_waits(ranked: Flask, ranked_world: World, whole: bool) -> None:
    people = ranked_world.people
    with ranked.test_request_context(), write_tx():
        round_ = load_round()
        result = result_queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        first = result.entries[0].application
        row = results.file_objection(
            VISITOR,
            round_,
            application_id=None if whole else first.id,
            name="市民",
            contact="0571-88888888",
            text="投用情况与申报内容不符，现场没有设备",
        )
        objecting.accept_objection(people.officer, row)
        objecting.record_enquiry(people.officer, row, "已调阅运行日志")
        assert acts_of(people) == ([], [])
        objecting.answer_objection(people.approver, row, upheld=True, text="经核查情况属实")
        end_publicity(result)
        assert acts_of(people) == (([], ["撤回公示"]) if whole else (["调整名单"], []))
        if not whole:
            results.exclude_after_objection(people.officer, round_, first, "现场没有设备")
            assert acts_of(people) == (["重新拟定名单"], [])


def test_each_reviewer_sees_what_is_theirs(app: Flask, people: People) -> None:
    with app.test_request_context(), write_tx():
        round_ = make_open_round(people)
        row = make_submitted(round_, people.owner)
        close_applications(people, round_)
        both = (people.district_reviewer, people.sector_reviewer)

        def counts() -> list[int]:
            return [sum(i.count for i in selection_waiting.list_waiting(who)) for who in both]

        assert counts() == [1, 1]
        review.give_opinion(
            people.district_reviewer, row, OpinionKind.DISTRICT, recommends=True, text="同意推荐"
        )
        assert counts() == [0, 1]
        review.give_opinion(
            people.sector_reviewer, row, OpinionKind.DEPARTMENT, recommends=True, text="同意推荐"
        )
        assert counts() == [0, 0]

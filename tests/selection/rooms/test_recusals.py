"""Recusals: who enters, who decides, and what they do to scores that were seen already."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from matchmaker.actor import COMMAND_LINE
from matchmaker.db import write_tx
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    PermissionDenied,
)
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.panels.operations import ExpertDraft
from matchmaker.selection.panels.rules import ConflictState
from matchmaker.selection.results import operations, queries
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds.rules import RoundState, Stage
from tests.selection.rooms.factories import find_assignment, list_rows, score_all
from tests.selection.rooms.worlds import World, load_round, open_world

STATED = "评委曾任该院技术顾问两年"


@pytest.fixture
def scoring_app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def test_recusal_before_the_opening_leaves_the_score_out(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        left = panel_queries.list_assignments(round_.id, Stage.FINAL)[-1]
        score_all(round_, skip=[left.id])
        member = panel_queries.get_own_membership(people.judge, round_.id)
        row = list_rows(round_)[1]
        conflict = panels.raise_applicant_conflict(people.officer, row, member, STATED)
        table = queries.read_table(round_, Stage.FINAL)
        assert member.key not in table.totals[row.code]
        panels.decide_conflict(people.approver, conflict, confirmed=False, reason="不属利害关系")
        assert member.key in queries.read_table(round_, Stage.FINAL).totals[row.code]


def test_recusal_after_the_opening_counts_until_another_person_decides(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        member = panel_queries.get_own_membership(people.judge, round_.id)
        row = list_rows(round_)[1]
        before = queries.read_table(round_, Stage.FINAL).sha256
        for short in ("", "曾任顾问", "曾任该院的技术顾"):
            with pytest.raises(InvalidInput):
                panels.raise_applicant_conflict(people.officer, row, member, short)
        conflict = panels.raise_applicant_conflict(people.officer, row, member, STATED)
        assert conflict.state is ConflictState.STATED
        assert queries.read_table(round_, Stage.FINAL).sha256 == before
        for actor in (people.officer, people.judge, people.owner, people.stranger, people.auditor):
            with pytest.raises(PermissionDenied):
                panels.decide_conflict(actor, conflict, confirmed=True, reason="经核实确有关系")
        assert conflict.state is ConflictState.STATED
        panels.decide_conflict(people.approver, conflict, confirmed=True, reason="经核实属实")
        assert member.key not in queries.read_table(round_, Stage.FINAL).totals[row.code]
        for actor in (people.approver, people.auditor):
            with pytest.raises(DomainError):
                panels.decide_conflict(actor, conflict, confirmed=False, reason="重新考虑过了")
        assert conflict.state is ConflictState.CONFIRMED


def test_changed_expert_drops_no_score_after_the_opening(
    scoring_app: Flask, scoring_world: World
) -> None:
    """A unit that the officer enters after the fact is a conflict to decide, no more."""
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        before = queries.read_table(round_, Stage.FINAL).sha256
        expert = panel_queries.get_own_membership(people.judge, round_.id).expert
        draft = ExpertDraft(
            name=expert.name,
            employer=expert.employer,
            user_id=expert.user_id,
            other_units=("乙方医院",),
        )
        panels.edit_expert(people.officer, expert, draft)
        assert queries.read_table(round_, Stage.FINAL).sha256 == before
        found = [
            row
            for row in panel_queries.list_conflicts(round_.id)
            if row.member.expert_id == expert.id
        ]
        assert {row.state for row in found} == {ConflictState.STATED}
        with pytest.raises(PermissionDenied):
            panels.decide_conflict(people.officer, found[0], confirmed=True, reason="确有兼职")


def test_a_list_waits_for_the_decision_of_a_conflict(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        member = panel_queries.get_own_membership(people.judge, round_.id)
        row = list_rows(round_)[1]
        conflict = panels.raise_applicant_conflict(people.officer, row, member, STATED)
        assert queries.list_undecided(round_, Stage.FINAL) == [row.code]
        with pytest.raises(Conflict) as early:
            operations.propose_result(people.officer, round_)
        assert early.value.code == "conflict_pending"
        assert queries.get_latest(round_, Stage.FINAL) is None
        panels.decide_conflict(people.approver, conflict, confirmed=False, reason="不属利害关系")
        result = operations.propose_result(people.officer, round_)
        again = panels.raise_applicant_conflict(
            people.officer, list_rows(round_)[2], member, STATED
        )
        with pytest.raises(Conflict) as refused:
            operations.publish_result(people.approver, round_, result)
        assert refused.value.code == "conflict_pending"
        panels.decide_conflict(people.approver, again, confirmed=False, reason="不属利害关系")
        operations.publish_result(people.approver, round_, result)
        assert result.state is ResultState.PUBLICITY


def test_a_score_that_changes_in_publicity_is_seen(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        result = operations.propose_result(people.officer, round_)
        operations.publish_result(people.approver, round_, result)
        assert not queries.has_changed(round_, result)
        item = find_assignment(round_, people.judge, "RX2026-002")
        conflict = panels.declare_conflict(people.judge, item, "刚得知亲属在该院任职")
        panels.decide_conflict(people.officer, conflict, confirmed=True, reason="经核实属实")
        assert queries.has_changed(round_, result)
        operations.withdraw_list(people.approver, round_, "评委回避，评分有变化")
        again = operations.propose_result(people.officer, round_)
        assert not queries.has_changed(round_, again)
        assert not queries.has_changed(round_, result)


def test_no_conflict_after_the_result_is_out(scoring_app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        detected = panel_queries.list_conflicts(round_.id)[0]
        round_.state = RoundState.CONFIRMED
        member = panel_queries.get_own_membership(people.judge, round_.id)
        row, item = list_rows(round_)[1], find_assignment(round_, people.judge, "RX2026-002")
        draft = ExpertDraft(name="评委甲", employer="某大学", other_units=("乙方医院",))
        panels.edit_expert(people.officer, member.expert, draft)
        for act in (
            lambda: panels.raise_applicant_conflict(people.officer, row, member, STATED),
            lambda: panels.declare_conflict(COMMAND_LINE, item, "曾任该院顾问"),
            lambda: panels.decide_conflict(
                people.approver, detected, confirmed=False, reason="已离职三年"
            ),
        ):
            with pytest.raises(IllegalTransition) as refused:
                act()
            assert refused.value.code == "conflicts_closed"
        assert panel_queries.list_conflicts(round_.id) == [detected]
        assert detected.state is ConflictState.CONFIRMED

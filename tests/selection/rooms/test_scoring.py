"""Score sheets: draft, submit, lock, wall in the database, re-opening by a second person."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from matchmaker.db import read_tx, write_tx
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    PermissionDenied,
)
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.operations import declare_conflict
from matchmaker.selection.results import operations as results
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations, queries, rules
from matchmaker.selection.scoring.models import ScoreLine, ScoreSheet
from matchmaker.selection.scoring.rules import LineDraft, SheetState
from tests.people import People
from tests.selection.rooms.factories import find_assignment, make_lines, score_all
from tests.selection.rooms.worlds import World, load_round, open_world


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


@pytest.fixture
def people(scoring_world: World) -> People:
    return scoring_world.people


def states(app: Flask) -> list[tuple[int, str]]:
    with app.app_context(), read_tx() as session:
        rows = session.query(ScoreSheet).order_by(ScoreSheet.id)
        return [(row.version, row.state.value) for row in rows]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("", None), ("0", 0), ("100", 10000), ("87.5", 8750), ("87.05", 8705), (" 60 ", 6000)],
)
def test_parse_score(typed: str, stored: int | None) -> None:
    assert rules.parse_score(typed, name="成效") == stored


@pytest.mark.parametrize(
    "typed", ["100.01", "-1", "1e1", "８０％", "87.555", "abc", "101", "+5", "NaN"]
)
def test_unreadable_score_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        rules.parse_score(typed, name="成效")


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 10000)), min_size=1, max_size=9))
def test_total_is_the_exact_weighted_sum(parts: list[tuple[int, int]]) -> None:
    expected = sum(
        (Fraction(weight) * Fraction(score, 100) for weight, score in parts), Fraction(0)
    )
    assert rules.compute_total(parts) == expected


def test_draft_may_be_partial_but_a_submission_not(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        partial = [LineDraft(round_.criteria[0].id, 9000, "痛点清楚")]
        sheet = operations.save_sheet(people.judge, assignment, partial)
        assert [line.score for line in sheet.lines].count(None) == 6
        with pytest.raises(InvalidInput) as refused:
            operations.submit_sheet(people.judge, assignment, partial)
        assert round_.criteria[1].name in refused.value.text
    assert states(app) == [(1, "draft")]


def test_zero_is_a_score_and_empty_is_not(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        sheet = operations.submit_sheet(people.judge, assignment, make_lines(round_, 0))
        assert sheet.state is SheetState.SUBMITTED


@pytest.mark.parametrize(
    "part", ["conflicted_judge", "owner", "stranger", "firm", "officer", "approver"]
)
def test_only_the_judge_scores(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-002")
        for act in (operations.save_sheet, operations.submit_sheet):
            with pytest.raises(PermissionDenied):
                act(actor, assignment, make_lines(round_))
    assert states(app) == []


def test_recused_judge_cannot_score(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-002")
        declare_conflict(people.judge, assignment, "曾任该院顾问")
        for act in (operations.save_sheet, operations.submit_sheet):
            with pytest.raises(DomainError):
                act(people.judge, assignment, make_lines(round_))
    assert states(app) == []


def test_conflict_that_arose_since_the_assignment_stops_the_submission(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-002")
        assignment.member.expert.other_units = ["乙方医院"]
        with pytest.raises(Conflict) as refused:
            operations.submit_sheet(people.judge, assignment, make_lines(round_))
        assert refused.value.code == "conflict_found"


def test_submitted_sheet_is_locked(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        operations.submit_sheet(people.judge, assignment, make_lines(round_))
        for act in (operations.save_sheet, operations.submit_sheet):
            with pytest.raises(IllegalTransition) as refused:
                act(people.judge, assignment, make_lines(round_, 9999))
            assert refused.value.code == "sheet_locked"
    assert states(app) == [(1, "submitted")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE selection_score_line SET score = 10000",
        "DELETE FROM selection_score_line",
        "INSERT INTO selection_score_line (sheet_id, criterion_id, score, note)"
        " SELECT sheet_id, criterion_id + 1000, 1, '' FROM selection_score_line LIMIT 1",
        "UPDATE selection_score_sheet SET note = 'x'",
        "UPDATE selection_score_sheet SET state = 'DRAFT'",
        "UPDATE selection_score_sheet SET submitted_at = NULL",
        "DELETE FROM selection_score_sheet",
    ],
)
def test_database_refuses_to_change_a_submitted_sheet(
    app: Flask, people: People, statement: str
) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        operations.submit_sheet(people.judge, assignment, make_lines(round_))
    with app.app_context(), write_tx() as session, pytest.raises(IntegrityError, match="locked"):
        session.execute(text(statement))
    with app.app_context(), read_tx() as session:
        assert [line.score for line in session.query(ScoreLine)] == [8000] * 7


def test_correction_supersedes_by_a_second_person(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        sheet = operations.submit_sheet(people.judge, assignment, make_lines(round_))
        request = operations.request_reopening(people.judge, sheet, "打分时看错了附件")
        with pytest.raises(Conflict):
            operations.request_reopening(people.judge, sheet, "打分时看错了附件")
        for actor in (people.judge, people.conflicted_judge, people.owner, people.auditor):
            with pytest.raises(PermissionDenied):
                operations.decide_reopening(actor, request, granted=True, reason="同意更正")
        operations.decide_reopening(people.officer, request, granted=True, reason="同意更正")
        valid = queries.list_valid_sheets(round_, Stage.FINAL)
        assert [item.total for item in valid] == [8000]  # the old one counts until the new one
        operations.submit_sheet(people.judge, assignment, make_lines(round_, 7000))
        valid = queries.list_valid_sheets(round_, Stage.FINAL)
        assert [item.total for item in valid] == [7000]
        with pytest.raises(IllegalTransition):
            operations.decide_reopening(
                people.approver, request, granted=False, reason="不同意更正"
            )
    assert states(app) == [(1, "superseded"), (2, "submitted")]
    with app.app_context(), read_tx() as session:
        old = session.query(ScoreSheet).filter_by(version=1).one()
        assert [line.score for line in old.lines] == [8000] * 7


def test_refused_correction_leaves_the_sheet(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        sheet = operations.submit_sheet(people.judge, assignment, make_lines(round_))
        request = operations.request_reopening(people.judge, sheet, "想改高一点分数")
        operations.decide_reopening(people.officer, request, granted=False, reason="理由不充分")
    assert states(app) == [(1, "submitted")]


def test_no_score_after_the_stage_has_ended(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        results.propose_result(people.officer, round_)
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        sheet = queries.find_sheet(assignment)
        assert sheet is not None
        with pytest.raises(IllegalTransition) as refused:
            operations.request_reopening(people.judge, sheet, "现在想改一下")
        assert refused.value.code == "stage_closed"


def test_judge_sees_own_sheets_only(app: Flask, people: People) -> None:
    with app.app_context(), write_tx() as session:
        round_ = load_round()
        score_all(round_)
        own = {sheet.id for sheet in session.scalars(queries.own_sheets(people.judge))}
        mine = panels.get_own_membership(people.judge, round_.id).id
        expected = {
            sheet.id for sheet in session.query(ScoreSheet) if sheet.assignment.member_id == mine
        }
        assert own == expected
        assert len(own) == 4
        foreign = next(s.id for s in session.query(ScoreSheet) if s.id not in own)
        with pytest.raises(DomainError):
            queries.get_own_sheet(people.judge, foreign)
        assert list(session.scalars(queries.own_sheets(people.officer))) == []


def test_question_asks_for_a_reason_and_changes_no_score(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        sheet = operations.submit_sheet(people.judge, assignment, make_lines(round_))
        with pytest.raises(PermissionDenied):
            operations.ask_question(people.owner, sheet, kind="outlier", detail="偏高")
        question = operations.ask_question(people.officer, sheet, kind="outlier", detail="偏高")
        again = operations.ask_question(people.officer, sheet, kind="outlier", detail="偏高")
        assert again.id == question.id
        assert queries.list_open_questions(people.conflicted_judge) == []
        with pytest.raises(PermissionDenied):
            operations.answer_question(people.conflicted_judge, question, "不是我的评分")
        operations.answer_question(people.judge, question, "现场运行数据突出")
        assert queries.list_open_questions(people.judge) == []
        assert [line.score for line in sheet.lines] == [8000] * 7


def test_foreign_criterion_is_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        assignment = find_assignment(round_, people.judge, "RX2026-001")
        with pytest.raises(InvalidInput):
            operations.save_sheet(people.judge, assignment, [LineDraft(99999, 8000)])
        twice = [*make_lines(round_), make_lines(round_)[0]]
        with pytest.raises(InvalidInput):
            operations.save_sheet(people.judge, assignment, twice)
    assert states(app) == []

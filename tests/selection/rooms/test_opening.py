"""Sealed scores: they open with the last sheet or by a second person, and stay as they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.queries import list_history
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from matchmaker.selection.panels import assigning, opening
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.panels.models import Assignment, ScoreOpening
from matchmaker.selection.panels.operations import ExpertDraft
from matchmaker.selection.panels.rules import MemberRole
from matchmaker.selection.results import operations, queries
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.selection.scoring import operations as scoring
from tests.selection.rooms.factories import list_rows, make_lines, score_all
from tests.selection.rooms.worlds import World, load_round, open_world

REASON = "评委因公出差，不能按时评审"


@pytest.fixture
def scoring_app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def leave_one(round_: SelectionRound) -> Assignment:
    """Score everything but one sheet."""
    left = panel_queries.list_assignments(round_.id, Stage.FINAL)[-1]
    score_all(round_, skip=[left.id])
    return left


def release(world: World, round_: SelectionRound, left: Assignment) -> tuple[int, int]:
    pair = (left.application_id, left.member_id)
    assigning.release_pairs(world.people.officer, round_, Stage.FINAL, [pair], reason=REASON)
    return pair


def test_the_last_sheet_opens_the_scores(scoring_app: Flask, scoring_world: World) -> None:
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        left = leave_one(round_)
        assert not opening.is_opened(round_, Stage.FINAL)
        assert not queries.is_sealed(round_, Stage.FINAL)
        scoring.submit_sheet(COMMAND_LINE, left, make_lines(round_))
        assert opening.is_opened(round_, Stage.FINAL)
        operations.propose_result(scoring_world.people.officer, round_)
        assert round_.state is RoundState.RANKED
    with scoring_app.app_context(), read_tx():
        entries = list_history("selection_round", load_round().id)
        assert [e.data["stage"] for e in entries if e.action == "selection.open_scores"] == [
            "final"
        ]


def test_taking_back_needs_a_reason_and_says_what(scoring_app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        item = panel_queries.list_assignments(round_.id, Stage.FINAL)[0]
        pair = (item.application_id, item.member_id)
        for reason in ("", "出差"):
            with pytest.raises(InvalidInput) as refused:
                assigning.release_pairs(people.officer, round_, Stage.FINAL, [pair], reason=reason)
            assert refused.value.code == "reason_missing"
        with pytest.raises(PermissionDenied):
            assigning.release_pairs(people.approver, round_, Stage.FINAL, [pair], reason=REASON)
        with pytest.raises(NotFound):
            assigning.release_pairs(people.officer, round_, Stage.FINAL, [(0, 0)], reason=REASON)
        assert item in panel_queries.list_assignments(round_.id, Stage.FINAL)
        assigning.release_pairs(people.officer, round_, Stage.FINAL, [pair], reason=REASON)
        round_id = round_.id
    with scoring_app.app_context(), read_tx():
        entry = list_history("selection_round", round_id)[-1]
        assert entry.action == "selection.release"
        assert entry.data == {"stage": "final", "pairs": [list(pair)], "reason": REASON}
        assert entry.actor_id == people.officer.user_id


def test_a_table_completed_by_taking_back_stays_shut(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context():
        with write_tx():
            round_ = load_round()
            left = leave_one(round_)
            with pytest.raises(Conflict):
                operations.open_scores(people.approver, round_, "任务收回理由属实")
            pair = release(scoring_world, round_, left)
        with write_tx():
            round_ = load_round()
            assert queries.describe_missing(round_, Stage.FINAL) == []
            assert queries.is_sealed(round_, Stage.FINAL)
            with pytest.raises(Conflict) as refused:
                operations.propose_result(people.officer, round_)
            assert refused.value.code == "scores_sealed"
            for actor in (people.officer, people.judge, people.owner, people.auditor):
                with pytest.raises(PermissionDenied):
                    operations.open_scores(actor, round_, "任务收回理由属实")
            with pytest.raises(InvalidInput):
                operations.open_scores(people.approver, round_, "是")
            assert db.session.query(ScoreOpening).count() == 0
            operations.open_scores(people.approver, round_, "任务收回理由属实")
            with pytest.raises(IllegalTransition):
                operations.open_scores(people.approver, round_, "任务收回理由属实")
            with pytest.raises(Conflict) as late:
                assigning.release_pairs(people.officer, round_, Stage.FINAL, [pair], reason=REASON)
            assert late.value.code == "scores_open"
            operations.propose_result(people.officer, round_)


def test_who_took_work_back_does_not_open_the_scores(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    both = people.approver.__class__(
        kind=people.officer.kind,
        user_id=people.officer.user_id,
        roles=people.officer.roles | people.approver.roles,
    )
    with scoring_app.app_context():
        with write_tx():
            round_ = load_round()
            release(scoring_world, round_, leave_one(round_))
        with write_tx():
            with pytest.raises(PermissionDenied) as refused:
                operations.open_scores(both, load_round(), "任务收回理由属实")
            assert refused.value.code == "second_person"


def test_given_again_before_opening_the_last_sheet_opens(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        pair = release(scoring_world, round_, leave_one(round_))
        assert assigning.assign_pairs(people.officer, round_, Stage.FINAL, [pair]) == 1
        again = panel_queries.list_assignments(round_.id, Stage.FINAL)[-1]
        scoring.submit_sheet(COMMAND_LINE, again, make_lines(round_))
        assert opening.is_opened(round_, Stage.FINAL)


def test_calibration_has_nothing_to_seal(scoring_app: Flask) -> None:
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        opening.open_scores(COMMAND_LINE, round_, Stage.CALIBRATION, reason="试评")
        assert not opening.is_opened(round_, Stage.CALIBRATION)
        assert len(list_rows(round_)) == 4


def test_opened_scores_fix_panel_and_work(scoring_app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        expert = panels.add_expert(people.officer, ExpertDraft(name="新评委", employer="某大学"))
        member = panel_queries.list_members(round_.id)[0]
        pair = (list_rows(round_)[0].id, member.id)
        for act in (
            lambda: panels.add_member(people.officer, round_, expert),
            lambda: panels.add_member(
                people.officer, round_, expert, MemberRole.RESERVE, reason=REASON
            ),
            lambda: panels.set_member_role(people.officer, round_, member, MemberRole.RESERVE),
            lambda: panels.remove_member(people.officer, round_, member),
            lambda: assigning.assign_pairs(people.officer, round_, Stage.FINAL, [pair]),
            lambda: assigning.assign_whole_panel(people.officer, round_),
        ):
            with pytest.raises(Conflict) as refused:
                act()
            assert refused.value.code == "scores_open"
        with pytest.raises(Conflict) as needless:
            assigning.call_reserves(people.officer, round_, Stage.FINAL, reason=REASON)
        assert needless.value.code == "no_reserve"
        assert len(panel_queries.list_members(round_.id)) == 5


def test_a_reserve_fills_a_broken_quorum_after_the_opening(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        row = list_rows(round_)[1]
        for item in panel_queries.list_assignments(round_.id, Stage.FINAL):
            if item.application_id == row.id and item.member.expert.name.startswith("外聘"):
                panels.declare_conflict(COMMAND_LINE, item, "刚得知与申报单位有往来")
        assert assigning.count_shortages(round_, Stage.FINAL) == {row.id: 1}
        expert = panels.add_expert(people.officer, ExpertDraft(name="候补", employer="某大学"))
        with pytest.raises(InvalidInput):
            panels.add_member(people.officer, round_, expert, MemberRole.RESERVE)
        with pytest.raises(Conflict):
            panels.add_member(people.officer, round_, expert, reason=REASON)
        reserve = panels.add_member(
            people.officer, round_, expert, MemberRole.RESERVE, reason=REASON
        )
        with pytest.raises(InvalidInput):
            assigning.call_reserves(people.officer, round_, Stage.FINAL)
        assert assigning.call_reserves(people.officer, round_, Stage.FINAL, reason=REASON) == 1
        round_id, pair = round_.id, [row.id, reserve.id]
    with scoring_app.app_context(), read_tx():
        entry = list_history("selection_round", round_id)[-1]
        assert entry.data == {"stage": "final", "pairs": [pair], "reason": REASON}


def test_panel_never_exceeds_the_notice_while_judges_score(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        expert = panels.add_expert(people.officer, ExpertDraft(name="新评委", employer="某大学"))
        with pytest.raises(Conflict) as refused:
            panels.add_member(people.officer, round_, expert)
        assert refused.value.code == "panel_full"
        reserve = panels.add_member(people.officer, round_, expert, MemberRole.RESERVE)
        with pytest.raises(Conflict):
            panels.set_member_role(people.officer, round_, reserve, MemberRole.MEMBER)
        assert reserve.role is MemberRole.RESERVE

"""Panels: conflicts declared, detected and stated; what they bar; assignment."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actor import Actor
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.selection.hearings import agenda
from matchmaker.selection.hearings import queries as hearings
from matchmaker.selection.judging_model import count_judge_groups
from matchmaker.selection.panels import affinity, assigning, calibrating, operations, queries, rules
from matchmaker.selection.panels.models import Assignment, Expert, PanelMember
from matchmaker.selection.panels.models import Conflict as ConflictRow
from matchmaker.selection.panels.operations import ExpertDraft
from matchmaker.selection.panels.rules import (
    Affiliations,
    ConflictSource,
    ConflictState,
    MemberRole,
    find_conflict,
)
from matchmaker.selection.results import operations as results
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring.models import ScoreSheet
from matchmaker.selection.scoring.voiding import void_barred_scores
from tests.people import People
from tests.selection.rooms.factories import (
    add_judge,
    find_assignment,
    list_rows,
    make_judged_round,
    make_lines,
    make_open_round,
    make_scoring_round,
    make_submitted,
)


def member_of(round_: SelectionRound, actor: Actor) -> PanelMember:
    return queries.get_own_membership(actor, round_.id)


def test_employee_of_a_party_is_detected_and_barred(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        found = queries.list_conflicts(round_.id)
        member = member_of(round_, people.conflicted_judge)
        assert [(c.member_id, c.source, c.state) for c in found] == [
            (member.id, ConflictSource.DETECTED, ConflictState.CONFIRMED)
        ]
        listed = [row.code for row in queries.declarable_by(people.conflicted_judge, member)]
        assert listed == ["RX2026-002", "RX2026-003", "RX2026-004"]


@pytest.mark.parametrize(
    ("judge", "parties", "found"),
    [
        (Affiliations({1}), Affiliations({1}), True),
        (Affiliations(credit_codes={"A"}), Affiliations(credit_codes={"A"}), True),
        (Affiliations(names={"甲"}), Affiliations(names={"甲"}), True),
        (Affiliations({1}, {"A"}, {"甲"}), Affiliations({2}, {"B"}, {"乙"}), False),
        (Affiliations(), Affiliations(), False),
    ],
)
def test_find_conflict(judge: Affiliations, parties: Affiliations, found: bool) -> None:
    assert (find_conflict(judge, parties) is not None) is found


def test_part_time_unit_by_name_or_code_is_detected(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        expert = operations.add_expert(
            people.officer,
            ExpertDraft(name="兼职专家", employer="某大学", other_units=(" 合作机器人企业3 ",)),
        )
        member = operations.add_member(people.officer, round_, expert)
        barred = {a for a, m in queries.list_barred_pairs(round_.id) if m == member.id}
        assert barred == {row.id for row in list_rows(round_) if row.code.endswith("003")}


def test_conflict_found_after_an_edit_of_the_expert(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        member = member_of(round_, people.judge)
        draft = ExpertDraft(
            name="评委甲",
            employer="评委甲的单位",
            user_id=people.judge.user_id,
            other_units=("乙方医院",),
        )
        operations.edit_expert(people.officer, member.expert, draft)
        barred = {a for a, m in queries.list_barred_pairs(round_.id) if m == member.id}
        assert barred == {row.id for row in list_rows(round_)[1:]}


def test_declared_conflict_bars_while_pending_and_after_confirmation(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx() as session:
        round_ = make_judged_round(people)
        row = list_rows(round_)[1]
        assignment = Assignment(
            round_id=round_.id,
            application_id=row.id,
            member_id=member_of(round_, people.judge).id,
            stage=Stage.FINAL,
            revision_number=1,
        )
        session.add(assignment)
        session.flush()
        assert queries.get_readable(people.judge, assignment.id)
        conflict = operations.declare_conflict(people.judge, assignment, "曾任该院顾问")
        for state in (None, True):
            if state:
                operations.decide_conflict(
                    people.officer, conflict, confirmed=True, reason="情况属实"
                )
            with pytest.raises(NotFound):
                queries.get_readable(people.judge, assignment.id)
        operations.decide_conflict(
            people.officer, conflict, confirmed=False, reason="不属于利害关系"
        )
        assert queries.get_readable(people.judge, assignment.id)


def test_reason_is_needed_to_declare_and_to_decide(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_scoring_round(people)
        assignment = find_assignment(round_, people.judge, "RX2026-002")
        with pytest.raises(InvalidInput):
            operations.declare_conflict(people.judge, assignment, " 有 ")
        conflict = operations.declare_conflict(people.judge, assignment, "曾任该院顾问")
        with pytest.raises(InvalidInput):
            operations.decide_conflict(people.officer, conflict, confirmed=True, reason="是")
        assert conflict.state is ConflictState.PENDING
        with pytest.raises(Conflict):
            operations.declare_conflict(people.judge, assignment, "再说一遍理由")


def test_late_conflict_voids_the_score_and_deletes_nothing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_scoring_round(people)
        assignment = find_assignment(round_, people.judge, "RX2026-002")
        sheet_id = scoring.submit_sheet(people.judge, assignment, make_lines(round_)).id
        operations.declare_conflict(people.judge, assignment, "刚得知亲属在该院任职")
        payload = {
            "application_id": assignment.application_id,
            "member_id": assignment.member_id,
        }
        void_barred_scores(payload)
        void_barred_scores(payload)
    with app.app_context(), read_tx() as session:
        sheet = session.get_one(ScoreSheet, sheet_id)
        assert sheet.state.value == "void"
        assert [line.score for line in sheet.lines] == [8000] * 7


@pytest.mark.parametrize("part", ["owner", "stranger", "firm", "judge", "approver", "auditor"])
def test_panel_is_built_by_officers_only(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx() as session:
        round_ = make_judged_round(people)
        before = session.query(Expert).count(), session.query(ConflictRow).count()
        member = queries.list_members(round_.id)[0]
        conflict = queries.list_conflicts(round_.id)[0]
        row = list_rows(round_)[0]
        for act in (
            lambda: operations.add_expert(actor, ExpertDraft(name="某人", employer="某单位")),
            lambda: operations.set_member_role(actor, round_, member, MemberRole.CHAIR),
            lambda: operations.remove_member(actor, round_, member),
            lambda: operations.raise_applicant_conflict(actor, row, member, "评委曾在该院任职三年"),
            lambda: assigning.assign_whole_panel(actor, round_),
            lambda: assigning.call_reserves(actor, round_, Stage.FINAL),
        ):
            with pytest.raises(PermissionDenied):
                act()
        if part != "approver":
            with pytest.raises(PermissionDenied):
                operations.decide_conflict(actor, conflict, confirmed=False, reason="没有关系")
        assert (session.query(Expert).count(), session.query(ConflictRow).count()) == before
        assert conflict.state is ConflictState.CONFIRMED


def test_only_the_judge_signs_with_the_registered_name(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        member = member_of(round_, people.judge)
        member.declared_at = None
        for actor in (people.conflicted_judge, people.officer, people.owner):
            with pytest.raises(PermissionDenied):
                operations.sign_declaration(actor, member, name="评委甲", conflicts={})
        with pytest.raises(InvalidInput):
            operations.sign_declaration(people.judge, member, name="别人", conflicts={})
        assert member.declared_at is None
        operations.sign_declaration(people.judge, member, name="评委甲", conflicts={})
        assert member.declared_at is not None


def test_recused_scene_cannot_be_named_in_the_declaration(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        member = member_of(round_, people.conflicted_judge)
        member.declared_at = None
        with pytest.raises(NotFound):
            operations.sign_declaration(
                people.conflicted_judge,
                member,
                name="评委乙",
                conflicts={list_rows(round_)[0].id: "我就在那里工作"},
            )


def test_declaration_is_signed_once(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        member = member_of(round_, people.judge)
        signed_at = member.declared_at
        with pytest.raises(IllegalTransition) as refused:
            operations.sign_declaration(people.judge, member, name="评委甲", conflicts={})
        assert refused.value.code == "declared_before"
        assert member.declared_at == signed_at


def test_every_scene_without_a_relation_is_named(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        member = member_of(round_, people.judge)
        member.declared_at = None
        rows = list_rows(round_)[:3]
        reasons = {rows[0].id: "曾任顾问", rows[1].id: "", rows[2].id: "一二三"}
        with pytest.raises(InvalidInput) as refused:
            operations.sign_declaration(people.judge, member, name="评委甲", conflicts=reasons)
        assert rows[1].title in refused.value.text
        assert rows[2].title in refused.value.text
        assert rows[0].title not in refused.value.text
        assert member.declared_at is None


def test_nothing_is_readable_before_signing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_scoring_round(people)
        assert len(queries.list_readable(people.judge, round_.id, Stage.FINAL)) == 4
        member_of(round_, people.judge).declared_at = None
        assert queries.list_readable(people.judge, round_.id, Stage.FINAL) == []


def test_barred_pair_cannot_be_assigned(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        member = member_of(round_, people.conflicted_judge)
        row = list_rows(round_)[0]
        with pytest.raises(Conflict):
            assigning.assign_pairs(people.officer, round_, Stage.FINAL, [(row.id, member.id)])
        assert queries.list_assignments(round_.id, Stage.FINAL) == []


def test_solver_gives_each_scene_its_judges_on_a_connected_design(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people, scenes=8, stages=2)
        plan = assigning.read_plan(round_, Stage.PRELIMINARY)
        pairs = affinity.solve_stage(plan, frozenset(), per_scene=2, seed=1)
        assert pairs == affinity.solve_stage(plan, frozenset(), per_scene=2, seed=1)
        per_scene = {row.id: sum(a == row.id for a, _ in pairs) for row in plan.applications}
        assert set(per_scene.values()) == {2}
        assert not pairs & plan.barred
        import numpy as np

        given_ = np.array(
            [[(r.id, m.id) in pairs for m in plan.members] for r in plan.applications]
        )
        assert count_judge_groups(given_) == 1
        assert assigning.apply_assignment(people.officer, round_, Stage.PRELIMINARY, pairs) == (
            16,
            0,
        )


def test_adjusting_leaves_started_work_alone(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people, scenes=4, stages=2)
        plan = assigning.read_plan(round_, Stage.PRELIMINARY)
        first = affinity.solve_stage(plan, frozenset(), per_scene=2, seed=1)
        assigning.apply_assignment(people.officer, round_, Stage.PRELIMINARY, first)
        results.start_stage(people.officer, round_, Stage.PRELIMINARY)
        begun = next(
            item
            for item in queries.list_assignments(round_.id, Stage.PRELIMINARY)
            if item.member.expert.user_id is None
        )
        from matchmaker.actor import COMMAND_LINE

        scoring.save_sheet(COMMAND_LINE, begun, make_lines(round_))
        started = assigning.list_started(round_, Stage.PRELIMINARY)
        assert started == {(begun.application_id, begun.member_id)}
        other = (
            plan.existing
            | frozenset((row.id, plan.members[0].id) for row in plan.applications) - plan.barred
        )
        with pytest.raises(InvalidInput):
            assigning.apply_assignment(people.officer, round_, Stage.PRELIMINARY, other - started)
        assigning.apply_assignment(
            people.officer, round_, Stage.PRELIMINARY, other - started, reason="评委临时出差"
        )
        kept = queries.list_assignments(round_.id, Stage.PRELIMINARY)
        assert begun.id in {item.id for item in kept}
        with pytest.raises(Conflict):
            assigning.release_pairs(
                people.officer, round_, Stage.PRELIMINARY, sorted(started), reason="评委临时出差"
            )
        again = affinity.solve_stage(
            assigning.read_plan(round_, Stage.PRELIMINARY), started, per_scene=2, seed=3
        )
        assert started <= again


def test_reserve_is_called_when_recusals_break_the_quorum(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people, experts=1)
        reserve = add_judge(people, round_, "候补评委", None)
        operations.set_member_role(people.officer, round_, reserve, MemberRole.RESERVE)
        assigning.assign_whole_panel(people.officer, round_)
        row = list_rows(round_)[0]
        on_first = [
            item.member_id
            for item in queries.list_assignments(round_.id, Stage.FINAL)
            if item.application_id == row.id
        ]
        assert len(on_first) == 2  # quorum is 3
        with pytest.raises(Conflict):
            results.start_stage(people.officer, round_, Stage.FINAL)
        assert assigning.call_reserves(people.officer, round_, Stage.FINAL) == 1
        results.start_stage(people.officer, round_, Stage.FINAL)


def test_one_chair_only_and_members_with_work_stay(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_scoring_round(people)
        first, second = queries.list_members(round_.id)[:2]
        operations.set_member_role(people.officer, round_, first, MemberRole.CHAIR)
        with pytest.raises(Conflict):
            operations.set_member_role(people.officer, round_, second, MemberRole.CHAIR)
        with pytest.raises(Conflict):
            operations.remove_member(people.officer, round_, second)


def test_presentations_do_not_overlap(app: Flask, people: People) -> None:
    from datetime import timedelta

    from matchmaker import clock

    with app.app_context(), write_tx():
        round_ = make_scoring_round(people)
        first, second = list_rows(round_)[:2]
        at = clock.now()
        agenda.schedule_presentation(
            people.officer, round_, first.id, starts_at=at, minutes=20, place="一号会议室"
        )
        with pytest.raises(Conflict):
            agenda.schedule_presentation(
                people.officer,
                round_,
                second.id,
                starts_at=at + timedelta(minutes=19),
                minutes=20,
                place="一号会议室",
            )
        agenda.schedule_presentation(
            people.officer,
            round_,
            second.id,
            starts_at=at + timedelta(minutes=20),
            minutes=20,
            place="一号会议室",
        )
        assert len(hearings.list_agenda(round_.id)) == 2


def test_decided_conflict_is_not_decided_alike_again(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        conflict = queries.list_conflicts(round_.id)[0]
        with pytest.raises(IllegalTransition):
            operations.decide_conflict(
                people.officer, conflict, confirmed=True, reason="确有关系的"
            )


@given(st.sets(st.sampled_from(list(ConflictState))))
def test_any_pending_or_confirmed_conflict_bars(states: set[ConflictState]) -> None:
    bars = {ConflictState.PENDING, ConflictState.CONFIRMED}
    assert rules.is_barred(states) is bool(states & bars)


def test_stranger_to_the_panel_reads_nothing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_scoring_round(people)
        ids = [item.id for item in queries.list_assignments(round_.id, Stage.FINAL)]
        for actor in (people.owner, people.officer, people.firm, people.stranger):
            for key in ids:
                with pytest.raises(DomainError):
                    queries.get_readable(actor, key)


def test_calibration_is_scored_by_all_and_never_ranked(app: Flask, people: People) -> None:
    from matchmaker.actor import COMMAND_LINE
    from matchmaker.selection.applications.rules import ApplicationState
    from matchmaker.selection.results import queries as result_queries
    from matchmaker.web.shared.calibration import list_alignment

    with app.app_context(), write_tx():
        past = make_open_round(people, programme="embodied-typical")
        earlier = make_submitted(past, people.stranger)
        round_ = make_judged_round(people)
        with pytest.raises(InvalidInput):
            calibrating.set_calibration(people.officer, round_, earlier)
        earlier.state = ApplicationState.DESIGNATED
        with pytest.raises(PermissionDenied):
            calibrating.set_calibration(people.judge, round_, earlier)
        row = calibrating.set_calibration(people.officer, round_, earlier)
        with pytest.raises(Conflict):
            calibrating.set_calibration(people.officer, round_, earlier)
        assert calibrating.assign_calibration(people.officer, round_) == 5
        items = queries.list_assignments(round_.id, Stage.CALIBRATION)
        for number, item in enumerate(items):
            assert list_alignment(round_) == []
            scoring.submit_sheet(COMMAND_LINE, item, make_lines(round_, 7000 + number * 100))
        line = list_alignment(round_)[0]
        assert (line.low, line.median, line.high) == ("70.00", "72.00", "74.00")
        judged = result_queries.list_judged(round_, Stage.FINAL)
        assert row.id not in {item.id for item in judged}

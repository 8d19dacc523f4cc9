"""Rounds: set-up, freezing, the wall behind the freeze, the order of steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from matchmaker import clock
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from matchmaker.publishing.models import Notice
from matchmaker.selection.rounds import operations, queries, rules
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import load_programmes, start_draft
from matchmaker.selection.rounds.readiness import check_ready_to_open
from matchmaker.selection.rounds.rules import RoundState
from tests.people import People
from tests.selection.rooms.factories import make_draft, make_open_round, make_round


def count_rounds(app: Flask) -> int:
    with app.app_context(), read_tx() as session:
        return session.query(SelectionRound).count()


@pytest.mark.parametrize("programme", sorted(load_programmes()))
def test_each_programme_starts_from_a_draft_that_may_open(programme: str) -> None:
    draft = replace(
        start_draft(load_programmes()[programme], 2026),
        opens_at=clock.now(),
        closes_at=clock.now() + timedelta(days=1),
    )
    check_ready_to_open(draft)
    assert sum(item.weight for item in draft.criteria) == 100
    assert all(item.basis for item in (*draft.criteria, *draft.gates))


def test_seeded_programmes_are_those_of_the_texts() -> None:
    known = {p.id: (p.instrument, p.quota, p.binding) for p in load_programmes().values()}
    assert known["humanoid-demonstration"] == ("M66-6", 5, True)
    assert known["embodied-typical"] == ("A25-3.1", 10, False)
    assert known["developer-community"][0] == "A25-3.2"


@pytest.mark.parametrize(
    "part", ["owner", "firm", "judge", "approver", "auditor", "sector_reviewer"]
)
def test_create_round_by_anybody_but_an_officer_changes_nothing(
    app: Flask, people: People, part: str
) -> None:
    with app.app_context(), write_tx(), pytest.raises(PermissionDenied):
        operations.create_round(getattr(people, part), make_draft())
    assert count_rounds(app) == 0


def test_second_round_of_programme_and_year_is_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        make_round(people)
        with pytest.raises(Conflict) as refused:
            make_round(people)
    assert refused.value.code == "round_exists"
    assert count_rounds(app) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quota": 0}, "quota"),
        ({"quota": 101}, "quota"),
        ({"stages": 3}, "stages"),
        ({"quorum_final": 6}, "quorum_final"),
        ({"stages": 2, "quorum_preliminary": 3}, "quorum_preliminary"),
        ({"stages": 2, "shortlist_size": 1}, "shortlist_size"),
        ({"publicity_days": 0}, "publicity_days"),
        ({"pass_mark": 10001}, "pass_mark"),
        ({"tie_chain": ("by_id",)}, "tie_chain"),
        ({"tie_chain": ("ballot", "ballot")}, "tie_chain"),
        ({"title": " "}, "title"),
    ],
)
def test_impossible_setting_is_refused_with_its_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.check_draft(make_draft(**changes))
    assert refused.value.field == field


def test_weights_must_sum_to_100_before_opening(app: Flask, people: People) -> None:
    short = make_draft().criteria[:-1]
    with app.app_context(), write_tx():
        row = make_round(people, criteria=short)
        with pytest.raises(InvalidInput) as refused:
            operations.open_applications(people.approver, row)
        assert refused.value.code == "weights_sum"
        assert row.state is RoundState.DRAFT


def test_criterion_without_a_basis_cannot_open() -> None:
    draft = make_draft()
    blank = replace(draft.criteria[0], basis=" ")
    with pytest.raises(InvalidInput) as refused:
        check_ready_to_open(replace(draft, criteria=(blank, *draft.criteria[1:])))
    assert refused.value.code == "basis_missing"


def test_opening_freezes_and_publishes_the_notice(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_open_round(people)
        code = row.code
        with pytest.raises(IllegalTransition) as refused:
            operations.update_round(people.officer, row, make_draft(), revision=row.revision)
        assert refused.value.code == "round_frozen"
    with app.app_context(), read_tx() as session:
        notice = session.query(Notice).one()
        assert (notice.subject_id, notice.state.value) == (code, "published")
        assert notice.chain_seq is not None


def test_officer_cannot_open_what_the_approver_must(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_round(people)
        with pytest.raises(PermissionDenied):
            operations.open_applications(people.officer, row)
        assert row.state is RoundState.DRAFT


def test_update_with_an_old_revision_is_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_round(people)
        operations.update_round(people.officer, row, make_draft(quota=3), revision=1)
        with pytest.raises(Conflict):
            operations.update_round(people.officer, row, make_draft(quota=4), revision=1)
        assert (row.quota, row.revision) == (3, 2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE selection_criterion SET weight = 99 WHERE position = 1",
        "DELETE FROM selection_criterion WHERE position = 1",
        "UPDATE selection_gate SET basis = 'x' WHERE position = 1",
        "UPDATE selection_round SET quota = 9",
        "UPDATE selection_round SET shortlist_size = 9",
        "UPDATE selection_round SET judges_per_scene = 9",
        "UPDATE selection_round SET panel_size = 9",
        "UPDATE selection_round SET consortium_max = 9",
        "UPDATE selection_round SET notice_text = 'x'",
        "UPDATE selection_round SET needs_district_review = (1 = 0)",
        "UPDATE selection_round_attachment SET required = (1 = 0) WHERE position = 1",
        "DELETE FROM selection_round_attachment WHERE position = 1",
        "INSERT INTO selection_round_attachment (round_id, position, name, note, required)"
        " VALUES (1, 99, 'x', '', (1 = 1))",
        "UPDATE selection_round SET pass_mark = NULL",
        "UPDATE selection_round SET tie_chain = '[]'",
        "INSERT INTO selection_criterion (round_id, position, name, description, weight,"
        " inspection_points, basis, anchors) VALUES (1, 99, 'x', '', 1, 0, 'x', '[]')",
    ],
)
def test_database_refuses_to_change_frozen_rules(
    app: Flask, people: People, statement: str
) -> None:
    with app.app_context(), write_tx():
        make_open_round(people)
    with app.app_context(), write_tx() as session, pytest.raises(IntegrityError, match="frozen"):
        session.execute(text(statement))
    with app.app_context(), read_tx():
        stored = queries.read_draft(db.session.query(SelectionRound).one())
        dates = {"opens_at": stored.opens_at, "closes_at": stored.closes_at}
        assert stored == make_draft(**dates)


def test_draft_round_is_hidden_from_visitors_and_applicants(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        code = make_round(people).code
    with app.app_context(), read_tx():
        for actor in (people.owner, people.judge, people.firm):
            assert queries.list_rounds(actor) == []
            with pytest.raises(NotFound):
                queries.get_round(actor, code)
        assert [row.code for row in queries.list_rounds(people.auditor)] == [code]


def test_applications_cannot_be_closed_before_the_deadline(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_open_round(people)
        with pytest.raises(Conflict) as refused:
            operations.close_applications(people.officer, row)
        assert refused.value.code == "still_open"


def test_steps_out_of_order_do_not_exist() -> None:
    for now in RoundState:
        allowed = {t for t in RoundState if _may(now, t, 2)}
        assert (now in {RoundState.CONFIRMED, RoundState.CANCELLED}) == (not allowed)
    assert not _may(RoundState.REVIEW, RoundState.FINAL, 2)
    assert _may(RoundState.REVIEW, RoundState.FINAL, 1)
    assert not _may(RoundState.FINAL, RoundState.PUBLICITY, 1)


def _may(now: RoundState, target: RoundState, stages: int) -> bool:
    try:
        rules.check_transition(now, target, stages=stages)
    except IllegalTransition:
        return False
    return True


def test_lot_is_committed_before_judging_only(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_open_round(people)
        commitment = operations.commit_to_lot(people.officer, row, "二〇二六年公开抽签")
        assert len(commitment) == 64
        row.state = RoundState.FINAL
        with pytest.raises(Conflict):
            operations.commit_to_lot(people.officer, row, "改一个抽签文字吧")
        assert row.lot_commitment == commitment


@pytest.mark.parametrize(
    ("now", "target", "code", "told"),
    [
        (RoundState.FINAL, RoundState.FINAL, "round_step_done", "评审已经开始，无须重复操作。"),
        (RoundState.RANKED, RoundState.FINAL, "round_step_done", "评审已经开始，无须重复操作。"),
        (RoundState.REVIEW, RoundState.OPEN, "round_step_done", "申报已经开始，无须重复操作。"),
        (RoundState.CANCELLED, RoundState.OPEN, "round_cancelled", "评选已经取消，不能再办理。"),
    ],
)
def test_a_repeated_step_says_what_is(
    now: RoundState, target: RoundState, code: str, told: str
) -> None:
    with pytest.raises(IllegalTransition) as refused:
        rules.check_transition(now, target, stages=1)
    assert (refused.value.code, refused.value.text) == (code, told)


@pytest.mark.parametrize("target", [RoundState.FINAL, RoundState.CONFIRMED, RoundState.CANCELLED])
def test_a_step_that_is_too_early_names_both_states(target: RoundState) -> None:
    with pytest.raises(IllegalTransition) as refused:
        rules.check_transition(RoundState.PRELIMINARY, target, stages=2)
    assert refused.value.code == "round_step"
    assert "当前为“初评”" in refused.value.text


def test_notice_says_what_the_round_is_set_to(app: Flask, people: People) -> None:
    opens = datetime(2026, 12, 1, 9, tzinfo=clock.CHINA)
    with app.app_context(), write_tx():
        draft = make_draft(
            quota=3, consortium_max=2, opens_at=opens, closes_at=opens + timedelta(days=30)
        )
        draft = replace(draft, notice_text=f"{draft.notice_text}\n试运行不超过12个月。")
        row = operations.create_round(people.officer, draft)
        operations.open_applications(people.approver, row)
        body = db.session.query(Notice).one().body
        assert "不超过3个，宁缺毋滥" in body
        assert "2026年12月1日9:00至2026年12月31日9:00" in body
        assert "联合申报的单位不超过2家" in body


def test_notice_with_another_number_of_places_opens_nothing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        draft = make_draft(quota=3)
        draft = replace(draft, notice_text=f"{draft.notice_text}\n评选不超过 5 个。")
        row = operations.create_round(people.officer, draft)
        with pytest.raises(InvalidInput) as refused:
            operations.open_applications(people.approver, row)
        assert refused.value.code == "notice_quota"
    with app.app_context(), read_tx() as session:
        assert session.query(Notice).count() == 0

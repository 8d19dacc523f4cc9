"""Results: proposal, publicity, objections, confirmation; reproducible and by two persons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from matchmaker.policy.publicity import end_of_publicity
from matchmaker.publishing import operations as publishing
from matchmaker.publishing import queries as notices
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.ranking import rank_scenes
from matchmaker.selection.ranking_rule import find_leading_items
from matchmaker.selection.results import operations, queries, rules
from matchmaker.selection.results.models import Designation, RoundResult
from matchmaker.selection.results.rules import SheetScores, Weighing, build_stage_table
from matchmaker.selection.results.votes import ResolutionKind
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.selection.scoring import operations as scoring
from tests.people import People
from tests.selection.rooms.factories import (
    agree,
    inspect,
    list_rows,
    make_judged_round,
    make_lines,
    score_all,
)
from tests.selection.rooms.worlds import World, load_round, open_world


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


@pytest.fixture
def scoring_app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def publish(round_: SelectionRound, world: World) -> RoundResult:
    result = queries.get_latest(round_, Stage.FINAL)
    assert result is not None
    return operations.publish_result(world.people.approver, round_, result)


def end_publicity(result: RoundResult) -> None:
    """Move the period into the past, notice included."""
    notice = notices.get_notice(COMMAND_LINE, result.notice_id or 0)
    result.publicity_from = notice.starts_on = clock.today() - timedelta(days=10)
    result.publicity_to = notice.ends_on = clock.today() - timedelta(days=1)


def file_objection(result: RoundResult, code: str | None = None) -> Objection:
    lines = {e.application.code: e.application_id for e in result.entries if e.selected}
    return objecting.file_objection(
        VISITOR,
        result_id=result.id,
        application_ids=frozenset(lines.values()),
        application_id=lines[code] if code else None,
        first_day=clock.today(),
        last_day=clock.today(),
        name="张三",
        contact="13800000000",
        text="该场景至今尚未投入使用",
    )


def test_inspection_takes_its_share_in_the_final_stage_only() -> None:
    criteria = [Weighing("c01", 75, 0), Weighing("c02", 25, 10)]
    sheets = [SheetScores("S", "J", {"c01": 8000, "c02": 9000})]
    first = build_stage_table(criteria, sheets, [], None)
    final = build_stage_table(criteria, sheets, [], {"S": 5000})
    assert first.totals["S"]["J"] == Fraction(75 * 80 + 25 * 90, 100)
    assert final.totals["S"]["J"] == Fraction(75 * 80 + 15 * 90 + 10 * 50, 100)


def test_recused_cells_are_empty_and_never_zero() -> None:
    criteria = [Weighing("c01", 100, 0)]
    sheets = [SheetScores("S", "J1", {"c01": 8000})]
    table = build_stage_table(criteria, sheets, [("S", "J2")], None)
    assert dict(table.totals["S"]) == {"J1": Fraction(80)}
    assert table.judges == ("J1", "J2")


def test_scene_without_its_inspection_is_refused() -> None:
    criteria = [Weighing("c01", 100, 10)]
    with pytest.raises(InvalidInput) as refused:
        build_stage_table(criteria, [SheetScores("S", "J", {"c01": 1})], [], {})
    assert refused.value.code == "inspection_missing"


def test_inspection_and_its_criterion_pass_as_one_item(
    scoring_app: Flask, scoring_world: World
) -> None:
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        first, second = list_rows(round_)[:2]
        inspect(scoring_world.people, first, 1000)
        inspect(scoring_world.people, second, 0)
        score_all(round_)
        result = operations.propose_result(scoring_world.people.officer, round_)
        failed = {entry.application.code: entry.failed for entry in result.entries}
        # 15 of 89 and 10 of 10 points are 57.4 % of the item; 15 of 88 and nothing are 52.8 %.
        assert failed[first.code] == failed[second.code] == []
        assert queries.recompute(result)[1] == rank_scenes(
            queries.read_stored_table(result), queries.read_rule(round_, Stage.FINAL)
        )


def test_item_of_greatest_weight_counts_with_its_inspection(
    scoring_app: Flask, scoring_world: World
) -> None:
    with scoring_app.app_context(), read_tx():
        round_ = load_round()
        table = build_stage_table(
            [Weighing(c.key, c.weight, c.inspection_points) for c in round_.criteria],
            [SheetScores("S", "J", {c.key: 8000 for c in round_.criteria})],
            [],
            {"S": 8000},
        )
        assert find_leading_items(table, queries.read_rule(round_, Stage.FINAL)) == ("c03",)


def test_totals_stay_hidden_until_every_sheet_is_in(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        last = panel_queries.list_assignments(round_.id, Stage.FINAL)[-1]
        score_all(round_, skip=[last.id])
        with pytest.raises(Conflict) as refused:
            operations.propose_result(people.officer, round_)
        assert refused.value.code == "scores_missing"
        scoring.submit_sheet(COMMAND_LINE, last, make_lines(round_))
        assert operations.propose_result(people.officer, round_).version == 1


def test_ranking_is_official_and_reproducible(ranked: Flask, ranked_world: World) -> None:
    with ranked.app_context(), read_tx():
        result = queries.get_latest(load_round(), Stage.FINAL)
        assert result is not None
        assert [(e.application.code, e.rank, e.selected) for e in result.entries] == [
            ("RX2026-001", 1, True),
            ("RX2026-002", 2, True),
            ("RX2026-003", 3, False),
            ("RX2026-004", 4, False),
        ]
        # 89 by the judges on 90 of 100 points, 80 by the inspection on 10.
        assert (result.entries[0].official, result.entries[0].official_exact) == ("88.10", "881/10")
        assert result.entries[0].valid_scores == 4  # the owner's employee is recused
        table, ranking = queries.recompute(result)
        assert table.sha256 == result.snapshot_sha256
        assert table.canonical_bytes.decode() == result.snapshot
        assert [line.scene for line in ranking.scenes] == [
            e.application.code for e in result.entries
        ]


@pytest.mark.parametrize("part", ["owner", "judge", "officer", "auditor", "stranger"])
def test_publicity_needs_an_approver(ranked: Flask, ranked_world: World, part: str) -> None:
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        with pytest.raises(PermissionDenied):
            operations.publish_result(getattr(ranked_world.people, part), round_, result)
        assert round_.state is RoundState.RANKED


def test_publicity_page_shows_list_days_and_hashes(ranked: Flask, ranked_world: World) -> None:
    with ranked.app_context(), write_tx():
        result = publish(load_round(), ranked_world)
        notice = notices.get_notice(VISITOR, result.notice_id or 0)
        assert [row[1] for row in notice.rows] == ["场景01", "场景02"]
        assert notice.starts_on == clock.today()
        assert notice.ends_on == end_of_publicity(clock.today(), 5)
        assert notice.snapshot_sha256 == result.snapshot_sha256
        assert len(notice.chain_hash or "") == 64


def test_confirmation_waits_for_the_last_day(ranked: Flask, ranked_world: World) -> None:
    approver = ranked_world.people.approver
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = publish(round_, ranked_world)
        notice = notices.get_notice(COMMAND_LINE, result.notice_id or 0)
        notice.ends_on = clock.today()
        with pytest.raises(IllegalTransition) as refused:
            operations.confirm_result(approver, round_)
        assert refused.value.code == "publicity_running"
        notice.ends_on = clock.today() - timedelta(days=1)
        assert len(operations.confirm_result(approver, round_)) == 2


def test_extended_publicity_counts(ranked: Flask, ranked_world: World) -> None:
    approver = ranked_world.people.approver
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = publish(round_, ranked_world)
        end_publicity(result)
        notice = notices.get_notice(COMMAND_LINE, result.notice_id or 0)
        publishing.correct_notice(
            approver,
            notice,
            reason="节假日顺延公示期",
            title=notice.title,
            body=notice.body,
            starts_on=notice.starts_on,
            ends_on=clock.today() + timedelta(days=3),
        )
        with pytest.raises(IllegalTransition):
            operations.confirm_result(approver, round_)


def test_open_objection_stops_the_confirmation(ranked: Flask, ranked_world: World) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = publish(round_, ranked_world)
        objection = file_objection(result)
        end_publicity(result)
        for act in (
            lambda: None,
            lambda: objecting.accept_objection(people.officer, objection),
            lambda: objecting.record_enquiry(people.officer, objection, "到现场查看了设备"),
        ):
            act()
            with pytest.raises(Conflict) as refused:
                operations.confirm_result(people.approver, round_)
            assert refused.value.code == "objection_open"
        objecting.answer_objection(people.approver, objection, upheld=False, text="经核查已投用")
        assert operations.confirm_result(people.approver, round_)


def test_upheld_objection_takes_the_scene_off_and_shows_the_list_anew(
    ranked: Flask, ranked_world: World
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = publish(round_, ranked_world)
        objection = file_objection(result, "RX2026-001")
        row = next(e.application for e in result.entries if e.application.code == "RX2026-001")
        with pytest.raises(Conflict):
            operations.exclude_after_objection(people.officer, round_, row, "还没有结论")
        objecting.accept_objection(people.officer, objection)
        objecting.record_enquiry(people.officer, objection, "现场没有设备运行")
        objecting.answer_objection(
            people.approver, objection, upheld=True, text="确未投用，异议成立"
        )
        end_publicity(result)
        with pytest.raises(Conflict) as refused:
            operations.confirm_result(people.approver, round_)
        assert refused.value.code == "upheld_on_list"
        operations.exclude_after_objection(people.officer, round_, row, "异议成立，退出名单")
        second = operations.propose_result(people.officer, round_)
        assert second.version == 2
        assert [e.application.code for e in second.entries if e.selected] == [
            "RX2026-002",
            "RX2026-003",
        ]
        operations.publish_result(people.approver, round_, second)
        end_publicity(second)
        found = operations.confirm_result(people.approver, round_)
        assert len(found) == 2
        assert row.state is ApplicationState.REJECTED
        assert queries.get_result(people.officer, result.id).state.value == "superseded"


def test_confirmation_designates_within_the_quota(ranked: Flask, ranked_world: World) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        end_publicity(publish(round_, ranked_world))
        for part in ("officer", "owner", "judge", "auditor"):
            with pytest.raises(PermissionDenied):
                operations.confirm_result(getattr(people, part), round_)
        operations.confirm_result(people.approver, round_)
    with ranked.app_context(), read_tx() as session:
        rows = session.query(Designation).order_by(Designation.number).all()
        assert [(row.number, row.application.code) for row in rows] == [
            ("HZ-RX-2026-01", "RX2026-001"),
            ("HZ-RX-2026-02", "RX2026-002"),
        ]
        assert {row.declared_investment_fen for row in rows} == {300_000_000}
        round_ = load_round()
        assert round_.state is RoundState.CONFIRMED
        assert [row.state.value for row in list_rows(round_)] == [
            "designated",
            "designated",
            "not_designated",
            "not_designated",
        ]


def test_result_is_public_from_publicity_on(ranked: Flask, ranked_world: World) -> None:
    with ranked.app_context(), write_tx():
        round_ = load_round()
        assert queries.get_public(round_) is None
        publish(round_, ranked_world)
        assert queries.get_public(round_) is not None


def test_lot_must_be_the_one_that_was_committed_to() -> None:
    import hashlib

    commitment = hashlib.sha256("公开抽签文字".encode()).hexdigest()
    rules.check_lot("公开抽签文字", commitment)
    rules.check_lot(None, None)
    for text, stored in (("另一段文字", commitment), ("公开抽签文字", None)):
        with pytest.raises(InvalidInput):
            rules.check_lot(text, stored)


def test_tie_at_the_cut_cannot_be_published_until_a_ballot(
    scoring_app: Flask, scoring_world: World
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        for item in panel_queries.list_assignments(round_.id, Stage.FINAL):
            scoring.submit_sheet(COMMAND_LINE, item, make_lines(round_))
        result = operations.propose_result(people.officer, round_)
        assert [entry.selected for entry in result.entries] == [None] * 4
        with pytest.raises(Conflict) as refused:
            operations.publish_result(people.approver, round_, result)
        assert refused.value.code == "tie_at_cut"
        tied = [row.code for row in list_rows(round_)]
        votes = dict(zip(tied, (1, 0, 2, 0), strict=True))
        agree(people, round_, ResolutionKind.BALLOT, tied, ballots=votes, votes_abstained=1)
        again = operations.propose_result(people.officer, round_)
        assert [e.application.code for e in again.entries if e.selected] == [
            "RX2026-003",
            "RX2026-001",
        ]
        operations.publish_result(people.approver, round_, again)


def test_two_stages_shortlist_and_then_the_whole_panel(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people, scenes=5, stages=2)
        with pytest.raises(Conflict) as refused:
            operations.start_stage(people.officer, round_, Stage.PRELIMINARY)
        assert refused.value.code == "below_quorum"
        assigning.assign_whole_panel(people.officer, round_, Stage.PRELIMINARY)
        operations.start_stage(people.officer, round_, Stage.PRELIMINARY)
        score_all(round_, Stage.PRELIMINARY)
        first = operations.close_preliminary(people.officer, round_)
        assert (first.stage, round_.state) == (Stage.PRELIMINARY, RoundState.SHORTLIST)
        assert [row.state.value for row in list_rows(round_)] == ["shortlisted"] * 3 + [
            "not_shortlisted"
        ] * 2
        assigning.assign_whole_panel(people.officer, round_, Stage.FINAL)
        operations.start_stage(people.officer, round_, Stage.FINAL)
        score_all(round_, Stage.FINAL)
        with pytest.raises(InvalidInput) as missing:
            operations.propose_result(people.officer, round_)
        assert missing.value.code == "inspection_missing"
        for row in list_rows(round_)[:3]:
            inspect(people, row)
        result = operations.propose_result(people.officer, round_)
        assert len(result.entries) == 3


def test_judging_does_not_start_with_undecided_applications(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        list_rows(round_)[0].state = ApplicationState.SUBMITTED
        with pytest.raises(Conflict) as refused:
            operations.start_stage(people.officer, round_, Stage.FINAL)
        assert refused.value.code == "review_unfinished"


def test_objection_needs_a_name_a_contact_and_facts_in_time(
    ranked: Flask, ranked_world: World
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx() as session:
        result = publish(load_round(), ranked_world)
        values = {
            "result_id": result.id,
            "application_ids": frozenset({1}),
            "application_id": None,
            "first_day": clock.today(),
            "last_day": clock.today(),
            "name": "张三",
            "contact": "138",
            "text": "该场景至今尚未投入使用",
        }
        for change in (
            {"name": " "},
            {"contact": ""},
            {"text": ""},
            {"text": " 九个字的话还是太短 "},
            {"application_id": 99},
            {"text": "长" * 3001},
        ):
            with pytest.raises(InvalidInput):
                objecting.file_objection(VISITOR, **(values | change))
        for days in (1, -1):
            day = clock.today() + timedelta(days=days)
            with pytest.raises(IllegalTransition):
                objecting.file_objection(VISITOR, **(values | {"first_day": day, "last_day": day}))
        assert session.query(Objection).count() == 0
        found = objecting.file_objection(VISITOR, **values)
        assert objections.find_by_receipt(found.receipt.lower()).id == found.id
        with pytest.raises(NotFound):
            objections.find_by_receipt("YY20260101-0000000000")
        with pytest.raises(PermissionDenied):
            objecting.accept_objection(people.judge, found)
        objecting.accept_objection(people.officer, found)
        with pytest.raises(PermissionDenied):
            objecting.answer_objection(people.officer, found, upheld=False, text="没有问题的")

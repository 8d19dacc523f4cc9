"""Objections from filing to answer: number, evidence, deadlines, and the clock of the list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.db import db, write_tx
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from matchmaker.files.rules import check_upload
from matchmaker.files.storage import keep_bytes
from matchmaker.policy.publicity import NATIONAL_CALENDAR, CalendarUnknown, add_working_days
from matchmaker.publishing import operations as publishing
from matchmaker.publishing import queries as notices
from matchmaker.publishing.rules import NoticeState
from matchmaker.selection.applications import operations as applying
from matchmaker.selection.objections import operations, queries
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.objections.rules import (
    ACCEPT_DAYS,
    ANSWER_DAYS,
    ENQUIRE_DAYS,
    ObjectionState,
)
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries as result_queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.web.shared.objections import is_overdue, list_steps
from tests.policy.test_holidays import record as record_next_year
from tests.selection.rooms.factories import list_rows
from tests.selection.rooms.worlds import World, load_round, open_world

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


def publish(world: World) -> tuple[SelectionRound, RoundResult]:
    round_ = load_round()
    result = result_queries.get_latest(round_, Stage.FINAL)
    assert result is not None
    return round_, results.publish_result(world.people.approver, round_, result)


def file(round_: SelectionRound, **changes: object) -> Objection:
    values = {
        "application_id": None,
        "name": "张三",
        "contact": "138",
        "text": "该场景至今尚未投入使用",
    }
    return results.file_objection(VISITOR, round_, **(values | changes))  # type: ignore[arg-type]


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_each_step_has_its_deadline_and_its_person(ranked: Flask, ranked_world: World) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_, _ = publish(ranked_world)
        row = file(round_)
        assert row.deadline == add_working_days(clock.today(), ACCEPT_DAYS)
        for act in (
            lambda: operations.record_enquiry(people.officer, row, "先核查再受理"),
            lambda: operations.answer_objection(people.approver, row, upheld=True, text="先答复"),
        ):
            with pytest.raises(IllegalTransition):
                act()
        operations.accept_objection(people.officer, row)
        assert row.deadline == add_working_days(clock.today(), ENQUIRE_DAYS)
        with pytest.raises(IllegalTransition):
            operations.answer_objection(people.approver, row, upheld=True, text="未核查就答复")
        for part in ("owner", "judge", "auditor", "approver", "stranger"):
            with pytest.raises(PermissionDenied):
                operations.record_enquiry(getattr(people, part), row, "现场查看情况")
        operations.record_enquiry(people.officer, row, "现场查看，设备在运行")
        assert row.deadline == add_working_days(clock.today(), ANSWER_DAYS)
        with pytest.raises(PermissionDenied):
            operations.answer_objection(people.officer, row, upheld=False, text="没有问题")
        operations.answer_objection(people.approver, row, upheld=False, text="经核查已投用")
        assert (row.deadline, is_overdue(row)) == (None, False)
        assert [step["state"] for step in list_steps(row)] == ["done"] * 4


def test_number_cannot_be_guessed_and_forgives_misreading(
    ranked: Flask, ranked_world: World
) -> None:
    with ranked.app_context(), write_tx():
        round_, _ = publish(ranked_world)
        rows = [file(round_) for _ in range(3)]
        for row in rows:
            assert re.fullmatch(r"YY\d{8}(-[0-9A-HJKMNP-TV-Z]{4}){4}", row.receipt)
        assert len({row.receipt[11:] for row in rows}) == 3
        typed = rows[0].receipt.lower().replace("0", "o").replace("1", "l")
        assert queries.find_by_receipt(f" {typed} ").id == rows[0].id
        with pytest.raises(NotFound):
            queries.find_by_receipt(rows[0].receipt[:-1])


def test_evidence_is_stored_with_its_hash_and_limited(ranked: Flask, ranked_world: World) -> None:
    upload = check_upload("照片说明.pdf", PDF)
    with ranked.app_context():
        keep_bytes(upload)
        with write_tx() as session:
            round_, _ = publish(ranked_world)
            with pytest.raises(InvalidInput) as refused:
                file(round_, uploads=[upload] * 6)
            assert refused.value.code == "evidence_files"
            assert session.query(Objection).count() == 0
            row = file(round_, uploads=[upload, upload])
            from matchmaker.files.queries import list_files

            assert [item.sha256 for item in list_files(*row.file_subject)] == [upload.sha256] * 2


def test_last_second_and_first_second_after_it(
    ranked: Flask, ranked_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Midnight in Asia/Shanghai is 16:00 UTC, on the server's clock."""
    approver = ranked_world.people.approver
    with ranked.app_context(), write_tx():
        round_, result = publish(ranked_world)
        last = results.read_last_day(COMMAND_LINE, result)
        midnight = datetime(last.year, last.month, last.day, 16, tzinfo=UTC)
        set_clock(monkeypatch, midnight - timedelta(microseconds=1))
        with pytest.raises(IllegalTransition) as refused:
            results.confirm_result(approver, round_)
        assert refused.value.code == "publicity_running"
        row = file(round_)
        set_clock(monkeypatch, midnight)
        with pytest.raises(IllegalTransition) as late:
            file(round_)
        assert late.value.code == "publicity_over"
        with pytest.raises(Conflict) as open_:
            results.confirm_result(approver, round_)
        assert open_.value.code == "objection_open"
        operations.decline_objection(ranked_world.people.officer, row, "没有具体事实")
        assert len(results.confirm_result(approver, round_)) == 2


def test_end_of_the_known_calendar_stops_the_bureau_and_never_the_objector(
    ranked: Flask, ranked_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list may be shown while its last day is known; the year after is recorded first."""
    people, last = ranked_world.people, NATIONAL_CALENDAR.years.stop - 1
    with ranked.app_context(), write_tx():
        round_ = load_round()
        set_clock(monkeypatch, datetime(last, 12, 25, 2, tzinfo=UTC))
        with pytest.raises(CalendarUnknown) as refused:
            publish(ranked_world)
        assert "节假日安排" in refused.value.text
        assert round_.state is RoundState.RANKED
        set_clock(monkeypatch, datetime(last, 12, 24, 2, tzinfo=UTC))
        _, result = publish(ranked_world)
        assert results.read_last_day(COMMAND_LINE, result) == date(last, 12, 31)
        set_clock(monkeypatch, datetime(last, 12, 31, 2, tzinfo=UTC))
        row = file(round_)
        assert row.accept_by == date(last, 12, 31)
        with pytest.raises(CalendarUnknown):
            operations.accept_objection(people.officer, row)
        assert row.state is ObjectionState.FILED
        record_next_year(people.approver)
        operations.accept_objection(people.officer, row)
        assert row.enquire_by is not None
        assert row.enquire_by.year == last + 1


def test_whole_list_upheld_is_taken_back_and_shown_anew(ranked: Flask, ranked_world: World) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_, first = publish(ranked_world)
        row = file(round_)
        operations.accept_objection(people.officer, row)
        operations.record_enquiry(people.officer, row, "名单排版有误")
        operations.answer_objection(people.approver, row, upheld=True, text="名单有误，重新公示")
        move_into_past(first)
        with pytest.raises(Conflict) as refused:
            results.confirm_result(people.approver, round_)
        assert refused.value.code == "upheld_on_list"
        for part in ("officer", "owner", "judge", "auditor"):
            with pytest.raises(PermissionDenied):
                results.withdraw_list(getattr(people, part), round_, "名单有误，重新公示")
        with pytest.raises(InvalidInput):
            results.withdraw_list(people.approver, round_, "")
        assert round_.state is RoundState.PUBLICITY
        results.withdraw_list(people.approver, round_, "名单有误，重新公示")
        old = notices.get_notice(VISITOR, first.notice_id or 0)
        assert (old.state, old.withdrawn_reason) == (NoticeState.WITHDRAWN, "名单有误，重新公示")
        with pytest.raises(IllegalTransition):
            file(round_)
        second = results.propose_result(people.officer, round_)
        results.publish_result(people.approver, round_, second)
        new = notices.get_notice(VISITOR, second.notice_id or 0)
        assert new.title.endswith("（调整后）")
        assert "同时撤回" in new.body
        move_into_past(second)
        assert len(results.confirm_result(people.approver, round_)) == 2


def move_into_past(result: RoundResult) -> None:
    notice = notices.get_notice(COMMAND_LINE, result.notice_id or 0)
    result.publicity_from = notice.starts_on = clock.today() - timedelta(days=10)
    result.publicity_to = notice.ends_on = clock.today() - timedelta(days=1)


def test_objection_to_an_earlier_list_still_stops_the_confirmation(
    ranked: Flask, ranked_world: World
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_, first = publish(ranked_world)
        row = file(round_)
        results.withdraw_list(people.approver, round_, "日期印错，重新公示")
        second = results.propose_result(people.officer, round_)
        results.publish_result(people.approver, round_, second)
        move_into_past(second)
        with pytest.raises(Conflict) as refused:
            results.confirm_result(people.approver, round_)
        assert refused.value.code == "objection_open"
        assert row.result_id == first.id


def test_recusal_after_the_proposal_stops_publicity_and_confirmation(
    ranked: Flask, ranked_world: World
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_, result = publish(ranked_world)
        member = panel_queries.get_own_membership(people.judge, round_.id)
        conflict = panels.raise_applicant_conflict(
            people.officer, list_rows(round_)[1], member, "评委曾任该院顾问两年"
        )
        panels.decide_conflict(people.approver, conflict, confirmed=True, reason="经核实属实")
        db.session.flush()
        move_into_past(result)
        with pytest.raises(Conflict) as refused:
            results.confirm_result(people.approver, round_)
        assert refused.value.code == "scores_changed"
        results.withdraw_list(people.approver, round_, "评委回避，评分有变化")
        again = results.propose_result(people.officer, round_)
        assert again.snapshot_sha256 != result.snapshot_sha256
        results.publish_result(people.approver, round_, again)


def test_application_withdrawn_after_the_proposal_is_never_published(
    ranked: Flask, ranked_world: World
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        row = list_rows(round_)[0]
        applying.withdraw_application(people.owner, row, "场景停用，不再申报")
        with pytest.raises(Conflict) as refused:
            publish(ranked_world)
        assert refused.value.code == "scores_changed"
        second = results.propose_result(people.officer, round_)
        assert row.code not in {e.application.code for e in second.entries}
        results.publish_result(people.approver, round_, second)


def test_withdrawn_publicity_page_stops_the_confirmation(
    ranked: Flask, ranked_world: World
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_, result = publish(ranked_world)
        move_into_past(result)
        notice = notices.get_notice(COMMAND_LINE, result.notice_id or 0)
        publishing.withdraw_notice(people.officer, notice, "页面内容有误")
        with pytest.raises(IllegalTransition) as refused:
            results.confirm_result(people.approver, round_)
        assert refused.value.code == "notice_withdrawn"

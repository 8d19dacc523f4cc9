"""Follow-ups: due days, figures, who reports and decides, late ones chased."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask

from matchmaker.clock import CHINA
from matchmaker.db import db, read_tx, write_tx
from matchmaker.effects.followups import operations, queries, rules
from matchmaker.effects.followups.models import Followup, Report
from matchmaker.effects.followups.rules import FollowupState
from matchmaker.errors import (
    DomainError,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.outbox import OutboxMessage, deliver_outbox
from matchmaker.selection.results.models import Designation
from matchmaker.wiring import HANDLERS
from tests.effects.world import DAY, make_figures, make_followups, make_scene
from tests.people import People


def at(day: date) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(12), tzinfo=CHINA), tick=False)


DUE = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2025, 12, 16), [date(2026, 3, 16), date(2026, 6, 16), date(2026, 12, 16)]),
        (date(2025, 11, 30), [date(2026, 2, 28), date(2026, 5, 30), date(2026, 11, 30)]),
        (date(2027, 11, 30), [date(2028, 2, 29), date(2028, 5, 30), date(2028, 11, 30)]),
        (date(2025, 12, 31), [date(2026, 3, 31), date(2026, 6, 30), date(2026, 12, 31)]),
    ],
)
def test_due_days_follow_the_designation(
    app: Flask, people: People, day: date, due: list[date]
) -> None:
    with app.app_context(), write_tx():
        assert [row.due_on for row in make_followups(people, day=day)] == due


def test_a_designation_plans_its_followups_once(app: Flask, people: People) -> None:
    with app.app_context():
        with write_tx():
            designation_id = make_scene(people).id
            for _ in range(2):
                message = OutboxMessage(
                    topic="selection.scene_designated",
                    payload={"designation_id": designation_id},
                    created_at=datetime.now(CHINA),
                )
                db.session.add(message)
        deliver_outbox(HANDLERS)
        with read_tx():
            rows = queries.list_of_designation(designation_id)
            assert [row.months for row in rows] == [3, 6, 12]


def test_a_report_is_accepted_and_its_figures_are_public(app: Flask, people: People) -> None:
    with at(DUE), app.app_context(), write_tx():
        row = make_followups(people)[0]
        operations.submit_report(people.firm, row, make_figures())
        assert queries.list_accepted(row.designation_id) == []
        operations.accept_report(people.officer, row)

        assert row.state is FollowupState.ACCEPTED
        [(followup, report)] = queries.list_accepted(row.designation_id)
        assert (followup.months, report.hours, report.savings_fen) == (3, 1000, 100_00)
        with pytest.raises(IllegalTransition):
            operations.submit_report(people.owner, row, make_figures())


def test_a_returned_report_is_followed_by_a_new_one(app: Flask, people: People) -> None:
    with at(DUE), app.app_context(), write_tx():
        row = make_followups(people)[0]
        operations.submit_report(people.owner, row, make_figures(units=3))
        with pytest.raises(InvalidInput):
            operations.return_report(people.officer, row, reason=" ")
        operations.return_report(people.officer, row, reason="请说明台数")
        assert (row.state, row.decision_note) == (FollowupState.RETURNED, "请说明台数")
        operations.submit_report(people.colleague, row, make_figures(units=4))

        assert [report.units for report in row.reports] == [3, 4], "nothing is overwritten"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"units": None}, "units"),
        ({"units": -1}, "units"),
        ({"hours": rules.HOURS_MAX + 1}, "hours"),
        ({"failures": None}, "failures"),
        ({"savings_fen": None}, "savings"),
        ({"savings_fen": -1}, "savings"),
        ({"note": "短"}, "note"),
        ({"evidence": "字" * (rules.TEXT_MAX + 1)}, "evidence"),
    ],
)
def test_wrong_figures_are_refused(
    app: Flask, people: People, changes: dict[str, object], field: str
) -> None:
    with at(DUE), app.app_context(), write_tx():
        row = make_followups(people)[0]
        with pytest.raises(InvalidInput) as refused:
            operations.submit_report(people.owner, row, make_figures(**changes))
        assert refused.value.field == field
        assert db.session.query(Report).count() == 0


def test_hours_never_fall(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        first, second, _ = make_followups(people)
        with at(first.due_on):
            operations.submit_report(people.owner, first, make_figures(hours=1000))
            operations.accept_report(people.officer, first)
        with at(second.due_on):
            with pytest.raises(InvalidInput) as refused:
                operations.submit_report(people.owner, second, make_figures(hours=999))
            assert refused.value.code == "hours_backwards"
            operations.submit_report(people.owner, second, make_figures(hours=1000))


@pytest.mark.parametrize(("before", "may"), [(31, False), (30, True), (-400, True)])
def test_when_a_report_may_come(app: Flask, people: People, before: int, may: bool) -> None:
    with at(DUE - timedelta(days=before)), app.app_context(), write_tx():
        row = make_followups(people)[0]
        if may:
            operations.submit_report(people.owner, row, make_figures())
        else:
            with pytest.raises(IllegalTransition):
                operations.submit_report(people.owner, row, make_figures())
        assert row.state is (FollowupState.SUBMITTED if may else FollowupState.EXPECTED)


@pytest.mark.parametrize(
    "part", ["stranger", "other_firm", "judge", "officer", "district_reviewer"]
)
def test_strangers_neither_see_nor_report(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with at(DUE), app.app_context(), write_tx():
        row = make_followups(people)[0]
        with pytest.raises(PermissionDenied):
            operations.submit_report(actor, row, make_figures())
        if part != "officer":
            with pytest.raises(NotFound):
                queries.get_followup(actor, row.id)
            assert queries.list_followups(actor) == []
        assert db.session.query(Report).count() == 0


@pytest.mark.parametrize("part", ["owner", "firm", "stranger", "auditor", "approver"])
def test_only_the_officer_decides(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with at(DUE), app.app_context(), write_tx():
        row = make_followups(people)[0]
        operations.submit_report(people.owner, row, make_figures())
        with pytest.raises(PermissionDenied):
            operations.accept_report(actor, row)
        with pytest.raises(PermissionDenied):
            operations.return_report(actor, row, reason="请补充")
        if part != "approver":
            with pytest.raises(PermissionDenied):
                operations.fail_followup(actor, row, reason="已停用")
        assert row.state is FollowupState.SUBMITTED


@pytest.mark.parametrize(("late", "may"), [(0, False), (1, True)])
def test_what_is_not_late_cannot_fail(app: Flask, people: People, late: int, may: bool) -> None:
    with at(DUE + timedelta(days=late)), app.app_context(), write_tx():
        row = make_followups(people)[0]
        if may:
            operations.fail_followup(people.approver, row, reason="逾期未报且已停用")
        else:
            with pytest.raises(DomainError):
                operations.fail_followup(people.approver, row, reason="逾期未报且已停用")
        assert (row.state is FollowupState.FAILED) is may


def test_late_ones_are_chased_once_a_week(app: Flask, people: People) -> None:
    with app.app_context():
        with write_tx():
            make_followups(people)
        told = []
        for offset in (0, 1, 2, 7, 8, 9):
            with at(DUE + timedelta(days=offset)):
                operations.chase_late()
            with read_tx() as session:
                told.append(
                    session.query(OutboxMessage).filter_by(topic="effects.followup_late").count()
                )
        assert told == [0, 1, 1, 1, 2, 2]
        with read_tx() as session:
            first = session.query(Followup).filter_by(months=3).one()
            assert (first.chase_count, first.chased_on) == (2, DUE + timedelta(days=8))
            assert session.query(Designation).one().designated_on == DAY

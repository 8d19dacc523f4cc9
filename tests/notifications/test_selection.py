"""What the yearly selection tells to whom; recused scenes are in no notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import db, read_tx, write_tx
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.rules import NotificationKind
from matchmaker.selection.applications import consortium, review
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.hearings import agenda
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Conflict
from matchmaker.selection.panels.rules import ConflictSource, ConflictState
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations as scoring
from tests.conftest import SignIn
from tests.notifications.world import CANARY, deliver, is_leaked, list_paths, list_told
from tests.people import People
from tests.selection.rooms.factories import (
    find_assignment,
    list_rows,
    make_application,
    make_judged_round,
    make_lines,
    make_open_round,
    make_scoring_round,
    make_submitted,
)


def test_rectification_is_told_to_the_applicant_only(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        due = clock.today() + timedelta(days=3)
        review.ask_rectification(people.officer, row, note="请致电13912345678补充", due_on=due)
        title = row.title
    deliver(app)
    kind = NotificationKind.APPLICATION_REVIEWED
    assert list_told(app, people.owner, kind) == [f"申报“{title}”须补正后重新提交"]
    for actor in (people.stranger, people.judge, people.conflicted_judge, people.officer):
        assert list_told(app, actor) == []
    client = sign_in(app, "owner@test.example")
    assert client.get(list_paths(app, people.owner)[-1]).status_code == 200


def assign(app: Flask, people: People, *, barred: bool) -> list[str]:
    """Give two scenes to the judge, who may be in conflict with both; returns their titles."""
    with app.app_context(), write_tx() as session:
        round_ = make_judged_round(people)
        plan = assigning.read_plan(round_, Stage.PRELIMINARY)
        member = next(m for m in plan.members if m.expert.user_id == people.judge.user_id)
        rows = [row for row in plan.applications if (row.id, member.id) not in plan.barred][:2]
        assert len(rows) == 2
        pairs = [(row.id, member.id) for row in rows]
        assigning.assign_pairs(people.officer, round_, Stage.PRELIMINARY, pairs)
        if barred:
            for row in rows:
                session.add(
                    Conflict(
                        application_id=row.id,
                        member_id=member.id,
                        source=ConflictSource.DECLARED,
                        reason="利害关系",
                        state=ConflictState.CONFIRMED,
                    )
                )
        return [row.title for row in rows]


def test_a_judge_is_told_of_the_round_and_of_no_scene(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    titles = assign(app, people, barred=False)
    deliver(app)
    told = list_told(app, people.judge)
    assert len(told) == 1
    assert told[0].endswith("中有新的评审任务")
    assert not any(title in told[0] for title in titles)
    client = sign_in(app, "judge@test.example")
    assert client.get(list_paths(app, people.judge)[0]).status_code == 200


def test_a_conflicted_judge_is_not_told(app: Flask, people: People) -> None:
    titles = assign(app, people, barred=True)
    deliver(app)
    assert list_told(app, people.judge) == []
    with app.app_context(), read_tx():
        judges = [people.judge.user_id, people.conflicted_judge.user_id]
        rows = db.session.query(Notification).filter(Notification.user_id.in_(judges))
        leaked = [row.title for row in rows if any(title in row.title for title in titles)]
    assert leaked == []


def test_assignments_of_a_panel_reach_its_judges_only(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people)
        assigning.assign_whole_panel(people.officer, round_, Stage.PRELIMINARY)
        members = {m.expert.user_id for m in panels.list_members(round_.id)} - {None}
    deliver(app)
    with app.app_context(), read_tx():
        rows = db.session.query(Notification).filter_by(kind=NotificationKind.JUDGE_ASSIGNED)
        assert {row.user_id for row in rows} <= members
        assert rows.count() > 0


def test_a_consortium_is_asked_and_its_reply_told(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    kind = NotificationKind.CONSORTIUM_REPLY
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        row = make_application(round_, people.owner, partner=people.firm)
        consortium.share_draft(people.owner, row)
        id_, title = row.id, row.title
    deliver(app)
    assert list_told(app, people.firm, kind) == [f"请阅读并确认联合申报“{title}”"]
    assert list_paths(app, people.firm) == [f"/supplier/applications/{id_}"]
    assert list_told(app, people.owner, kind) == []
    with app.app_context(), write_tx():
        row = applications.get_application(people.firm, id_)
        member = consortium.find_own_member(people.firm, row)
        assert member is not None
        consortium.decline_membership(people.firm, row, member, f"{CANARY}，内容不符")
    deliver(app)
    assert list_told(app, people.owner, kind) == [f"联合申报“{title}”：成员单位不同意"]
    for actor in (people.stranger, people.other_firm, people.judge):
        assert list_told(app, actor) == []
    assert not is_leaked(app, CANARY)
    client = sign_in(app, "firm@test.example")
    assert client.get(f"/supplier/applications/{id_}").status_code == 200


def test_a_presentation_is_told_to_the_consortium(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_scoring_round(people)
        row = list_rows(round_)[0]
        agenda.schedule_presentation(
            people.officer,
            round_,
            row.id,
            starts_at=datetime(2026, 12, 8, 1, 30, tzinfo=UTC),
            minutes=20,
            place="市民中心 D 座 305",
        )
        title = row.title
    deliver(app)
    told = list_told(app, people.owner, NotificationKind.APPLICATION_REVIEWED)
    assert told[-1] == f"申报“{title}”的答辩安排在2026年12月8日09:30"
    for actor in (people.stranger, people.judge, people.other_firm):
        told = list_told(app, actor, NotificationKind.APPLICATION_REVIEWED)
        assert not any("答辩" in line for line in told)


@pytest.mark.parametrize(("granted", "words"), [(True, "已核准"), (False, "未获核准")])
def test_a_decided_correction_is_told_to_its_judge(
    app: Flask, people: People, sign_in: SignIn, granted: bool, words: str
) -> None:
    with app.app_context(), write_tx():
        round_ = make_scoring_round(people)
        work = find_assignment(round_, people.judge, list_rows(round_)[1].code)
        sheet = scoring.submit_sheet(people.judge, work, make_lines(round_))
        request = scoring.request_reopening(people.judge, sheet, f"{CANARY}，录入时看错了一行")
        scoring.decide_reopening(people.approver, request, granted=granted, reason="情况属实")
        scene = sheet.assignment.application_id
        title = applications.get_application(people.officer, scene).title
    deliver(app)
    told = [t for t in list_told(app, people.judge) if "更正申请" in t]
    assert len(told) == 1
    assert words in told[0]
    assert title not in told[0]
    with app.app_context(), read_tx():
        rows = db.session.query(Notification).filter(Notification.title.contains("更正申请"))
        assert [row.user_id for row in rows] == [people.judge.user_id]
    assert not is_leaked(app, CANARY)
    client = sign_in(app, "judge@test.example")
    assert client.get(list_paths(app, people.judge)[-1]).status_code == 200

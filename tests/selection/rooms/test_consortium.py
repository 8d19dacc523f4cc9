"""Units of a consortium read the joint application and confirm what they have read."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.db import db, write_tx
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.outbox import OutboxMessage
from matchmaker.selection.applications import consortium, operations, queries, review
from matchmaker.selection.applications.models import ConsortiumMember
from matchmaker.selection.applications.rules import ApplicationState, Reply
from tests.people import People
from tests.selection.rooms.factories import (
    give_opinions,
    make_application,
    make_content,
    make_open_round,
    make_submitted,
)


def asked() -> list[dict[str, object]]:
    db.session.flush()
    rows = db.session.query(OutboxMessage).filter_by(topic="selection.confirmation_asked")
    return [row.payload for row in rows]


def pass_gates(people: People, row: object) -> None:
    for gate in row.round.gates:  # type: ignore[attr-defined]
        review.decide_gate(people.officer, row, gate.id, passed=True, evidence="已核对")  # type: ignore[arg-type]
    give_opinions(row)  # type: ignore[arg-type]


def test_draft_is_shown_to_the_partner_only_once_shared(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner, 1, people.firm)
        with pytest.raises(NotFound):
            queries.get_application(people.firm, row.id)
        assert consortium.share_draft(people.owner, row) == 1
        assert queries.get_application(people.firm, row.id) is row
        assert queries.list_partnerships(people.firm) == [row]
        assert asked() == [
            {"application_id": row.id, "organisation_ids": [people.firm.organisation_id]}
        ]
        for stranger in (people.other_firm, people.stranger, people.judge, people.officer):
            with pytest.raises(NotFound):
                queries.get_application(stranger, row.id)


def test_confirmation_holds_for_the_content_that_was_read(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner, 1, people.firm)
        consortium.share_draft(people.owner, row)
        member = row.members[1]
        read = row.content_sha256
        consortium.confirm_membership(people.firm, row, member, sha256=read)
        assert (member.reply, member.replied_by_id) == (Reply.CONFIRMED, people.firm.user_id)
        assert queries.list_partnerships(people.firm) == []
        operations.submit_application(people.owner, row)
        assert row.revisions[-1].sha256 == read
        assert row.unconfirmed == []
        assert len(asked()) == 1


def test_changed_content_asks_anew(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner, 1, people.firm)
        consortium.share_draft(people.owner, row)
        member, read = row.members[1], row.content_sha256
        consortium.confirm_membership(people.firm, row, member, sha256=read)
        operations.save_application(
            people.owner, row, make_content(effects="另一种成效"), save_number=row.save_number
        )
        assert row.unconfirmed == [member]
        with pytest.raises(Conflict) as refused:
            consortium.confirm_membership(people.firm, row, member, sha256=read)
        assert refused.value.code == "content_changed"
        operations.submit_application(people.owner, row)
        assert len(asked()) == 2


@pytest.mark.parametrize("part", ["owner", "other_firm", "stranger", "officer", "judge"])
def test_nobody_else_replies_for_a_unit(app: Flask, people: People, part: str) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner, 1, people.firm)
        member, actor = row.members[1], getattr(people, part)
        with pytest.raises(PermissionDenied):
            consortium.confirm_membership(actor, row, member, sha256=row.content_sha256)
        with pytest.raises(PermissionDenied):
            consortium.decline_membership(actor, row, member, "不是我们的项目")
        assert (member.reply, member.reply_sha256) == (None, None)


@pytest.mark.parametrize("part", ["owner", "firm", "approver", "judge"])
def test_paper_is_entered_by_officers_only(app: Flask, people: People, part: str) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner, 1, people.firm)
        with pytest.raises(PermissionDenied):
            consortium.record_paper_reply(
                getattr(people, part), row, row.members[1], "联合申报书第3页"
            )
        assert row.members[1].reply is None


def test_qualification_waits_for_the_partner(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner, 1, people.firm)
        pass_gates(people, row)
        member = row.members[1]
        consortium.decline_membership(people.firm, row, member, "台数与合同不符")
        with pytest.raises(Conflict) as refused:
            review.qualify_application(people.officer, row)
        assert refused.value.code == "partners_unconfirmed"
        assert row.state is ApplicationState.SUBMITTED
        consortium.record_paper_reply(people.officer, row, member, "联合申报书第3页盖章")
        review.qualify_application(people.officer, row)
        assert (row.state, member.reply) == (ApplicationState.QUALIFIED, Reply.ON_PAPER)
        with pytest.raises(IllegalTransition):
            consortium.confirm_membership(people.firm, row, member, sha256=row.content_sha256)


def test_unit_without_an_account_is_not_waited_for(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        pass_gates(people, row)
        with pytest.raises(IllegalTransition):
            consortium.share_draft(people.owner, row)
        review.qualify_application(people.officer, row)
        assert row.state is ApplicationState.QUALIFIED


def test_nobody_to_ask_is_said(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner)
        with pytest.raises(Conflict) as refused:
            consortium.share_draft(people.owner, row)
        assert (refused.value.code, row.shared_at) == ("nobody_to_ask", None)


@pytest.mark.parametrize("note", ["", " 不 ", "长" * 501])
def test_declining_needs_a_reason(app: Flask, people: People, note: str) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner, 1, people.firm)
        with pytest.raises(InvalidInput):
            consortium.decline_membership(people.firm, row, row.members[1], note)
        assert row.members[1].reply is None


def test_lead_and_foreign_members_are_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        row = make_submitted(round_, people.owner, 1, people.firm)
        other = make_submitted(round_, people.stranger, 2, people.firm)
        with pytest.raises(NotFound):
            consortium.confirm_membership(
                people.firm, row, other.members[1], sha256=row.content_sha256
            )
        lead: ConsortiumMember = row.members[0]
        with pytest.raises(PermissionDenied):
            consortium.confirm_membership(people.owner, row, lead, sha256=row.content_sha256)


def test_application_not_mended_in_time_can_be_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        due = clock.today() + timedelta(days=3)
        review.ask_rectification(people.officer, row, note="请补充发票", due_on=due)
        with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
            assert clock.today() == due
            with pytest.raises(IllegalTransition) as refused:
                review.reject_application(people.officer, row, "逾期")
            assert refused.value.code == "rectification_running"
        with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
            review.reject_application(people.officer, row, "逾期未交")
        assert row.state is ApplicationState.REJECTED
        assert "请补充发票" in row.decision_note

"""Notices: draft, publication with the chain's head, correction in the open, withdrawal."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from matchmaker.actor import VISITOR
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.queries import verify_trail
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from matchmaker.publishing import operations, queries
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import NoticeKind, NoticeState
from tests.people import People


def make_notice(people: People, **changes: object) -> Notice:
    values = {
        "kind": NoticeKind.ANNOUNCEMENT,
        "title": "关于举办对接会的通知",
        "body": "定于下月举办。",
        "issuer": "市经信局",
    }
    return operations.create_notice(people.officer, **(values | changes))  # type: ignore[arg-type]


def test_draft_is_for_the_bureau_only(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        key = make_notice(people).id
        assert queries.get_notice(people.auditor, key).id == key
        for actor in (VISITOR, people.owner, people.judge, people.firm, people.district_reviewer):
            with pytest.raises(NotFound):
                queries.get_notice(actor, key)
            assert queries.list_notices(actor).total == 0


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "auditor", "sector_reviewer"])
def test_others_neither_write_nor_publish(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx():
        notice = make_notice(people)
        for act in (
            lambda: operations.publish_notice(actor, notice),
            lambda: operations.withdraw_notice(actor, notice, "不再需要了"),
            lambda: operations.update_notice(
                actor, notice, kind=NoticeKind.CALL, title="改", body="改", revision=1
            ),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert (notice.state, notice.title) == (NoticeState.DRAFT, "关于举办对接会的通知")


def test_publication_prints_the_head_that_covers_it(app: Flask, people: People) -> None:
    """In one transaction with other acts too: the entry of the publication is the head."""
    with app.app_context(), write_tx():
        notices = [make_notice(people), make_notice(people)]
        for notice in notices:
            operations.publish_notice(people.officer, notice)
        printed = [(notice.chain_seq, notice.chain_hash, str(notice.id)) for notice in notices]
        with pytest.raises(IllegalTransition):
            operations.publish_notice(people.officer, notices[0])
    with app.app_context(), read_tx() as session:
        entries = session.query(AuditEntry).filter_by(action="publishing.publish_notice").all()
        assert [(row.seq, row.hash, row.subject_id) for row in entries] == printed
        assert verify_trail({seq: head for seq, head, _ in printed if seq and head}).ok


def test_correction_keeps_old_and_new_with_the_reason(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        notice = make_notice(people, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 9))
        operations.publish_notice(people.officer, notice)
        values = {
            "title": notice.title,
            "body": notice.body,
            "starts_on": notice.starts_on,
            "ends_on": date(2026, 3, 10),
        }
        with pytest.raises(InvalidInput):
            operations.correct_notice(people.officer, notice, reason="误", **values)
        operations.correct_notice(people.officer, notice, reason="原截止日期有误", **values)
        assert notice.ends_on == date(2026, 3, 10)
        row = notice.corrections[0]
        assert row.changes == {"截止日期": ["2026-03-09", "2026-03-10"]}
        with pytest.raises(InvalidInput):
            operations.correct_notice(people.officer, notice, reason="再改一次日期", **values)


@pytest.mark.parametrize("ends_on", [date(2026, 3, 8), None])
def test_publicity_is_never_shortened(app: Flask, people: People, ends_on: date | None) -> None:
    with app.app_context(), write_tx():
        notice = make_notice(
            people,
            kind=NoticeKind.PUBLICITY,
            starts_on=date(2026, 3, 2),
            ends_on=date(2026, 3, 9),
        )
        operations.publish_notice(people.officer, notice)
        with pytest.raises(InvalidInput) as refused:
            operations.correct_notice(
                people.officer,
                notice,
                reason="想早点结束公示",
                title=notice.title,
                body=notice.body,
                starts_on=notice.starts_on,
                ends_on=ends_on,
            )
        assert refused.value.code == "publicity_shortened"
        assert notice.ends_on == date(2026, 3, 9)


def test_published_notice_is_not_edited_silently(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        notice = make_notice(people)
        with pytest.raises(Conflict):
            operations.update_notice(
                people.officer, notice, kind=notice.kind, title="改", body="改", revision=9
            )
        operations.publish_notice(people.officer, notice)
        with pytest.raises(IllegalTransition):
            operations.update_notice(
                people.officer, notice, kind=notice.kind, title="改", body="改", revision=1
            )
        assert notice.title == "关于举办对接会的通知"


def test_period_that_ends_before_it_begins_is_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx(), pytest.raises(InvalidInput):
        make_notice(people, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1))


def test_pages_of_the_list(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        for number in range(21):
            operations.publish_notice(people.officer, make_notice(people, title=f"第{number}号"))
    with app.app_context(), read_tx():
        first, last = queries.list_notices(VISITOR), queries.list_notices(VISITOR, page=99)
        assert (first.total, first.pages, len(first.items)) == (21, 2, 20)
        assert (last.page, [item.title for item in last.items]) == (2, ["第0号"])
        assert queries.list_notices(VISITOR, kind=NoticeKind.RESULT).total == 0

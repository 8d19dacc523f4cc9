"""Questions and answers of a hearing: written, edited, frozen, corrected; who may read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from matchmaker.actor import Actor
from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from matchmaker.selection.applications.models import Application
from matchmaker.selection.hearings import agenda, queries, recording
from matchmaker.selection.hearings.models import HearingEntry
from matchmaker.selection.hearings.recording import EntryDraft
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.results import operations as results
from tests.people import People
from tests.selection.rooms.factories import find_assignment, list_rows, score_all
from tests.selection.rooms.test_hearing_agenda import TIMING
from tests.selection.rooms.worlds import World, load_round, open_world

DRAFT = EntryDraft("人工接管多少次？", "每班不足一次。")


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


@pytest.fixture
def people(scoring_world: World) -> People:
    return scoring_world.people


def begin(people: People) -> list[Application]:
    """The hearing has begun; its applications by code."""
    round_ = load_round()
    agenda.schedule_all(people.officer, round_, TIMING)
    agenda.begin_hearing(people.officer, round_)
    return list(list_rows(round_))


def lock(people: People) -> None:
    """All scores are in and the list is proposed."""
    score_all(load_round())
    results.propose_result(people.officer, load_round())


def words(actor: Actor, row: Application) -> list[tuple[str, str, bool]]:
    return [
        (line.entry.question, line.entry.answer, line.corrected_by_id is not None)
        for line in queries.list_record(actor, row.id)
    ]


def test_entries_are_written_edited_and_removed_before_the_lock(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = begin(people)[0]
        entry = recording.add_entry(people.officer, row, DRAFT)
        other = recording.add_entry(people.officer, row, EntryDraft("何时投用？", "去年三月。"))
        recording.edit_entry(people.officer, entry, EntryDraft(DRAFT.question, "每班两次。"))
        recording.remove_entry(people.officer, other, "记在了别的申报下")
        assert words(people.officer, row) == [("人工接管多少次？", "每班两次。", False)]
        assert entry.edited_at is not None
        key = row.id
    with app.app_context(), read_tx() as session:
        kept = session.query(AuditEntry).filter(AuditEntry.action.like("%hearing_entry"))
        told = [(line.action, line.subject_id, line.data["answer"]) for line in kept]
        assert sorted(told) == [
            ("selection.add_hearing_entry", str(key), "去年三月。"),
            ("selection.add_hearing_entry", str(key), "每班不足一次。"),
            ("selection.edit_hearing_entry", str(key), "每班两次。"),
            ("selection.remove_hearing_entry", str(key), "去年三月。"),
        ]
        edited = kept.filter(AuditEntry.action == "selection.edit_hearing_entry").one()
        assert edited.data["old"]["answer"] == "每班不足一次。"


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (EntryDraft(" ", "有"), "question"),
        (EntryDraft("问" * 1001, "答复"), "question"),
        (EntryDraft("提问", "答"), "answer"),
        (EntryDraft("提问", "答" * 3001), "answer"),
        (EntryDraft("提问", "答复", 99999), "member_id"),
    ],
)
def test_faulty_entries_are_refused(
    app: Flask, people: People, draft: EntryDraft, field: str
) -> None:
    with app.app_context(), write_tx():
        row = begin(people)[0]
        with pytest.raises(InvalidInput) as refused:
            recording.add_entry(people.officer, row, draft)
        assert refused.value.field == field
        assert words(people.officer, row) == []


def test_a_recused_judge_cannot_have_asked(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        first, second = begin(people)[:2]
        round_ = load_round()
        member = panel_queries.get_own_membership(people.conflicted_judge, round_.id)
        draft = EntryDraft("效果如何？", "良好。", member.id)
        with pytest.raises(InvalidInput) as refused:
            recording.add_entry(people.officer, first, draft)
        assert refused.value.code == "asker_unknown"
        assert recording.add_entry(people.officer, second, draft).member_id == member.id


def test_nothing_is_noted_before_the_hearing_has_begun(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        row = list_rows(round_)[0]
        with pytest.raises(IllegalTransition) as refused:
            recording.add_entry(people.officer, row, DRAFT)
        assert refused.value.code == "hearing_not_begun"
        agenda.schedule_all(people.officer, round_, TIMING)
        with pytest.raises(IllegalTransition) as refused:
            recording.add_entry(people.officer, row, DRAFT)
        assert refused.value.code == "hearing_not_begun"


def test_record_is_frozen_after_the_lock_and_corrected_beside(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = begin(people)[0]
        entry = recording.add_entry(people.officer, row, DRAFT)
        with pytest.raises(IllegalTransition) as early:
            recording.correct_entry(people.officer, entry, DRAFT, "核对录音")
        assert early.value.code == "record_open"
        lock(people)
        for act in (
            lambda: recording.add_entry(people.officer, row, DRAFT),
            lambda: recording.edit_entry(people.officer, entry, EntryDraft("改了", "改了")),
            lambda: recording.remove_entry(people.officer, entry, "不想留了"),
        ):
            with pytest.raises(IllegalTransition) as refused:
                act()
            assert refused.value.code == "record_frozen"
        better = EntryDraft(DRAFT.question, "每班两次。")
        with pytest.raises(InvalidInput):
            recording.correct_entry(people.officer, entry, better, " 错 ")
        new = recording.correct_entry(people.officer, entry, better, "核对录音，次数有误")
        with pytest.raises(Conflict):
            recording.correct_entry(people.officer, entry, better, "再更正一次")
        recording.supplement_record(
            people.officer, row, EntryDraft("有无事故？", "没有。"), "当场漏记，按录音补记"
        )
        assert words(people.officer, row) == [
            ("人工接管多少次？", "每班不足一次。", True),
            ("人工接管多少次？", "每班两次。", False),
            ("有无事故？", "没有。", False),
        ]
        assert (new.corrects_id, new.reason) == (entry.id, "核对录音，次数有误")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE selection_hearing_entry SET answer = '另一个答复'",
        "DELETE FROM selection_hearing_entry",
        "INSERT INTO selection_hearing_entry (application_id, question, answer, reason, written_at)"
        " SELECT application_id, 'q', 'a', '', written_at FROM selection_hearing_entry",
    ],
)
def test_the_database_holds_the_freeze(app: Flask, people: People, statement: str) -> None:
    with app.app_context(), write_tx():
        recording.add_entry(people.officer, begin(people)[0], DRAFT)
        lock(people)
    with app.app_context(), pytest.raises(IntegrityError, match="frozen"), write_tx():
        db.session.execute(text(statement))
    with app.app_context(), read_tx() as session:
        assert [row.answer for row in session.query(HearingEntry)] == [DRAFT.answer]


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "approver", "auditor", "stranger"])
def test_record_is_written_by_the_officer_only(app: Flask, people: People, part: str) -> None:
    actor: Any = getattr(people, part)
    with app.app_context(), write_tx():
        row = begin(people)[0]
        entry = recording.add_entry(people.officer, row, DRAFT)
        before: list[Callable[[], object]] = [
            lambda: recording.add_entry(actor, row, DRAFT),
            lambda: recording.edit_entry(actor, entry, EntryDraft("改了", "改了")),
            lambda: recording.remove_entry(actor, entry, "不想留了"),
        ]
        after: list[Callable[[], object]] = [
            lambda: recording.correct_entry(actor, entry, DRAFT, "核对录音"),
            lambda: recording.supplement_record(actor, row, DRAFT, "核对录音"),
        ]
        for act in before:
            with pytest.raises(PermissionDenied):
                act()
        lock(people)
        for act in after:
            with pytest.raises(PermissionDenied):
                act()
        assert words(people.officer, row) == [("人工接管多少次？", "每班不足一次。", False)]


def test_only_judges_of_the_scene_and_the_bureau_read_it(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        first, second = begin(people)[:2]
        keys = [recording.add_entry(people.officer, row, DRAFT).id for row in (first, second)]
        said = [("人工接管多少次？", "每班不足一次。", False)]
        for actor in (people.judge, people.auditor, people.approver):
            assert words(actor, first) == words(actor, second) == said
        assert words(people.conflicted_judge, first) == []
        assert words(people.conflicted_judge, second) == said
        for actor in (people.owner, people.firm, people.stranger, people.sector_reviewer):
            assert words(actor, first) == words(actor, second) == []
        with pytest.raises(NotFound):
            queries.get_entry(people.conflicted_judge, load_round().id, keys[0])
        with pytest.raises(NotFound):
            queries.get_entry(people.officer, load_round().id + 1, keys[0])
        panels.declare_conflict(
            people.judge,
            find_assignment(load_round(), people.judge, second.code),
            "刚得知亲属在该院任职",
        )
        assert words(people.judge, second) == []

"""A hearing on both engines: order, record, the freeze behind it, and the archive with it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from matchmaker.clock import CHINA
from matchmaker.db import db, read_tx, write_tx
from matchmaker.reporting.archives.contents import collect
from matchmaker.reporting.archives.packing import write_archive
from matchmaker.reporting.archives.rules import Edition
from matchmaker.reporting.archives.verify_result import verify
from matchmaker.selection.hearings import agenda, queries, recording
from matchmaker.selection.hearings.recording import EntryDraft
from matchmaker.selection.hearings.rules import OrderKind
from matchmaker.selection.results import operations as results
from tests.people import People
from tests.selection.rooms.factories import list_rows, make_scoring_round, score_all
from tests.selection.rooms.worlds import load_round


def test_hearing_from_the_draw_to_the_archive(
    either_app: Flask, either_people: People, tmp_path: Path
) -> None:
    officer = either_people.officer
    with either_app.app_context(), write_tx():
        round_ = make_scoring_round(either_people)
        start = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
        timing = agenda.Timing(starts_at=start, minutes=20, break_minutes=5, place="一号会议室")
        agenda.schedule_all(officer, round_, timing, kind=OrderKind.DRAWN, seed="现场报数")
        drawn = [line.application.id for line in queries.list_agenda(round_.id)]
        agenda.state_order(officer, round_, drawn[::-1])
        agenda.begin_hearing(officer, round_)
        row = list_rows(round_)[0]
        recording.add_entry(officer, row, EntryDraft("人工接管多少次？", "每班不足一次。"))
        score_all(round_)
        results.propose_result(officer, round_)
    for statement in (
        "UPDATE selection_hearing_entry SET answer = '另一个答复'",
        "DELETE FROM selection_hearing_entry",
    ):
        with either_app.app_context(), pytest.raises(DBAPIError, match="frozen"), write_tx():
            db.session.execute(text(statement))
    with either_app.app_context(), write_tx():
        round_ = load_round()
        row = list_rows(round_)[0]
        entry = queries.list_record(officer, row.id)[0].entry
        better = EntryDraft(entry.question, "每班两次。")
        recording.correct_entry(officer, entry, better, "核对录音，次数有误")
    with either_app.app_context(), read_tx():
        round_ = load_round()
        assert [line.application.id for line in queries.list_agenda(round_.id)] == drawn[::-1]
        row = list_rows(round_)[0]
        said = [line.entry.answer for line in queries.list_record(officer, row.id)]
        assert said == ["每班不足一次。", "每班两次。"]
        members, about = collect(round_, Edition.INTERNAL)
    packed = write_archive(tmp_path / "round.zip", members, about)
    assert verify(tmp_path / "round.zip", [packed.snapshot_sha256])["ok"]

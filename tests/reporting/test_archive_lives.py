"""Archives of rounds with a past: amended lists, files, two stages, corrections, a ballot."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.db import read_tx, write_tx
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import check_upload
from matchmaker.files.storage import keep_bytes
from matchmaker.reporting.archives.contents import collect
from matchmaker.reporting.archives.packing import write_archive
from matchmaker.reporting.archives.rules import Edition
from matchmaker.reporting.archives.verify_result import verify
from matchmaker.reporting.invariants import check_invariants
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.results import operations as results
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.votes import ResolutionKind
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
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
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world, scoring_world

__all__ = ["ranked_world", "scoring_world"]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


@pytest.fixture
def scoring_app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def check_both(app: Flask, folder: Path) -> dict[str, Path]:
    """Both editions of the world's round are written and verified by the printed hash."""
    paths = {}
    for edition in Edition:
        with app.app_context(), read_tx():
            members, about = collect(load_round(), edition)
        paths[edition.value] = folder / f"{edition.value}.zip"
        packed = write_archive(paths[edition.value], members, about)
        assert verify(paths[edition.value], [packed.snapshot_sha256])["ok"]
    return paths


def read_json(path: Path, name: str) -> Any:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(name))


def publish_and_confirm(people: People, round_: SelectionRound, result: RoundResult) -> None:
    results.publish_result(people.approver, round_, result)
    with time_machine.travel(clock.now() + timedelta(days=20), tick=False):
        results.confirm_result(people.approver, round_)


def test_amended_list_with_files_and_an_upheld_objection(
    ranked: Flask, ranked_world: World, tmp_path: Path
) -> None:
    people = ranked_world.people
    upload = check_upload("合同 第1页.pdf", PDF)
    with ranked.app_context():
        keep_bytes(upload)
        with write_tx():
            round_ = load_round()
            row = list_rows(round_)[0]
            line = next(x for x in applications.list_checklist(row) if x.attachment)
            assert line.attachment is not None
            kind, key = line.attachment.file_subject
            attach_files(people.owner, [upload], subject_type=kind, subject_id=key)
            first = round_and_result(round_)
            results.publish_result(people.approver, round_, first)
            filed = results.file_objection(
                VISITOR,
                round_,
                application_id=row.id,
                name="张三",
                contact="13800000000",
                text="该场景至今尚未投入使用",
                uploads=[upload],
            )
            objecting.accept_objection(people.officer, filed)
            objecting.record_enquiry(people.officer, filed, "现场没有设备运行")
            objecting.answer_objection(people.approver, filed, upheld=True, text="异议成立")
            results.exclude_after_objection(people.officer, round_, row, "异议成立，退出")
            publish_and_confirm(people, round_, results.propose_result(people.officer, round_))
            receipt = filed.receipt
    paths = check_both(ranked, tmp_path)
    with zipfile.ZipFile(paths["internal"]) as bundle:
        stored = [name for name in bundle.namelist() if name.endswith(".pdf")]
        assert [bundle.read(name) for name in stored] == [PDF, PDF]
        assert "张三" in bundle.read("objections/0001.json").decode()
    with zipfile.ZipFile(paths["public"]) as bundle:
        everything = b"".join(bundle.read(name) for name in bundle.namelist())
        assert not [name for name in bundle.namelist() if name.endswith(".pdf")]
    for word in (receipt, "张三", "13800000000", "合同 第1页", "评委甲"):
        assert word.encode() not in everything, word
    with ranked.app_context(), read_tx():
        assert check_invariants().violations == ()


def round_and_result(round_: SelectionRound) -> RoundResult:
    from matchmaker.selection.results import queries

    found = queries.get_latest(round_, Stage.FINAL)
    assert found is not None
    return found


def test_two_stages_are_both_ranked_again(app: Flask, people: People, tmp_path: Path) -> None:
    with app.app_context(), write_tx():
        round_ = make_judged_round(people, scenes=5, stages=2)
        assigning.assign_whole_panel(people.officer, round_, Stage.PRELIMINARY)
        results.start_stage(people.officer, round_, Stage.PRELIMINARY)
        score_all(round_, Stage.PRELIMINARY)
        results.close_preliminary(people.officer, round_)
        assigning.assign_whole_panel(people.officer, round_, Stage.FINAL)
        results.start_stage(people.officer, round_, Stage.FINAL)
        score_all(round_, Stage.FINAL)
        for row in list_rows(round_)[:3]:
            inspect(people, row)
        publish_and_confirm(people, round_, results.propose_result(people.officer, round_))
    paths = check_both(app, tmp_path)
    assert verify(paths["public"])["rankings"] == 2
    with app.app_context(), read_tx():
        assert check_invariants().violations == ()


def test_tie_broken_by_a_ballot_and_an_older_proposal(
    scoring_app: Flask, scoring_world: World, tmp_path: Path
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        for item in panel_queries.list_assignments(round_.id, Stage.FINAL):
            scoring.submit_sheet(COMMAND_LINE, item, make_lines(round_))
        results.propose_result(people.officer, round_)
        tied = [row.code for row in list_rows(round_)]
        votes = dict(zip(tied, (1, 0, 2, 0), strict=True))
        agree(people, round_, ResolutionKind.BALLOT, tied, ballots=votes, votes_abstained=1)
        second = results.propose_result(people.officer, round_)
        results.publish_result(people.approver, round_, second)
    paths = check_both(scoring_app, tmp_path)
    assert verify(paths["internal"])["rankings"] == 2


def test_withheld_scene_is_off_the_list_in_the_archive_too(
    scoring_app: Flask, scoring_world: World, tmp_path: Path
) -> None:
    people = scoring_world.people
    with scoring_app.app_context(), write_tx():
        round_ = load_round()
        score_all(round_)
        agree(people, round_, ResolutionKind.WITHHOLD, ["RX2026-001"])
        results.publish_result(
            people.approver, round_, results.propose_result(people.officer, round_)
        )
    paths = check_both(scoring_app, tmp_path)
    votes = {
        edition: read_json(path, "minutes/resolutions.json") for edition, path in paths.items()
    }
    assert votes["internal"][0]["minutes"].startswith("评审组逐一讨论")
    assert "minutes" not in votes["public"][0]
    assert "voters" not in votes["public"][0]
    result = read_json(paths["public"], "calculation/final-v1/result.json")
    assert [line["scene"] for line in result["ranking"] if line["selected"]] == [
        "RX2026-002",
        "RX2026-003",
    ]
    with scoring_app.app_context(), read_tx():
        assert check_invariants().violations == ()

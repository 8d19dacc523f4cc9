"""Notices and certificates as PDF: layout of GB/T 9704 measured on the page, text as stored."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import VISITOR
from matchmaker.db import write_tx
from matchmaker.publishing import operations as publishing
from matchmaker.publishing import queries as notices
from matchmaker.publishing.documents import write_pdf
from matchmaker.publishing.models import Notice
from matchmaker.publishing.rules import NoticeKind, NoticeState
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries as result_queries
from matchmaker.selection.results.documents import write_certificate
from matchmaker.selection.rounds.rules import Stage
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world

__all__ = ["ranked_world"]
POINTS_PER_MM = 72 / 25.4


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


def read_text(folder: Path, content: bytes, *options: str) -> str:
    file = folder / "out.pdf"
    file.write_bytes(content)
    command = ["pdftotext", *options, str(file), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def squeeze(text: str) -> str:
    return "".join(text.split())


def test_the_three_notices_and_the_certificate_of_a_round(
    ranked: Flask, ranked_world: World, tmp_path: Path
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = result_queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        shown = notices.get_notice(VISITOR, result.notice_id or 0)
        last = shown.ends_on
        assert last is not None
        publishing.correct_notice(
            people.officer,
            shown,
            reason="遇节假日顺延",
            title=shown.title,
            body=shown.body,
            starts_on=shown.starts_on,
            ends_on=last + timedelta(days=3),
        )
        publicity = squeeze(read_text(tmp_path, write_pdf(shown)))
        for part in (
            "2026年杭州市人形机器人示范应用场景评选拟入选名单公示",
            "场景01",
            "杭州市经济和信息化局",
            "更正记录",
            "遇节假日顺延",
            last.isoformat(),
            result.snapshot_sha256,
            str(shown.chain_hash),
        ):
            assert squeeze(part) in publicity, part
        assert "场景03" not in publicity
        assert write_pdf(shown) == write_pdf(shown)
        shown.starts_on = result.publicity_from = clock.today() - timedelta(days=9)
        shown.ends_on = clock.today() - timedelta(days=1)
        designated = results.confirm_result(people.approver, round_)
        call, _, final = notices.list_about(VISITOR, "selection_round", round_.code)
        assert squeeze("各区、县（市）经信主管部门") in squeeze(
            read_text(tmp_path, write_pdf(call))
        )
        named = squeeze(read_text(tmp_path, write_pdf(final)))
        assert "HZ-RX-2026-01" in named
        assert "命名为“杭州市人形机器人示范应用场景”" in named
        certificate = squeeze(read_text(tmp_path, write_certificate(designated[0])))
        for part in ("HZ-RX-2026-01", "场景01", "甲方地铁公司", result.snapshot_sha256):
            assert part in certificate


def test_page_is_laid_out_by_the_standard(app: Flask, tmp_path: Path) -> None:
    """A4, top 37 mm, left 28 mm, 156 × 225 mm; 22 lines a page, 28 characters a line."""
    body = "\n".join(["杭" * 400] * 3)
    with app.app_context():
        notice = Notice(
            kind=NoticeKind.ANNOUNCEMENT,
            state=NoticeState.PUBLISHED,
            title="关于版式的通知",
            body=body,
            issuer="市局",
            columns=[],
            rows=[],
            published_at=clock.now(),
            corrections=[],
        )
        content = write_pdf(notice)
    page = read_text(tmp_path, content, "-bbox-layout", "-f", "2", "-l", "2")
    size = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', page)
    assert size is not None
    assert [round(float(value) / POINTS_PER_MM) for value in size.groups()] == [210, 297]
    lines = [
        [float(value) / POINTS_PER_MM for value in found]
        for found in re.findall(
            r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', page
        )
    ]
    text = [line for line in lines if line[3] < 297 - 34]
    assert len(text) == 22
    assert min(line[0] for line in text) == pytest.approx(28, abs=0.5)
    assert max(line[2] for line in text) <= 28 + 156 + 0.5
    assert min(line[1] for line in text) >= 37 - 2
    first = read_text(tmp_path, content, "-layout", "-f", "2", "-l", "2").splitlines()[0]
    assert first.strip() == "杭" * 28

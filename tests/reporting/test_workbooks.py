"""The workbook of a round: sums agree with what was decided and announced; text stays text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE
from matchmaker.audit.models import AuditEntry
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import PermissionDenied
from matchmaker.publishing import queries as notices
from matchmaker.publishing.rules import NoticeKind
from matchmaker.reporting.archives.awards import list_claims
from matchmaker.reporting.workbooks import export_round
from matchmaker.rewards.queries import sum_paid
from matchmaker.selection.official import ScoreRule
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.scoring.models import ScoreSheet
from matchmaker.selection.scoring.rules import SheetState
from tests.conftest import SignIn
from tests.selection.rooms.factories import list_rows
from tests.selection.rooms.worlds import (
    World,
    load_round,
    open_world,
    ranked_world,
    scoring_world,
)

__all__ = ["ranked_world", "scoring_world"]
ROUND = "2025-humanoid-demonstration"


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


@pytest.fixture
def scoring(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def read(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """Sheet name → its rows by column label."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {}
    for sheet in book:
        _, header, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
        assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    return found


def test_decisions_notice_and_export_agree(seeded_app: Flask) -> None:
    """M3 over all three, to the fen."""
    with seeded_app.app_context(), write_tx():
        round_ = rounds.get_round(COMMAND_LINE, ROUND)
        book = read(export_round(COMMAND_LINE, round_))
        numbers = sorted(row.number for row in results.list_designations(round_.id))
        about = notices.list_about(COMMAND_LINE, "selection_round", round_.code)
        announced = next(row.rows for row in about if row.kind is NoticeKind.RESULT)
        decided = [claim.determination for claim in list_claims(round_) if claim.determination]
        fens = {
            "核定金额（元）": sum(row.award_fen for row in decided),
            "应付（元）": sum(row.payable_fen for row in decided),
            "已拨付（元）": sum(sum_paid(row) for row in decided),
        }
    assert len(numbers) == 5
    assert [row["证书编号"] for row in book["命名"]] == numbers
    assert [line[0] for line in announced] == numbers
    shown = [row["序号或编号"] for row in book["公示名单"] if row["类别"] == "结果公布"]
    assert shown == numbers
    winners = [row["编号"] for row in book["排序"] if row["入选"] == "是"]
    assert winners == [row["编号"] for row in book["命名"]]
    for column, fen in fens.items():
        exported = sum(Decimal(str(row[column] or 0)) for row in book["奖励"])
        assert exported == Decimal(fen) / 100, column
    assert fens["已拨付（元）"] > 0
    assert len(book["异议"]) == 1
    assert book["评分"][0]["评委"]


def recompute(book: dict[str, list[dict[str, Any]]], rule: ScoreRule) -> dict[tuple[str, str], str]:
    """(stage, scene) → exact official score, from nothing but the cells of the workbook."""
    totals: dict[tuple[str, str], list[Fraction]] = {}
    for row in (row for row in book["评分"] if row["计入排序"] == "是"):
        site = 0 if row["现场核查"] is None else Fraction(str(row["现场核查"]))
        total = Fraction(0)
        for item in book["指标"]:
            own = item["评委打分占"] if row["阶段"] == "复评" else item["权重"]
            total += own * Fraction(str(row[item["指标"]])) + (item["权重"] - own) * site
        assert total / 100 == Fraction(str(row["合计"]))
        totals.setdefault((row["阶段"], row["编号"]), []).append(total / 100)
    found = {}
    for key, given in totals.items():
        kept = sorted(given)
        if rule is ScoreRule.TRIMMED and len(kept) >= 5:
            kept = kept[1:-1]
        found[key] = str(sum(kept) / len(kept))
    return found


@pytest.mark.parametrize("code", [ROUND, "2025-embodied-typical"])
def test_official_scores_follow_from_the_workbook_alone(seeded_app: Flask, code: str) -> None:
    with seeded_app.app_context(), write_tx():
        round_ = rounds.get_round(COMMAND_LINE, code)
        rule = round_.rule
        book = read(export_round(COMMAND_LINE, round_))
    current = [row for row in book["排序"] if row["名单状态"] != "已被新结果取代"]
    official = {(row["阶段"], row["编号"]): row["精确值"] for row in current}
    assert len(official) >= 5
    assert recompute(book, rule) == official


def test_sheet_that_the_ranking_did_not_use_is_marked(ranked: Flask, ranked_world: World) -> None:
    """What came after the list was proposed is shown and does not count."""
    with ranked.app_context(), write_tx() as session:
        round_ = load_round()
        done = session.query(ScoreSheet).filter_by(state=SheetState.SUBMITTED).first()
        assert done is not None
        session.add(
            ScoreSheet(
                assignment_id=done.assignment_id,
                version=done.version + 1,
                state=SheetState.VOID,
                revision_number=done.revision_number,
                submitted_at=clock.now() + timedelta(days=1),
            )
        )
        session.flush()
        book = read(export_round(ranked_world.people.officer, round_))
    late = [row for row in book["评分"] if row["计入排序"] == "否"]
    assert [row["版本"] for row in late] == [2]


def test_scores_are_left_out_until_the_list_is_proposed(
    scoring: Flask, scoring_world: World
) -> None:
    with scoring.app_context(), write_tx():
        round_ = load_round()
        list_rows(round_)[0].title = "=HYPERLINK(1)"
        book = read(export_round(scoring_world.people.officer, round_))
    assert list(book) == ["申报", "公示名单", "命名", "异议", "奖励"]
    assert book["申报"][0]["名称"] == "=HYPERLINK(1)"
    assert len(book["申报"]) == 4


def test_strangers_get_no_workbook_and_taking_is_noted(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    with ranked.app_context(), write_tx():
        for part in ("owner", "firm", "judge", "sector_reviewer", "district_reviewer"):
            with pytest.raises(PermissionDenied):
                export_round(getattr(ranked_world.people, part), load_round())
        code = load_round().code
    path = f"/bureau/selection/{code}/workbook"
    assert sign_in(ranked, "judge@test.example").post(path).status_code == 403
    answer = sign_in(ranked, "auditor@test.example").post(path)
    assert len(read(answer.data)["评分"]) > 0
    answer.close()
    with ranked.app_context(), read_tx() as session:
        entry = session.query(AuditEntry).filter_by(action="reporting.export_round").one()
        assert (entry.actor_name, entry.data) == ("auditor", {"with_scores": True})

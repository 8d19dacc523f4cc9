"""Pure decisions about results: the score table of a stage, the rule of a round, when it is ready.

A result is a function of (snapshot, rule) only; both are stored and hashed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from matchmaker.clock import format_day
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.selection.official import ScoreRule, format_score
from matchmaker.selection.ranking import RankingRule, TieStep
from matchmaker.selection.snapshot import ScoreEntry, ScoreTable, build_score_table


class ResultState(StrEnum):
    """Where a result stands. A result is never edited: a new one supersedes it."""

    PROPOSED = "proposed"
    PUBLICITY = "publicity"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"


STATE_LABELS: Mapping[ResultState, str] = {
    ResultState.PROPOSED: "拟定",
    ResultState.PUBLICITY: "公示中",
    ResultState.CONFIRMED: "已确认",
    ResultState.SUPERSEDED: "已被新结果取代",
}


@dataclass(frozen=True)
class Weighing:
    """One criterion of the round as the snapshot knows it."""

    key: str
    weight: int
    inspection_points: int


@dataclass(frozen=True)
class SheetScores:
    """One valid sheet: a scene, a judge, and the score of each criterion in hundredths."""

    scene: str
    judge: str
    scores: Mapping[str, int]


def build_stage_table(
    criteria: Sequence[Weighing],
    sheets: Iterable[SheetScores],
    recused: Iterable[tuple[str, str]],
    inspections: Mapping[str, int] | None,
) -> ScoreTable:
    """The score table of a stage.

    ``recused`` are (scene, judge) pairs whose cells are empty, never 0. ``inspections`` gives the
    site inspection's score by scene (hundredths); None in the first stage, where each judge gives
    the whole weight. Raises ``InvalidInput`` for a scene without its inspection.
    """
    entries: list[ScoreEntry] = []
    for sheet in sheets:
        for item in criteria:
            site = item.inspection_points if inspections is not None else 0
            score = sheet.scores[item.key]
            entries.append(_entry(sheet.scene, sheet.judge, item.key, item.weight - site, score))
            if site and inspections is not None:
                entries.append(_site_entry(sheet, item.key, site, inspections))
    for scene, judge in recused:
        for item in criteria:
            site = item.inspection_points if inspections is not None else 0
            entries.append(_entry(scene, judge, item.key, item.weight - site, None))
            if site:
                entries.append(_entry(scene, judge, f"{item.key}s", site, None))
    return build_score_table(entries)


def _site_entry(
    sheet: SheetScores, key: str, points: int, inspections: Mapping[str, int]
) -> ScoreEntry:
    if sheet.scene not in inspections:
        raise InvalidInput(
            "inspection_missing",
            "“{scene}”还没有现场核查记录，不能计算复评成绩。",
            scene=sheet.scene,
        )
    return _entry(sheet.scene, sheet.judge, f"{key}s", points, inspections[sheet.scene])


def _entry(scene: str, judge: str, criterion: str, weight: int, score: int | None) -> ScoreEntry:
    value = None if score is None else Decimal(score) / 100
    return ScoreEntry(scene, judge, value, criterion, Decimal(weight))


def build_ranking_rule(
    *,
    quota: int,
    rule: ScoreRule,
    quorum: int,
    pass_mark: int | None,
    item_pass_percent: int,
    tie_chain: Sequence[str],
    items: Mapping[str, str],
    lot: str | None = None,
    ballots: Mapping[str, int] | None = None,
    withheld: Collection[str] = (),
) -> RankingRule:
    """The ranking rule of a round's settings; ``pass_mark`` in hundredths.

    ``items`` joins the part of a criterion that the site inspection gives with the criterion.
    """
    return RankingRule(
        quota=quota,
        score_rule=rule,
        quorum=quorum,
        pass_mark=None if pass_mark is None else Fraction(pass_mark, 100),
        item_floor=Fraction(item_pass_percent) if item_pass_percent else None,
        tie_chain=tuple(TieStep(step) for step in tie_chain if step != TieStep.LOT),
        lot=lot or None,
        ballots=dict(ballots or {}),
        items=dict(items),
        withheld=frozenset(withheld),
    )


def compute_rule_hash(settings: Mapping[str, object]) -> str:
    """SHA-256 (hex) of the round's settings as canonical JSON: the id of the rule version."""
    body = json.dumps(settings, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def check_lot(lot: str | None, commitment: str | None) -> None:
    """Raise ``InvalidInput`` unless the revealed text is the one that was committed to."""
    if not lot:
        return
    if commitment is None or hashlib.sha256(lot.encode()).hexdigest() != commitment:
        raise InvalidInput(
            "lot_mismatch", "抽签文字与评审开始前公布的校验值不一致，不能用于抽签。", field="lot"
        )


def check_all_in(missing: Sequence[str]) -> None:
    """Raise ``Conflict`` while sheets are missing: totals stay hidden until all are in."""
    if missing:
        shown = "、".join(missing[:6]) + ("等" if len(missing) > 6 else "")
        raise Conflict(
            "scores_missing",
            "还有 {count} 份评分表没有提交（{shown}），收齐后才能汇总。",
            count=len(missing),
            shown=shown,
        )


def check_opened(opened: bool) -> None:
    """Raise ``Conflict`` for a complete table that no last sheet has opened."""
    if not opened:
        raise Conflict(
            "scores_sealed",
            "评分因任务收回、回避或申报退出而收齐，须由审批人员在排序和名单页面开启评分后才能汇总。",
        )


def check_conflicts_decided(undecided: Sequence[str]) -> None:
    """Raise ``Conflict`` while a conflict of interest waits: the list would change with it."""
    if undecided:
        raise Conflict(
            "conflict_pending",
            "以下申报还有回避事项待核定，请先在评审组页面核定：{names}。",
            names="、".join(undecided),
        )


def check_quorum(below: Sequence[str]) -> None:
    """Raise ``Conflict`` when an application has fewer valid scores than the notice asks."""
    if below:
        raise Conflict(
            "below_quorum",
            "以下申报的有效评分数不足，请指派候补评委：{names}。",
            names="、".join(below),
        )


def check_cut_decided(undecided: Sequence[str]) -> None:
    """Raise ``Conflict`` while equal scenes straddle the cut."""
    if undecided:
        raise Conflict(
            "tie_at_cut",
            "入选线上有同分场景（{names}），请按通知规定投票或抽签后再拟定名单。",
            names="、".join(undecided),
        )


def check_publicity_over(today: date, last_day: date) -> None:
    """Raise ``IllegalTransition`` while the publicity period runs; its last day still counts."""
    if today <= last_day:
        raise IllegalTransition(
            "publicity_running",
            "公示期至{last}届满（含当日），届满后方可公布结果。",
            last=format_day(last_day),
        )


def check_no_open_objection(numbers: Sequence[str]) -> None:
    """Raise ``Conflict`` while an objection is not answered."""
    if numbers:
        raise Conflict(
            "objection_open",
            "还有异议没有答复（{numbers}），答复后方可公布结果。",
            numbers="、".join(numbers),
        )


def format_official(score: Fraction) -> str:
    """The official score for display: two decimals, half up."""
    return format_score(score)

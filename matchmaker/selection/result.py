"""The result of a ranking as plain data: what ``matchmaker rank --json`` prints and bundles seal.

The official part is a pure function of (snapshot, rule) and uses the standard library only.
"""

from __future__ import annotations

from typing import Any

from matchmaker.selection.official import compute_mean, format_score
from matchmaker.selection.ranking import RankedScene, Ranking, RankingRule, rank_scenes
from matchmaker.selection.snapshot import ScoreTable


def build_official_result(table: ScoreTable, rule: RankingRule) -> dict[str, Any]:
    """Rank a table and give ``rule, snapshot_sha256, ranking, judges, warnings``.

    Raises as :func:`matchmaker.selection.ranking.rank_scenes`.
    """
    ranking: Ranking = rank_scenes(table, rule)
    return {
        "rule": rule.score_rule.value,
        "snapshot_sha256": table.sha256,
        "ranking": [_ranking_line(line) for line in ranking.scenes],
        "judges": [_judge_line(table, judge) for judge in table.judges],
        "warnings": list(ranking.warnings),
    }


def _ranking_line(line: RankedScene) -> dict[str, Any]:
    score = line.official.score
    return {
        "rank": line.rank,
        "scene": line.scene,
        "official": None if score is None else format_score(score),
        "official_exact": None if score is None else str(score),
        "valid_scores": line.official.valid_scores,
        "selected": line.selected,
        "reserve": line.reserve,
        "tie_broken_by": None if line.tie_broken_by is None else line.tie_broken_by.value,
        "below_quorum": line.below_quorum,
    }


def _judge_line(table: ScoreTable, judge: str) -> dict[str, Any]:
    given = [totals[judge] for totals in table.totals.values() if judge in totals]
    mean = compute_mean(given)
    return {
        "judge": judge,
        "scores": len(given),
        "mean": None if mean is None else format_score(mean),
    }

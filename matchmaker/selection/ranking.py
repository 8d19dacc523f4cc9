"""From official scores to places: quorum, pass marks, ties, the cut, the reserve list.

Nothing here depends on ids, times or the order of rows. Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.selection.official import OfficialScore, compute_official_scores
from matchmaker.selection.ranking_rule import (
    DEFAULT_QUORUM,
    DEFAULT_TIE_CHAIN,
    RankingRule,
    TieStep,
    check_ranking_rule,
    find_failed_marks,
)
from matchmaker.selection.snapshot import ScoreTable
from matchmaker.selection.ties import Place, draw_lot, draw_number, split_ties

__all__ = [
    "DEFAULT_QUORUM",
    "DEFAULT_TIE_CHAIN",
    "RankedScene",
    "Ranking",
    "RankingRule",
    "TieStep",
    "draw_number",
    "rank_scenes",
]


@dataclass(frozen=True)
class RankedScene:
    """One line of the ranking.

    ``rank`` is None below the quorum; scenes that nothing separates share it (1, 2, 2, 4).
    ``selected`` is None where an open tie straddles the cut. ``reserve``: one of the next ``quota``
    places. ``tie_broken_by``: the last step that separated the scene from an equal one.
    ``failed``: what bars it from selection in spite of its rank ("withheld" by the panel,
    "pass_mark", names of items).
    """

    scene: str
    rank: int | None
    official: OfficialScore
    selected: bool | None
    reserve: bool
    tie_broken_by: TieStep | None
    below_quorum: bool
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """The ranking of a round, best first, scenes below the quorum last by name."""

    scenes: tuple[RankedScene, ...]
    quorum: int
    warnings: tuple[str, ...]


def rank_scenes(table: ScoreTable, rule: RankingRule) -> Ranking:
    """Rank the scenes of a table by a rule.

    Raises InvalidInput for a quota or quorum below 1, a pass mark outside 0–100 or an empty lot.
    """
    check_ranking_rule(rule)
    quorum = rule.quorum or min(DEFAULT_QUORUM, len(table.judges))
    scores = {score.scene: score for score in compute_official_scores(table, rule.score_rule)}
    failed = {scene: find_failed_marks(score, table, rule) for scene, score in scores.items()}
    ranked = [scene for scene in table.scenes if scores[scene].valid_scores >= quorum]
    places = split_ties(ranked, scores, table, rule)
    places = draw_lot(places, failed, table, rule)
    lines = list(_number_places(places, scores, failed, rule.quota))
    below = [_below_quorum(scores[s]) for s in table.scenes if scores[s].valid_scores < quorum]
    warnings = _warnings(lines, below, quorum=quorum, rule=rule)
    return Ranking(scenes=tuple(lines + below), quorum=quorum, warnings=tuple(warnings))


def _number_places(
    places: Iterable[Place],
    scores: Mapping[str, OfficialScore],
    failed: Mapping[str, tuple[str, ...]],
    quota: int,
) -> Iterable[RankedScene]:
    """Give ranks, fill the quota, then the reserve, with scenes that missed no mark."""
    rank = 1
    taken = 0
    for place in places:
        candidates = sum(not failed[scene] for scene in place.scenes)
        for scene in sorted(place.scenes):
            barred = bool(failed[scene])
            yield RankedScene(
                scene=scene,
                rank=rank,
                official=scores[scene],
                selected=False if barred else _is_selected(taken, candidates, quota),
                reserve=not barred and quota <= taken < 2 * quota,
                tie_broken_by=place.broken_by,
                below_quorum=False,
                failed=failed[scene],
            )
        taken += candidates
        rank += len(place.scenes)


def _is_selected(taken: int, candidates: int, quota: int) -> bool | None:
    """None where only some of the tied candidates could be selected."""
    if taken + candidates <= quota:
        return True
    return None if taken < quota else False


def _below_quorum(score: OfficialScore) -> RankedScene:
    return RankedScene(
        scene=score.scene,
        rank=None,
        official=score,
        selected=False,
        reserve=False,
        tie_broken_by=None,
        below_quorum=True,
    )


def _warnings(
    lines: Sequence[RankedScene],
    below: Sequence[RankedScene],
    *,
    quorum: int,
    rule: RankingRule,
) -> list[str]:
    warnings = []
    if below:
        named = "、".join(f"“{line.scene}”（{line.official.valid_scores} 份）" for line in below)
        warnings.append(f"有效评分不足 {quorum} 份，不参加排序：{named}。")
    undecided = _names(line for line in lines if line.selected is None)
    if undecided:
        warnings.append(
            f"入选名额处并列，按约定规则仍无法区分：{undecided}。请按通知组织评审组表决或公开抽签。"
        )
    withheld = _names(line for line in lines if "withheld" in line.failed)
    if withheld:
        warnings.append(f"评审组表决不列入建议名单，得分和名次不变：{withheld}。")
    barred = _names(line for line in lines if set(line.failed) - {"withheld"})
    if barred:
        warnings.append(f"未达到合格分，不能入选：{barred}。")
    if sum(line.reserve for line in lines) > rule.quota:
        warnings.append("递补名单末位并列，并列场景均已列入。")
    selected = sum(line.selected is not False for line in lines)
    if selected < rule.quota:
        warnings.append(f"可入选的场景共 {selected} 个，少于名额 {rule.quota} 个。")
    return warnings


def _names(lines: Iterable[RankedScene]) -> str:
    return "、".join(f"“{line.scene}”" for line in lines)

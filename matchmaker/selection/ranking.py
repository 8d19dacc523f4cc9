"""From official scores to places: quorum, pass marks, the tie chain, the cut, the reserve list.

Nothing here depends on ids, times or the order of rows. Standard library only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from matchmaker.errors import InvalidInput
from matchmaker.selection.official import OfficialScore, ScoreRule, compute_official_scores
from matchmaker.selection.snapshot import ScoreTable

DEFAULT_QUORUM = 5


class TieStep(StrEnum):
    """Steps that separate scenes of equal official score, in the order of the default chain."""

    CRITERION = "criterion"
    UNTRIMMED_MEAN = "untrimmed_mean"
    HEAD_TO_HEAD = "head_to_head"
    BALLOT = "ballot"
    LOT = "lot"


#: The lot is no link of this chain: it is drawn at the cut only, once the chain has run out.
DEFAULT_TIE_CHAIN = (
    TieStep.CRITERION,
    TieStep.UNTRIMMED_MEAN,
    TieStep.HEAD_TO_HEAD,
    TieStep.BALLOT,
)


@dataclass(frozen=True)
class RankingRule:
    """What the notice fixes before applications open.

    ``quota``: places, at least 1. ``quorum``: fewest valid scores a ranked scene needs; None is 5,
    or the number of judges in the table where that is smaller. ``pass_mark``: lowest official score
    that can be selected. ``item_floor``: lowest mean on every single criterion (0–100) that can be
    selected. ``lot``: the committed seed text of the public lot. ``ballots``: recorded votes of the
    panel by scene, more is better.
    """

    quota: int
    score_rule: ScoreRule = ScoreRule.TRIMMED
    quorum: int | None = None
    pass_mark: Fraction | None = None
    item_floor: Fraction | None = None
    tie_chain: tuple[TieStep, ...] = DEFAULT_TIE_CHAIN
    lot: str | None = None
    ballots: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RankedScene:
    """One line of the ranking.

    ``rank`` is None below the quorum; scenes that nothing separates share it (1, 2, 2, 4).
    ``selected`` is None where an open tie straddles the cut. ``reserve``: one of the next ``quota``
    places. ``tie_broken_by``: the last step that separated the scene from an equal one.
    ``failed``: what bars it from selection in spite of its rank ("pass_mark", criterion names).
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


@dataclass(frozen=True)
class _Place:
    """Scenes that share a place, with the step that brought each of them there."""

    scenes: tuple[str, ...]
    broken_by: TieStep | None = None


def rank_scenes(table: ScoreTable, rule: RankingRule) -> Ranking:
    """Rank the scenes of a table by a rule.

    Raises InvalidInput for a quota or quorum below 1, a pass mark outside 0–100 or an empty lot.
    """
    check_ranking_rule(rule)
    quorum = rule.quorum or min(DEFAULT_QUORUM, len(table.judges))
    scores = {score.scene: score for score in compute_official_scores(table, rule.score_rule)}
    failed = {scene: find_failed_marks(score, rule) for scene, score in scores.items()}
    ranked = [scene for scene in table.scenes if scores[scene].valid_scores >= quorum]
    places = _split_ties(ranked, scores, table, rule)
    places = _draw_lot(places, failed, table, rule)
    lines = list(_number_places(places, scores, failed, rule.quota))
    below = [_below_quorum(scores[s]) for s in table.scenes if scores[s].valid_scores < quorum]
    warnings = _warnings(lines, below, quorum=quorum, rule=rule)
    return Ranking(scenes=tuple(lines + below), quorum=quorum, warnings=tuple(warnings))


def check_ranking_rule(rule: RankingRule) -> None:
    """Raise InvalidInput, naming the field, when a rule cannot be applied."""
    if rule.quota < 1:
        raise InvalidInput("bad_quota", "名额须为不小于 1 的整数。", field="quota")
    if rule.quorum is not None and rule.quorum < 1:
        raise InvalidInput("bad_quorum", "最低有效评分数须为不小于 1 的整数。", field="quorum")
    for name, mark in (("pass_mark", rule.pass_mark), ("item_floor", rule.item_floor)):
        if mark is not None and not 0 <= mark <= 100:
            raise InvalidInput("bad_pass_mark", "合格分须在 0 至 100 之间。", field=name)
    if rule.lot is not None and not rule.lot.strip():
        raise InvalidInput("bad_lot", "抽签种子不能为空，请填写公开抽签时公布的文字。", field="lot")


def find_failed_marks(score: OfficialScore, rule: RankingRule) -> tuple[str, ...]:
    """The marks that a scene misses: ``pass_mark``, then criteria below the floor by name."""
    failed = []
    if rule.pass_mark is not None and score.score is not None and score.score < rule.pass_mark:
        failed.append("pass_mark")
    if rule.item_floor is not None:
        failed += sorted(name for name, mean in score.criteria.items() if mean < rule.item_floor)
    return tuple(failed)


def _split_ties(
    scenes: Iterable[str],
    scores: Mapping[str, OfficialScore],
    table: ScoreTable,
    rule: RankingRule,
) -> list[_Place]:
    """Places in order, each split as far as the tie chain goes."""

    def official(scene: str) -> Fraction:
        return scores[scene].score or Fraction(0)

    places = [_Place(group) for group in _group_by_value(scenes, official)]
    for step in rule.tie_chain:
        places = [part for place in places for part in _split(place, step, scores, table, rule)]
    return places


def _split(
    place: _Place,
    step: TieStep,
    scores: Mapping[str, OfficialScore],
    table: ScoreTable,
    rule: RankingRule,
) -> list[_Place]:
    if len(place.scenes) == 1:
        return [place]
    groups = _group_by_value(place.scenes, _step_value(step, place.scenes, scores, table, rule))
    return [place] if len(groups) == 1 else [_Place(group, step) for group in groups]


def _step_value(
    step: TieStep,
    tied: Sequence[str],
    scores: Mapping[str, OfficialScore],
    table: ScoreTable,
    rule: RankingRule,
) -> Callable[[str], Fraction]:
    """What a step of the chain compares, more is better."""
    leading = find_leading_criteria(table)

    def value(scene: str) -> Fraction:
        if step is TieStep.CRITERION:
            criteria = scores[scene].criteria
            return sum((criteria.get(name, Fraction(0)) for name in leading), Fraction(0))
        if step is TieStep.UNTRIMMED_MEAN:
            return scores[scene].untrimmed_mean or Fraction(0)
        if step is TieStep.HEAD_TO_HEAD:
            return Fraction(sum(_beats(scene, other, table) for other in tied if other != scene))
        return Fraction(rule.ballots.get(scene, 0))

    return value


def find_leading_criteria(table: ScoreTable) -> tuple[str, ...]:
    """The criterion of greatest weight; several of equal weight count together."""
    greatest = max((weight for _, weight in table.weights), default=None)
    return tuple(name for name, weight in table.weights if weight == greatest)


def _beats(scene: str, other: str, table: ScoreTable) -> bool:
    """True when a strict majority of the judges who scored both put ``scene`` above ``other``."""
    mine, theirs = table.totals[scene], table.totals[other]
    both = mine.keys() & theirs.keys()
    return 2 * sum(mine[judge] > theirs[judge] for judge in both) > len(both)


def _draw_lot(
    places: list[_Place],
    failed: Mapping[str, tuple[str, ...]],
    table: ScoreTable,
    rule: RankingRule,
) -> list[_Place]:
    """Order the one place that straddles the cut by SHA-256, where the rule holds a lot."""
    if rule.lot is None:
        return places
    drawn: list[_Place] = []
    taken = 0
    for place in places:
        candidates = [scene for scene in place.scenes if not failed[scene]]
        if taken < rule.quota < taken + len(candidates):
            order = sorted(place.scenes, key=lambda s: draw_number(table.sha256, rule.lot or "", s))
            drawn += [_Place((scene,), TieStep.LOT) for scene in order]
        else:
            drawn.append(place)
        taken += len(candidates)
    return drawn


def draw_number(snapshot_sha256: str, lot: str, scene: str) -> str:
    """A scene's number in the public lot; the smallest goes first.

    SHA-256 (hexadecimal) of ``snapshot_sha256|lot|scene`` in UTF-8: nobody can choose it once the
    scores are closed and the lot's text is published.
    """
    return hashlib.sha256(f"{snapshot_sha256}|{lot}|{scene}".encode()).hexdigest()


def _number_places(
    places: Iterable[_Place],
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
    barred = _names(line for line in lines if line.failed)
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


def _group_by_value(
    scenes: Iterable[str], value: Callable[[str], Fraction]
) -> list[tuple[str, ...]]:
    """Scenes of equal value together, greatest value first."""
    groups: dict[Fraction, list[str]] = {}
    for scene in scenes:
        groups.setdefault(value(scene), []).append(scene)
    return [tuple(groups[key]) for key in sorted(groups, reverse=True)]

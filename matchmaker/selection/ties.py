"""Separates scenes of equal official score, step by step along the notice's tie chain.

Nothing here depends on ids, times or the order of rows. Standard library only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matchmaker.selection.official import OfficialScore
from matchmaker.selection.ranking_rule import (
    RankingRule,
    TieStep,
    compute_item_scores,
    find_leading_items,
)
from matchmaker.selection.snapshot import ScoreTable


@dataclass(frozen=True)
class Place:
    """Scenes that share a place, with the step that brought each of them there."""

    scenes: tuple[str, ...]
    broken_by: TieStep | None = None


def split_ties(
    scenes: Iterable[str],
    scores: Mapping[str, OfficialScore],
    table: ScoreTable,
    rule: RankingRule,
) -> list[Place]:
    """Places in order, each split as far as the tie chain goes."""

    def official(scene: str) -> Fraction:
        return scores[scene].score or Fraction(0)

    places = [Place(group) for group in _group_by_value(scenes, official)]
    for step in rule.tie_chain:
        places = [part for place in places for part in _split(place, step, scores, table, rule)]
    return places


def _split(
    place: Place,
    step: TieStep,
    scores: Mapping[str, OfficialScore],
    table: ScoreTable,
    rule: RankingRule,
) -> list[Place]:
    if len(place.scenes) == 1:
        return [place]
    groups = _group_by_value(place.scenes, _step_value(step, place.scenes, scores, table, rule))
    return [place] if len(groups) == 1 else [Place(group, step) for group in groups]


def _step_value(
    step: TieStep,
    tied: Sequence[str],
    scores: Mapping[str, OfficialScore],
    table: ScoreTable,
    rule: RankingRule,
) -> Callable[[str], Fraction]:
    """What a step of the chain compares, more is better."""
    leading = find_leading_items(table, rule)

    def value(scene: str) -> Fraction:
        if step is TieStep.CRITERION:
            items = compute_item_scores(scores[scene], table, rule)
            return sum((items.get(name, Fraction(0)) for name in leading), Fraction(0))
        if step is TieStep.UNTRIMMED_MEAN:
            return scores[scene].untrimmed_mean or Fraction(0)
        if step is TieStep.HEAD_TO_HEAD:
            return Fraction(sum(_beats(scene, other, table) for other in tied if other != scene))
        return Fraction(rule.ballots.get(scene, 0))

    return value


def _beats(scene: str, other: str, table: ScoreTable) -> bool:
    """True when a strict majority of the judges who scored both put ``scene`` above ``other``."""
    mine, theirs = table.totals[scene], table.totals[other]
    both = mine.keys() & theirs.keys()
    return 2 * sum(mine[judge] > theirs[judge] for judge in both) > len(both)


def draw_lot(
    places: list[Place],
    failed: Mapping[str, tuple[str, ...]],
    table: ScoreTable,
    rule: RankingRule,
) -> list[Place]:
    """Order the one place that straddles the cut by SHA-256, where the rule holds a lot."""
    if rule.lot is None:
        return places
    drawn: list[Place] = []
    taken = 0
    for place in places:
        candidates = [scene for scene in place.scenes if not failed[scene]]
        if taken < rule.quota < taken + len(candidates):
            order = sorted(place.scenes, key=lambda s: draw_number(table.sha256, rule.lot or "", s))
            drawn += [Place((scene,), TieStep.LOT) for scene in order]
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


def _group_by_value(
    scenes: Iterable[str], value: Callable[[str], Fraction]
) -> list[tuple[str, ...]]:
    """Scenes of equal value together, greatest value first."""
    groups: dict[Fraction, list[str]] = {}
    for scene in scenes:
        groups.setdefault(value(scene), []).append(scene)
    return [tuple(groups[key]) for key in sorted(groups, reverse=True)]

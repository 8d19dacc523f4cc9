"""The official score of a scene, exactly as the notice's rule text says, in fractions.

Standard library only: this is the part that an applicant may recompute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from matchmaker.selection.snapshot import ScoreTable

#: From this number of valid scores on, ``trimmed`` drops one highest and one lowest.
TRIM_FROM = 5


class ScoreRule(StrEnum):
    """How the judges' totals become a scene's official score."""

    TRIMMED = "trimmed"
    MEAN = "mean"


@dataclass(frozen=True)
class OfficialScore:
    """A scene's official score, before any ranking.

    ``score`` and ``untrimmed_mean`` are exact, 0–100, None where no judge scored. ``criteria``
    holds the plain mean of each criterion over the judges who scored (never trimmed); empty without
    criteria or without scores.
    """

    scene: str
    valid_scores: int
    score: Fraction | None
    untrimmed_mean: Fraction | None
    criteria: Mapping[str, Fraction]


def compute_official_scores(
    table: ScoreTable, rule: ScoreRule = ScoreRule.TRIMMED
) -> tuple[OfficialScore, ...]:
    """The official score of every scene of the table, by scene name."""
    return tuple(
        OfficialScore(
            scene=scene,
            valid_scores=len(table.totals[scene]),
            score=combine_totals(table.totals[scene].values(), rule),
            untrimmed_mean=compute_mean(table.totals[scene].values()),
            criteria=_criterion_means(table, scene),
        )
        for scene in table.scenes
    )


def combine_totals(totals: Iterable[Fraction], rule: ScoreRule) -> Fraction | None:
    """One official score from the judges' totals; None without any.

    ``trimmed`` drops one highest and one lowest total when there are at least 5, and nothing below.

    >>> combine_totals([Fraction(n) for n in (60, 80, 85, 87, 99)], ScoreRule.TRIMMED)
    Fraction(84, 1)
    """
    ordered = sorted(totals)
    if rule is ScoreRule.TRIMMED and len(ordered) >= TRIM_FROM:
        ordered = ordered[1:-1]
    return compute_mean(ordered)


def compute_mean(values: Iterable[Fraction]) -> Fraction | None:
    """The exact mean; None of nothing."""
    listed = list(values)
    return sum(listed, Fraction(0)) / len(listed) if listed else None


def format_score(score: Fraction) -> str:
    """A non-negative score with two decimals, halves rounded up (四舍五入).

    >>> format_score(Fraction(262, 3)), format_score(Fraction(17001, 200))
    ('87.33', '85.01')
    """
    hundredths = (score.numerator * 200 + score.denominator) // (score.denominator * 2)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _criterion_means(table: ScoreTable, scene: str) -> dict[str, Fraction]:
    means = {
        name: compute_mean(by_scene.get(scene, ()))
        for name, by_scene in table.criterion_scores.items()
    }
    return {name: mean for name, mean in means.items() if mean is not None}

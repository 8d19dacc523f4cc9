"""How well judges agree, and which single scores ask for a written reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matchmaker.selection.judging_model import FloatArray, JudgingModel

LARGE_RESIDUAL = 2.0
LARGE_GAP_POINTS = 20.0


class FlagReason(StrEnum):
    """Why a score asks for a reason."""

    RESIDUAL = "residual"
    GAP = "gap"


@dataclass(frozen=True)
class ScoreFlag:
    """A score that asks its judge for a written reason; nothing is changed by it.

    ``gap``: points above (+) or below (−) the mean of the scene's other judges.
    """

    scene: int
    judge: int
    reasons: tuple[FlagReason, ...]
    studentised: float
    gap: float


def compute_alpha(scores: FloatArray) -> float | None:
    """Krippendorff's alpha for interval data; None where it is not defined.

    scores : (n_scenes, n_judges), nan = no score; scenes with one score do not count

    1 is full agreement, 0 what chance would give, below 0 is worse than chance. Undefined without
    a scene scored twice, or where all paired scores are equal.
    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011).
    """
    table = np.asarray(scores, dtype=np.float64)
    counts = (~np.isnan(table)).sum(axis=1)
    paired = table[counts >= 2]
    values = paired[~np.isnan(paired)]
    if len(values) < 2 or np.ptp(values) == 0:
        return None
    counts = counts[counts >= 2]
    centred = paired - np.nanmean(paired, axis=1, keepdims=True)
    within = np.nansum(centred**2, axis=1)
    # The ordered pairs of m values differ by 2 m Σ(v − mean)² in all, for one scene as for all.
    observed = float((2 * counts * within / (counts - 1)).sum()) / len(values)
    spread = float(((values - values.mean()) ** 2).sum())
    expected = 2 * spread / (len(values) - 1)
    return 1.0 - observed / expected


def compute_studentised_residuals(scores: FloatArray, model: JudgingModel) -> FloatArray:
    """Residuals of the model over their standard deviation, nan where there is no score.

    A residual is smaller than the noise because the score itself moved the scene's and the judge's
    estimate; the share it moved (its leverage) is taken out of the standard deviation. What the
    scene's estimate shares with all scenes (the common level) is no leverage of one score, so the
    share is the score's own precision among the scene's scores.
    """
    table = np.asarray(scores, dtype=np.float64)
    given = ~np.isnan(table)
    fitted = model.mean + model.severity + model.spread * (model.quality - model.mean)[:, None]
    precision = np.where(given, (model.spread / model.noise) ** 2, 0.0)
    share = precision / np.maximum(precision.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    leverage = np.clip(share + 1.0 / given.sum(axis=0), 0.0, 0.95)
    return np.where(given, (table - fitted) / (model.noise * np.sqrt(1.0 - leverage)), np.nan)


def compute_gaps(scores: FloatArray) -> FloatArray:
    """Each score minus the mean of the scene's other scores; nan where there is none."""
    table = np.asarray(scores, dtype=np.float64)
    given = ~np.isnan(table)
    others = given.sum(axis=1, keepdims=True) - 1
    total = np.nansum(table, axis=1, keepdims=True)
    others_mean = (total - np.where(given, table, 0.0)) / np.maximum(others, 1)
    return np.where(given & (others >= 1), table - others_mean, np.nan)


def find_flagged_scores(scores: FloatArray, model: JudgingModel | None) -> tuple[ScoreFlag, ...]:
    """Scores with a studentised residual beyond 2 or a gap beyond 20 points, by scene and judge.

    Without a model (too few scores) only the gap counts.
    """
    table = np.asarray(scores, dtype=np.float64)
    gaps = np.nan_to_num(compute_gaps(table))
    residuals = np.zeros_like(gaps)
    if model is not None:
        residuals = np.nan_to_num(compute_studentised_residuals(table, model))
    flags = []
    large = (np.abs(residuals) > LARGE_RESIDUAL) | (np.abs(gaps) > LARGE_GAP_POINTS)
    for scene, judge in np.argwhere(large):
        residual, gap = float(residuals[scene, judge]), float(gaps[scene, judge])
        reasons = [FlagReason.RESIDUAL] if abs(residual) > LARGE_RESIDUAL else []
        reasons += [FlagReason.GAP] if abs(gap) > LARGE_GAP_POINTS else []
        flags.append(ScoreFlag(int(scene), int(judge), tuple(reasons), residual, gap))
    return tuple(flags)

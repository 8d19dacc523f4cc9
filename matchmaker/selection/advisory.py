"""The reference figures (参考) that stand beside an official ranking; they never change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from matchmaker.selection.agreement import ScoreFlag, compute_alpha, find_flagged_scores
from matchmaker.selection.judging_model import FloatArray, JudgingModel, fit_judging_model
from matchmaker.selection.snapshot import ScoreTable


def build_advisory(table: ScoreTable, *, quota: int) -> dict[str, Any]:
    """Figures of the model for scenes and judges that have scores.

    ``scenes`` (by estimate, best first), ``judges`` (by name), ``alpha``, and ``flags``: scores
    that ask for a written reason. The seed is the first 16 digits of the snapshot's SHA-256.
    Raises InsufficientScores as :func:`fit_judging_model`.
    """
    scenes, judges, scores = as_score_array(table)
    seed = int(table.sha256[:16], 16)
    model = fit_judging_model(scores, top=quota, seed=seed)
    return {
        "scenes": _scene_lines(scenes, model),
        "judges": [
            {
                "judge": judge,
                "severity": round(float(model.severity[j]), 2),
                "spread": round(float(model.spread[j]), 2),
                "noise": round(float(model.noise[j]), 2),
            }
            for j, judge in enumerate(judges)
        ],
        "alpha": _rounded(compute_alpha(scores)),
        "flags": _flag_lines(scenes, judges, find_flagged_scores(scores, model)),
    }


def list_gap_flags(table: ScoreTable) -> list[dict[str, Any]]:
    """Scores that ask for a reason where there are too few for the model: by their gap alone."""
    scenes, judges, scores = as_score_array(table)
    return _flag_lines(scenes, judges, find_flagged_scores(scores, None))


def _flag_lines(
    scenes: list[str], judges: list[str], flags: Sequence[ScoreFlag]
) -> list[dict[str, Any]]:
    return [
        {
            "scene": scenes[flag.scene],
            "judge": judges[flag.judge],
            "reasons": [reason.value for reason in flag.reasons],
            "gap": round(flag.gap, 2),
        }
        for flag in flags
    ]


def as_score_array(table: ScoreTable) -> tuple[list[str], list[str], FloatArray]:
    """Scenes, judges and their totals as an array with nan; without those who have no score."""
    scenes = [scene for scene in table.scenes if table.totals[scene]]
    judges = sorted({judge for scene in scenes for judge in table.totals[scene]})
    scores = np.full((len(scenes), len(judges)), np.nan)
    for i, scene in enumerate(scenes):
        for j, judge in enumerate(judges):
            if judge in table.totals[scene]:
                scores[i, j] = float(table.totals[scene][judge])
    return scenes, judges, scores


def _scene_lines(scenes: list[str], model: JudgingModel) -> list[dict[str, Any]]:
    lines = [
        {
            "scene": scene,
            "estimate": round(float(model.quality[i]), 2),
            "p_top": round(float(model.p_top[i]), 4),
        }
        for i, scene in enumerate(scenes)
    ]
    return sorted(lines, key=lambda line: (-float(line["estimate"]), line["scene"]))


def _rounded(alpha: float | None) -> float | None:
    return None if alpha is None else round(alpha, 4)

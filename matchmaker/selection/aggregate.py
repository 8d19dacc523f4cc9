"""The door to the scores of a round: the official part, and the model that stands beside it.

The official part lives in :mod:`~matchmaker.selection.official` and
:mod:`~matchmaker.selection.ranking` (standard library only), the model in
:mod:`~matchmaker.selection.judging_model`.
"""

from __future__ import annotations

from matchmaker.selection.agreement import compute_alpha, find_flagged_scores
from matchmaker.selection.judging_model import (
    InsufficientScores,
    JudgingModel,
    fit_judging_model,
)
from matchmaker.selection.official import OfficialScore, ScoreRule, compute_official_scores
from matchmaker.selection.ranking import Ranking, RankingRule, rank_scenes

__all__ = [
    "InsufficientScores",
    "JudgingModel",
    "OfficialScore",
    "Ranking",
    "RankingRule",
    "ScoreRule",
    "compute_alpha",
    "compute_official_scores",
    "find_flagged_scores",
    "fit_judging_model",
    "rank_scenes",
]

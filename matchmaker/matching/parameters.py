"""What makes a list of matches, as it is stored with it: scorer and parameters."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from matchmaker.matching.weighting import SCORER_VERSION
from matchmaker.matching.weights import RankingWeights

#: Grows with every change of the ranking that is not one of its weights.
RANKING_VERSION = "structure-1"
SCORER = f"{SCORER_VERSION}+{RANKING_VERSION}"


def describe_parameters(
    weights: RankingWeights, *, top: int, per_firm: int | None
) -> dict[str, Any]:
    """All weights by name, and how the list was cut."""
    return {"weights": asdict(weights), "top": top, "per_firm": per_firm}

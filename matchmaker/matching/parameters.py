"""What makes a list of matches, as it is stored with it: scorer and parameters."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from matchmaker.matching.weighting import SCORER_VERSION
from matchmaker.matching.weights import RankingWeights
from matchmaker.paths import SEEDS

#: Grows with every change of the ranking that is not one of its weights.
RANKING_VERSION = "structure-1"
SCORER = f"{SCORER_VERSION}+{RANKING_VERSION}"


def describe_parameters(
    weights: RankingWeights, *, top: int, per_firm: int | None
) -> dict[str, Any]:
    """All weights by name, the catalogue's digest, and how the list was cut."""
    return {
        "weights": asdict(weights),
        "catalogue": compute_catalogue_digest(),
        "top": top,
        "per_firm": per_firm,
    }


@lru_cache(maxsize=1)
def compute_catalogue_digest() -> str:
    """SHA-256 of the vocabularies, whose words and neighbourhoods a ranking depends on."""
    whole = hashlib.sha256()
    for path in sorted((SEEDS / "catalogue").rglob("*")):
        if path.is_file():
            whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()

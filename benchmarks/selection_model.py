"""A round of 80 scenes and 15 judges: time of the model, and one hash for 1,000 orders of rows.

python -m benchmarks.selection_model
"""

from __future__ import annotations

import random
import time
from decimal import Decimal

import numpy as np

from matchmaker.selection.judging_model import DRAWS, fit_judging_model
from matchmaker.selection.ranking import RankingRule, rank_scenes
from matchmaker.selection.snapshot import ScoreEntry, build_score_table

N_SCENES, N_JUDGES, TOP = 80, 15, 10
ORDERS = 1000


def main() -> None:
    rng = np.random.default_rng(1)
    scores = 78 + 6 * rng.normal(size=(N_SCENES, 1)) + 4 * rng.normal(size=N_JUDGES)
    scores = np.clip(scores + 5 * rng.normal(size=scores.shape), 0, 100).round(2)
    start = time.perf_counter()
    fit_judging_model(scores, top=TOP, seed=1)
    print(f"model, {N_SCENES} x {N_JUDGES}, {DRAWS} draws: {time.perf_counter() - start:.2f} s")

    entries = [
        ScoreEntry(f"S{s}", f"J{j}", Decimal(f"{scores[s, j]:.2f}"))
        for s in range(N_SCENES)
        for j in range(N_JUDGES)
    ]
    start = time.perf_counter()
    rank_scenes(build_score_table(entries), RankingRule(quota=TOP))
    print(f"official ranking of the same round: {time.perf_counter() - start:.2f} s")
    shuffler = random.Random(1)
    hashes = set()
    for _ in range(ORDERS):
        shuffler.shuffle(entries)
        hashes.add(build_score_table(entries).sha256)
    print(f"{ORDERS} orders of its {len(entries)} rows: {len(hashes)} hash")


if __name__ == "__main__":
    main()

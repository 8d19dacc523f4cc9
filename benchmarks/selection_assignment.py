"""Assignment of judges: time, and the gap to the whole linear programme where that is affordable.

    python -m benchmarks.selection_assignment

Affinities of four kinds: independent, low rank (a matcher's), fields (0 or 1, many ties) and
"everybody wants the same judges" (the hardest); loads up to 2 above the even share, or none.
Goals: 200 × 60 optimal within 1 s, 2000 × 400 within 5 s. Optimality is proved by the dual prices
inside; the gap printed for 200 × 60 is measured against one programme over all pairs.
"""

from __future__ import annotations

import time

import numpy as np

from matchmaker.selection import transport
from matchmaker.selection.assign import assign_judges

CASES = ((200, 60), (2000, 400))
KINDS = ("independent", "low rank", "fields", "same favourites")
PER_SCENE = 3


def draw_affinity(kind: str, n: int, judges: int, rng: np.random.Generator) -> np.ndarray:
    if kind == "independent":
        return rng.random((n, judges))
    if kind == "low rank":
        return rng.random((n, 8)) @ rng.random((8, judges))
    if kind == "fields":
        return (rng.integers(0, 8, n)[:, None] == rng.integers(0, 8, judges)).astype(float)
    return rng.random((n, 1)) + rng.random((1, judges)) + 0.05 * rng.random((n, judges))


def main() -> None:
    for n, judges, slack in ((*case, slack) for case in CASES for slack in (2, 0)):
        load = -(-n * PER_SCENE // judges)
        for kind in KINDS:
            rng = np.random.default_rng(7)
            affinity = draw_affinity(kind, n, judges, rng)
            conflicts = rng.random((n, judges)) < 0.05
            limits = {"per_scene": PER_SCENE, "load_max": load + slack, "load_min": load - 3}
            wall, cpu = time.perf_counter(), time.process_time()
            chosen = assign_judges(affinity, conflicts, **limits)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            total = affinity[chosen].sum()
            gap = ""
            if n == CASES[0][0]:
                whole_pairs, transport.WHOLE_PAIRS = transport.WHOLE_PAIRS, affinity.size
                best = affinity[assign_judges(affinity, conflicts, **limits)].sum()
                transport.WHOLE_PAIRS = whole_pairs
                gap = f", gap to the whole programme {best - total:.1e}"
            print(
                f"{n} x {judges} +{slack} {kind}: {wall:.2f} s ({cpu:.2f} s of one core), "
                f"total {total:.3f}{gap}",
                flush=True,
            )


if __name__ == "__main__":
    main()

"""Schedules of meetings: value against the bound by pairs, and time.

    python -m benchmarks.schedule_meetings [--repeat 3]

60 demand sides, 80 suppliers, 12 slots, 40 tables, limits 10 and 8, with and without minimums of 3
and 1. Goals: in 2 seconds at least .985 of the bound at availability .8 and 1.0, .95 at .5.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from matchmaker.events.schedule import schedule_meetings

KINDS = ("independent", "popular parties", "30 % of pairs")
LIMITS = {"tables": 40, "owner_max": 10, "supplier_max": 8}


def draw_value(kind: str, rng: np.random.Generator) -> np.ndarray:
    if kind == "independent":
        return rng.random((60, 80))
    if kind == "popular parties":
        return rng.gamma(2, 1, (60, 1)) * rng.gamma(2, 1, (1, 80)) * rng.random((60, 80))
    return rng.random((60, 80)) * (rng.random((60, 80)) < 0.3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    for kind in KINDS:
        for availability in (0.5, 0.8, 1.0):
            for owner_min, supplier_min in ((0, 0), (3, 1)):
                ratios, seconds, short, late = [], [], 0, 0
                for seed in range(repeat):
                    rng = np.random.default_rng(seed)
                    value = draw_value(kind, rng)
                    owner_free = rng.random((60, 12)) < availability
                    supplier_free = rng.random((80, 12)) < availability
                    start = time.perf_counter()
                    plan = schedule_meetings(
                        value,
                        owner_free,
                        supplier_free,
                        owner_min=owner_min,
                        supplier_min=supplier_min,
                        **LIMITS,
                    )
                    seconds.append(time.perf_counter() - start)
                    ratios.append(plan.value / plan.bound)
                    short += len(plan.shortfalls)
                    late += plan.timed_out
                print(
                    f"{kind}, availability {availability}, minimums {owner_min}/{supplier_min}: "
                    f"least share of the bound {min(ratios):.4f}, mean {np.mean(ratios):.4f}, "
                    f"longest {max(seconds):.2f} s, short {short}, timed out {late}",
                    flush=True,
                )


if __name__ == "__main__":
    main()

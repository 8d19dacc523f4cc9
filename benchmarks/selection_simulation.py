"""Simulated rounds: what each way of combining scores selects of the true best.

    python -m benchmarks.selection_simulation [--worlds 750] [--jobs 2]

Worlds are paired: every method sees the same scores, and the differences are printed with their
standard errors. True qualities and scores are in standard deviations of quality, put on a scale
around 80 points; judges' offsets have standard deviation 0.5 (1.0 in the cell ``severity 1.0``),
the noise of one score 1.0; spread and noise vary a little by judge. A near-random judge gives
points that have nothing to do with the scene, with 2.5 times the noise.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from matchmaker.selection.judging_model import fit_judging_model
from matchmaker.selection.official import TRIM_FROM

TOP = 5
CALIBRATION_BINS = 10


@dataclass(frozen=True)
class Cell:
    """One setting of the simulation."""

    name: str
    n_scenes: int = 40
    n_judges: int = 11
    per_scene: int = 5
    severity: float = 0.5
    random_judges: int = 0


@dataclass(frozen=True)
class World:
    """One simulated round: truth, and the score every judge would give every scene."""

    quality: np.ndarray
    all_scores: np.ndarray
    scores: np.ndarray
    oracle: np.ndarray


CELLS = (
    Cell("base n40 J11 r5"),
    Cell("severity 1.0", severity=1.0),
    Cell("one near-random judge", random_judges=1),
)
FLOWS = (Cell("n40 J11"), Cell("n80 J11", n_scenes=80))


def draw_world(cell: Cell, rng: np.random.Generator) -> World:
    """A round with a balanced random design."""
    n, judges = cell.n_scenes, cell.n_judges
    quality = rng.normal(size=n)
    offset = rng.normal(size=judges) * cell.severity
    spread = np.exp(rng.normal(size=judges) * 0.1)
    noise = np.exp(rng.normal(size=judges) * 0.15)
    spread[: cell.random_judges] = 0.0
    noise[: cell.random_judges] = 2.5
    values = offset + spread * quality[:, None] + noise * rng.normal(size=(n, judges))
    given = draw_design(n, judges, cell.per_scene, rng)
    weight = np.where(given, spread / noise**2, 0.0)
    oracle = (weight * (values - offset)).sum(axis=1) / (1 + (weight * spread).sum(axis=1))
    points = 80 + 6 * values
    return World(quality, points, np.where(given, points, np.nan), oracle)


def draw_design(
    n_scenes: int, n_judges: int, per_scene: int, rng: np.random.Generator
) -> np.ndarray:
    """Which judge scores which scene: random, with loads that differ by one at most."""
    given = np.zeros((n_scenes, n_judges), dtype=bool)
    load = np.zeros(n_judges)
    for scene in rng.permutation(n_scenes):
        chosen = np.lexsort((rng.random(n_judges), load))[:per_scene]
        given[scene, chosen] = True
        load[chosen] += 1
    return given


def plain_mean(scores: np.ndarray) -> np.ndarray:
    return np.nanmean(scores, axis=1)


def trimmed_mean(scores: np.ndarray) -> np.ndarray:
    """The official default, in floats for speed."""
    counts = (~np.isnan(scores)).sum(axis=1)
    trim = counts >= TRIM_FROM
    total = np.nansum(scores, axis=1)
    total -= np.where(trim, np.nanmax(scores, axis=1) + np.nanmin(scores, axis=1), 0.0)
    return total / (counts - 2 * trim)


def z_scores(scores: np.ndarray) -> np.ndarray:
    return np.nanmean((scores - np.nanmean(scores, 0)) / np.nanstd(scores, 0), axis=1)


def share_of_best(quality: np.ndarray, estimate: np.ndarray) -> float:
    """The share of the true top that the estimate selects."""
    return len(set(best(quality)) & set(best(estimate))) / TOP


def best(values: np.ndarray, count: int = TOP) -> list[int]:
    return list(np.argsort(-values, kind="stable")[:count])


def run_flat(cell: Cell, seed: int) -> tuple[list[float], np.ndarray]:
    """Shares of (mean, trimmed, z, model, oracle), and rows (P(top), was in the top)."""
    world = draw_world(cell, np.random.default_rng(seed))
    model = fit_judging_model(world.scores, top=TOP, seed=seed)
    estimates = (
        plain_mean(world.scores),
        trimmed_mean(world.scores),
        z_scores(world.scores),
        model.quality,
        world.oracle,
    )
    shares = [share_of_best(world.quality, estimate) for estimate in estimates]
    inside = np.isin(np.arange(cell.n_scenes), best(world.quality))
    return shares, np.column_stack([model.p_top, inside])


def run_flow(cell: Cell, seed: int) -> tuple[list[float], np.ndarray]:
    """Shares of (one flat stage with 5 scores a scene, two stages with 5.0 a scene on average).

    Two stages: 3 scores each, a shortlist that the remaining budget lets the whole panel score,
    ranked by the trimmed mean of all its scores.
    """
    rng = np.random.default_rng(seed)
    world = draw_world(cell, rng)
    first = np.where(draw_design(cell.n_scenes, cell.n_judges, 3, rng), world.all_scores, np.nan)
    length = cell.n_scenes * (cell.per_scene - 3) // (cell.n_judges - 3)
    shortlist = best(plain_mean(first), length)
    final = np.full(cell.n_scenes, -np.inf)
    final[shortlist] = trimmed_mean(world.all_scores[shortlist])
    flat = share_of_best(world.quality, trimmed_mean(world.scores))
    return [flat, share_of_best(world.quality, final)], np.empty((0, 2))


def calibration_error(pairs: np.ndarray) -> float:
    """Mean |stated − observed| over ten equal bins of P(top k), weighted by their size."""
    bins = np.minimum((pairs[:, 0] * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    errors = [
        abs(pairs[bins == b, 0].mean() - pairs[bins == b, 1].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    return float(sum(errors))


def run_cell(
    run: Callable[[Cell, int], tuple[list[float], np.ndarray]], cell: Cell, worlds: int, jobs: int
) -> tuple[np.ndarray, np.ndarray]:
    tasks = [(cell, seed) for seed in range(worlds)]
    with get_context("fork").Pool(jobs) as pool:
        results = pool.starmap(run, tasks, chunksize=10)
    return np.array([r[0] for r in results]), np.concatenate([r[1] for r in results])


def paired(one: np.ndarray, other: np.ndarray) -> str:
    difference = one - other
    return f"{difference.mean():+.3f} (s.e. {difference.std() / len(difference) ** 0.5:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=750)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    print(f"share of the true top {TOP}, {arguments.worlds} paired worlds a cell")
    for cell in CELLS:
        shares, pairs = run_cell(run_flat, cell, arguments.worlds, arguments.jobs)
        named = zip(("mean", "trimmed", "z", "model", "oracle"), shares.mean(axis=0), strict=True)
        print(f"{cell.name}: " + ", ".join(f"{name} {share:.3f}" for name, share in named))
        print(f"  model − mean {paired(shares[:, 3], shares[:, 0])}", end="; ")
        print(f"calibration error of P(top {TOP}) {calibration_error(pairs):.4f}", flush=True)
    for cell in FLOWS:
        shares, _ = run_cell(run_flow, cell, arguments.worlds, arguments.jobs)
        flat, staged = shares.mean(axis=0)
        print(f"{cell.name}, 5.0 scores a scene: flat trimmed {flat:.3f}, two stages {staged:.3f}")
        print(f"  two stages − flat {paired(shares[:, 1], shares[:, 0])}", flush=True)


if __name__ == "__main__":
    main()

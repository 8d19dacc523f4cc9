"""Exact optimum of an assignment with degrees, a transport problem, also for large cases.

The corners of this linear programme are whole numbers, so HiGHS' simplex gives whole assignments.
Prices of the judges, found by a few smoothed balancing sweeps, tell which pairs can matter; the
programme is solved on these, and its exact dual prices then show whether a left-out pair could
still gain. Pairs are added until none can: that is the proof of optimality for the whole case.
Among equal optima a seeded draw decides, not the path of the solver: on the optimal face, or, where
the values are few and evenly spaced, as a small part of the one programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import coo_array, vstack

from matchmaker.selection.shortage import BoolArray, Demand, find_feasible_pairs

FloatArray = NDArray[np.float64]

#: Up to this many pairs the programme is solved whole.
WHOLE_PAIRS = 3_000
#: Pairs of each scene that a larger case begins with, and that each further round adds.
FIRST_PAIRS = 20
MORE_PAIRS = 6
#: Reduced costs within this of 0 count as a tie; costs are scaled to a range of 1.
TIE = 1e-9
#: (temperature, sweeps) of the balancing.
COOLING = ((0.1, 12), (0.03, 12), (0.01, 16), (0.004, 16))
TINY = 1e-30
#: Up to this product of steps and pairs, whole costs and draws fit into one programme exactly.
MOST_STEPS = 100_000
#: How strongly the draws count, against one step, where the first pairs of such a case are picked.
GUIDE = 4.0
#: Scatters equal costs over judges when pairs are picked to look at; it never enters the programme.
SCATTER = 1e-4


@dataclass(frozen=True)
class _Optimum:
    """An optimal corner with its dual prices.

    ``reduced``: reduced cost of every pair; ``at_room`` and ``at_floor``: judges whose load has a
    price at its upper or lower bound.
    """

    chosen: BoolArray
    reduced: FloatArray
    at_room: BoolArray
    at_floor: BoolArray


def solve_transport(values: FloatArray, demand: Demand, *, seed: int) -> BoolArray:
    """The allowed pairs of greatest total value that meet the demand; bool, (n_scenes, n_judges).

    values : (n_scenes, n_judges), finite
    seed : decides among optima of equal value

    Raises InfeasibleAssignment naming the shortage.
    """
    if not demand.allowed.any():
        return find_feasible_pairs(demand)
    draws = np.random.default_rng(seed).random(values.shape)
    cost = values.max(axis=1, keepdims=True) - values
    if not cost.any():
        return _optimise(draws, demand).chosen
    total = int(demand.need.sum())
    steps = _count_steps(cost)
    if steps is not None and steps.max() * total <= MOST_STEPS:
        return _optimise(steps * (total + 1.0) + draws, demand, steps + GUIDE * draws).chosen
    optimum = _optimise(cost / cost.max(), demand)
    tied = demand.allowed & (np.abs(optimum.reduced) <= TIE)
    sure = optimum.chosen & ~tied
    if (optimum.chosen & tied).sum() == tied.sum():
        return optimum.chosen
    taken = sure.sum(axis=0)
    room, floor = demand.room - taken, np.maximum(demand.floor - taken, 0)
    face = Demand(
        allowed=tied,
        need=demand.need - sure.sum(axis=1),
        room=np.where(optimum.at_floor, floor, room),
        floor=np.where(optimum.at_room, room, floor),
    )
    return sure | _optimise(draws, face).chosen


def _count_steps(cost: FloatArray) -> FloatArray | None:
    """Costs as whole multiples of the smallest one, or None where they are none.

    With so few different values (fields that fit or not) ties abound. One step then outweighs all
    draws together, so that a single programme finds the optimum and decides among equal ones.
    """
    steps = cost / cost[cost > 0].min()
    whole = np.rint(steps)
    return whole if np.abs(steps - whole).max() <= TIE else None


def _optimise(cost: FloatArray, demand: Demand, guide: FloatArray | None = None) -> _Optimum:
    """Least cost; solve on some pairs, price the others, add what could gain, repeat.

    ``guide`` stands for the cost where the first pairs are picked; it changes no result.
    """
    active = _first_pairs(cost if guide is None else guide, demand)
    while True:
        result = _solve_programme(cost, demand, active)
        if not result.success:
            core = find_feasible_pairs(demand)
            if (core <= active).all():
                raise RuntimeError(f"a feasible transport problem was not solved: {result.message}")
            active |= core
            continue
        upper, lower = np.split(result.ineqlin.marginals, [len(demand.room)])
        reduced = cost - result.eqlin.marginals[:, None] - (upper - lower)[None, :]
        left_out = demand.allowed & ~active
        if not (left_out & (reduced < -TIE)).any():
            break
        active |= _cheapest(np.where(left_out, reduced, np.inf), MORE_PAIRS) & left_out
    chosen = np.zeros_like(active)
    chosen[active] = result.x > 0.5
    return _Optimum(chosen, reduced, at_room=upper < -TIE, at_floor=lower < -TIE)


def _first_pairs(cost: FloatArray, demand: Demand) -> BoolArray:
    if demand.allowed.sum() <= WHOLE_PAIRS:
        return demand.allowed.copy()
    scattered = cost / cost.max() + SCATTER * np.random.default_rng(0).random(cost.shape)
    priced = np.where(demand.allowed, scattered + _balance_prices(scattered, demand), np.inf)
    return _cheapest(priced, FIRST_PAIRS + int(demand.need.max())) & demand.allowed


def _cheapest(cost: FloatArray, count: int) -> BoolArray:
    """The ``count`` cheapest pairs of each scene."""
    chosen = np.zeros(cost.shape, dtype=np.bool_)
    if count >= cost.shape[1]:
        return ~chosen
    np.put_along_axis(chosen, np.argpartition(cost, count, axis=1)[:, :count], True, axis=1)
    return chosen


def _balance_prices(cost: FloatArray, demand: Demand) -> FloatArray:
    """Prices that bring each judge's smoothed load between floor and room, (n_judges,).

    Each scene spreads its need over judges by softmax of −(cost + price) / temperature; a judge
    with too much or too little then changes price (Sinkhorn's sweep with bounds). An approximation:
    it only chooses where the exact programme looks first.
    """
    price = np.zeros(cost.shape[1])
    base = np.where(demand.allowed, cost, np.inf)
    base[~demand.allowed.any(axis=1)] = 0.0
    # Without slack every judge ends at the limit: both bounds then pull at once.
    is_tight = demand.room.sum() <= demand.need.sum()
    room, floor = demand.room + TINY, (demand.room if is_tight else demand.floor) + TINY
    for temperature, sweeps in COOLING:
        for _ in range(sweeps):
            priced = base + price
            share = np.exp((priced.min(axis=1, keepdims=True) - priced) / temperature)
            share *= (demand.need / share.sum(axis=1))[:, None]
            load = np.minimum(share, 1.0).sum(axis=0) + TINY
            # Between these two changes the load stays within bounds; a price of 0 is no price.
            low, high = temperature * np.log(load / room), temperature * np.log(load / floor)
            price = np.clip(0.0, price + low, price + high)
    return price


def _solve_programme(cost: FloatArray, demand: Demand, active: BoolArray) -> OptimizeResult:
    """The linear programme on the active pairs: scenes' rows equal, judges' rows bounded."""
    n_scenes, n_judges = active.shape
    scenes, judges = np.nonzero(active)
    ones, index = np.ones(len(scenes)), np.arange(len(scenes))
    scene_rows = coo_array((ones, (scenes, index)), shape=(n_scenes, len(scenes)))
    judge_rows = coo_array((ones, (judges, index)), shape=(n_judges, len(scenes)))
    return linprog(
        cost[active],
        A_eq=scene_rows.tocsr(),
        b_eq=demand.need,
        A_ub=vstack([judge_rows, -judge_rows]).tocsr(),
        b_ub=np.concatenate([demand.room, -demand.floor]),
        bounds=(0, 1),
        method="highs-ds",
        options={"dual_feasibility_tolerance": 1e-10, "primal_feasibility_tolerance": 1e-9},
    )

"""Which judge scores which scene: most expertise under loads, conflicts and started work."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from matchmaker.errors import InvalidInput
from matchmaker.selection.shortage import (
    BoolArray,
    Demand,
    InfeasibleAssignment,
)
from matchmaker.selection.transport import FloatArray, solve_transport

__all__ = [
    "InfeasibleAssignment",
    "adjust_assignment",
    "assign_connected_judges",
    "assign_judges",
    "find_judge_groups",
]

#: A pair of the present assignment outweighs this many times the whole range of affinity.
KEEP_BONUS = 10.0


def assign_judges(
    affinity: ArrayLike,
    conflicts: ArrayLike,
    *,
    per_scene: int,
    load_max: int,
    load_min: int = 0,
    seed: int = 0,
) -> BoolArray:
    """The assignment of greatest total affinity; bool, (n_scenes, n_judges).

    affinity : (n_scenes, n_judges), finite, more is better
    conflicts : bool, same shape, True = never
    per_scene : judges of every scene
    load_max, load_min : most and fewest scenes of every judge
    seed : decides among assignments of equal total

    Raises InfeasibleAssignment naming the shortage, InvalidInput for unusable arguments.
    """
    values, forbidden = _check_input(affinity, conflicts)
    demand = _make_demand(
        forbidden,
        np.zeros_like(forbidden),
        per_scene=per_scene,
        load_max=load_max,
        load_min=load_min,
    )
    return solve_transport(values, demand, seed=seed)


def adjust_assignment(
    affinity: ArrayLike,
    conflicts: ArrayLike,
    *,
    current: ArrayLike,
    started: ArrayLike,
    per_scene: int,
    load_max: int,
    load_min: int = 0,
    seed: int = 0,
) -> BoolArray:
    """Repair an assignment after a recusal or a new scene; bool, (n_scenes, n_judges).

    current : bool, pairs assigned at present; kept unless a rule forces a change
    started : bool, pairs where work has begun; always kept, whatever loads say, unless a conflict
        has been confirmed meanwhile

    The other arguments and refusals are those of :func:`assign_judges`.
    """
    values, forbidden = _check_input(affinity, conflicts)
    present, begun = np.asarray(current, dtype=bool), np.asarray(started, dtype=bool)
    if not present.shape == begun.shape == values.shape:
        raise InvalidInput("bad_assignment", "现有分配、已开始的评审与匹配度的行列数不一致。")
    kept = begun & ~forbidden
    demand = _make_demand(
        forbidden, kept, per_scene=per_scene, load_max=load_max, load_min=load_min
    )
    bonus = KEEP_BONUS * (float(np.ptp(values)) or 1.0)
    return kept | solve_transport(values + bonus * present, demand, seed=seed)


def assign_connected_judges(
    affinity: ArrayLike,
    conflicts: ArrayLike,
    *,
    per_scene: int,
    load_max: int,
    load_min: int = 0,
    seed: int = 0,
) -> BoolArray:
    """As :func:`assign_judges`, with all judges linked by scenes scored in common.

    The design of a first stage (初评): without links the judges' severities cannot be compared.
    Where the optimum falls into groups, pairs that link two of them at the least loss are fixed and
    the rest is solved again, until one group is left. Also raises InfeasibleAssignment where
    conflicts or numbers allow no link.
    """
    values, forbidden = _check_input(affinity, conflicts)
    fixed = np.zeros_like(forbidden)
    limits = {"per_scene": per_scene, "load_max": load_max, "load_min": load_min}
    chosen = solve_transport(values, _make_demand(forbidden, fixed, **limits), seed=seed)
    while len(groups := find_judge_groups(chosen)) > 1:
        for scene, judge, partner in _link_candidates(values, forbidden, chosen, groups):
            trial = fixed.copy()
            trial[scene, [judge, partner]] = True
            if (trial.sum(axis=1) > per_scene).any() or (trial.sum(axis=0) > load_max).any():
                continue
            try:
                rest = solve_transport(values, _make_demand(forbidden, trial, **limits), seed=seed)
            except InfeasibleAssignment:
                continue
            fixed, chosen = trial, trial | rest
            break
        else:
            raise InfeasibleAssignment(
                "judges_not_connected",
                "无法分配评委：评委分成 {groups} 组，组间安排不出共同评审的场景。"
                "请增加每个场景的评委数或提高承担上限。",
                groups=len(groups),
                scenes=(),
                judges=tuple(groups[0]),
                missing=1,
            )
    return chosen


def find_judge_groups(chosen: BoolArray) -> list[list[int]]:
    """Groups of judges linked by common scenes, smallest first; idle judges are left out."""
    rest = set(np.flatnonzero(chosen.any(axis=0)).tolist())
    groups = []
    while rest:
        group = {min(rest)}
        while True:
            scenes = chosen[:, sorted(group)].any(axis=1)
            wider = set(np.flatnonzero(chosen[scenes].any(axis=0)).tolist())
            if wider == group:
                break
            group = wider
        groups.append(sorted(group))
        rest -= group
    return sorted(groups, key=lambda group: (len(group), group))


def _make_demand(
    forbidden: BoolArray, kept: BoolArray, *, per_scene: int, load_max: int, load_min: int
) -> Demand:
    """What is still to be assigned beside the kept pairs."""
    if per_scene < 1 or load_max < 1 or not 0 <= load_min <= load_max:
        raise InvalidInput(
            "bad_assignment",
            "每个场景的评委数和承担上限须不小于 1，承担下限须在 0 与上限之间。",
        )
    load = kept.sum(axis=0)
    return Demand(
        allowed=~forbidden & ~kept,
        need=np.maximum(per_scene - kept.sum(axis=1), 0),
        room=np.maximum(load_max - load, 0),
        floor=np.maximum(load_min - load, 0),
    )


def _check_input(affinity: ArrayLike, conflicts: ArrayLike) -> tuple[FloatArray, BoolArray]:
    values, forbidden = np.asarray(affinity, dtype=np.float64), np.asarray(conflicts, dtype=bool)
    if values.ndim != 2 or 0 in values.shape or values.shape != forbidden.shape:
        raise InvalidInput(
            "bad_assignment", "匹配度和回避须为行列数相同的非空二维表（场景 × 评委）。"
        )
    if not np.isfinite(values).all():
        raise InvalidInput("bad_assignment", "匹配度须为有限的数。")
    return values, forbidden


def _link_candidates(
    values: FloatArray, forbidden: BoolArray, chosen: BoolArray, groups: list[list[int]]
) -> list[tuple[int, int, int]]:
    """(scene, new judge, judge to stay) that link the smallest group, least loss first."""
    inside = np.zeros(values.shape[1], dtype=bool)
    inside[groups[0]] = True
    working = chosen.any(axis=0)
    scene_inside = np.asarray(chosen[:, inside].any(axis=1))
    crossing = np.not_equal.outer(scene_inside, inside) & working & ~forbidden & ~chosen
    worst = np.where(chosen, values, np.inf).min(axis=1)
    partner = np.where(chosen, values, -np.inf).argmax(axis=1)
    scenes, judges = np.nonzero(crossing)
    loss = worst[scenes] - values[scenes, judges]
    order = np.argsort(loss, kind="stable")
    return [(int(scenes[k]), int(judges[k]), int(partner[scenes[k]])) for k in order]

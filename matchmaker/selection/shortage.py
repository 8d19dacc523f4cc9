"""Says what is missing when no assignment of judges exists, by maximum flow and minimum cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from matchmaker.errors import DomainError

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
NAMED_AT_MOST = 10


class InfeasibleAssignment(DomainError):
    """No assignment keeps every rule.

    ``fields`` hold ``scenes`` and ``judges`` (0-based) that are short, and ``missing``, the number
    of scores that nobody can take or give.
    """

    http_status = 409


@dataclass(frozen=True)
class Demand:
    """Degrees of an assignment.

    allowed : bool, (n_scenes, n_judges), pairs that may still be assigned
    need : int, (n_scenes,), judges a scene still needs
    room : int, (n_judges,), most scenes a judge can still take
    floor : int, (n_judges,), fewest scenes a judge must still take
    """

    allowed: BoolArray
    need: IntArray
    room: IntArray
    floor: IntArray


def find_feasible_pairs(demand: Demand) -> BoolArray:
    """Pairs among which a feasible assignment exists; bool, (n_scenes, n_judges).

    One flow serves every scene within the judges' room, the other every judge's floor within the
    scenes' needs. Their union holds an assignment that does both (Mendelsohn and Dulmage, 1958).
    Raises InfeasibleAssignment naming the shortage.
    """
    pairs, served, cut = _flow(demand.allowed, demand.need, demand.room)
    if served < demand.need.sum():
        _refuse_scene_shortage(demand, cut, int(demand.need.sum()) - served)
    if not demand.floor.any():
        return pairs
    floor_pairs, served, cut = _flow(demand.allowed.T, demand.floor, demand.need)
    if served < demand.floor.sum():
        _refuse_floor_shortage(demand, cut, int(demand.floor.sum()) - served)
    return pairs | floor_pairs.T


def _flow(
    allowed: BoolArray, supply: IntArray, capacity: IntArray
) -> tuple[BoolArray, int, IntArray]:
    """Maximum flow rows → columns: used pairs, its value, and the rows of the minimum cut."""
    n_rows, n_columns = allowed.shape
    rows, columns = np.nonzero(allowed)
    source, sink = n_rows + n_columns, n_rows + n_columns + 1
    start = np.concatenate([np.full(n_rows, source), rows, n_rows + np.arange(n_columns)])
    end = np.concatenate([np.arange(n_rows), n_rows + columns, np.full(n_columns, sink)])
    size = np.concatenate([supply, np.ones(len(rows), dtype=np.int64), capacity])
    shape = (sink + 1, sink + 1)
    graph = coo_array((size.astype(np.int32), (start, end)), shape=shape).tocsr()
    result = maximum_flow(graph, source, sink)
    flow = result.flow
    residual = graph - flow
    residual.data = (residual.data > 0).astype(np.int32)
    residual.eliminate_zeros()
    reached = breadth_first_order(residual, source, return_predecessors=False)
    used = flow[:n_rows, n_rows:source].toarray() > 0
    return used, int(result.flow_value), np.sort(reached[reached < n_rows]).astype(np.int64)


def _refuse_scene_shortage(demand: Demand, scenes: IntArray, missing: int) -> None:
    needed = int(demand.need[scenes].sum())
    if len(scenes) == 1:
        message = "{named}可用的评委只有 {available} 名，还需要 {needed} 名，缺 {missing} 名"
    elif len(scenes) == len(demand.need):
        message = "全部场景共需评审 {needed} 份，评委合计只能承担 {available} 份，缺 {missing} 份"
    else:
        message = (
            "{named}共需评审 {needed} 份，可用的评委合计只能承担 {available} 份，缺 {missing} 份"
        )
    raise InfeasibleAssignment(
        "too_few_judges",
        f"无法分配评委：{message}。请增补评委、提高承担上限或减少每个场景的评委数。",
        named=_named(scenes, "个场景"),
        needed=needed,
        available=needed - missing,
        missing=missing,
        scenes=tuple(scenes.tolist()),
        judges=(),
    )


def _refuse_floor_shortage(demand: Demand, judges: IntArray, missing: int) -> None:
    needed = int(demand.floor[judges].sum())
    message = "{named}最少应承担 {needed} 份，可分给的评审只有 {available} 份，缺 {missing} 份"
    if len(judges) == len(demand.floor):
        message = "全部评委最少应承担 {needed} 份，可分给的评审只有 {available} 份，缺 {missing} 份"
    raise InfeasibleAssignment(
        "load_floor_unreachable",
        f"无法分配评委：{message}。请降低承担下限或减少评委。",
        named=_named(judges, "名评委"),
        needed=needed,
        available=needed - missing,
        missing=missing,
        scenes=(),
        judges=tuple(judges.tolist()),
    )


def _named(indices: IntArray, noun: str) -> str:
    """1-based ordinals, the first ten and how many there are: 第 1、2 个场景."""
    shown = "、".join(str(int(index) + 1) for index in indices[:NAMED_AT_MOST])
    if len(indices) <= NAMED_AT_MOST:
        return f"第 {shown} {noun}"
    return f"第 {shown} 等 {len(indices)} {noun}"

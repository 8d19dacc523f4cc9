"""What a schedule of meetings could reach at best: a bound by pairs, and small cases exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

#: Nodes of the exact search; a count, not a time, so that it ends alike on every machine.
NODE_LIMIT = 500


@dataclass(frozen=True)
class OpenMeetings:
    """What may still be planned beside the locked meetings.

    value : (n_owners, n_suppliers), 0 where the pair may not meet (again)
    owner_free, supplier_free : bool, (parties, n_slots)
    tables : (n_slots,), tables left
    owner_room, supplier_room : meetings a party may still have
    owner_lack, supplier_lack : meetings a party still needs for its minimum
    """

    value: FloatArray
    owner_free: BoolArray
    supplier_free: BoolArray
    tables: IntArray
    owner_room: IntArray
    supplier_room: IntArray
    owner_lack: IntArray
    supplier_lack: IntArray


@dataclass(frozen=True)
class PairBound:
    """An upper bound of the value, with the price of one meeting of each party in it."""

    value: float
    owner_price: FloatArray
    supplier_price: FloatArray


def compute_pair_bound(case: OpenMeetings) -> PairBound:
    """The best value when only pairs count: who meets whom, not in which slot.

    Pairs need a common free slot; a party meets at most as often as its limit and its free slots
    allow, all together at most as often as there are tables. Linear programme by HiGHS.
    """
    n_owners, n_suppliers = case.value.shape
    common = case.owner_free.astype(np.int64) @ case.supplier_free.T.astype(np.int64)
    possible = (case.value > 0) & (common > 0)
    if not possible.any():
        return PairBound(0.0, np.zeros(n_owners), np.zeros(n_suppliers))
    owners, suppliers = np.nonzero(possible)
    rows = [_incidence(owners, n_owners), _incidence(suppliers, n_suppliers)]
    rows.append(_incidence(np.zeros_like(owners), 1))
    limits = np.concatenate(
        [
            np.minimum(case.owner_room, case.owner_free.sum(axis=1)),
            np.minimum(case.supplier_room, case.supplier_free.sum(axis=1)),
            [case.tables.sum()],
        ]
    )
    answer = linprog(
        -case.value[possible],
        A_ub=vstack(rows).tocsr(),
        b_ub=limits,
        bounds=(0, 1),
        method="highs-ds",
    )
    if not answer.success:
        raise RuntimeError(f"the pair bound was not solved: {answer.message}")
    price = -answer.ineqlin.marginals
    return PairBound(
        value=max(0.0, -float(answer.fun)),
        owner_price=price[:n_owners],
        supplier_price=price[n_owners : n_owners + n_suppliers],
    )


def solve_exactly(case: OpenMeetings, bonus: float) -> Sequence[tuple[int, int, int]] | None:
    """The best meetings of a small case, or None when the search met its limit.

    ``bonus``: what a meeting below a party's minimum is worth beside its value.
    """
    owners, suppliers, slots = np.nonzero(
        (case.value > 0)[:, :, None] & case.owner_free[:, None, :] & case.supplier_free[None, :, :]
    )
    if not len(owners):
        return []
    n_owners, n_suppliers = case.value.shape
    n_slots = case.tables.size
    count = len(owners)
    by_owner, by_supplier = _incidence(owners, n_owners), _incidence(suppliers, n_suppliers)
    bounded = vstack(
        [
            _incidence(owners * n_slots + slots, n_owners * n_slots),
            _incidence(suppliers * n_slots + slots, n_suppliers * n_slots),
            _incidence(owners * n_suppliers + suppliers, n_owners * n_suppliers),
            _incidence(slots, n_slots),
            by_owner,
            by_supplier,
        ]
    )
    singles = np.ones(n_owners * n_slots + n_suppliers * n_slots + n_owners * n_suppliers)
    limits = np.concatenate([singles, case.tables, case.owner_room, case.supplier_room])
    lack = np.concatenate([case.owner_lack, case.supplier_lack])
    # Further variables count the meetings that serve a minimum: at most the lack, at most all.
    served = vstack([by_owner, by_supplier])
    answer = milp(
        np.concatenate([-case.value[owners, suppliers], np.full(len(lack), -bonus)]),
        integrality=np.concatenate([np.ones(count), np.zeros(len(lack))]),
        bounds=Bounds(0, np.concatenate([np.ones(count), lack])),
        constraints=[
            LinearConstraint(_widen(bounded, len(lack)), -np.inf, limits),
            LinearConstraint(_with_identity(-served), -np.inf, 0),
        ],
        options={"node_limit": NODE_LIMIT, "mip_rel_gap": 0.0},
    )
    if answer.status != 0:
        return None
    taken = answer.x[:count] > 0.5
    chosen = zip(owners[taken], suppliers[taken], slots[taken], strict=True)
    return [(int(owner), int(supplier), int(slot)) for owner, supplier, slot in chosen]


def _incidence(row_of_column: NDArray[np.intp], n_rows: int) -> csr_array:
    """A 0/1 matrix with one entry in each column."""
    columns = np.arange(len(row_of_column))
    ones = np.ones(len(row_of_column))
    return coo_array((ones, (row_of_column, columns)), shape=(n_rows, len(columns))).tocsr()


def _widen(matrix: csr_array, columns: int) -> csr_array:
    wide = matrix.tocoo()
    shape = (matrix.shape[0], matrix.shape[1] + columns)
    return coo_array((wide.data, wide.coords), shape=shape).tocsr()


def _with_identity(matrix: csr_array) -> csr_array:
    n_rows, n_columns = matrix.shape
    wide = matrix.tocoo()
    rows = np.concatenate([wide.coords[0], np.arange(n_rows)])
    columns = np.concatenate([wide.coords[1], n_columns + np.arange(n_rows)])
    data = np.concatenate([wide.data, np.ones(n_rows)])
    return coo_array((data, (rows, columns)), shape=(n_rows, n_columns + n_rows)).tocsr()

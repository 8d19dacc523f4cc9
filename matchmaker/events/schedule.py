"""One-to-one meetings of a matchmaking event (对接会): who meets whom, and in which slot.

Slot by slot the best meetings are an assignment problem and solved exactly; a sweep over all slots
is repeated until nothing gains, from two beginnings (by value, and by value less the price that
the pair bound puts on a party's meetings). Then a fixed number of rounds clears a few slots and
plans them anew. Meetings that serve a party's minimum outweigh all value in their slot.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from matchmaker.errors import InvalidInput
from matchmaker.events.pair_bound import (
    BoolArray,
    FloatArray,
    IntArray,
    OpenMeetings,
    PairBound,
    compute_pair_bound,
    solve_exactly,
)

Meeting = tuple[int, int, int]

#: Rounds that clear and replan a few slots.
ROUNDS = 30
SLOTS_CLEARED = 3
#: A schedule within this share of the bound, with all minimums met, is not worked on further.
GOOD_ENOUGH = 5e-4
#: Up to this many possible (owner, supplier, slot) the exact programme is solved as well.
EXACT_MEETINGS = 400


class Side(StrEnum):
    """The two sides of a meeting."""

    OWNER = "owner"
    SUPPLIER = "supplier"


@dataclass(frozen=True)
class Shortfall:
    """A party with fewer meetings than its minimum; ``index`` is its row or column in ``value``."""

    side: Side
    index: int
    planned: int
    minimum: int


@dataclass(frozen=True)
class Schedule:
    """A schedule of meetings.

    meetings : (owner, supplier, slot), by slot, then owner; locked ones included
    value : sum of the pairs' values
    bound : no schedule within the limits can be worth more
    shortfalls : parties below their minimum, owners first
    timed_out : True when the time limit cut the search short; only then can the result depend on
        the machine
    """

    meetings: list[Meeting]
    value: float
    bound: float
    shortfalls: tuple[Shortfall, ...]
    timed_out: bool = False

    @property
    def gap(self) -> float:
        """The share of the bound that is missing, 0 to 1."""
        return max(0.0, 1.0 - self.value / self.bound) if self.bound > 0 else 0.0


def schedule_meetings(
    value: ArrayLike,
    owner_free: ArrayLike,
    supplier_free: ArrayLike,
    *,
    tables: int,
    owner_max: int,
    supplier_max: int,
    owner_min: int = 0,
    supplier_min: int = 0,
    time_limit_s: float = 1.0,
    seed: int = 0,
    locked: Iterable[Meeting] = (),
) -> Schedule:
    """Plan meetings of greatest value; only pairs of positive value meet, and once.

    value : (n_owners, n_suppliers), finite
    owner_free, supplier_free : bool, (n_owners, n_slots) and (n_suppliers, n_slots)
    tables : meetings that fit into one slot
    owner_max, supplier_max : most meetings of a party; owner_min, supplier_min : fewest, met as far
        as feasible before any value
    time_limit_s : the search ends here at the latest; it normally ends well before
    locked : meetings that stay as they are, whatever availability and limits say by now

    Raises InvalidInput for unusable arguments, and for locked meetings that book a party twice.
    """
    started = monotonic()
    values = np.asarray(value, dtype=np.float64)
    free = (np.asarray(owner_free, dtype=bool), np.asarray(supplier_free, dtype=bool))
    _check_arrays(values, *free)
    _check_limits(tables, (owner_min, owner_max), (supplier_min, supplier_max))
    kept = _check_locked(list(locked), values.shape, free[0].shape[1])
    case = _open_case(
        values, free, kept, tables, (owner_min, owner_max), (supplier_min, supplier_max)
    )
    bound = compute_pair_bound(case)
    search = _Search(case, bound, np.random.default_rng(seed), started + time_limit_s)
    meetings = sorted(kept + search.run(), key=lambda meeting: (meeting[2], meeting))
    return Schedule(
        meetings=meetings,
        value=math.fsum(values[owner, supplier] for owner, supplier, _ in meetings),
        bound=bound.value + math.fsum(values[owner, supplier] for owner, supplier, _ in kept),
        shortfalls=_find_shortfalls(meetings, values.shape, owner_min, supplier_min),
        timed_out=search.timed_out,
    )


class _Search:
    """A schedule that is being improved: meetings by slot, with counts by party."""

    def __init__(
        self, case: OpenMeetings, bound: PairBound, rng: np.random.Generator, deadline: float
    ) -> None:
        self.case = case
        self.bound = bound
        self.rng = rng
        self.deadline = deadline
        self.timed_out = False
        self.n_slots = case.tables.size
        largest = float(case.value.max(initial=0.0))
        #: More than all that one slot can gain or lose in value.
        self.bonus = largest * (min(case.value.shape, default=0) + 1)
        self.prices = bound.owner_price[:, None] + bound.supplier_price[None, :]
        freedom = case.owner_free.sum(axis=0) * case.supplier_free.sum(axis=0)
        self.order = np.argsort(freedom, kind="stable")
        self.clear_all()

    def run(self) -> list[Meeting]:
        best: list[Meeting] = []
        best_score = self.score()
        for price in (0.0, 1.0):
            self.clear_all()
            self.plan(self.order, price)
            self.improve()
            if self.score() > best_score:
                best, best_score = self.meetings(), self.score()
        self.restore(best)
        self.replan_some_slots()
        self.try_exactly()
        return self.meetings()

    def score(self) -> tuple[int, float]:
        """Fewest missing meetings first, then value."""
        lack = np.maximum(self.case.owner_lack - self.owner_count, 0).sum()
        lack += np.maximum(self.case.supplier_lack - self.supplier_count, 0).sum()
        return -int(lack), float(self.case.value[self.met].sum())

    def is_good_enough(self) -> bool:
        lack, value = self.score()
        return lack == 0 and value >= self.bound.value * (1 - GOOD_ENOUGH)

    def improve(self) -> None:
        """Sweep over the slots until a sweep gains nothing."""
        score = self.score()
        while self.has_time():
            self.plan(self.order)
            lack, value = self.score()
            if (lack, value) <= (score[0], score[1] * (1 + 1e-9)):
                return
            score = (lack, value)

    def replan_some_slots(self) -> None:
        """Clear a few slots and plan them anew; what is worse than before is taken back."""
        for _ in range(ROUNDS):
            if self.is_good_enough() or self.n_slots < 2 or not self.has_time():
                return
            before, score = self.meetings(), self.score()
            slots = self.rng.permutation(self.n_slots)[:SLOTS_CLEARED]
            for slot in slots:
                self.clear(int(slot))
            self.plan(slots, 1.5 * float(self.rng.random()))
            for _ in range(2):
                self.plan(slots)
            if self.score() < score:
                self.restore(before)

    def try_exactly(self) -> None:
        """Small cases: replace the schedule by the optimum if that is better."""
        possible = (self.case.value > 0)[:, :, None] & self.case.owner_free[:, None, :]
        if self.is_good_enough() or not self.has_time():
            return
        if (possible & self.case.supplier_free[None, :, :]).sum() > EXACT_MEETINGS:
            return
        before, score = self.meetings(), self.score()
        exact = solve_exactly(self.case, self.bonus * self.n_slots)
        if exact is None:
            return
        self.restore(exact)
        if self.score() < score:
            self.restore(before)

    def plan(self, slots: Iterable[int] | NDArray[np.int64], price: float = 0.0) -> None:
        """Plan slots one after the other, each exactly, given the others."""
        for slot in slots:
            self.plan_slot(int(slot), price)

    def plan_slot(self, slot: int, price: float) -> None:
        self.clear(slot)
        case = self.case
        owners = np.flatnonzero(case.owner_free[:, slot] & (self.owner_count < case.owner_room))
        suppliers = np.flatnonzero(
            case.supplier_free[:, slot] & (self.supplier_count < case.supplier_room)
        )
        block = np.ix_(owners, suppliers)
        worth = case.value[block] - price * self.prices[block]
        # A pair that may meet is worth something even where its price exceeds its value.
        worth = np.maximum(worth, 1e-9 * case.value[block])
        short = (self.owner_count < case.owner_lack)[owners][:, None].astype(np.float64)
        short = short + (self.supplier_count < case.supplier_lack)[suppliers]
        worth = np.where(
            (case.value[block] > 0) & ~self.met[block], worth + self.bonus * short, 0.0
        )
        rows, columns = match_within(worth, int(case.tables[slot]))
        self.put(slot, owners[rows], suppliers[columns])

    def has_time(self) -> bool:
        self.timed_out = self.timed_out or monotonic() > self.deadline
        return not self.timed_out

    def clear_all(self) -> None:
        n_owners, n_suppliers = self.case.value.shape
        nobody = np.zeros(0, dtype=np.intp)
        self.met = np.zeros((n_owners, n_suppliers), dtype=bool)
        self.owner_count = np.zeros(n_owners, dtype=np.int64)
        self.supplier_count = np.zeros(n_suppliers, dtype=np.int64)
        self.pairs = [(nobody, nobody)] * self.n_slots

    def clear(self, slot: int) -> None:
        owners, suppliers = self.pairs[slot]
        self.met[owners, suppliers] = False
        self.owner_count[owners] -= 1
        self.supplier_count[suppliers] -= 1
        self.pairs[slot] = (owners[:0], suppliers[:0])

    def put(self, slot: int, owners: NDArray[np.intp], suppliers: NDArray[np.intp]) -> None:
        self.pairs[slot] = (owners, suppliers)
        self.met[owners, suppliers] = True
        self.owner_count[owners] += 1
        self.supplier_count[suppliers] += 1

    def meetings(self) -> list[Meeting]:
        return [
            (int(owner), int(supplier), slot)
            for slot, (owners, suppliers) in enumerate(self.pairs)
            for owner, supplier in zip(owners, suppliers, strict=True)
        ]

    def restore(self, meetings: Sequence[Meeting]) -> None:
        self.clear_all()
        for slot in range(self.n_slots):
            here = [meeting for meeting in meetings if meeting[2] == slot]
            owners = np.array([owner for owner, _, _ in here], dtype=np.intp)
            suppliers = np.array([supplier for _, supplier, _ in here], dtype=np.intp)
            self.put(slot, owners, suppliers)


def match_within(worth: FloatArray, most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs of greatest total worth, at most ``most`` of them; worth 0 means no pair.

    With fewer tables than pairs the matrix gets dummy rows and columns that take up all but
    ``most`` of the real ones, so that the cardinality is kept exactly.
    """
    n_rows, n_columns = worth.shape
    most = min(most, n_rows, n_columns)
    spare_rows, spare_columns = n_columns - most, n_rows - most
    padded = worth
    if spare_rows and spare_columns:
        padded = np.zeros((n_rows + spare_rows, n_columns + spare_columns))
        padded[:n_rows, :n_columns] = worth
        padded[n_rows:, n_columns:] = -(worth.sum() + 1.0)
    rows, columns = linear_sum_assignment(padded, maximize=True)
    real = (rows < n_rows) & (columns < n_columns)
    rows, columns = rows[real], columns[real]
    pairs = worth[rows, columns] > 0
    return rows[pairs], columns[pairs]


def _open_case(
    values: FloatArray,
    free: tuple[BoolArray, BoolArray],
    kept: list[Meeting],
    tables: int,
    owner_limits: tuple[int, int],
    supplier_limits: tuple[int, int],
) -> OpenMeetings:
    """What is left to plan beside the locked meetings."""
    value = np.maximum(values, 0.0)
    owner_free, supplier_free = free[0].copy(), free[1].copy()
    places = np.full(owner_free.shape[1], tables)
    for owner, supplier, slot in kept:
        value[owner, supplier] = 0.0
        owner_free[owner, slot] = supplier_free[supplier, slot] = False
        places[slot] = max(0, places[slot] - 1)
    owner_load, supplier_load = _count_by_party(kept, values.shape)
    return OpenMeetings(
        value=value,
        owner_free=owner_free,
        supplier_free=supplier_free,
        tables=places,
        owner_room=np.maximum(owner_limits[1] - owner_load, 0),
        supplier_room=np.maximum(supplier_limits[1] - supplier_load, 0),
        owner_lack=np.maximum(owner_limits[0] - owner_load, 0),
        supplier_lack=np.maximum(supplier_limits[0] - supplier_load, 0),
    )


def _count_by_party(meetings: list[Meeting], shape: tuple[int, ...]) -> tuple[IntArray, IntArray]:
    owners = np.array([owner for owner, _, _ in meetings], dtype=np.int64)
    suppliers = np.array([supplier for _, supplier, _ in meetings], dtype=np.int64)
    return (
        np.bincount(owners, minlength=shape[0]).astype(np.int64),
        np.bincount(suppliers, minlength=shape[1]).astype(np.int64),
    )


def _find_shortfalls(
    meetings: list[Meeting], shape: tuple[int, ...], owner_min: int, supplier_min: int
) -> tuple[Shortfall, ...]:
    owner_load, supplier_load = _count_by_party(meetings, shape)
    sides = ((Side.OWNER, owner_load, owner_min), (Side.SUPPLIER, supplier_load, supplier_min))
    return tuple(
        Shortfall(side, int(index), int(load[index]), minimum)
        for side, load, minimum in sides
        for index in np.flatnonzero(load < minimum)
    )


def _check_arrays(values: FloatArray, owner_free: BoolArray, supplier_free: BoolArray) -> None:
    fits = (
        values.ndim == owner_free.ndim == supplier_free.ndim == 2
        and owner_free.shape[0] == values.shape[0]
        and supplier_free.shape[0] == values.shape[1]
        and owner_free.shape[1] == supplier_free.shape[1]
    )
    if not fits:
        raise InvalidInput("bad_schedule", "匹配价值与双方空闲时段的行列数不一致。")
    if not np.isfinite(values).all():
        raise InvalidInput("bad_schedule", "匹配价值须为有限的数。")


def _check_limits(tables: int, *limits: tuple[int, int]) -> None:
    if tables < 0 or any(not 0 <= least <= most for least, most in limits):
        raise InvalidInput("bad_schedule", "桌数不能为负，各方洽谈场次的下限须在 0 与上限之间。")


def _check_locked(locked: list[Meeting], shape: tuple[int, ...], n_slots: int) -> list[Meeting]:
    kept = [(int(owner), int(supplier), int(slot)) for owner, supplier, slot in locked]
    for meeting in kept:
        sizes = (*shape, n_slots)
        if any(not 0 <= index < size for index, size in zip(meeting, sizes, strict=True)):
            raise InvalidInput(
                "bad_locked_meeting",
                "锁定的洽谈（需求方 {owner}、供给方 {supplier}、时段 {slot}）不存在。",
                owner=meeting[0],
                supplier=meeting[1],
                slot=meeting[2],
            )
    bookings = [("o", owner, slot) for owner, _, slot in kept]
    bookings += [("s", supplier, slot) for _, supplier, slot in kept]
    pairs = [(owner, supplier) for owner, supplier, _ in kept]
    if len(set(bookings)) < len(bookings) or len(set(pairs)) < len(pairs):
        raise InvalidInput(
            "bad_locked_meeting", "锁定的洽谈互相冲突：同一方在同一时段或同一对重复出现。"
        )
    return kept

"""Schedules of meetings: the rules always hold, the value is near its bound, small cases exact."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import InvalidInput
from matchmaker.events.schedule import (
    Schedule,
    Shortfall,
    Side,
    match_within,
    schedule_meetings,
)


def assert_keeps_the_rules(
    plan: Schedule, value, owner_free, supplier_free, *, tables, owner_max, supplier_max, locked=()
):
    """Every rule that a schedule may never break; locked meetings are exempt from limits."""
    new = [meeting for meeting in plan.meetings if meeting not in set(locked)]
    assert set(locked) <= set(plan.meetings)
    assert len({(owner, slot) for owner, _, slot in plan.meetings}) == len(plan.meetings)
    assert len({(supplier, slot) for _, supplier, slot in plan.meetings}) == len(plan.meetings)
    assert len({(owner, supplier) for owner, supplier, _ in plan.meetings}) == len(plan.meetings)
    for owner, supplier, slot in new:
        assert value[owner, supplier] > 0
        assert owner_free[owner, slot]
        assert supplier_free[supplier, slot]
    for index, limit in ((0, owner_max), (1, supplier_max), (2, tables)):
        load = Counter(meeting[index] for meeting in plan.meetings)
        assert all(load[meeting[index]] <= limit for meeting in new)
    assert plan.value == pytest.approx(sum(value[o, s] for o, s, _ in plan.meetings))
    assert plan.value <= plan.bound + 1e-6
    assert plan.meetings == sorted(plan.meetings, key=lambda m: (m[2], m))


def _free(parties: int, slots: int) -> np.ndarray:
    return np.ones((parties, slots), dtype=bool)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    shape=st.tuples(st.integers(1, 6), st.integers(1, 7), st.integers(1, 5)),
    availability=st.sampled_from([0.0, 0.3, 0.6, 1.0]),
    density=st.sampled_from([0.0, 0.4, 1.0]),
    tables=st.integers(0, 4),
    limits=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    minimums=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    n_locked=st.integers(0, 3),
    seed=st.integers(0, 10_000),
)
def test_no_rule_is_ever_broken(
    shape, availability, density, tables, limits, minimums, n_locked, seed
):
    n_owners, n_suppliers, n_slots = shape
    rng = np.random.default_rng(seed)
    value = np.where(rng.random((n_owners, n_suppliers)) < density, rng.normal(1, 1, shape[:2]), 0)
    owner_free = rng.random((n_owners, n_slots)) < availability
    supplier_free = rng.random((n_suppliers, n_slots)) < availability
    # Locked meetings ignore availability and value, but book nobody twice.
    n_locked = min(n_locked, n_owners, n_suppliers)
    owners = rng.permutation(n_owners)[:n_locked].tolist()
    suppliers = rng.permutation(n_suppliers)[:n_locked].tolist()
    slots = rng.integers(0, n_slots, n_locked).tolist()
    locked = list(zip(owners, suppliers, slots, strict=True))
    rules = {"tables": tables, "owner_max": limits[0], "supplier_max": limits[1]}
    owner_min, supplier_min = min(minimums[0], limits[0]), min(minimums[1], limits[1])

    plan = schedule_meetings(
        value,
        owner_free,
        supplier_free,
        **rules,
        owner_min=owner_min,
        supplier_min=supplier_min,
        locked=locked,
        seed=seed,
        time_limit_s=5.0,
    )

    assert_keeps_the_rules(plan, value, owner_free, supplier_free, **rules, locked=locked)
    owner_load = Counter(owner for owner, _, _ in plan.meetings)
    supplier_load = Counter(supplier for _, supplier, _ in plan.meetings)
    assert plan.shortfalls == tuple(
        Shortfall(side, index, load[index], minimum)
        for side, load, minimum, count in (
            (Side.OWNER, owner_load, owner_min, n_owners),
            (Side.SUPPLIER, supplier_load, supplier_min, n_suppliers),
        )
        for index in range(count)
        if load[index] < minimum
    )


def _best_by_trying(value, owner_free, supplier_free, tables, limits, minimums):
    """(missing meetings, value) of the best schedule of a tiny case, by trying every one."""
    n_owners, n_suppliers = value.shape
    possible = [
        (o, s, k)
        for o, s, k in product(range(n_owners), range(n_suppliers), range(owner_free.shape[1]))
        if value[o, s] > 0 and owner_free[o, k] and supplier_free[s, k]
    ]
    best = None
    for size in range(len(possible) + 1):
        for chosen in combinations(possible, size):
            keys = ([m[:2] for m in chosen], [m[::2] for m in chosen], [m[1:] for m in chosen])
            if any(len(set(key)) < size for key in keys):
                continue
            loads = [Counter(m[i] for m in chosen) for i in range(3)]
            caps = (*limits, tables)
            if any(max(c.values(), default=0) > cap for c, cap in zip(loads, caps, strict=True)):
                continue
            lack = sum(max(0, minimums[0] - loads[0][o]) for o in range(n_owners))
            lack += sum(max(0, minimums[1] - loads[1][s]) for s in range(n_suppliers))
            score = (-lack, sum(value[o, s] for o, s, _ in chosen))
            best = score if best is None else max(best, score)
    return best


@pytest.mark.parametrize("seed", range(25))
def test_tiny_cases_agree_with_trying_everything(seed):
    rng = np.random.default_rng(seed)
    value = rng.integers(0, 4, (3, 2)).astype(float)
    owner_free, supplier_free = rng.random((3, 3)) < 0.7, rng.random((2, 3)) < 0.7
    tables, limits = int(rng.integers(1, 3)), (2, int(rng.integers(1, 4)))
    minimums = (int(rng.integers(0, 2)), int(rng.integers(0, limits[1] + 1)))
    plan = schedule_meetings(
        value,
        owner_free,
        supplier_free,
        tables=tables,
        owner_max=limits[0],
        supplier_max=limits[1],
        owner_min=minimums[0],
        supplier_min=minimums[1],
    )
    lack = sum(shortfall.minimum - shortfall.planned for shortfall in plan.shortfalls)

    expected = _best_by_trying(value, owner_free, supplier_free, tables, limits, minimums)
    assert (-lack, plan.value) == expected


@pytest.mark.parametrize(("availability", "least"), [(0.5, 0.95), (0.8, 0.985), (1.0, 0.985)])
def test_a_full_event_reaches_its_share_of_the_bound(availability, least):
    rng = np.random.default_rng(11)
    value = rng.random((60, 80))
    owner_free, supplier_free = (rng.random((n, 12)) < availability for n in (60, 80))
    rules = {"tables": 40, "owner_max": 10, "supplier_max": 8}
    plan = schedule_meetings(value, owner_free, supplier_free, **rules, time_limit_s=20.0)

    assert_keeps_the_rules(plan, value, owner_free, supplier_free, **rules)
    assert plan.value >= least * plan.bound
    assert plan.gap == pytest.approx(1 - plan.value / plan.bound)
    assert not plan.timed_out


def test_minimums_of_a_full_event_are_met_by_all_who_are_free():
    rng = np.random.default_rng(12)
    value = rng.gamma(2, 1, (60, 1)) * rng.gamma(2, 1, (1, 80)) * rng.random((60, 80))
    owner_free, supplier_free = rng.random((60, 12)) < 0.8, rng.random((80, 12)) < 0.8
    owner_free[7] = False
    owner_free[8] = np.arange(12) < 2
    plan = schedule_meetings(
        value,
        owner_free,
        supplier_free,
        tables=40,
        owner_max=10,
        supplier_max=8,
        owner_min=4,
        supplier_min=3,
        time_limit_s=20.0,
    )

    assert plan.shortfalls == (Shortfall(Side.OWNER, 7, 0, 4), Shortfall(Side.OWNER, 8, 2, 4))


def test_minimums_come_before_value():
    value = np.array([[10.0, 9.0], [1.0, 0.0]])
    arguments = {"tables": 1, "owner_max": 1, "supplier_max": 1}
    free = _free(2, 1)

    plain = schedule_meetings(value, free, free, **arguments)
    fair = schedule_meetings(value, free, free, **arguments, time_limit_s=5)
    assert plain.meetings == fair.meetings == [(0, 0, 0)]

    two_slots = _free(2, 2)
    fair = schedule_meetings(value, two_slots, two_slots, **arguments, owner_min=1)
    assert {meeting[:2] for meeting in fair.meetings} == {(0, 1), (1, 0)}
    assert fair.shortfalls == ()


def test_same_seed_same_bytes_in_other_processes():
    code = (
        "import numpy as np, hashlib\n"
        "from matchmaker.events.schedule import schedule_meetings\n"
        "r = np.random.default_rng(1); v = r.integers(0, 4, (20, 25)).astype(float)\n"
        "f, g = r.random((20, 6)) < .7, r.random((25, 6)) < .7\n"
        "p = schedule_meetings(v, f, g, tables=10, owner_max=4, supplier_max=3, time_limit_s=30)\n"
        "print(hashlib.sha256(repr((p.meetings, p.value, p.bound)).encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": threads},
        ).stdout
        for threads in ("1", "2")
    }

    assert len(digests) == 1


def test_rescheduling_keeps_locked_meetings_even_of_the_absent():
    rng = np.random.default_rng(4)
    value = rng.random((12, 15))
    owner_free, supplier_free = _free(12, 5), _free(15, 5)
    rules = {"tables": 6, "owner_max": 4, "supplier_max": 3}
    first = schedule_meetings(value, owner_free, supplier_free, **rules)
    locked = first.meetings[::2]
    owner_free[3] = False
    again = schedule_meetings(value, owner_free, supplier_free, **rules, locked=locked)

    assert_keeps_the_rules(again, value, owner_free, supplier_free, **rules, locked=locked)
    kept_by_absent = {meeting for meeting in locked if meeting[0] == 3}
    assert {meeting for meeting in again.meetings if meeting[0] == 3} == kept_by_absent


def test_locked_meetings_count_towards_limits_minimums_and_tables():
    value = np.full((2, 3), 5.0)
    free_owner, free_supplier = _free(2, 1), _free(3, 1)
    plan = schedule_meetings(
        value,
        free_owner,
        free_supplier,
        tables=1,
        owner_max=1,
        supplier_max=1,
        owner_min=1,
        locked=[(0, 2, 0)],
    )

    assert plan.meetings == [(0, 2, 0)]
    assert (plan.value, plan.bound) == (5.0, 5.0)
    assert plan.shortfalls == (Shortfall(Side.OWNER, 1, 0, 1),)


@pytest.mark.parametrize(
    "locked",
    [
        [(0, 0, 0), (0, 1, 0)],
        [(0, 0, 0), (1, 0, 0)],
        [(0, 0, 0), (0, 0, 1)],
        [(2, 0, 0)],
        [(0, 2, 0)],
        [(0, 0, 2)],
        [(-1, 0, 0)],
    ],
)
def test_impossible_locked_meetings_are_refused(locked):
    with pytest.raises(InvalidInput) as caught:
        schedule_meetings(
            np.ones((2, 2)),
            _free(2, 2),
            _free(2, 2),
            tables=2,
            owner_max=2,
            supplier_max=2,
            locked=locked,
        )
    assert caught.value.code == "bad_locked_meeting"


@pytest.mark.parametrize(
    "change",
    [
        {"tables": -1},
        {"owner_max": -1},
        {"owner_min": 3},
        {"supplier_min": -1},
        {"value": np.ones(4)},
        {"value": np.ones((2, 3))},
        {"value": np.full((2, 2), np.nan)},
        {"value": np.full((2, 2), np.inf)},
        {"owner_free": _free(2, 4)},
        {"supplier_free": _free(3, 3)},
    ],
)
def test_unusable_arguments_are_refused(change):
    arguments = {
        "value": np.ones((2, 2)),
        "owner_free": _free(2, 3),
        "supplier_free": _free(2, 3),
        "tables": 2,
        "owner_max": 2,
        "supplier_max": 2,
        **change,
    }
    with pytest.raises(InvalidInput):
        schedule_meetings(**arguments)


@pytest.mark.parametrize("shape", [(0, 0, 0), (0, 3, 2), (3, 0, 2), (3, 3, 0)])
def test_nothing_to_plan_gives_an_empty_schedule(shape):
    plan = schedule_meetings(
        np.ones(shape[:2]),
        _free(shape[0], shape[2]),
        _free(shape[1], shape[2]),
        tables=3,
        owner_max=3,
        supplier_max=3,
    )

    assert (plan.meetings, plan.value, plan.bound, plan.gap) == ([], 0.0, 0.0, 0.0)


def test_pairs_without_positive_value_never_meet():
    plan = schedule_meetings(
        np.array([[-1.0, 0.0]]), _free(1, 3), _free(2, 3), tables=3, owner_max=3, supplier_max=3,
        owner_min=2,
    )  # fmt: skip

    assert plan.meetings == []
    assert plan.shortfalls == (Shortfall(Side.OWNER, 0, 0, 2),)


def test_a_time_limit_is_kept_and_told():
    rng = np.random.default_rng(2)
    value, owner_free, supplier_free = rng.random((60, 80)), _free(60, 12), _free(80, 12)
    rules = {"tables": 40, "owner_max": 10, "supplier_max": 8}
    plan = schedule_meetings(value, owner_free, supplier_free, **rules, time_limit_s=0.0)

    assert plan.timed_out
    assert_keeps_the_rules(plan, value, owner_free, supplier_free, **rules)
    assert plan.value > 0.8 * plan.bound


@pytest.mark.parametrize("most", range(5))
def test_match_within_is_the_best_of_all_choices(most):
    rng = np.random.default_rng(most)
    worth = rng.integers(0, 5, (3, 4)).astype(float)
    rows, columns = match_within(worth, most)
    best = max(
        sum(worth[r, c] for r, c in zip(some, others, strict=True))
        for size in range(min(most, 3) + 1)
        for some in combinations(range(3), size)
        for others in permutations(range(4), size)
    )

    assert len(rows) <= most
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
    assert worth[rows, columns].sum() == best


def test_bound_counts_free_slots_limits_and_tables():
    value = np.array([[3.0, 2.0], [1.0, 1.0]])

    def bound(owner_free, *, tables=9, owner_max=9):
        return schedule_meetings(
            value, owner_free, _free(2, 2), tables=tables, owner_max=owner_max, supplier_max=9
        ).bound

    assert bound(_free(2, 2)) == pytest.approx(7)
    assert bound(_free(2, 2), owner_max=1) == pytest.approx(4)
    assert bound(_free(2, 2), tables=1) == pytest.approx(5)
    assert bound(np.array([[True, False], [False, False]])) == pytest.approx(3)

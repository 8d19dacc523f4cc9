"""Assignment of judges: optimal, within every rule, repeatable; a shortage is named."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import eye_array, kron

from matchmaker.errors import InvalidInput
from matchmaker.selection import transport
from matchmaker.selection.assign import (
    InfeasibleAssignment,
    adjust_assignment,
    assign_connected_judges,
    assign_judges,
    find_judge_groups,
)


def _exact_total(affinity, conflicts, per_scene, load_max, load_min) -> float:
    """The optimum by an integer programme over all pairs at once."""
    n, judges = affinity.shape
    rows = kron(eye_array(n), np.ones((1, judges)))
    columns = kron(np.ones((1, n)), eye_array(judges))
    answer = milp(
        -affinity.ravel(),
        constraints=[
            LinearConstraint(rows, per_scene, per_scene),
            LinearConstraint(columns, load_min, load_max),
        ],
        integrality=np.ones(affinity.size),
        bounds=Bounds(0, (~conflicts).astype(float).ravel()),
    )
    assert answer.success
    return -answer.fun


def _assert_valid(chosen, conflicts, per_scene, load_max, load_min=0):
    assert chosen.dtype == np.bool_
    assert (chosen.sum(axis=1) == per_scene).all()
    assert chosen.sum(axis=0).max() <= load_max
    assert chosen.sum(axis=0).min() >= load_min
    assert not (chosen & conflicts).any()


def _case(seed, n, judges, ties=False):
    rng = np.random.default_rng(seed)
    affinity = rng.random((n, judges))
    if ties:
        affinity = rng.integers(0, 3, (n, judges)).astype(float)
    return affinity, rng.random((n, judges)) < 0.1


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("shape", [(12, 6), (40, 15), (100, 40)])
def test_the_total_is_the_optimum(shape, ties):
    affinity, conflicts = _case(1, *shape, ties=ties)
    limits = {"per_scene": 3, "load_max": 3 * shape[0] // shape[1] + 2, "load_min": 2}
    chosen = assign_judges(affinity, conflicts, **limits)

    _assert_valid(chosen, conflicts, **limits)
    assert affinity[chosen].sum() == pytest.approx(_exact_total(affinity, conflicts, **limits))


def test_a_case_solved_by_parts_is_as_good_as_solved_whole(monkeypatch):
    rng = np.random.default_rng(2)
    affinity = rng.random((150, 1)) + rng.random((1, 50)) + 0.05 * rng.random((150, 50))
    conflicts = rng.random((150, 50)) < 0.1
    limits = {"per_scene": 3, "load_max": 10, "load_min": 8}
    by_parts = assign_judges(affinity, conflicts, **limits)
    monkeypatch.setattr(transport, "WHOLE_PAIRS", 10_000)
    whole = assign_judges(affinity, conflicts, **limits)

    _assert_valid(by_parts, conflicts, **limits)
    assert affinity[by_parts].sum() == pytest.approx(affinity[whole].sum(), abs=1e-7)
    assert (by_parts == whole).all()


@pytest.mark.parametrize("values", [(0.0, 1.0), (0.0, 0.5, 1.0, 1.5), (0.0, 1.0, 2.5)])
@pytest.mark.parametrize("slack", [0, 2])
def test_few_values_without_slack_are_solved_to_the_optimum(monkeypatch, values, slack):
    rng = np.random.default_rng(11)
    affinity = rng.choice(values, (60, 20))
    conflicts = rng.random((60, 20)) < 0.1
    limits = {"per_scene": 3, "load_max": 9 + slack, "load_min": 5}
    whole = assign_judges(affinity, conflicts, **limits)
    monkeypatch.setattr(transport, "WHOLE_PAIRS", 100)
    parts = assign_judges(affinity, conflicts, **limits)
    monkeypatch.setattr(transport, "MOST_STEPS", 0)
    faces = assign_judges(affinity, conflicts, **limits)
    assert affinity[parts].sum() == affinity[whole].sum() == affinity[faces].sum()
    assert (parts == whole).all()
    assert (parts.sum(axis=1) == 3).all()
    assert not (parts & conflicts).any()
    assert parts.sum(axis=0).max() <= 9 + slack
    assert parts.sum(axis=0).min() >= 5


def test_parts_that_hold_no_assignment_are_widened():
    # Every scene likes the same judges best, who may take one scene each.
    affinity = np.tile(np.linspace(1, 0, 80), (80, 1))
    conflicts = np.zeros((80, 80), dtype=bool)
    chosen = assign_judges(affinity, conflicts, per_scene=1, load_max=1)

    _assert_valid(chosen, conflicts, 1, 1, 1)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    values=st.lists(st.integers(0, 2), min_size=12, max_size=12),
    blocked=st.lists(st.booleans(), min_size=12, max_size=12),
    per_scene=st.integers(1, 3),
    load_max=st.integers(1, 4),
    load_min=st.integers(0, 2),
)
def test_small_cases_agree_with_trying_everything(values, blocked, per_scene, load_max, load_min):
    assume(load_min <= load_max)
    affinity = np.array(values, dtype=float).reshape(4, 3)
    conflicts = np.array(blocked).reshape(4, 3) & (np.arange(12).reshape(4, 3) % 2 == 0)
    best = None
    rows = [np.isin(range(3), pick) for pick in combinations(range(3), per_scene)]
    for picks in product(rows, repeat=4):
        chosen = np.array(picks)
        load = chosen.sum(axis=0)
        if (chosen & conflicts).any() or load.max() > load_max or load.min() < load_min:
            continue
        total = affinity[chosen].sum()
        best = total if best is None else max(best, total)
    limits = {"per_scene": per_scene, "load_max": load_max, "load_min": load_min}
    if best is None:
        with pytest.raises(InfeasibleAssignment) as caught:
            assign_judges(affinity, conflicts, **limits)
        assert caught.value.fields["missing"] > 0
        return
    chosen = assign_judges(affinity, conflicts, **limits)

    _assert_valid(chosen, conflicts, **limits)
    assert affinity[chosen].sum() == best


def test_ties_are_decided_by_the_seed_alone():
    affinity, conflicts = np.zeros((30, 12)), np.zeros((30, 12), dtype=bool)
    one, again, other = (
        assign_judges(affinity, conflicts, per_scene=3, load_max=9, seed=seed) for seed in (1, 1, 2)
    )

    assert (one == again).all()
    assert (one != other).any()


def test_a_unique_optimum_does_not_depend_on_the_seed():
    affinity, conflicts = _case(3, 40, 15)
    one, other = (
        assign_judges(affinity, conflicts, per_scene=3, load_max=9, seed=seed) for seed in (1, 2)
    )

    assert (one == other).all()


def test_processes_and_thread_counts_agree():
    code = (
        "import hashlib, numpy as np\n"
        "from matchmaker.selection.assign import assign_judges\n"
        "a = np.random.default_rng(1).integers(0, 4, (120, 40)).astype(float)\n"
        "x = assign_judges(a, np.zeros(a.shape, bool), per_scene=3, load_max=10, seed=5)\n"
        "print(hashlib.sha256(x.tobytes()).hexdigest())\n"
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


def test_negative_and_very_unequal_affinities_are_allowed():
    affinity = np.array([[-5.0, 1e6, 0.0], [-5.0, 1e6, -1e-3]])
    chosen = assign_judges(affinity, np.zeros((2, 3), dtype=bool), per_scene=2, load_max=2)

    assert chosen.tolist() == [[False, True, True], [False, True, True]]


# Shortages


def _refusal(affinity_shape, conflicts, **limits) -> InfeasibleAssignment:
    with pytest.raises(InfeasibleAssignment) as caught:
        assign_judges(np.zeros(affinity_shape), conflicts, **limits)
    return caught.value


def test_a_scene_with_too_few_free_judges_is_named():
    conflicts = np.zeros((5, 4), dtype=bool)
    conflicts[2, :2] = True
    error = _refusal((5, 4), conflicts, per_scene=3, load_max=5)

    assert error.fields["scenes"] == (2,)
    assert error.text == (
        "无法分配评委：第 3 个场景可用的评委只有 2 名，还需要 3 名，缺 1 名。"
        "请增补评委、提高承担上限或减少每个场景的评委数。"
    )


def test_too_little_capacity_in_all_is_named():
    error = _refusal((10, 4), np.zeros((10, 4), dtype=bool), per_scene=3, load_max=7)

    assert error.fields["missing"] == 2
    assert "全部场景共需评审 30 份，评委合计只能承担 28 份，缺 2 份" in error.text


def test_conflicts_of_every_judge_with_every_scene_are_a_named_shortage():
    error = _refusal((3, 2), np.ones((3, 2), dtype=bool), per_scene=1, load_max=3)

    assert error.fields["scenes"] == (0, 1, 2)
    assert "全部场景共需评审 3 份，评委合计只能承担 0 份，缺 3 份" in error.text


def test_scenes_that_share_too_few_judges_are_named():
    # Scenes 1 to 4 can only be scored by the first two judges, who may take three each.
    conflicts = np.zeros((8, 6), dtype=bool)
    conflicts[:4, 2:] = True
    error = _refusal((8, 6), conflicts, per_scene=2, load_max=3)

    assert error.fields["scenes"] == (0, 1, 2, 3)
    assert "第 1、2、3、4 个场景共需评审 8 份，可用的评委合计只能承担 6 份，缺 2 份" in error.text


def test_a_floor_above_the_work_is_named():
    error = _refusal((4, 6), np.zeros((4, 6), dtype=bool), per_scene=2, load_max=4, load_min=2)

    assert error.code == "load_floor_unreachable"
    assert "全部评委最少应承担 12 份，可分给的评审只有 8 份，缺 4 份" in error.text


def test_a_judge_who_cannot_reach_the_floor_is_named():
    conflicts = np.zeros((6, 3), dtype=bool)
    conflicts[1:, 1] = True
    error = _refusal((6, 3), conflicts, per_scene=1, load_max=6, load_min=2)

    assert error.fields["judges"] == (1,)
    assert "第 2 名评委最少应承担 2 份，可分给的评审只有 1 份，缺 1 份" in error.text


def test_a_large_infeasible_case_is_refused_quickly():
    conflicts = np.zeros((300, 100), dtype=bool)
    conflicts[:50, 4:] = True
    error = _refusal((300, 100), conflicts, per_scene=3, load_max=20)

    assert error.fields["scenes"] == tuple(range(50))
    assert "第 1、2、3、4、5、6、7、8、9、10 等 50 个场景共需评审 150 份" in error.text
    assert error.fields["missing"] == 70


@pytest.mark.parametrize(
    "change",
    [
        {"per_scene": 0},
        {"load_max": 0},
        {"load_min": -1},
        {"load_min": 9},
        {"affinity": np.zeros(4)},
        {"affinity": np.zeros((0, 4)), "conflicts": np.zeros((0, 4), dtype=bool)},
        {"affinity": np.full((4, 4), np.nan)},
        {"conflicts": np.zeros((4, 5), dtype=bool)},
    ],
)
def test_unusable_arguments_are_refused(change):
    arguments = {
        "affinity": np.zeros((4, 4)),
        "conflicts": np.zeros((4, 4), dtype=bool),
        "per_scene": 2,
        "load_max": 4,
        "load_min": 0,
        **change,
    }
    with pytest.raises(InvalidInput):
        assign_judges(**arguments)


# Adjusting


def test_adjusting_without_a_reason_changes_nothing():
    affinity, conflicts = _case(5, 30, 12)
    limits = {"per_scene": 3, "load_max": 9, "load_min": 6}
    other = np.random.default_rng(6).random((30, 12))
    current = assign_judges(affinity, conflicts, **limits)
    adjusted = adjust_assignment(
        other, conflicts, current=current, started=np.zeros_like(current), **limits
    )

    assert (adjusted == current).all()


def test_started_work_is_kept_and_a_late_recusal_is_filled():
    affinity, conflicts = _case(5, 30, 12)
    limits = {"per_scene": 3, "load_max": 9}
    current = assign_judges(affinity, conflicts, **limits)
    started = current & (np.random.default_rng(7).random(current.shape) < 0.5)
    scene, judge = np.argwhere(started)[0]
    later = conflicts.copy()
    later[scene, judge] = True
    later |= np.eye(30, 12, dtype=bool) & current & ~started
    adjusted = adjust_assignment(affinity, later, current=current, started=started, **limits)

    _assert_valid(adjusted, later, **limits)
    assert (adjusted | later)[started].all()
    lost = (current & ~adjusted).sum()
    assert lost <= 3 * (current & later).sum()


def test_started_work_above_the_limits_stays():
    started = np.zeros((4, 3), dtype=bool)
    started[:, 0] = True
    started[0, :] = True
    adjusted = adjust_assignment(
        np.zeros((4, 3)),
        np.zeros((4, 3), dtype=bool),
        current=started,
        started=started,
        per_scene=2,
        load_max=3,
    )

    assert adjusted[started].all()
    assert adjusted.sum(axis=1).tolist() == [3, 2, 2, 2]


def test_nothing_left_to_assign_keeps_the_started_work():
    everyone = np.ones((2, 2), dtype=bool)
    adjusted = adjust_assignment(
        np.zeros((2, 2)), ~everyone, current=everyone, started=everyone, per_scene=2, load_max=2
    )

    assert adjusted.all()


def test_started_work_of_another_shape_is_refused():
    with pytest.raises(InvalidInput):
        adjust_assignment(
            np.zeros((4, 3)),
            np.zeros((4, 3), dtype=bool),
            current=np.zeros((3, 3), dtype=bool),
            started=np.zeros((4, 3), dtype=bool),
            per_scene=1,
            load_max=4,
        )


# A connected design


def test_fields_that_would_fall_apart_are_linked_at_little_loss():
    # Two fields with their own judges: the optimum alone gives two groups.
    rng = np.random.default_rng(8)
    same_field = np.arange(40)[:, None] % 2 == np.arange(12)[None, :] % 2
    affinity = same_field + 0.1 * rng.random((40, 12))
    conflicts = rng.random((40, 12)) < 0.05
    limits = {"per_scene": 3, "load_max": 11, "load_min": 8}
    best = assign_judges(affinity, conflicts, **limits)
    linked = assign_connected_judges(affinity, conflicts, **limits)

    assert len(find_judge_groups(best)) == 2
    assert len(find_judge_groups(linked)) == 1
    _assert_valid(linked, conflicts, **limits)
    assert affinity[best].sum() - affinity[linked].sum() < 2.2


def test_many_small_fields_are_linked():
    same_field = np.arange(30)[:, None] % 6 == np.arange(18)[None, :] % 6
    conflicts = np.zeros((30, 18), dtype=bool)
    linked = assign_connected_judges(
        same_field.astype(float), conflicts, per_scene=3, load_max=6, load_min=4
    )

    assert len(find_judge_groups(linked)) == 1
    _assert_valid(linked, conflicts, 3, 6, 4)
    assert same_field[linked].sum() >= 90 - 2 * 5


def test_a_connected_optimum_is_left_alone():
    affinity, conflicts = _case(9, 40, 10)
    limits = {"per_scene": 3, "load_max": 13}

    assert (
        assign_connected_judges(affinity, conflicts, **limits)
        == assign_judges(affinity, conflicts, **limits)
    ).all()


def test_conflicts_that_allow_no_link_are_named():
    conflicts = np.arange(6)[:, None] % 2 != np.arange(6)[None, :] % 2
    with pytest.raises(InfeasibleAssignment) as caught:
        assign_connected_judges(np.zeros((6, 6)), conflicts, per_scene=2, load_max=3)

    assert caught.value.code == "judges_not_connected"


def test_one_judge_a_scene_cannot_be_linked():
    with pytest.raises(InfeasibleAssignment):
        assign_connected_judges(np.eye(4), np.zeros((4, 4), dtype=bool), per_scene=1, load_max=1)

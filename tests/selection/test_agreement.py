"""Krippendorff's alpha, residuals, gaps and the flags that ask for a reason."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.selection.agreement import (
    FlagReason,
    compute_alpha,
    compute_gaps,
    compute_studentised_residuals,
    find_flagged_scores,
)
from matchmaker.selection.judging_model import fit_judging_model
from tests.selection.test_judging_model import make_round

NAN = float("nan")


def _alpha_by_pairs(table: list[list[float]]) -> float | None:
    """The definition: mean squared difference within scenes over that of all pairable values."""
    units = [[v for v in row if v == v] for row in table]
    units = [unit for unit in units if len(unit) >= 2]
    values = [v for unit in units for v in unit]
    everything = [(a - b) ** 2 for a, b in permutations(values, 2)]
    if not everything or sum(everything) == 0:
        return None
    within = sum(sum((a - b) ** 2 for a, b in permutations(u, 2)) / (len(u) - 1) for u in units)
    expected = sum(everything) / (len(values) - 1)
    return 1 - within / expected


def test_alpha_of_the_published_example():
    # Krippendorff (2011), four observers, twelve units, interval metric: 0.849.
    n = NAN
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3],
        [n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n],
    ]
    assert compute_alpha(np.array(observers).T) == pytest.approx(0.849, abs=5e-4)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.sampled_from([NAN, 60.0, 75.0, 75.5, 90.0]), min_size=4, max_size=4),
        min_size=1,
        max_size=6,
    )
)
def test_alpha_agrees_with_its_definition(table):
    expected = _alpha_by_pairs(table)

    alpha = compute_alpha(np.array(table))
    assert alpha == (None if expected is None else pytest.approx(expected))


def test_alpha_is_one_for_agreement_and_undefined_without_pairs():
    assert compute_alpha(np.array([[80.0, 80], [90, 90]])) == 1
    assert compute_alpha(np.array([[80.0, NAN], [NAN, 90]])) is None
    assert compute_alpha(np.array([[80.0, 80], [80, 80]])) is None


def test_gap_is_measured_against_the_other_judges():
    gaps = compute_gaps(np.array([[90.0, 70, 60, NAN], [80, NAN, NAN, NAN]]))

    assert gaps[0, :3].tolist() == [25.0, -5.0, -20.0]
    assert np.isnan(gaps[0, 3])
    assert np.isnan(gaps[1]).all()


def test_gap_of_exactly_twenty_points_is_not_flagged():
    scores = np.array([[80.0, 60, 60], [80.01, 60, 60], [70, 70, 70]])

    flags = find_flagged_scores(scores, None)

    assert [(flag.scene, flag.judge) for flag in flags] == [(1, 0)]
    assert flags[0].reasons == (FlagReason.GAP,)
    assert flags[0].gap == pytest.approx(20.01)


def test_studentised_residuals_are_standard():
    spreads, beyond = [], []
    for seed in range(3):
        scores, _, _ = make_round(seed, n_judges=9)
        model = fit_judging_model(scores, top=5, seed=1)
        residuals = compute_studentised_residuals(scores, model)
        spreads.append(residuals.std())
        beyond.append((np.abs(residuals) > 2).mean())

    assert np.mean(spreads) == pytest.approx(1, abs=0.06)
    assert np.mean(beyond) == pytest.approx(0.05, abs=0.02)


def test_a_planted_outlier_is_flagged_and_a_missing_score_is_not():
    scores, _, _ = make_round()
    scores[7, 3] -= 18
    scores[8, 3] = NAN
    model = fit_judging_model(scores, top=5, seed=1)
    flags = {(flag.scene, flag.judge): flag for flag in find_flagged_scores(scores, model)}

    assert FlagReason.RESIDUAL in flags[7, 3].reasons
    assert flags[7, 3].studentised < -3
    assert (8, 3) not in flags
    assert np.isnan(compute_studentised_residuals(scores, model)[8, 3])


def test_a_panel_in_good_agreement_is_not_asked_for_reasons():
    """Widely different scenes leave the common level unsure; that is no fault of single scores."""
    rng = np.random.default_rng(5)
    quality = np.linspace(70, 92, 9)[:, None]
    severity = np.linspace(-2, 2, 9)[None, :]
    scores = quality + severity + rng.normal(0, 1, (9, 9))
    model = fit_judging_model(scores, top=5, seed=1)
    flags = find_flagged_scores(scores, model)

    assert len(flags) <= 8, "about one score in twenty lies beyond two standard deviations"

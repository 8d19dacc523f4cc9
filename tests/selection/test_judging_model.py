"""The model beside the official score: what it recovers, when it declines, that it repeats."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from matchmaker.errors import InvalidInput
from matchmaker.selection.aggregate import InsufficientScores, fit_judging_model
from matchmaker.selection.judging_model import count_judge_groups


def make_round(
    seed: int = 3, *, n_scenes: int = 40, n_judges: int = 8, noise: float = 4.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(scores, true qualities, true offsets): every judge scores every scene."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(78, 6, n_scenes)
    offset = rng.normal(0, 5, n_judges)
    offset -= offset.mean()
    scores = quality[:, None] + offset + rng.normal(0, noise, (n_scenes, n_judges))
    return scores, quality, offset


def test_severity_and_quality_are_recovered():
    scores, quality, offset = make_round()
    model = fit_judging_model(scores, top=5, seed=1)

    assert model.quality.shape == model.p_top.shape == (40,)
    assert model.severity.shape == model.spread.shape == model.noise.shape == (8,)
    assert np.abs(model.severity - offset).max() < 1.6
    assert np.corrcoef(model.quality, quality)[0, 1] > 0.95
    assert np.abs(model.noise - 4).max() < 1.5
    assert np.abs(model.spread - 1).max() < 0.4


def test_severity_is_corrected_where_judges_saw_different_scenes():
    scores, quality, offset = make_round(n_judges=6, noise=2.0)
    rng = np.random.default_rng(9)
    for row in scores:
        row[rng.permutation(6)[:3]] = np.nan
    model = fit_judging_model(scores, top=5, seed=1)

    plain = np.corrcoef(np.nanmean(scores, axis=1), quality)[0, 1]
    assert 1 - np.corrcoef(model.quality, quality)[0, 1] < 0.7 * (1 - plain)
    assert np.corrcoef(model.severity, offset)[0, 1] > 0.95


def test_a_random_judge_gets_more_noise_and_less_spread():
    scores, quality, _ = make_round()
    scores[:, 2] = np.random.default_rng(4).normal(78, 12, 40)
    model = fit_judging_model(scores, top=5, seed=1)

    assert model.noise.argmax() == 2
    assert model.noise[2] > 1.5 * np.delete(model.noise, 2).max()
    assert model.spread.argmin() == 2
    assert np.corrcoef(model.quality, quality)[0, 1] > 0.94


def test_a_wide_judge_gets_a_wide_spread():
    scores, quality, _ = make_round(noise=2.0)
    scores[:, 1] = 78 + 2 * (quality - 78)
    model = fit_judging_model(scores, top=5, seed=1)

    assert model.spread.argmax() == 1
    assert model.spread[1] > 1.4


def test_probabilities_add_up_to_the_places():
    scores, quality, _ = make_round()
    model = fit_judging_model(scores, top=5, seed=1)

    assert model.p_top.sum() == pytest.approx(5)
    assert model.p_top.min() >= 0
    assert model.p_top.max() <= 1
    assert model.p_top[quality.argmax()] > 0.9
    assert model.p_top[quality.argmin()] == 0


@pytest.mark.parametrize("top", [40, 41, 1000])
def test_as_many_places_as_scenes_makes_all_certain(top):
    scores, _, _ = make_round()

    assert fit_judging_model(scores, top=top, seed=1).p_top.tolist() == [1.0] * 40


def test_same_seed_repeats_and_other_seeds_differ_little():
    scores, _, _ = make_round()
    first, again, other = (fit_judging_model(scores, top=5, seed=s) for s in (1, 1, 2))

    assert (first.p_top == again.p_top).all()
    assert (first.quality == again.quality).all()
    assert (first.p_top != other.p_top).any()
    assert np.abs(first.p_top - other.p_top).max() < 0.05
    assert np.abs(first.quality - other.quality).max() < 0.3


def test_processes_and_thread_counts_agree_to_the_last_bit():
    code = (
        "import hashlib\n"
        "from tests.selection.test_judging_model import make_round\n"
        "from matchmaker.selection.aggregate import fit_judging_model\n"
        "m = fit_judging_model(make_round()[0], top=5, seed=1)\n"
        "drawn = m.p_top.tobytes() + m.quality.tobytes() + m.noise.tobytes()\n"
        "print(hashlib.sha256(drawn).hexdigest())\n"
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


def test_results_move_and_scale_with_the_scores():
    scores, _, _ = make_round()
    model = fit_judging_model(scores, top=5, seed=1)
    moved = fit_judging_model(scores / 2 + 10, top=5, seed=1)

    assert moved.quality == pytest.approx(model.quality / 2 + 10)
    assert moved.severity == pytest.approx(model.severity / 2)
    assert moved.spread == pytest.approx(model.spread)
    assert moved.noise == pytest.approx(model.noise / 2)
    assert moved.p_top == pytest.approx(model.p_top)


def test_full_agreement_stays_finite_and_orders_rightly():
    quality = np.linspace(60, 95, 12)
    model = fit_judging_model(np.tile(quality[:, None], (1, 5)), top=3, seed=1)

    assert np.isfinite(model.quality).all()
    assert (np.argsort(model.quality) == np.arange(12)).all()
    assert model.p_top[-3:].min() > 0.99


def test_scores_that_are_all_equal_favour_nobody():
    model = fit_judging_model(np.full((10, 5), 80.0), top=2, seed=1)

    assert model.quality == pytest.approx(np.full(10, 80.0), abs=0.2)
    assert model.p_top == pytest.approx(np.full(10, 0.2), abs=0.05)


def test_a_scene_without_scores_keeps_the_prior():
    scores, _, _ = make_round()
    scores[0] = np.nan
    model = fit_judging_model(scores, top=5, seed=1)

    assert model.quality[0] == pytest.approx(model.mean, abs=0.5)
    assert 0.03 < model.p_top[0] < 0.3


def test_least_numbers_are_enough():
    scores = make_round(n_scenes=10, n_judges=3)[0]

    assert fit_judging_model(scores, top=2, seed=0).quality.shape == (10,)


def test_one_score_less_than_thirty_is_insufficient():
    scores = make_round(n_scenes=10, n_judges=3)[0]
    scores[0, 0] = np.nan

    with pytest.raises(InsufficientScores) as caught:
        fit_judging_model(scores, top=2, seed=0)
    assert caught.value.code == "too_few_scores"
    assert "共 29 份" in caught.value.text


def test_a_judge_with_three_scores_is_insufficient():
    scores = make_round(n_judges=5)[0]
    scores[4:, 0] = np.nan
    fit_judging_model(scores, top=2, seed=0)
    scores[3, 0] = np.nan

    with pytest.raises(InsufficientScores) as caught:
        fit_judging_model(scores, top=2, seed=0)
    assert caught.value.code == "too_few_scores_of_a_judge"
    assert "只评了 3 份" in caught.value.text


def test_a_judge_without_scores_is_insufficient():
    scores = make_round(n_judges=5)[0]
    scores[:, 0] = np.nan

    with pytest.raises(InsufficientScores):
        fit_judging_model(scores, top=2, seed=0)


def test_two_panels_without_a_common_scene_are_insufficient():
    scores = make_round(n_judges=6)[0]
    scores[:20, :3] = np.nan
    scores[20:, 3:] = np.nan
    with pytest.raises(InsufficientScores) as caught:
        fit_judging_model(scores, top=2, seed=0)
    assert caught.value.code == "judges_not_connected"
    assert "2 组" in caught.value.text

    scores[0, 0] = 80.0
    fit_judging_model(scores, top=2, seed=0)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_nothing_at_all_is_insufficient(shape):
    with pytest.raises(InsufficientScores):
        fit_judging_model(np.empty(shape), top=1, seed=0)


def test_wrong_input_is_refused():
    scores = make_round()[0]
    for wrong, top in ((scores[0], 1), (np.where(scores > 80, np.inf, scores), 1), (scores, 0)):
        with pytest.raises(InvalidInput):
            fit_judging_model(wrong, top=top, seed=0)


def test_judge_groups_are_counted_through_chains():
    given = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1, 0]], dtype=bool)

    assert count_judge_groups(given) == 3
    given[2, 2] = True
    assert count_judge_groups(given) == 2

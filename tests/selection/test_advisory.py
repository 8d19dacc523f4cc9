"""The reference part of the result."""

from __future__ import annotations

import random

import pytest

from matchmaker.selection.advisory import as_score_array, build_advisory
from matchmaker.selection.judging_model import InsufficientScores
from tests.selection.tables import make_table


def _round() -> dict[str, list[str | None]]:
    rng = random.Random(8)
    return {f"S{s:02d}": [str(70 + s + rng.randrange(4)) for _ in range(5)] for s in range(10)}


def test_advisory_has_scenes_judges_alpha_and_flags():
    rows = _round()
    rows["S00"][0] = "99"
    advisory = build_advisory(make_table(rows), quota=3)

    assert set(advisory) == {"scenes", "judges", "alpha", "flags"}
    estimates = [line["estimate"] for line in advisory["scenes"]]
    assert estimates == sorted(estimates, reverse=True)
    assert sum(line["p_top"] for line in advisory["scenes"]) == pytest.approx(3, abs=0.01)
    assert [line["judge"] for line in advisory["judges"]] == ["J1", "J2", "J3", "J4", "J5"]
    assert set(advisory["judges"][0]) == {"judge", "severity", "spread", "noise"}
    assert advisory["flags"][0]["scene"] == "S00"
    assert advisory["flags"][0]["reasons"] == ["residual", "gap"]


def test_recused_scenes_and_judges_are_left_out():
    rows = {**_round(), "X": [None] * 6}
    scenes, judges, scores = as_score_array(make_table(rows))

    assert "X" not in scenes
    assert "J6" not in judges
    assert scores.shape == (10, 5)
    assert "X" not in {
        line["scene"] for line in build_advisory(make_table(rows), quota=3)["scenes"]
    }


def test_recusals_only_are_insufficient():
    with pytest.raises(InsufficientScores):
        build_advisory(make_table({"A": [None]}), quota=1)

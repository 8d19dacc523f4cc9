"""The official score in exact fractions."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest

from matchmaker.selection.official import (
    ScoreRule,
    combine_totals,
    compute_official_scores,
    format_score,
)
from tests.selection.tables import make_criteria_table, make_table


@pytest.mark.parametrize(
    ("totals", "trimmed", "mean"),
    [
        ([], None, None),
        ([80], Fraction(80), Fraction(80)),
        ([0, 100, 100], Fraction(200, 3), Fraction(200, 3)),
        ([0, 80, 90, 100], Fraction(270, 4), Fraction(270, 4)),
        ([0, 80, 85, 97, 100], Fraction(262, 3), Fraction(362, 5)),
        ([90, 90, 90, 90, 90], Fraction(90), Fraction(90)),
        ([0, 0, 60, 100, 100], Fraction(160, 3), Fraction(52)),
    ],
)
def test_trimming_begins_at_five_and_drops_one_of_each(totals, trimmed, mean):
    values = [Fraction(total) for total in totals]

    assert combine_totals(values, ScoreRule.TRIMMED) == trimmed
    assert combine_totals(values, ScoreRule.MEAN) == mean


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (Fraction(0), "0.00"),
        (Fraction(100), "100.00"),
        (Fraction(262, 3), "87.33"),
        (Fraction(17001, 200), "85.01"),
        (Fraction(85005, 1000), "85.01"),
        (Fraction(85004, 1000) + Fraction(999, 10**6), "85.00"),
        (Fraction(99995, 1000), "100.00"),
        (Fraction(1, 200), "0.01"),
    ],
)
def test_halves_are_rounded_up(score, text):
    assert format_score(score) == text


def test_the_total_is_trimmed_never_the_criterion():
    weights = {"价值": "50", "技术": "50"}
    sheets = [
        {"价值": value, "技术": technology}
        for value, technology in [
            ("0", "100"), ("100", "0"), ("60", "60"), ("70", "70"), ("80", "80"),
        ]
    ]  # fmt: skip
    (scene,) = compute_official_scores(make_criteria_table(weights, {"A": sheets}))

    # The totals are 50, 50, 60, 70, 80: 50 and 80 are dropped.
    assert scene.score == Fraction(60)
    assert scene.untrimmed_mean == Fraction(62)
    assert scene.criteria == {"价值": Fraction(62), "技术": Fraction(62)}


def test_recused_cells_count_neither_as_zero_nor_as_scores():
    table = make_table({"A": ["80", None, "90", None], "B": [None, None, None, None]})
    a, b = compute_official_scores(table)

    assert (a.valid_scores, a.score) == (2, Fraction(85))
    assert (b.valid_scores, b.score, b.untrimmed_mean) == (0, None, None)
    assert b.criteria == {}


def test_weighted_totals_are_exact():
    table = make_criteria_table(
        {"a": "33.33", "b": "33.33", "c": "33.34"}, {"A": [{"a": "0.01", "b": "0.01", "c": "0"}]}
    )
    (scene,) = compute_official_scores(table)

    assert scene.score == Fraction(6666, 1_000_000)


def test_the_official_path_loads_the_standard_library_only():
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from matchmaker.selection import influence, ranking, result, score_sheet\n"
        "loaded = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(loaded - set(sys.stdlib_module_names) - {'matchmaker'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"

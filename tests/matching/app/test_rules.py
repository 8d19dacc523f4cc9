"""Pure decisions: Gini, kept lists, feedback, the impression buffer."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.matching.exposure.buffer import Impression, ImpressionBuffer
from matchmaker.matching.exposure.models import Place
from matchmaker.matching.exposure.rules import compute_gini
from matchmaker.matching.feedback.rules import check_feedback
from matchmaker.matching.runs.rules import (
    ListEntry,
    compute_list_digest,
    compute_run_digest,
    is_concerned,
    list_newcomers,
)

A, B, C = (
    ListEntry(key, "S1", score) for key, score in (("a", "60.0"), ("b", "40.0"), ("c", "20.0"))
)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], Fraction(0)),
        ([0, 0], Fraction(0)),
        ([5], Fraction(0)),
        ([3, 3, 3], Fraction(0)),
        ([0, 0, 0, 4], Fraction(3, 4)),
        ([1, 3], Fraction(1, 4)),
        ([3, 1], Fraction(1, 4)),
    ],
)
def test_gini_of_equal_is_zero_and_of_one_winner_near_one(
    counts: list[int], expected: Fraction
) -> None:
    assert compute_gini(counts) == expected


def test_digests_depend_on_order_of_places_but_not_of_needs() -> None:
    assert compute_list_digest((A, B), suitable=True) != compute_list_digest((B, A), suitable=True)
    assert compute_list_digest((A,), suitable=True) != compute_list_digest((A,), suitable=False)
    lists = [("D2", "x"), ("D1", "y")]
    assert compute_run_digest(lists) == compute_run_digest(lists[::-1])


def test_newcomers_reach_the_bar_now_and_did_not_before() -> None:
    low = ListEntry("b", "S1", "29.999999")
    assert list_newcomers((A, low), (A, B, C), bar=30.0) == ("b",)
    assert list_newcomers((), (A, C), bar=60.0) == ("a",)
    assert list_newcomers((A, B), (A, B), bar=30.0) == ()


@pytest.mark.parametrize(
    ("product", "score", "length", "expected"),
    [
        ("a", None, 2, True),
        ("x", None, 2, False),
        ("x", 39.9, 2, False),
        ("x", 40.0, 2, True),
        ("x", 1.0, 3, True),
    ],
)
def test_a_change_concerns_lists_that_hold_or_could_hold_the_product(
    product: str, score: float | None, length: int, expected: bool
) -> None:
    assert is_concerned((A, B), product, score, length=length) is expected


@pytest.mark.parametrize(
    ("usefulness", "reason", "note", "rank", "field"),
    [
        ("maybe", "", "", 1, "usefulness"),
        ("unsuitable", "", "", 1, "reason"),
        ("unsuitable", "bad_mood", "", 1, "reason"),
        ("useful", "", "长" * 201, 1, "note"),
        ("useful", "", "", 0, "rank"),
        ("useful", "", "", 1001, "rank"),
    ],
)
def test_faulty_feedback_names_its_field(
    usefulness: str, reason: str, note: str, rank: int, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_feedback(usefulness, reason, note, rank)
    assert refused.value.field == field


def test_buffer_counts_and_drops_new_ones_when_full() -> None:
    buffer = ImpressionBuffer(capacity=1)
    first, second = (
        Impression(date(2026, 11, 20), Place.OWNER_LIST, key, "S1", 1) for key in ("p", "q")
    )
    buffer.add([first, first, second])
    assert buffer.dropped == 1
    assert buffer.take() == {first: 2}
    assert buffer.take() == {}

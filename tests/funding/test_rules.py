"""Pure decisions on ledgers and on signs of overlap."""

from __future__ import annotations

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.funding.rules import (
    AwardTrace,
    Category,
    OverlapSign,
    Verified,
    check_verified,
    compute_excluded,
    compute_total,
    find_overlap_signs,
    find_repeated,
    is_similar_project,
    normalise_invoice_number,
)


def test_invoice_numbers_are_compared_in_one_form() -> None:
    wanted = "25332000000000000001"
    for text in (wanted, " 2533 2000-0000 0000 0001 ", "２５３３２００００００００００００００１"):
        assert normalise_invoice_number(text) == wanted
    assert find_repeated(["a-1", "A1", "b"]) == frozenset({"A1"})


@pytest.mark.parametrize(
    ("verified", "reason", "is_refused"),
    [
        (100, "", False),
        (0, "重复", False),
        (0, " ", True),
        (99, "", True),
        (101, "x", True),
        (-1, "x", True),
    ],
)
def test_a_verified_amount(verified: int, reason: str, is_refused: bool) -> None:
    if not is_refused:
        check_verified(100, verified, reason)
        return
    with pytest.raises(InvalidInput):
        check_verified(100, verified, reason)


def test_excluded_categories_are_land_and_used_equipment() -> None:
    items = [Verified(category, 10, 11) for category in Category]
    assert compute_total(items, with_tax=False) == 10 * len(Category)
    assert compute_excluded(items, with_tax=True) == 22
    assert compute_total([], with_tax=True) == 0


@pytest.mark.parametrize(
    ("one", "other", "is_similar"),
    [
        ("地铁变电所巡检", "地铁变电所巡检", True),
        ("地铁变电所巡检", "2025年地铁变电所巡检项目", True),
        ("地铁变电所机器人夜间巡检", "地铁变电所机器人巡检", True),
        ("地铁变电所巡检", "医院导诊服务", False),
        ("巡检", "地铁巡检", False),
        ("", "", False),
    ],
)
def test_similar_projects(one: str, other: str, is_similar: bool) -> None:
    assert is_similar_project(one, other) is is_similar
    assert is_similar_project(other, one) is is_similar


def test_signs_are_listed_strongest_first() -> None:
    one = AwardTrace("9133", "地铁变电所巡检", frozenset({"A1"}))
    assert find_overlap_signs(one, one) == (
        OverlapSign.INVOICE,
        OverlapSign.PROJECT,
        OverlapSign.CREDIT_CODE,
    )
    assert find_overlap_signs(one, AwardTrace("", "医院导诊服务", frozenset())) == ()
    assert (
        find_overlap_signs(AwardTrace("", "a", frozenset()), AwardTrace("", "b", frozenset())) == ()
    )

"""A receipt computed again: the same bytes, or what is wrong in words."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from matchmaker.db import db, write_tx
from matchmaker.errors import NotFound
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.recomputing import recompute_by_reference
from tests.people import People
from tests.rewards.world import approve, give_budget, make_claim


def test_by_number_and_by_id(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 1_000_00)
        row = approve(people, make_claim(people, 1_000_01))
        result = recompute_by_reference(str(row.id))
        assert result.is_same
        assert result == recompute_by_reference(f" {row.claim.number} ")
        assert result.as_json()["sha256"] == row.receipt_sha256


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        (b'"award_yuan":"500.00"', b'"award_yuan":"501.00"', 2),
        (b'"investment_yuan":"1000.01"', b'"investment_yuan":"2000.01"', 2),
        (b'"format":1', b'"format":9', 2),
        (b"}", b"", 2),
    ],
)
def test_a_changed_receipt_is_found(
    app: Flask, people: People, old: bytes, new: bytes, faults: int
) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 1_000_00)
        row = approve(people, make_claim(people, 1_000_01))
        assert old in row.receipt
        db.session.execute(text("DROP TRIGGER reward_determination_computed"))
        row.receipt = row.receipt.replace(old, new)
        result = recompute_by_reference(str(row.id))
        assert not result.is_same
        assert len(result.faults) == faults
        assert any(violation.code == "D1" for violation in find_violations())


@pytest.mark.parametrize("reference", ["99", "JL2026-9999", "x", "", "9" * 20, "１"])
def test_an_unknown_one_is_not_found(app: Flask, people: People, reference: str) -> None:
    with app.app_context(), write_tx(), pytest.raises(NotFound):
        recompute_by_reference(reference)

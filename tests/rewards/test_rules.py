"""Pure decisions: the transition table, amounts in capital numerals, masks."""

from __future__ import annotations

import pytest

from matchmaker.errors import IllegalTransition
from matchmaker.policy.overlap import Award, resolve_overlap
from matchmaker.rewards.capital import write_capital
from matchmaker.rewards.rules import (
    FINAL,
    STATUS_LABELS,
    TRANSITIONS,
    ClaimStatus,
    Step,
    compute_payable,
    mask_account,
    next_status,
)


@pytest.mark.parametrize("status", list(ClaimStatus))
@pytest.mark.parametrize("step", list(Step))
def test_only_the_table_moves_a_claim(status: ClaimStatus, step: Step) -> None:
    if (status, step) in TRANSITIONS:
        assert next_status(status, step) is TRANSITIONS[status, step]
        return
    with pytest.raises(IllegalTransition):
        next_status(status, step)


def test_final_states_are_those_without_a_way_out() -> None:
    with_way = {status for status, _ in TRANSITIONS}
    assert set(ClaimStatus) - with_way == FINAL
    assert set(STATUS_LABELS) == set(ClaimStatus)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (105, "壹元零伍分"),
        (1_000_00, "壹仟元整"),
        (1_001_10, "壹仟零壹元壹角整"),
        (10_000_00, "壹万元整"),
        (100_500_00, "壹拾万零伍佰元整"),
        (10_010_000_00, "壹仟零壹万元整"),
        (100_010_001_00, "壹亿零壹万零壹元整"),
        (1_112_000_00, "壹佰壹拾壹万贰仟元整"),
        (123_456_789_12, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分"),
    ],
)
def test_capital_numerals(fen: int, words: str) -> None:
    assert write_capital(fen) == words


def test_capital_numerals_refuse_what_cannot_be_written() -> None:
    for fen in (-1, 10**18):
        with pytest.raises(ValueError, match="outside"):
            write_capital(fen)


@pytest.mark.parametrize(
    ("own", "other", "paid", "payable"),
    [(80, 50, 0, 80), (80, 50, 50, 30), (80, 80, 80, 0), (80, 81, 0, 0), (0, 0, 0, 0)],
)
def test_only_the_highest_award_is_paid(own: int, other: int, paid: int, payable: int) -> None:
    overlap = resolve_overlap(
        [Award("M66-6", own, True), Award("OTHER:区", other, True)], paid_fen=paid
    )
    assert compute_payable(overlap, own, is_binding=True) == payable
    assert compute_payable(overlap, own, is_binding=False) == 0


@pytest.mark.parametrize(
    ("account", "masked"),
    [("6222 0000 1234 5678", "6222****5678"), ("1234567", "****"), ("", "****")],
)
def test_accounts_are_masked(account: str, masked: str) -> None:
    assert mask_account(account) == masked

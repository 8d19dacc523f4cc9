"""Every instrument against a second calculation by exact fractions, at the turning points."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.policy.amounts import format_yuan
from matchmaker.policy.loader import load_law
from matchmaker.policy.overlap import Award, resolve_overlap
from matchmaker.policy.receipt import make_receipt, recompute
from matchmaker.policy.reward import compute_reward
from tests.policy.oracle import RULES, expect
from tests.policy.strategies import DAYS, FEN, facts_for

LAW = load_law()
INSTRUMENTS = {id_: LAW.instrument_on(id_, date(2026, 5, 1))[1] for id_ in LAW.instrument_ids}

QUICK = settings(max_examples=300, derandomize=True, deadline=None, database=None)
LONG = settings(
    max_examples=20_000,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

Case = tuple[str, dict[str, str], date]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    id_ = draw(st.sampled_from(sorted(INSTRUMENTS)))
    return id_, draw(facts_for(INSTRUMENTS[id_])), draw(DAYS)


def check_against_the_oracle(case: Case) -> None:
    id_, facts, on = case
    result = compute_reward(LAW, id_, facts, on)
    expected = expect(id_, facts, on)
    assert (result.eligible, result.award_fen) == (expected.eligible, expected.award_fen)
    assert result.binding is id_.startswith("M66")
    assert bool(result.reasons) is not result.eligible
    assert result.award_fen >= 0
    assert result.as_json()["award_yuan"] == format_yuan(expected.award_fen)


AwardList = list[tuple[str, int, bool]]
AWARDS = st.lists(
    st.tuples(st.sampled_from(["A25-3.1", "M66-6", "OTHER:a", "OTHER:b"]), FEN).map(
        lambda pair: (*pair, not pair[0].startswith("A25"))
    ),
    max_size=6,
)


def check_overlap(awards: AwardList, paid_fen: int) -> None:
    values = [Award(*award) for award in awards]
    result = resolve_overlap(values, paid_fen=paid_fen)
    binding = [(fen, id_) for id_, fen, is_binding in awards if is_binding]
    highest = max((fen for fen, _ in binding), default=0)
    chosen = min((id_ for fen, id_ in binding if fen == highest), default=None)
    assert (result.chosen, result.award_fen) == (chosen, highest)
    assert result.payable_fen == (highest - paid_fen if highest > paid_fen else 0)
    assert result.payable_fen + paid_fen == max(highest, paid_fen)
    overall = max((fen for _, fen, _ in awards), default=0)
    assert result.provisional_fen == (overall - paid_fen if overall > paid_fen else 0)
    assert resolve_overlap(values[::-1], paid_fen=paid_fen) == result
    assert resolve_overlap(sorted(values, key=repr), paid_fen=paid_fen) == result


def check_receipt(case: Case) -> None:
    id_, facts, on = case
    receipt = make_receipt(LAW, id_, facts, on).to_bytes()
    assert recompute(LAW, receipt) == receipt


def check_payments_in_any_order(amounts: list[int], order: list[int]) -> None:
    """Deciding one award after another pays in all what the highest is worth."""
    paid = 0
    known: list[Award] = []
    for index in order:
        known.append(Award(f"OTHER:{index}", amounts[index], is_binding=True))
        paid += resolve_overlap(known, paid_fen=paid).payable_fen
    assert paid == max(amounts)


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    amounts = draw(st.lists(FEN, min_size=1, max_size=5))
    return amounts, list(draw(st.permutations(range(len(amounts)))))


@pytest.mark.parametrize("id_", sorted(INSTRUMENTS))
def test_reward_agrees_with_the_oracle_for_each_instrument(id_: str) -> None:
    assert id_ in RULES

    @settings(QUICK, max_examples=25)
    @given(facts_for(INSTRUMENTS[id_]), DAYS)
    def check(facts: dict[str, str], on: date) -> None:
        check_against_the_oracle((id_, facts, on))

    check()


@QUICK
@given(cases())
def test_reward_agrees_with_the_oracle(case: Case) -> None:
    check_against_the_oracle(case)


@QUICK
@given(AWARDS, FEN)
def test_overlap_pays_the_highest_once(awards: AwardList, paid_fen: int) -> None:
    check_overlap(awards, paid_fen)


@QUICK
@given(orders())
def test_overlap_total_does_not_depend_on_order(case: tuple[list[int], list[int]]) -> None:
    check_payments_in_any_order(*case)


@settings(QUICK, max_examples=50)
@given(cases())
def test_receipt_recomputes_to_the_same_bytes(case: Case) -> None:
    check_receipt(case)


@pytest.mark.full
@pytest.mark.timeout(900)
@LONG
@given(cases())
def test_reward_agrees_with_the_oracle_at_length(case: Case) -> None:
    check_against_the_oracle(case)


@pytest.mark.full
@pytest.mark.timeout(900)
@LONG
@given(AWARDS, FEN)
def test_overlap_pays_the_highest_once_at_length(awards: AwardList, paid_fen: int) -> None:
    check_overlap(awards, paid_fen)

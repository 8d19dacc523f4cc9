"""The two writings of the rules agree: ranking and awards of the check against the product's."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matchmaker.policy.amounts import format_yuan
from matchmaker.policy.law import Adoption
from matchmaker.policy.loader import load_law
from matchmaker.policy.receipt import make_receipt
from matchmaker.reporting.archives import verify_result
from matchmaker.reporting.archives.awards import list_instruments
from matchmaker.reporting.archives.rules import plain
from matchmaker.rewards.rules import compute_payable
from matchmaker.selection.official import ScoreRule, format_score
from matchmaker.selection.ranking import RankingRule, TieStep, rank_scenes
from matchmaker.selection.snapshot import ScoreEntry, ScoreTable, build_score_table

#: Few values, so that ties at every step of the chain are common.
SCORES = st.sampled_from([None, "0", "60", "70", "70.01", "80", "100"])
CRITERIA = {"c01": Decimal(50), "c02": Decimal(40), "c02s": Decimal(10)}
STEPS = (TieStep.CRITERION, TieStep.UNTRIMMED_MEAN, TieStep.HEAD_TO_HEAD, TieStep.BALLOT)
#: Twice the caps, their neighbours, and next to nothing, in fen.
INVESTED = st.sampled_from(
    [0, 1, 2, 3, 199_999_999, 200_000_000, 200_000_001, 399_999_999, 400_000_000, 400_000_001]
)


@st.composite
def tables(draw: st.DrawFn) -> ScoreTable:
    scenes, judges = draw(st.integers(1, 6)), draw(st.integers(1, 7))
    entries = []
    for scene in range(scenes):
        for judge in range(judges):
            recused = draw(st.integers(0, 5)) == 0
            for name, weight in CRITERIA.items():
                score = None if recused else draw(SCORES.filter(lambda value: value is not None))
                value = None if score is None else Decimal(score)
                entries.append(ScoreEntry(f"S{scene}", f"J{judge}", value, name, weight))
    return build_score_table(entries)


RULES = st.builds(
    RankingRule,
    quota=st.integers(1, 4),
    score_rule=st.sampled_from(list(ScoreRule)),
    quorum=st.sampled_from([None, 1, 3]),
    pass_mark=st.sampled_from([None, Fraction(70), Fraction(7001, 100)]),
    item_floor=st.sampled_from([None, Fraction(50), Fraction(70)]),
    tie_chain=st.permutations(STEPS).map(tuple),
    lot=st.sampled_from([None, "公开抽签文字"]),
    ballots=st.dictionaries(st.sampled_from(["S0", "S1", "S2"]), st.integers(0, 3)),
    items=st.sampled_from([{}, {"c02s": "c02"}]),
    withheld=st.frozensets(st.sampled_from(["S0", "S1", "S2"]), max_size=2),
)


@given(tables(), RULES)
@settings(max_examples=150, deadline=None)
def test_ranking_agrees_line_by_line(table: ScoreTable, rule: RankingRule) -> None:
    applied: dict[str, Any] = {
        "quota": rule.quota,
        "rule": rule.score_rule.value,
        "quorum": rule.quorum,
        "pass_mark": None if rule.pass_mark is None else str(rule.pass_mark),
        "item_floor": None if rule.item_floor is None else str(rule.item_floor),
        "tie_chain": [step.value for step in rule.tie_chain],
        "lot": rule.lot,
        "ballots": rule.ballots,
        "items": rule.items,
        "withheld": sorted(rule.withheld),
    }
    snapshot = json.loads(table.canonical_bytes)
    mine = verify_result.rank(verify_result.Table(snapshot), applied, table.sha256)
    theirs = [
        {
            "scene": line.scene,
            "rank": line.rank,
            "official": None if line.official.score is None else format_score(line.official.score),
            "official_exact": None if line.official.score is None else str(line.official.score),
            "valid_scores": line.official.valid_scores,
            "selected": line.selected,
            "reserve": line.reserve,
            "tie_broken_by": line.tie_broken_by and line.tie_broken_by.value,
            "below_quorum": line.below_quorum,
            "failed": list(line.failed),
        }
        for line in rank_scenes(table, rule).scenes
    ]
    assert [{**line, "failed": []} if line["below_quorum"] else line for line in theirs] == mine


@given(
    instrument=st.sampled_from(["M66-6", "A25-3.1"]),
    invested=INVESTED,
    other=st.sampled_from([None, 1, 100_000_000, 200_000_000]),
    paid=st.sampled_from([0, 1, 100_000_000, 200_000_000]),
    adopted=st.sampled_from([None, date(2025, 6, 1), date(2026, 6, 1)]),
    on=st.sampled_from([date(2024, 12, 31), date(2025, 12, 16), date(2028, 1, 1)]),
    designated=st.sampled_from(["true", "false"]),
)
@example(
    instrument="M66-6",
    invested=400_000_001,
    other=200_000_000,
    paid=1,
    adopted=None,
    on=date(2025, 12, 16),
    designated="true",
)
@settings(max_examples=150, deadline=None)
def test_awards_agree_to_the_fen(
    *,
    instrument: str,
    invested: int,
    other: int | None,
    paid: int,
    adopted: date | None,
    on: date,
    designated: str,
) -> None:
    law = load_law()
    if adopted is not None:
        law = law.with_adoptions(Adoption("A25", "某号", adopted))
    others = [] if other is None else [f"OTHER:区级奖励={format_yuan(other)}"]
    others += [f"M66-6={format_yuan(80_000_000)}"] if instrument == "A25-3.1" else []
    facts = {"investment_yuan": format_yuan(invested), "designated": designated}
    made = make_receipt(
        law, instrument, facts, on, other_awards=others, paid_yuan=format_yuan(paid)
    )
    receipt = json.loads(made.to_bytes())
    laws = [plain(entry) for item in law.documents for entry in list_instruments(item)]
    found = verify_result.find_law(laws, instrument, receipt)
    adoptions = {item["document"]: item["adopted_on"] for item in receipt["adoptions"]}
    binding = verify_result.binds(found, adoptions, receipt["on"])
    own = verify_result.compute_award(found, receipt["inputs"], receipt["on"])
    assert (own, binding) == (made.reward.award_fen, made.reward.binding)
    wanted = compute_payable(made.overlap, own, is_binding=binding)
    assert verify_result.compute_payable(receipt, own, binding, laws) == wanted


def test_unknown_conditions_and_steps_are_refused_not_passed() -> None:
    law = {"from": "2025-01-01", "to": "2027-12-31", "conditions": [{"test": "above"}]}
    with pytest.raises(verify_result.Mismatch):
        verify_result.compute_award(law, {}, "2025-06-01")
    table = verify_result.Table({"criteria": [], "scores": []})
    with pytest.raises(verify_result.Mismatch):
        verify_result.tie_value(table, {"items": {}}, "age", [])

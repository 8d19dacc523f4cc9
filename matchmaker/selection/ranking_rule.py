"""What a notice fixes about its ranking: places, quorum, pass marks, items, the tie chain.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from matchmaker.errors import InvalidInput
from matchmaker.selection.official import OfficialScore, ScoreRule
from matchmaker.selection.snapshot import ScoreTable

DEFAULT_QUORUM = 5


class TieStep(StrEnum):
    """Steps that separate scenes of equal official score, in the order of the default chain."""

    CRITERION = "criterion"
    UNTRIMMED_MEAN = "untrimmed_mean"
    HEAD_TO_HEAD = "head_to_head"
    BALLOT = "ballot"
    LOT = "lot"


#: The lot is no link of this chain: it is drawn at the cut only, once the chain has run out.
DEFAULT_TIE_CHAIN = (
    TieStep.CRITERION,
    TieStep.UNTRIMMED_MEAN,
    TieStep.HEAD_TO_HEAD,
    TieStep.BALLOT,
)


@dataclass(frozen=True)
class RankingRule:
    """What the notice fixes before applications open.

    ``quota``: places, at least 1. ``quorum``: fewest valid scores a ranked scene needs; None is 5,
    or the number of judges in the table where that is smaller. ``pass_mark``: lowest official score
    that can be selected. ``item_floor``: lowest mean on every single item (0–100) that can be
    selected. ``lot``: the committed seed text of the public lot. ``ballots``: recorded votes of the
    panel by scene, more is better. ``items``: criteria of the table that are parts of one item of
    the notice (judged on paper and on site, say) → that item; others are items of their own.
    ``withheld``: scenes that the panel voted not to propose; they keep score and rank.
    """

    quota: int
    score_rule: ScoreRule = ScoreRule.TRIMMED
    quorum: int | None = None
    pass_mark: Fraction | None = None
    item_floor: Fraction | None = None
    tie_chain: tuple[TieStep, ...] = DEFAULT_TIE_CHAIN
    lot: str | None = None
    ballots: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()


def check_ranking_rule(rule: RankingRule) -> None:
    """Raise InvalidInput, naming the field, when a rule cannot be applied."""
    if rule.quota < 1:
        raise InvalidInput("bad_quota", "名额须为不小于 1 的整数。", field="quota")
    if rule.quorum is not None and rule.quorum < 1:
        raise InvalidInput("bad_quorum", "最低有效评分数须为不小于 1 的整数。", field="quorum")
    for name, mark in (("pass_mark", rule.pass_mark), ("item_floor", rule.item_floor)):
        if mark is not None and not 0 <= mark <= 100:
            raise InvalidInput("bad_pass_mark", "合格分须在 0 至 100 之间。", field=name)
    if rule.lot is not None and not rule.lot.strip():
        raise InvalidInput("bad_lot", "抽签种子不能为空，请填写公开抽签时公布的文字。", field="lot")


def compute_item_weights(table: ScoreTable, rule: RankingRule) -> dict[str, Fraction]:
    """The notice's items with their weights, the parts of an item added up."""
    weights: dict[str, Fraction] = {}
    for name, weight in table.weights:
        item = rule.items.get(name, name)
        weights[item] = weights.get(item, Fraction(0)) + Fraction(weight)
    return weights


def compute_item_scores(
    score: OfficialScore, table: ScoreTable, rule: RankingRule
) -> dict[str, Fraction]:
    """A scene's mean on each item, 0–100: of its parts by their weights; empty without scores."""
    item_weights = compute_item_weights(table, rule)
    points = dict.fromkeys(item_weights if score.criteria else (), Fraction(0))
    for name, weight in table.weights:
        item = rule.items.get(name, name)
        if item in points and item_weights[item]:
            points[item] += score.criteria[name] * Fraction(weight) / item_weights[item]
    return points


def find_failed_marks(
    score: OfficialScore, table: ScoreTable, rule: RankingRule
) -> tuple[str, ...]:
    """What bars a scene: ``withheld``, ``pass_mark``, then items below the floor by name."""
    failed = ["withheld"] if score.scene in rule.withheld else []
    if rule.pass_mark is not None and score.score is not None and score.score < rule.pass_mark:
        failed.append("pass_mark")
    if rule.item_floor is not None:
        items = compute_item_scores(score, table, rule)
        failed += sorted(name for name, mean in items.items() if mean < rule.item_floor)
    return tuple(failed)


def find_leading_items(table: ScoreTable, rule: RankingRule) -> tuple[str, ...]:
    """The item of greatest weight; several of equal weight count together."""
    weights = compute_item_weights(table, rule)
    greatest = max(weights.values(), default=None)
    return tuple(sorted(name for name, weight in weights.items() if weight == greatest))

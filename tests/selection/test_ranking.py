"""Places: quorum, pass marks, the tie chain, the cut and the reserve list."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import InvalidInput
from matchmaker.selection.official import ScoreRule
from matchmaker.selection.ranking import RankingRule, TieStep, rank_scenes
from matchmaker.selection.snapshot import ScoreEntry, ScoreTable, build_score_table
from tests.selection.tables import make_criteria_table, make_table


def _lines(table: ScoreTable, rule: RankingRule) -> list[tuple]:
    return [
        (line.rank, line.scene, line.selected, line.reserve, line.tie_broken_by)
        for line in rank_scenes(table, rule).scenes
    ]


def test_best_official_score_comes_first_and_fills_the_quota():
    table = make_table({"A": ["70"], "B": ["90"], "C": ["80"], "D": ["60"]})

    assert _lines(table, RankingRule(quota=1)) == [
        (1, "B", True, False, None),
        (2, "C", False, True, None),
        (3, "A", False, False, None),
        (4, "D", False, False, None),
    ]


def test_exact_values_rank_where_the_shown_ones_are_equal():
    table = make_table({"A": ["80.01", "80", "80"], "B": ["80", "80", "80"]})
    first, second = rank_scenes(table, RankingRule(quota=1)).scenes

    assert (first.scene, first.rank, second.rank) == ("A", 1, 2)
    assert first.tie_broken_by is None


def test_equal_scenes_share_their_rank_and_the_next_place_is_skipped():
    table = make_table({"A": ["90"], "B": ["80"], "C": ["80"], "D": ["70"]})

    assert _lines(table, RankingRule(quota=3)) == [
        (1, "A", True, False, None),
        (2, "B", True, False, None),
        (2, "C", True, False, None),
        (4, "D", False, True, None),
    ]


def test_a_tie_across_the_cut_is_left_open_with_a_warning():
    table = make_table({"A": ["90"], "B": ["80"], "C": ["80"], "D": ["70"]})
    ranking = rank_scenes(table, RankingRule(quota=2))

    assert [line.selected for line in ranking.scenes] == [True, None, None, False]
    assert [line.reserve for line in ranking.scenes] == [False, False, False, True]
    assert ranking.warnings == (
        "入选名额处并列，按约定规则仍无法区分：“B”、“C”。请按通知组织评审组表决或公开抽签。",
    )


def test_the_lot_orders_the_tie_at_the_cut_by_hash():
    table = make_table({"A": ["90"], "B": ["80"], "C": ["80"], "D": ["80"]})
    order = sorted(
        "BCD", key=lambda s: hashlib.sha256(f"{table.sha256}|杭州|{s}".encode()).hexdigest()
    )

    assert _lines(table, RankingRule(quota=2, lot="杭州")) == [
        (1, "A", True, False, None),
        (2, order[0], True, False, TieStep.LOT),
        (3, order[1], False, True, TieStep.LOT),
        (4, order[2], False, True, TieStep.LOT),
    ]


def test_the_lot_leaves_ties_elsewhere_shared():
    table = make_table({"A": ["90"], "B": ["90"], "C": ["80"], "D": ["80"], "E": ["70"]})
    ranking = rank_scenes(table, RankingRule(quota=2, lot="杭州"))

    assert [line.rank for line in ranking.scenes] == [1, 1, 3, 3, 5]
    assert {line.tie_broken_by for line in ranking.scenes} == {None}


def test_other_lots_can_give_other_orders():
    table = make_table({scene: ["80"] for scene in "ABCDE"})
    winners = {
        rank_scenes(table, RankingRule(quota=1, lot=str(n))).scenes[0].scene for n in range(40)
    }

    assert len(winners) == 5


def test_greatest_weight_criterion_breaks_the_tie_first():
    weights = {"价值": "40", "技术": "60"}
    table = make_criteria_table(
        weights,
        {
            "A": [{"价值": "90", "技术": "80"}],
            "B": [{"价值": "75", "技术": "90"}],
            "C": [{"价值": "50", "技术": "50"}],
        },
    )
    assert _lines(table, RankingRule(quota=1)) == [
        (1, "B", True, False, TieStep.CRITERION),
        (2, "A", False, True, TieStep.CRITERION),
        (3, "C", False, False, None),
    ]


def test_criteria_of_equal_greatest_weight_count_together():
    weights = {"a": "40", "b": "40", "c": "20"}
    table = make_criteria_table(
        weights,
        {
            "A": [{"a": "90", "b": "60", "c": "80"}],
            "B": [{"a": "60", "b": "100", "c": "60"}],
            "C": [{"a": "70", "b": "80", "c": "80"}],
        },
    )
    # All three total 76; a + b is 150, 160, 150.
    lines = _lines(table, RankingRule(quota=1))

    assert [(line[0], line[1]) for line in lines] == [(1, "B"), (2, "A"), (2, "C")]
    assert {line[4] for line in lines} == {TieStep.CRITERION}


def test_parts_of_an_item_lead_and_pass_together():
    weights = {"适配": "20", "核查": "20", "技术": "30", "价值": "30"}
    table = make_criteria_table(
        weights,
        {
            "A": [{"适配": "40", "核查": "65", "技术": "90", "价值": "70"}],
            "B": [{"适配": "55", "核查": "50", "技术": "70", "价值": "90"}],
            "C": [{"适配": "55", "核查": "80", "技术": "70", "价值": "70"}],
        },
    )
    # All three total 69. Alone, 技术 and 价值 weigh most (160, 160, 140); with its two parts 适配
    # weighs 40 (52.5, 52.5, 67.5).
    alone = _lines(table, RankingRule(quota=3))
    parted = rank_scenes(
        table, RankingRule(quota=3, items={"核查": "适配"}, item_floor=Fraction(50))
    )

    assert [(line[0], line[1]) for line in alone] == [(1, "A"), (1, "B"), (3, "C")]
    assert [(line.rank, line.scene) for line in parted.scenes] == [(1, "C"), (2, "A"), (2, "B")]
    assert {line.failed for line in parted.scenes} == {()}
    strict = rank_scenes(table, RankingRule(quota=3, item_floor=Fraction(50)))
    assert [line.failed for line in strict.scenes] == [("适配",), (), ()]


def test_the_untrimmed_mean_breaks_a_trimmed_tie():
    table = make_table({"A": ["70", "80", "80", "80", "90"], "B": ["60", "80", "80", "80", "90"]})

    assert _lines(table, RankingRule(quota=1)) == [
        (1, "A", True, False, TieStep.UNTRIMMED_MEAN),
        (2, "B", False, True, TieStep.UNTRIMMED_MEAN),
    ]


def test_head_to_head_needs_a_strict_majority_of_common_judges():
    table = make_table(
        {
            "A": ["81", "81", "78"],
            "B": ["80", "80", "80"],
            "C": ["80", "80", "80"],
        }
    )
    assert _lines(table, RankingRule(quota=1)) == [
        (1, "A", True, False, TieStep.HEAD_TO_HEAD),
        (2, "B", False, True, TieStep.HEAD_TO_HEAD),
        (2, "C", False, True, TieStep.HEAD_TO_HEAD),
    ]


def test_head_to_head_counts_even_scores_against_a_majority():
    # J1 prefers A, J2 sees no difference, J3 and J4 each scored one of the two only.
    table = make_table({"A": ["82", "80", "78", ""], "B": ["80", "80", "", "80"]})

    assert [line[4] for line in _lines(table, RankingRule(quota=1))] == [None, None]


def test_head_to_head_counts_only_within_the_tied_group():
    table = make_table(
        {
            "A": ["80", "80", "80"],
            "B": ["82", "82", "76"],
            "Z": ["79", "79", "79"],
        }
    )
    assert [line[1] for line in _lines(table, RankingRule(quota=1))] == ["B", "A", "Z"]


def test_the_last_step_that_separated_a_scene_is_named():
    # A and B tie with C and D on the trimmed score; the plain mean parts {A, B} from {C, D},
    # head to head then parts A from B.
    table = make_table(
        {
            "A": ["71", "81", "81", "78", "89"],
            "B": ["70", "80", "80", "80", "90"],
            "C": ["60", "80", "80", "80", "90"],
            "D": ["60", "80", "80", "80", "90"],
        }
    )
    steps = {line[1]: line[4] for line in _lines(table, RankingRule(quota=4))}

    assert steps == {
        "A": TieStep.HEAD_TO_HEAD,
        "B": TieStep.HEAD_TO_HEAD,
        "C": TieStep.UNTRIMMED_MEAN,
        "D": TieStep.UNTRIMMED_MEAN,
    }


def test_the_recorded_ballot_comes_after_head_to_head():
    table = make_table({"A": ["80"], "B": ["80"]})
    rule = RankingRule(quota=1, ballots={"A": 2, "B": 5}, lot="杭州")

    assert _lines(table, rule) == [
        (1, "B", True, False, TieStep.BALLOT),
        (2, "A", False, True, TieStep.BALLOT),
    ]


def test_below_quorum_is_never_ranked_and_comes_last_by_name():
    table = make_table(
        {
            "Z": ["99", None, None],
            "Y": [None, None, None],
            "A": ["60", "60", "60"],
            "B": ["70", "70", None],
        }
    )
    ranking = rank_scenes(table, RankingRule(quota=4, quorum=2))

    assert [(line.rank, line.scene, line.selected) for line in ranking.scenes] == [
        (1, "B", True),
        (2, "A", True),
        (None, "Y", False),
        (None, "Z", False),
    ]
    assert [line.below_quorum for line in ranking.scenes] == [False, False, True, True]
    assert ranking.warnings[0] == "有效评分不足 2 份，不参加排序：“Y”（0 份）、“Z”（1 份）。"


@pytest.mark.parametrize(("judges", "quorum"), [(1, 1), (4, 4), (5, 5), (9, 5)])
def test_default_quorum_is_five_or_the_number_of_judges(judges, quorum):
    table = make_table({"A": ["80"] * judges, "B": [None] * judges})

    assert rank_scenes(table, RankingRule(quota=1)).quorum == quorum


def test_all_below_quorum_selects_nobody():
    table = make_table({"A": ["80", None], "B": [None, "80"]})
    ranking = rank_scenes(table, RankingRule(quota=1))

    assert [(line.rank, line.selected) for line in ranking.scenes] == [(None, False)] * 2
    assert "“A”（1 份）、“B”（1 份）" in ranking.warnings[0]


def test_pass_mark_is_met_by_equality_and_bars_below():
    table = make_table({"A": ["70"], "B": ["69.99"], "C": ["80"]})
    ranking = rank_scenes(table, RankingRule(quota=3, pass_mark=Fraction(70)))

    assert [(line.rank, line.scene, line.selected, line.reserve) for line in ranking.scenes] == [
        (1, "C", True, False),
        (2, "A", True, False),
        (3, "B", False, False),
    ]
    assert ranking.warnings == (
        "未达到合格分，不能入选：“B”。",
        "可入选的场景共 2 个，少于名额 3 个。",
    )


def test_a_tie_below_the_pass_mark_is_no_open_question():
    table = make_table({"A": ["60"], "B": ["60"]})
    ranking = rank_scenes(table, RankingRule(quota=1, pass_mark=Fraction(70)))

    assert [(line.rank, line.selected) for line in ranking.scenes] == [(1, False), (1, False)]


def test_item_floor_bars_a_scene_and_passes_its_place_on():
    weights = {"价值": "50", "技术": "50"}
    table = make_criteria_table(
        weights,
        {
            "A": [{"价值": "100", "技术": "49"}],
            "B": [{"价值": "70", "技术": "70"}],
            "C": [{"价值": "60", "技术": "50"}],
        },
    )
    ranking = rank_scenes(table, RankingRule(quota=1, item_floor=Fraction(50)))

    assert [(line.scene, line.rank, line.selected, line.reserve) for line in ranking.scenes] == [
        ("A", 1, False, False),
        ("B", 2, True, False),
        ("C", 3, False, True),
    ]
    assert ranking.scenes[0].failed == ("技术",)


def test_a_tie_at_the_end_of_the_reserve_takes_in_both():
    table = make_table({"A": ["90"], "B": ["80"], "C": ["80"], "D": ["70"]})
    ranking = rank_scenes(table, RankingRule(quota=1))

    assert [line.reserve for line in ranking.scenes] == [False, True, True, False]
    assert ranking.warnings == ("递补名单末位并列，并列场景均已列入。",)


def test_a_quota_beyond_the_scenes_selects_all_and_says_so():
    ranking = rank_scenes(make_table({"A": ["90"], "B": ["90"]}), RankingRule(quota=5))

    assert [(line.rank, line.selected) for line in ranking.scenes] == [(1, True), (1, True)]
    assert ranking.warnings == ("可入选的场景共 2 个，少于名额 5 个。",)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (RankingRule(quota=0), "quota"),
        (RankingRule(quota=-1), "quota"),
        (RankingRule(quota=1, quorum=0), "quorum"),
        (RankingRule(quota=1, pass_mark=Fraction(10001, 100)), "pass_mark"),
        (RankingRule(quota=1, pass_mark=Fraction(-1)), "pass_mark"),
        (RankingRule(quota=1, item_floor=Fraction(101)), "item_floor"),
        (RankingRule(quota=1, lot="  "), "lot"),
    ],
)
def test_impossible_rules_are_refused(rule, field):
    with pytest.raises(InvalidInput) as caught:
        rank_scenes(make_table({"A": ["90"]}), rule)
    assert caught.value.field == field


# An independent reading of the rule text, slow and plain, for the property test.


def _oracle(scores: dict[tuple[str, str], int | None], quota: int) -> list[tuple]:
    scenes = sorted({scene for scene, _ in scores})
    judges = sorted({judge for _, judge in scores})
    quorum = min(5, len(judges))
    valid = {s: {j: scores[s, j] for j in judges if scores.get((s, j)) is not None} for s in scenes}

    def official(s):
        values = sorted(valid[s].values())
        values = values[1:-1] if len(values) >= 5 else values
        return Fraction(sum(values), len(values))

    def mean(s):
        return Fraction(sum(valid[s].values()), len(valid[s]))

    ranked = [s for s in scenes if len(valid[s]) >= quorum]
    wins = dict.fromkeys(ranked, 0)
    for one, two in combinations(ranked, 2):
        if (official(one), mean(one)) != (official(two), mean(two)):
            continue
        common = valid[one].keys() & valid[two].keys()
        up = sum(valid[one][j] > valid[two][j] for j in common)
        down = sum(valid[one][j] < valid[two][j] for j in common)
        wins[one] += up > len(common) - up
        wins[two] += down > len(common) - down
    key = {s: (official(s), mean(s), wins[s]) for s in ranked}
    lines = []
    for s in sorted(ranked, key=lambda s: (tuple(-v for v in key[s]), s)):
        better = sum(key[o] > key[s] for o in ranked)
        equal = sum(key[o] == key[s] for o in ranked)
        selected = True if better + equal <= quota else (None if better < quota else False)
        lines.append((better + 1, s, selected, quota <= better < 2 * quota))
    return lines + [(None, s, False, False) for s in scenes if s not in ranked]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    n_judges=st.integers(1, 7),
    rows=st.lists(
        st.lists(st.sampled_from([None, 79, 80, 80, 81, 100]), min_size=7, max_size=7),
        min_size=1,
        max_size=7,
    ),
    quota=st.integers(1, 4),
)
def test_ranking_agrees_with_a_plain_reading_of_the_rule(n_judges, rows, quota):
    cells = {(f"S{s}", f"J{j}"): row[j] for s, row in enumerate(rows) for j in range(n_judges)}
    table = build_score_table(
        ScoreEntry(scene, judge, None if score is None else Decimal(score))
        for (scene, judge), score in cells.items()
    )

    got = [line[:4] for line in _lines(table, RankingRule(quota=quota))]

    assert got == _oracle(cells, quota)


def test_mean_rule_never_trims():
    table = make_table({"A": ["0", "90", "90", "90", "90"]})
    (line,) = rank_scenes(table, RankingRule(quota=1, score_rule=ScoreRule.MEAN)).scenes

    assert line.official.score == 72

"""What leaving one judge out would change in the official list."""

from __future__ import annotations

from matchmaker.selection.influence import JudgeInfluence, leave_one_judge_out
from matchmaker.selection.ranking import RankingRule
from tests.selection.tables import make_table


def test_the_judge_who_decides_is_named():
    table = make_table({"A": ["80", "80", "100"], "B": ["85", "85", "85"], "C": ["60", "60", "60"]})

    assert leave_one_judge_out(table, RankingRule(quota=1)) == (
        JudgeInfluence("J1", (), ()),
        JudgeInfluence("J2", (), ()),
        JudgeInfluence("J3", ("B",), ("A",)),
    )


def test_leaving_a_judge_out_is_no_question_of_quorum():
    table = make_table({"A": ["80"] * 5, "B": ["70"] * 5})

    assert not any(i.changes_list for i in leave_one_judge_out(table, RankingRule(quota=1)))


def test_an_open_tie_counts_as_leaving():
    table = make_table({"A": ["81", "80"], "B": ["80", "80"]})

    influence = leave_one_judge_out(table, RankingRule(quota=1))
    assert influence[0] == JudgeInfluence("J1", (), ("A",))
    assert influence[1] == JudgeInfluence("J2", (), ())


def test_a_single_judge_has_no_counterfactual():
    assert leave_one_judge_out(make_table({"A": ["80"]}), RankingRule(quota=1)) == ()

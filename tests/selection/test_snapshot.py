"""The score table: checks, canonical order, one hash for one set of scores."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from fractions import Fraction

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.selection.snapshot import (
    ScoreEntry,
    build_score_table,
    format_decimal,
    is_valid_score,
)
from tests.selection.tables import make_criteria_table, make_table


def test_snapshot_bytes_are_canonical_json():
    table = make_table({"乙": ["85.10"], "甲": [None]})

    assert table.canonical_bytes.decode() == (
        '{"criteria":[],"format":"matchmaker-scores/1","scores":['
        '{"judge":"J1","scene":"乙","score":"85.1"},{"judge":"J1","scene":"甲","score":null}]}'
    )


def test_snapshot_records_weights_by_criterion():
    table = make_criteria_table(
        {"技术": "60", "价值": "40.0"}, {"A": [{"技术": "90", "价值": "80"}]}
    )

    assert json.loads(table.canonical_bytes)["criteria"] == [
        {"criterion": "价值", "weight": "40"},
        {"criterion": "技术", "weight": "60"},
    ]
    assert table.totals == {"A": {"J1": Fraction(86)}}


def test_hash_does_not_depend_on_order_or_notation():
    entries = [
        ScoreEntry(f"S{s}", f"J{j}", Decimal(60 + s + j)) for s in range(12) for j in range(7)
    ]
    expected = build_score_table(entries).sha256
    rng = random.Random(5)

    for _ in range(300):
        rng.shuffle(entries)
        assert build_score_table(entries).sha256 == expected
    longer = [
        ScoreEntry(e.scene, e.judge, (e.score or Decimal(0)) + Decimal("0.00")) for e in entries
    ]
    assert build_score_table(longer).sha256 == expected


@pytest.mark.full
def test_one_thousand_permutations_of_a_round_give_one_hash():
    entries = [
        ScoreEntry(f"S{s}", f"J{j}", Decimal(50 + s % 30 + j)) for s in range(80) for j in range(15)
    ]
    rng = random.Random(7)

    hashes = set()
    for _ in range(1000):
        rng.shuffle(entries)
        hashes.add(build_score_table(entries).sha256)
    assert len(hashes) == 1


def test_a_recusal_and_a_missing_entry_differ():
    assert make_table({"A": ["80", None]}).sha256 != make_table({"A": ["80", ""]}).sha256


def test_a_changed_score_changes_the_hash():
    assert make_table({"A": ["80"]}).sha256 != make_table({"A": ["80.01"]}).sha256


def test_a_recused_judge_has_no_total():
    table = make_table({"A": ["80", None], "B": [None, None]})

    assert table.totals == {"A": {"J1": Fraction(80)}, "B": {}}
    assert table.judges == ("J1", "J2")


@pytest.mark.parametrize("score", ["0", "100", "0.01", "99.99", "85.10"])
def test_scores_within_bounds_are_valid(score):
    assert is_valid_score(Decimal(score))


@pytest.mark.parametrize("score", ["-0.01", "100.01", "85.123", "NaN", "Infinity", "-Infinity"])
def test_scores_outside_bounds_are_invalid(score):
    assert not is_valid_score(Decimal(score))


@pytest.mark.parametrize(
    ("number", "text"), [("100", "100"), ("85.10", "85.1"), ("0.00", "0"), ("0.05", "0.05")]
)
def test_format_decimal_is_shortest(number, text):
    assert format_decimal(Decimal(number)) == text


def _problems(*entries: ScoreEntry) -> str:
    with pytest.raises(InvalidInput) as caught:
        build_score_table(entries)
    assert caught.value.code == "bad_scores"
    return caught.value.text


def test_no_entries_are_refused():
    assert "没有任何评分" in _problems()


def test_empty_names_are_refused():
    text = _problems(
        ScoreEntry(" ", "J1", Decimal(80), origin="第 2 行"),
        ScoreEntry("A", "", Decimal(80), origin="第 3 行"),
    )
    assert "第 2 行场景为空" in text
    assert "第 3 行评委为空" in text


def test_repeated_key_names_both_places():
    text = _problems(
        ScoreEntry("A", "J1", Decimal(80), origin="第 2 行"),
        ScoreEntry("A", "J1", None, origin="第 5 行"),
    )
    assert "第 5 行“A”、“J1”重复出现（前一次为第 2 行）" in text


def test_criterion_without_weight_is_refused():
    assert "须同时填写" in _problems(ScoreEntry("A", "J1", Decimal(80), "技术", None))


def test_mixed_entries_with_and_without_criteria_are_refused():
    text = _problems(
        ScoreEntry("A", "J1", Decimal(80), "技术", Decimal(100)),
        ScoreEntry("A", "J2", Decimal(80), origin="第 3 行"),
    )
    assert "第 3 行没有指标" in text


def test_differing_weight_is_refused():
    text = _problems(
        ScoreEntry("A", "J1", Decimal(80), "技术", Decimal(100), origin="第 2 行"),
        ScoreEntry("A", "J2", Decimal(80), "技术", Decimal(90), origin="第 3 行"),
    )
    assert "第 3 行指标“技术”的权重为 90，与第 2 行的 100 不一致" in text


@pytest.mark.parametrize("weight", ["99.99", "100.01"])
def test_weights_not_summing_to_100_are_refused(weight):
    text = _problems(ScoreEntry("A", "J1", Decimal(80), "技术", Decimal(weight), origin="第 2 行"))
    assert f"合计为 {weight}，应为 100（第 2 行“技术” {weight}）" in text


def test_partial_criteria_name_the_rows_and_what_is_missing():
    text = _problems(
        ScoreEntry("A", "J1", Decimal(80), "价值", Decimal(40), origin="第 2 行"),
        ScoreEntry("A", "J1", None, "技术", Decimal(60), origin="第 3 行"),
        ScoreEntry("A", "J2", Decimal(80), "价值", Decimal(40), origin="第 4 行"),
        ScoreEntry("A", "J2", Decimal(80), "技术", Decimal(60), origin="第 5 行"),
        ScoreEntry("B", "J2", Decimal(80), "技术", Decimal(60), origin="第 6 行"),
    )
    assert "第 2 行、第 3 行评委“J1”对场景“A”只评了部分指标，缺“技术”" in text
    assert "第 6 行评委“J2”对场景“B”只评了部分指标，缺“价值”" in text
    assert "第 4 行" not in text


def test_a_recusal_over_all_or_some_rows_of_a_scene_is_a_recusal():
    table = build_score_table(
        [
            ScoreEntry("A", "J1", Decimal(80), "价值", Decimal(40)),
            ScoreEntry("A", "J1", Decimal(90), "技术", Decimal(60)),
            ScoreEntry("A", "J2", None, "技术", Decimal(60)),
        ]
    )
    assert table.totals == {"A": {"J1": Fraction(86)}}


def test_many_problems_are_counted_not_listed():
    text = _problems(*(ScoreEntry("", f"J{n}", Decimal(80)) for n in range(25)))
    assert text.count("场景为空") == 20
    assert "另有 5 处" in text


def test_braces_in_names_do_not_break_the_message():
    assert "{x}" in _problems(ScoreEntry("{x}", "J", None), ScoreEntry("{x}", "J", None))

"""Reading the CSV score sheet: strict numbers, and every faulty line named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.selection.score_sheet import (
    find_similar_names,
    parse_score_sheet,
    read_score_sheet,
)

PLAIN = "scene,judge,score\nA,J1,80\nA,J2,90.5\nB,J1,\n"
CRITERIA = "scene,judge,criterion,weight,score\nA,J1,价值,40,80\nA,J1,技术,60,90\n"


def _message(text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_score_sheet(text)
    return caught.value.text


def test_plain_sheet_is_read():
    table = parse_score_sheet(PLAIN)

    assert [(e.scene, e.judge, e.score) for e in table.entries] == [
        ("A", "J1", Decimal(80)),
        ("A", "J2", Decimal("90.5")),
        ("B", "J1", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN + "\n\n",
        "\n" + PLAIN,
        PLAIN.removesuffix("\n"),
        '"scene","judge","score"\n"A","J1","80"\nA,J2,90.50\nB,J1,\n',
        "score,scene,judge\n,B,J1\n90.5,A,J2\n80.0,A,J1\n",
    ],
)
def test_equal_sheets_have_one_hash(text):
    assert parse_score_sheet(text).sha256 == parse_score_sheet(PLAIN).sha256


def test_bom_is_skipped(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN.encode())

    assert read_score_sheet(path).sha256 == parse_score_sheet(PLAIN).sha256


def test_quoted_commas_and_line_breaks_belong_to_the_name():
    table = parse_score_sheet('scene,judge,score\n"甲,乙",J1,80\n"丙\n丁",J1,70\n')

    assert table.scenes == ("丙\n丁", "甲,乙")


def test_line_numbers_count_physical_lines():
    text = _message('scene,judge,score\n\n"丙\n丁",J1,70\n\nE,J1,x\n')

    assert "第 6 行评分“x”无效" in text


@pytest.mark.parametrize(
    "score",
    [
        "1e2", "NaN", "nan", "inf", "+5", "-1", "-0", "85.123", " 85 ", " ", "８５", "85.", ".5",
        "100.01", "101", "1000", "0x10", "8_5", "85,5", "八十五", "85分", "５.０", "٣", "None",
    ],
)  # fmt: skip
def test_anything_else_than_a_plain_score_names_its_line(score):
    text = _message(f'scene,judge,score\nA,J1,80\nA,J2,"{score}"\n')

    assert "第 3 行" in text
    assert score in text
    assert "第 2 行" not in text


@pytest.mark.parametrize("score", ["0", "0.0", "0.00", "100", "100.0", "100.00", "99.99", "05"])
def test_bounds_and_decimals_are_accepted(score):
    table = parse_score_sheet(f"scene,judge,score\nA,J1,{score}\n")

    assert table.entries[0].score == Decimal(score)


def test_every_faulty_line_is_named():
    text = _message("scene,judge,score\nA,J1,1e2\nA,J2,80\nB,J1,+5\n")

    assert "第 2 行" in text
    assert "第 4 行" in text
    assert "第 3 行" not in text


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",J1,80", "场景为空"),
        ("  ,J1,80", "场景为空"),
        ("A,,80", "评委为空"),
        ("A,\u3000,80", "评委为空"),
        ("A,J1", "有 2 列，应为 3 列"),
        ("A,J1,80,x", "有 4 列，应为 3 列"),
        ("Z,J9,81", "“Z”、“J9”重复出现（前一次为第 2 行）"),
    ],
)
def test_faulty_rows_name_their_line(row, problem):
    text = _message(f"scene,judge,score\nZ,J9,80\n{row}\n")

    assert f"第 3 行{problem}" in text


def test_repeated_key_with_equal_or_empty_score_is_refused():
    assert "第 3 行" in _message("scene,judge,score\nA,J1,80\nA,J1,80\n")
    assert "第 3 行" in _message("scene,judge,score\nA,J1,80\nA,J1,\n")


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("scene,judge", "缺少列“score”"),
        ("scene,judge,score,remark", "未知的列“remark”"),
        ("Scene,judge,score", "未知的列“Scene”"),
        ("scene,judge,score,score", "重复的列“score”"),
        ("scene,judge,score,criterion", "缺少列“weight”"),
        ("scene,judge,score,weight", "缺少列“criterion”"),
        ("scene;judge;score", "未知的列“scene;judge;score”"),
        ("场景,评委,得分", "未知的列“场景”“评委”“得分”"),
    ],
)
def test_faulty_header_is_named(header, problem):
    text = _message(f"{header}\nA,J1,80,1\n")

    assert "第 1 行（表头）" in text
    assert problem in text


@pytest.mark.parametrize(
    "text", ["scene,judge,score\n", "scene,judge,score", "scene,judge,score\n\n"]
)
def test_a_file_without_rows_is_refused(text):
    assert "没有任何评分" in _message(text)


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_lacks_its_header(text):
    assert "缺少列“scene”“judge”“score”" in _message(text)


@pytest.mark.parametrize("row", ['"A,J1,80', '"A"x,J1,80'])
def test_broken_quotes_name_their_line(row):
    assert "第 3 行" in _message(f"scene,judge,score\nB,J1,80\n{row}\n")


def test_criteria_sheet_is_read():
    table = parse_score_sheet(CRITERIA)

    assert table.weights == (("价值", Decimal(40)), ("技术", Decimal(60)))
    assert table.totals["A"]["J1"] == 86


def test_the_same_judge_scene_and_criterion_twice_is_refused():
    assert "第 4 行“A”、“J1”、“技术”重复" in _message(CRITERIA + "A,J1,技术,60,91\n")


@pytest.mark.parametrize("weight", ["", "x", "-40", "4e1", " 40", "NaN"])
def test_faulty_weight_names_its_line(weight):
    assert "第 2 行权重" in _message(CRITERIA.replace("40", weight))


def test_weights_of_a_criterion_must_agree_and_sum_to_100():
    assert "第 4 行指标“价值”的权重为 41" in _message(CRITERIA + "A,J2,价值,41,80\n")
    assert "合计为 90" in _message(CRITERIA.replace("40", "30"))


def test_equal_weights_may_be_written_differently():
    table = parse_score_sheet(CRITERIA + "A,J2,价值,40.0,80\nA,J2,技术,60.00,80\n")

    assert table.totals["A"]["J2"] == 80


def test_partial_scoring_is_refused_and_recusal_is_not():
    assert "第 4 行、第 5 行" in _message(CRITERIA + "B,J1,价值,40,80\nB,J1,技术,60,\n")
    assert "第 4 行" in _message(CRITERIA + "B,J1,价值,40,80\n")
    assert parse_score_sheet(CRITERIA + "B,J1,价值,40,\nB,J1,技术,60,\n").totals["B"] == {}


def test_empty_criterion_is_refused():
    assert "第 4 行指标为空" in _message(CRITERIA + "A,J2,,60,80\n")


def test_missing_file_and_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InvalidInput) as caught:
            read_score_sheet(path)
        assert str(path) in caught.value.text


def test_other_encodings_name_the_line(tmp_path):
    path = tmp_path / "gbk.csv"
    path.write_bytes("scene,judge,score\nA,J1,80\n场景,J1,80\n".encode("gbk"))

    with pytest.raises(InvalidInput) as caught:
        read_score_sheet(path)
    assert caught.value.code == "not_utf8"
    assert "第 3 行" in caught.value.text


def test_a_huge_file_is_refused(tmp_path):
    path = tmp_path / "huge.csv"
    path.write_bytes(b"scene,judge,score\n" + b"\n" * 20_000_000)

    with pytest.raises(InvalidInput) as caught:
        read_score_sheet(path)
    assert caught.value.code == "file_too_large"


def test_names_that_differ_in_blanks_width_or_case_are_found():
    table = parse_score_sheet("scene,judge,score\nA1,J,80\nA1 ,J,80\nＡ１,J,80\nB,j,80\n")

    assert find_similar_names(table) == [("A1", "A1 ", "Ａ１"), ("J", "j")]

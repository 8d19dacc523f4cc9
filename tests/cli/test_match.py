"""``matchmaker match`` as others call it: shapes, sums, bad input, nothing stored."""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from matchmaker.cli import cli
from matchmaker.cli.output import run
from matchmaker.installation import find_newest_revision
from matchmaker.matching.market import open_needs

PATROL = "地铁变电所夜间巡检，要读表计、测温，机器人能自己下楼梯"


@pytest.fixture
def installation(tmp_path: Path, seeded_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A seeded installation of its own; returns its database file."""
    database = tmp_path / "matchmaker.db"
    shutil.copyfile(seeded_template, database)
    _mark_initialised(database)
    monkeypatch.setenv("MATCHMAKER_INSTANCE_FOLDER", str(tmp_path))
    return database


def _mark_initialised(database: Path) -> None:
    """The row that ``matchmaker init`` leaves behind; the template has its tables only."""
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (find_newest_revision(),))
    connection.close()


Answer = tuple[int, str, str]


@pytest.fixture
def match(capsys: pytest.CaptureFixture[str]) -> Any:
    """``match("--text", …)`` gives status, stdout, stderr."""

    def call(*arguments: str) -> Answer:
        with pytest.raises(SystemExit) as ended:
            run(cli, ["match", *arguments])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def _count_rows(database: Path) -> dict[str, int]:
    connection = sqlite3.connect(database)
    names = [
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    counts = {
        name: connection.execute(f"SELECT count(*) FROM '{name}'").fetchone()[0] for name in names
    }
    connection.close()
    return counts


def _check_answer(answer: dict[str, Any]) -> None:
    assert set(answer) == {"demand", "results", "excluded", "suitable", "advice"}
    scores = [(-line["score"], line["product_id"]) for line in answer["results"]]
    assert scores == sorted(scores)
    for rank, line in enumerate(answer["results"], start=1):
        assert line["rank"] == rank
        assert 0 <= line["score"] <= 100
        points = {part["name"]: part["points"] for part in line["parts"]}
        assert math.fsum(points.values()) == pytest.approx(line["score"], abs=0.01)
        terms = math.fsum(term["points"] for term in line["terms"])
        assert terms == pytest.approx(points["text"], abs=0.01)
        for verdict in line["constraints"]:
            assert set(verdict) == {
                *("attribute", "verdict", "wanted", "offered", "evidence", "hard", "reason"),
            }
            assert not (verdict["hard"] and verdict["verdict"] == "unmet")
    listed = {line["product_id"] for line in answer["results"]}
    assert listed.isdisjoint(line["product_id"] for line in answer["excluded"])


def test_text_is_answered_in_the_public_shape(installation: Path, match: Any) -> None:
    before = _count_rows(installation)
    status, out, err = match("--text", PATROL, "--sector", "市政巡检", "--json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert answer["demand"] is None
    assert len(answer["results"]) == 10
    _check_answer(answer)
    assert _count_rows(installation) == before


def test_hard_condition_excludes_with_its_reason(installation: Path, match: Any) -> None:
    status, out, _ = match("--text", PATROL, "--where", "payload_kg >= 60", "--top", "50", "--json")
    answer = json.loads(out)
    assert status == 0
    _check_answer(answer)
    assert answer["excluded"]
    assert all("载荷" in line["reason"] for line in answer["excluded"])
    for line in answer["results"]:
        verdict = next(v for v in line["constraints"] if v["attribute"] == "payload_kg")
        assert verdict["hard"] is True
        assert verdict["verdict"] in {"met", "unknown"}


def test_sector_by_id_and_by_label_give_the_same_bytes(installation: Path, match: Any) -> None:
    by_label = match("--text", PATROL, "--sector", "市政巡检", "--json")
    by_id = match("--text", PATROL, "--sector", "municipal-inspection", "--json")
    assert by_label == by_id


def test_per_firm_limits_each_firm(installation: Path, match: Any) -> None:
    _, out, _ = match("--text", PATROL, "--per-firm", "1", "--json")
    firms = [line["supplier_id"] for line in json.loads(out)["results"]]
    assert len(firms) == len(set(firms)) == 10


def test_seeded_demand_is_found_by_its_number(installation: Path, match: Any) -> None:
    status, out, _ = match("--demand", "D019", "--json")
    answer = json.loads(out)
    assert (status, answer["demand"]) == (0, "D019")
    _check_answer(answer)


@pytest.mark.parametrize("options", [("--json",), ()])
def test_a_file_without_demands_answers_nothing_and_says_so(
    installation: Path, tmp_path: Path, match: Any, options: tuple[str, ...]
) -> None:
    file = tmp_path / "none.json"
    file.write_text("[]", encoding="utf-8")
    assert match("--file", str(file), *options) == (0, "", "需求文件中没有需求。\n")


def test_file_gives_one_line_a_demand_like_the_stored_ones(
    installation: Path, match: Any, tmp_path: Path
) -> None:
    scenes = [
        {"demand_id": "X1", "title": "变电所巡检", "requirements": {"stairs": True}},
        {"demand_id": "X2", "title": "医院药品配送", "sector": "医疗康养", "tasks": ["配送"]},
    ]
    file = tmp_path / "demands.json"
    file.write_text(json.dumps(scenes, ensure_ascii=False), encoding="utf-8")
    before = _count_rows(installation)
    status, out, _ = match("--file", str(file), "--json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [answer["demand"] for answer in answers] == ["X1", "X2"]
    for answer in answers:
        _check_answer(answer)
    assert _count_rows(installation) == before


def test_product_is_answered_with_needs(installation: Path, match: Any) -> None:
    status, out, _ = match("--product", "deep-x30", "--top", "3", "--json")
    answer = json.loads(out)
    assert status == 0
    assert set(answer) == {"product", "results", "excluded", "suitable", "advice"}
    assert [line["rank"] for line in answer["results"]] == [1, 2, 3]
    for line in answer["results"]:
        total = math.fsum(part["points"] for part in line["parts"])
        assert total == pytest.approx(line["score"], abs=0.01)


def test_score_is_the_same_from_both_sides(installation: Path, match: Any) -> None:
    _, out, _ = match("--demand", "D027", "--top", "200", "--json")
    offers = {line["product_id"]: line["score"] for line in json.loads(out)["results"]}
    _, out, _ = match("--product", "deep-x30", "--top", "200", "--json")
    needs = {line["demand_id"]: line["score"] for line in json.loads(out)["results"]}
    assert offers["deep-x30"] == needs["D027"]


def test_readable_answer_names_parts_in_chinese(installation: Path, match: Any) -> None:
    status, out, _ = match("--text", PATROL, "--top", "1")
    assert status == 0
    assert "行当契合" in out
    assert "trade" not in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--text", ""], "text_without_words", "text"),
        (["--text", "！？……"], "text_without_words", "text"),
        (["--text", "巡" * 20_001], "text_too_long", "text"),
        (["--text", PATROL, "--sector", "航天"], "unknown_sector", "航天"),
        (["--text", PATROL, "--where", "payload_kg 20"], "malformed_where", "payload_kg 20"),
        (["--text", PATROL, "--where", "wings >= 2"], "unknown_attribute", "wings"),
        (["--text", PATROL, "--where", "payload_kg >= 很重"], "malformed_value", "载荷"),
        (["--text", PATROL, "--where", "certificates >= 驾照"], "unknown_certificate", "驾照"),
        (["--text", PATROL, "--top", "0"], "top_range", "--top"),
        (["--text", PATROL, "--per-firm", "0"], "per_firm_range", "--per-firm"),
        (["--demand", "D999"], "demand_missing", "D999"),
        (["--product", "no-such"], "product_missing", "no-such"),
        ([], "question_unclear", "--text"),
        (["--text", PATROL, "--demand", "D001"], "question_unclear", "--demand"),
    ],
)
def test_bad_input_names_the_fault_and_stores_nothing(
    installation: Path, match: Any, arguments: list[str], code: str, said: str
) -> None:
    before = _count_rows(installation)
    status, out, err = match(*arguments, "--json")
    fault = json.loads(err.splitlines()[-1])
    assert (status, out, fault["code"]) == (2, "", code)
    assert said in fault["message"]
    assert _count_rows(installation) == before


def test_text_of_the_full_length_is_answered(installation: Path, match: Any) -> None:
    status, out, _ = match("--text", (PATROL * 1_000)[:20_000], "--top", "1", "--json")
    assert status == 0
    _check_answer(json.loads(out))


def test_without_a_database_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, match: Any
) -> None:
    monkeypatch.setenv("MATCHMAKER_INSTANCE_FOLDER", str(tmp_path))
    status, out, err = match("--text", PATROL, "--json")
    fault = json.loads(err.splitlines()[-1])
    assert (status, out, fault["code"]) == (2, "", "not_initialised")
    assert "matchmaker init" in fault["message"]


def test_without_seeds_it_says_what_to_do(
    installation: Path, empty_template: Path, match: Any
) -> None:
    shutil.copyfile(empty_template, installation)
    _mark_initialised(installation)
    status, out, err = match("--text", PATROL, "--json")
    fault = json.loads(err.splitlines()[-1])
    assert (status, out, fault["code"]) == (2, "", "no_products")
    assert "matchmaker seed" in fault["message"]


def test_run_over_all_needs_gives_the_same_digest_twice(installation: Path, match: Any) -> None:
    status, out, err = match("run", "--all", "--json")
    first = json.loads(out)
    assert status == 0
    assert first["needs"] >= 88
    assert "{" not in err
    again = json.loads(match("run", "--all", "--json")[1])
    assert again["unchanged"] == again["needs"] == first["needs"]
    assert again["results_digest"] == first["results_digest"]


def test_a_kept_run_is_reproduced_and_a_changed_one_is_named(
    installation: Path, match: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_needs, "_held", None)
    with sqlite3.connect(installation) as connection:
        connection.execute(
            "UPDATE demand_listing SET deadline = '2020-01-01' WHERE code NOT IN ('D019', 'D027')"
        )
    connection.close()
    run_id = str(json.loads(match("run", "--all", "--json")[1])["run_id"])

    status, out, err = match("reproduce", "--run", run_id, "--json")
    answer = json.loads(out)
    assert (status, answer["reproduced"], answer["different"]) == (0, True, [])
    assert answer["needs"] == 2
    assert "{" not in err

    with sqlite3.connect(installation) as connection:
        connection.execute("UPDATE match_list SET digest = 'x'")
        connection.execute("UPDATE match_run SET results_digest = 'x'")
    connection.close()
    status, out, _ = match("reproduce", "--run", run_id)
    assert status == 1
    assert "D019、D027" in out
    status, out, err = match("reproduce", "--run", "9999", "--json")
    assert (status, out) == (2, "")
    assert json.loads(err.splitlines()[-1])["code"] == "run_missing"


def test_run_refuses_a_question(installation: Path, match: Any) -> None:
    status, out, err = match("--text", PATROL, "run", "--all", "--json")
    assert (status, out) == (2, "")
    assert json.loads(err.splitlines()[-1])["code"] == "option_misplaced"

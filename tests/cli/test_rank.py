"""``matchmaker rank`` as another program calls it: exit status, stdout, stderr."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import matchmaker.cli
from matchmaker.cli.output import run

CRITERIA_HEADER = "scene,judge,criterion,weight,score\n"


@pytest.fixture
def rank(tmp_path, capsys):
    """Call the command in this process on CSV text; (exit status, stdout, stderr)."""

    def call(text: str, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "scores.csv"
        path.write_text(text, encoding="utf-8", newline="")
        with pytest.raises(SystemExit) as ended:
            run(matchmaker.cli.cli, ["rank", "--scores", str(path), *options])
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return call


def _sheet(rows: dict[str, list[str]]) -> str:
    lines = [
        f"{scene},J{n},{score}"
        for scene, scores in rows.items()
        for n, score in enumerate(scores, 1)
    ]
    return "scene,judge,score\n" + "\n".join(lines) + "\n"


def test_small_round_gives_the_whole_documented_result(rank):
    text = _sheet({"甲": ["80", "85", "97", "0", "100"], "乙": ["70", "71", "72", "73", ""]})
    status, out, err = rank(text, "--quota", "1", "--json")

    assert (status, err) == (0, "")
    result = json.loads(out)
    sha256 = result.pop("snapshot_sha256")
    assert len(sha256) == 64
    advisory_warning = result["warnings"].pop()
    assert "参考" in advisory_warning
    assert result == {
        "rule": "trimmed",
        "ranking": [
            {
                "rank": 1,
                "scene": "甲",
                "official": "87.33",
                "official_exact": "262/3",
                "valid_scores": 5,
                "selected": True,
                "reserve": False,
                "tie_broken_by": None,
                "below_quorum": False,
            },
            {
                "rank": None,
                "scene": "乙",
                "official": "71.50",
                "official_exact": "143/2",
                "valid_scores": 4,
                "selected": False,
                "reserve": False,
                "tie_broken_by": None,
                "below_quorum": True,
            },
        ],
        "judges": [
            {"judge": "J1", "scores": 2, "mean": "75.00"},
            {"judge": "J2", "scores": 2, "mean": "78.00"},
            {"judge": "J3", "scores": 2, "mean": "84.50"},
            {"judge": "J4", "scores": 2, "mean": "36.50"},
            {"judge": "J5", "scores": 1, "mean": "100.00"},
        ],
        "advisory": None,
        "warnings": ["有效评分不足 5 份，不参加排序：“乙”（4 份）。"],
    }


def test_scene_and_judge_without_any_score_have_null_figures(rank):
    _, out, _ = rank(
        "scene,judge,score\nA,J1,80\nB,J1,\nA,J2,\n", "--quota", "1", "--quorum", "1", "--json"
    )
    result = json.loads(out)

    assert result["ranking"][1]["official"] is None
    assert result["ranking"][1]["official_exact"] is None
    assert result["judges"][1] == {"judge": "J2", "scores": 0, "mean": None}


def _large_sheet(rng: random.Random) -> list[tuple[str, ...]]:
    rows = []
    for s in range(12):
        for j in range(6):
            for criterion, weight in (("价值", "40"), ("技术", "60")):
                score = "" if (s, j) == (3, 2) else str(60 + rng.randrange(36))
                rows.append((f"场景{s}", f"评委{j}", criterion, weight, score))
    return rows


def test_order_of_rows_and_columns_changes_no_byte(rank):
    columns = ["scene", "judge", "criterion", "weight", "score"]
    rows = _large_sheet(random.Random(1))
    rng = random.Random(2)
    outputs = set()
    for _ in range(5):
        rng.shuffle(rows)
        order = rng.sample(range(5), 5)
        lines = [",".join(columns[i] for i in order)]
        lines += [",".join(row[i] for i in order) for row in rows]
        status, out, _ = rank("\n".join(lines), "--quota", "3", "--json")
        assert status == 0
        outputs.add(out)

    assert len(outputs) == 1
    assert json.loads(outputs.pop())["advisory"] is not None


def test_same_bytes_in_fresh_processes_with_other_hash_seeds(tmp_path):
    path = tmp_path / "scores.csv"
    rows = _large_sheet(random.Random(1))
    path.write_text(CRITERIA_HEADER + "\n".join(",".join(row) for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "matchmaker.cli", "rank"]
    outputs = set()
    for seed in ("0", "12345"):
        done = subprocess.run(
            [*command, "--scores", str(path), "--quota", "3", "--json"],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(matchmaker.cli.__file__).parents[2],
        )
        outputs.add(done.stdout)

    assert len(outputs) == 1


def test_rank_loads_neither_flask_nor_a_database(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("scene,judge,score\nA,J1,80\n", encoding="utf-8")
    code = (
        "import sys; sys.argv = ['matchmaker', 'rank', '--scores', sys.argv[1], '--quota', '1']\n"
        "from matchmaker.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("scene,judge,score\nA,J1,80\nA,J2,1e2\n", ["--quota", "1"], "第 3 行"),
        ("scene,judge,score\n", ["--quota", "1"], "没有任何评分"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "0"], "名额"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "-3"], "名额"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "1.5"], "整数"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "１"], "整数"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "1", "--quorum", "0"], "有效评分数"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "1", "--pass-mark", "101"], "0 至 100"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "1", "--pass-mark", "NaN"], "0 至 100"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "1", "--lot", ""], "抽签"),
        ("scene,judge,score\nA,J1,80\n", ["--quota", "1", "--rule", "median"], "trimmed、mean"),
        ("scene,judge,score\nA,J1,80\n", [], "quota"),
    ],
)
def test_bad_input_ends_with_status_2_and_one_json_object(rank, text, options, told):
    status, out, err = rank(text, *options, "--json")

    assert (status, out) == (2, "")
    refusal = json.loads(err.splitlines()[-1])
    assert set(refusal) == {"code", "message"}
    assert told in refusal["message"]


def test_bad_input_without_json_is_a_readable_line(rank):
    status, out, err = rank("scene,judge,score\nA,J1,+5\n", "--quota", "1")

    assert (status, out) == (2, "")
    assert err.startswith("错误：")
    assert "第 2 行" in err


def test_missing_file_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        run(
            matchmaker.cli.cli,
            ["rank", "--scores", str(tmp_path / "none.csv"), "--quota", "1", "--json"],
        )
    out, err = capsys.readouterr()

    assert (ended.value.code, out) == (2, "")
    assert json.loads(err.splitlines()[-1]) == {
        "code": "unreadable_file",
        "message": f"无法读取评分表 {tmp_path / 'none.csv'}：文件不存在，请检查路径。",
    }


def test_folder_instead_of_a_file_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        run(matchmaker.cli.cli, ["rank", "--scores", str(tmp_path), "--quota", "1", "--json"])
    out, err = capsys.readouterr()

    assert (ended.value.code, out) == (2, "")
    assert json.loads(err.splitlines()[-1])["message"] == (
        f"无法读取评分表 {tmp_path}：这是文件夹，请给出其中的文件。"
    )


def test_tie_at_the_cut_is_open_until_the_lot_is_drawn(rank):
    text = _sheet({"甲": ["80"], "乙": ["80"]})
    _, out, _ = rank(text, "--quota", "1", "--json")
    _, drawn, _ = rank(text, "--quota", "1", "--lot", "杭州2026", "--json")

    assert [line["selected"] for line in json.loads(out)["ranking"]] == [None, None]
    assert any("并列" in warning for warning in json.loads(out)["warnings"])
    assert [line["selected"] for line in json.loads(drawn)["ranking"]] == [True, False]
    assert [line["rank"] for line in json.loads(drawn)["ranking"]] == [1, 2]
    assert {line["tie_broken_by"] for line in json.loads(drawn)["ranking"]} == {"lot"}
    assert not any("并列" in warning for warning in json.loads(drawn)["warnings"])


def test_rule_mean_and_pass_mark_are_applied(rank):
    text = _sheet({"甲": ["0", "90", "90", "90", "90"]})
    _, out, _ = rank(text, "--quota", "1", "--rule", "mean", "--pass-mark", "72.01", "--json")
    result = json.loads(out)

    assert result["rule"] == "mean"
    assert result["ranking"][0]["official"] == "72.00"
    assert result["ranking"][0]["selected"] is False


def test_look_alike_names_are_pointed_out(rank):
    _, out, _ = rank("scene,judge,score\nA,J1,80\nA ,J1,80\n", "--quota", "2", "--json")

    assert any("“A”、“A ”" in warning for warning in json.loads(out)["warnings"])


def test_people_read_a_table(rank):
    status, out, _ = rank(_sheet({"甲": ["90"], "乙": ["80"], "丙": [""]}), "--quota", "1")

    assert status == 0
    lines = out.splitlines()
    assert lines[:3] == [
        "第 1 名\t90.00\t入选\t甲",
        "第 2 名\t80.00\t递补\t乙",
        "不排序\t无评分\t未入选\t丙",
    ]
    assert lines[-1].startswith("评分快照 SHA-256：")

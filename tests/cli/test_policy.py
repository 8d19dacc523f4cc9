"""The law on the command line: answers on stdout, refusals with exit status 2 on stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from matchmaker.cli import cli
from matchmaker.cli.output import run

SCENE = ("M66-6", "--fact", "investment_yuan=3000000", "--fact", "designated=true")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of one call."""
    with pytest.raises(SystemExit) as ended:
        run(cli, list(arguments))
    captured = capsys.readouterr()
    code = ended.value.code
    return (code if isinstance(code, int) else 1), captured.out, captured.err


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    status, out, err = call(capsys, *arguments, "--json")
    assert (status, err) == (0, "")
    assert out.count("\n") == 1
    return json.loads(out)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    status, out, err = call(capsys, *arguments, "--json")
    assert (status, out) == (2, "")
    found = json.loads(err.splitlines()[-1])
    assert set(found) == {"code", "message"}
    return dict(found)


def test_reward_scene_pays_half_of_the_investment(capsys: pytest.CaptureFixture[str]) -> None:
    result = answer(capsys, "reward", *SCENE, "--on", "2026-05-01")
    assert list(result) == [
        "instrument",
        "award_yuan",
        "in_kind",
        "eligible",
        "binding",
        "reasons",
        "steps",
    ]
    assert result["award_yuan"] == "1500000.00"
    assert (result["eligible"], result["binding"], result["in_kind"]) == (True, True, None)
    assert result["reasons"] == []
    assert all(list(step) == ["clause", "text", "inputs", "output"] for step in result["steps"])
    assert result["steps"][2]["inputs"] == {"investment_yuan": "3000000.00", "M66-6.rate": "50%"}


def test_reward_takes_options_in_any_order(capsys: pytest.CaptureFixture[str]) -> None:
    before = answer(capsys, "reward", "--on", "2026-05-01", *SCENE)
    after = answer(capsys, "reward", *SCENE, "--on", "2026-05-01")
    assert before == after


def test_reward_without_day_uses_today(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(answer(capsys, "reward", *SCENE)["steps"][0]["inputs"]["on"]) == 10


@pytest.mark.parametrize(
    ("day", "award"),
    [
        ("2025-01-21", "0.00"),
        ("2025-01-22", "1500000.00"),
        ("2027-12-31", "1500000.00"),
        ("2028-01-01", "0.00"),
        ("0001-01-01", "0.00"),
        ("9999-12-31", "0.00"),
        ("2024-02-29", "0.00"),
    ],
)
def test_reward_any_real_day_is_answered(
    capsys: pytest.CaptureFixture[str], day: str, award: str
) -> None:
    result = answer(capsys, "reward", *SCENE, "--on", day)
    assert result["award_yuan"] == award
    assert result["eligible"] is (award != "0.00")
    assert bool(result["reasons"]) is not result["eligible"]


@pytest.mark.parametrize(
    "day",
    ["2025-02-29", "2025-13-01", "2025-1-22", "20250122", "2025-W04-3", "0000-01-01", "", "today"],
)
def test_reward_day_that_is_no_date_is_refused(
    capsys: pytest.CaptureFixture[str], day: str
) -> None:
    assert refusal(capsys, "reward", *SCENE, "--on", day)["code"] == "malformed_date"


def test_reward_in_kind_is_given_as_decimal_strings(capsys: pytest.CaptureFixture[str]) -> None:
    facts = ("--fact", "area_m2=1200.50", "--fact", "years=2.50", "--on", "2026-01-01")
    result = answer(capsys, "reward", "M66-3", *facts)
    assert (result["award_yuan"], result["in_kind"]) == (
        "0.00",
        {"area_m2": "1000", "years": "2.5"},
    )


def test_reward_under_a_draft_is_not_binding(capsys: pytest.CaptureFixture[str]) -> None:
    result = answer(capsys, "reward", "A25-3.1", *SCENE[1:], "--on", "2026-05-01")
    assert (result["award_yuan"], result["eligible"], result["binding"]) == (
        "1000000.00",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("M66-99",), "unknown_instrument"),
        (("m66-6",), "unknown_instrument"),
        (("--fact", "designated=true"), "unknown_instrument"),
        (("M66-6", "--fact", "investment_yuan=1"), "missing_fact"),
        (("M66-6",), "missing_fact"),
        ((*SCENE, "--fact", "colour=red"), "unknown_fact"),
        ((*SCENE, "--fact", "designated=true"), "repeated_fact"),
        ((*SCENE, "--fact", "designated"), "malformed_fact"),
        ((*SCENE, "--fact", "=true"), "malformed_fact"),
        ((*SCENE, "--on", "2026-01-01", "--on", "2026-01-02"), "repeated_option"),
        ((*SCENE, "--colour", "red"), "usage"),
        ((*SCENE, "M66-7"), "usage"),
    ],
)
def test_reward_bad_input_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    assert refusal(capsys, "reward", *arguments)["code"] == code


def test_reward_refusal_names_fact_value_and_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    facts = ("--fact", "investment_yuan=1e3", "--fact", "designated=true")
    message = refusal(capsys, "reward", "M66-6", *facts)["message"]
    assert "investment_yuan" in message
    assert "1e3" in message
    assert "例如 3000000" in message


def test_reward_refusal_without_json_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "reward", "M66-99")
    assert (status, out) == (2, "")
    assert err.startswith("错误：没有编号为“M66-99”的政策措施。")


def test_reward_readable_answer_lists_the_steps(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "reward", *SCENE, "--on", "2026-05-01")
    assert status == 0
    assert out.splitlines()[0] == "M66-6：1,500,000.00 元"
    assert "3. [M66 六] 实际投入 3,000,000.00 元 × 50% ＝ 1,500,000.00 元。" in out


def test_reward_readable_answer_says_why_not_and_that_a_draft_does_not_bind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts = ("--fact", "investment_yuan=1", "--fact", "designated=false", "--on", "2026-05-01")
    _, out, _ = call(capsys, "reward", "A25-3.1", *facts)
    assert out.splitlines()[:2] == [
        "A25-3.1：0.00 元（测算，不作为兑现依据）",
        "不符合条件：没有评为具身智能机器人典型应用场景。",
    ]


def test_reward_help_names_both_uses(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "reward", "--help")
    assert status == 0
    assert "overlap" in out


def test_overlap_draft_does_not_compete(capsys: pytest.CaptureFixture[str]) -> None:
    result = answer(
        capsys, "reward", "overlap", "--award", "M66-6=800000", "--award", "A25-3.1=1000000"
    )
    assert list(result) == ["chosen", "award_yuan", "payable_yuan", "provisional_yuan", "steps"]
    del result["steps"]
    assert result == {
        "chosen": "M66-6",
        "award_yuan": "800000.00",
        "payable_yuan": "800000.00",
        "provisional_yuan": "1000000.00",
    }


def test_overlap_of_a_draft_alone_chooses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    result = answer(capsys, "reward", "overlap", "--award", "A25-3.1=7", "--paid", "2.5")
    assert (result["chosen"], result["payable_yuan"]) == (None, "0.00")
    assert result["provisional_yuan"] == "4.50"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "missing_award"),
        (("--award", "M66-6"), "malformed_award"),
        (("--award", "=5"), "malformed_award"),
        (("--award", "OTHER:=5"), "malformed_award"),
        (("--award", "OTHER:  =5"), "malformed_award"),
        (("--award", "OTHER:a\nb=5"), "malformed_award"),
        (("--award", f"OTHER:{'长' * 101}=5"), "malformed_award"),
        (("--award", "OTHER=5"), "unknown_instrument"),
        (("--award", "M66-99=5"), "unknown_instrument"),
        (("--award", "M66-6=-5"), "malformed_fact"),
        (("--award", "M66-6="), "malformed_fact"),
        (("--award", "M66-6=5", "--paid", "-1"), "malformed_fact"),
        (("--award", "M66-6=5", "--paid", "1", "--paid", "1"), "repeated_option"),
        (("--award", "M66-6=5", "--fact", "a=1"), "usage"),
    ],
)
def test_overlap_bad_input_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    assert refusal(capsys, "reward", "overlap", *arguments)["code"] == code


def test_overlap_readable_answer(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "reward", "overlap", "--award", "OTHER:区级=5")
    assert out.splitlines()[0] == "取 OTHER:区级，应付 5.00 元"
    _, out, _ = call(capsys, "reward", "overlap", "--award", "A25-3.1=5")
    assert out.splitlines()[0] == "取 无，应付 0.00 元"


def test_policy_list_names_all_instruments(capsys: pytest.CaptureFixture[str]) -> None:
    listed = answer(capsys, "policy", "list")
    assert len(listed) == 20
    assert list(listed) == sorted(listed)
    assert listed["M66-6"] == {
        "id": "M66-6",
        "title": "人形机器人示范应用场景奖励",
        "document": "M66",
        "document_title": "杭州市促进人形机器人产业创新发展的若干政策措施",
        "document_number": "杭政办函〔2024〕66号",
        "clause": "六",
        "status": "in_force",
        "binding": True,
        "in_force_from": "2025-01-22",
        "in_force_to": "2027-12-31",
        "facts": [
            {"name": "investment_yuan", "kind": "yuan", "required": True},
            {"name": "designated", "kind": "flag", "required": True},
        ],
    }
    assert {entry["status"] for entry in listed.values()} == {"in_force", "draft"}


def test_policy_list_readable(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "policy", "list")
    assert status == 0
    assert len(out.splitlines()) == 20
    assert "A25-3.1  A25 三(三)1  具身智能机器人典型应用场景奖励  征求意见稿  2025-01-01" in out


def test_reward_loads_neither_web_nor_database() -> None:
    script = (
        "import sys\n"
        "from matchmaker.cli import cli\n"
        "cli.main(['policy', 'list', '--json'], standalone_mode=False)\n"
        "found = {'flask', 'sqlalchemy'} & set(sys.modules)\n"
        "sys.exit(1 if found else 0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stderr

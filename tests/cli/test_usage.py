"""A command line that cannot be read: the refusal says what is wrong, where and what to do."""

from __future__ import annotations

import pytest

from tests.cli.test_policy import call, refusal

RANK = ("rank", "--scores", "no-file.csv")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bogus",), "没有命令“bogus”。用法见 matchmaker --help。"),
        (("policy", "lst"), "没有命令“lst”，相近的有 list。用法见 matchmaker policy --help。"),
        (
            ("rank", "--qota", "5"),
            "没有选项“--qota”，相近的有 --quota、--lot。用法见 matchmaker rank --help。",
        ),
        (("rank",), "缺少 --scores。用法见 matchmaker rank --help。"),
        (RANK, "缺少 --quota。用法见 matchmaker rank --help。"),
        (("reward", "M66-6", "M66-7"), "多余的内容“M66-7”。用法见 matchmaker reward id --help。"),
        (
            (*RANK, "--quota", "5.0"),
            "--quota 的取值有误：“5.0”不是整数，请填写如 5、10 的整数。"
            "用法见 matchmaker rank --help。",
        ),
        (
            (*RANK, "--quota", "5", "--rule", "median"),
            "--rule 的取值有误：请从 trimmed、mean 中选一个。用法见 matchmaker rank --help。",
        ),
    ],
)
def test_usage_refusal_says_what_and_where_to_look(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert refusal(capsys, *arguments) == {"code": "usage", "message": message}


def test_option_at_the_end_without_value_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "rank", "--json", "--scores")

    assert (status, out) == (2, "")
    assert "--scores 后面缺少取值。可加 --help 查看用法。" in err


def test_number_out_of_range_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "serve", "--port", "70000")

    assert (status, out) == (2, "")
    assert err == (
        "错误：--port 的取值有误：请填写 1 至 65535 的整数。用法见 matchmaker serve --help。\n"
    )


def test_group_without_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "policy")

    assert (status, out) == (2, "")
    assert err.startswith("Usage: matchmaker policy")

"""init, seed, serve, audit verify: repeatable, machine-readable, clear when something lacks."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from matchmaker.cli.setup import find_free_port
from matchmaker.errors import InvalidInput
from tests.cli.conftest import ROOT, Command


def test_init_is_repeatable(command: Command) -> None:
    first = command("init", "--json")
    second = command("init", "--json")

    assert first.status == second.status == 0
    assert first.json() == second.json()
    assert list(first.json()) == ["revision"]


def test_seed_needs_init(command: Command) -> None:
    answer = command("seed", "--json")

    assert answer.status == 2
    assert answer.out == ""
    assert answer.refusal()["code"] == "not_initialised"
    assert "matchmaker init" in answer.refusal()["message"]


def test_an_older_structure_asks_for_init(command: Command, tmp_path: Path) -> None:
    assert command("init").status == 0
    with sqlite3.connect(tmp_path / "matchmaker.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '20200101_01'")
    connection.close()
    answer = command("match", "--text", "巡检机器人", "--json")

    assert (answer.status, answer.out) == (2, "")
    assert answer.refusal()["code"] == "structure_outdated"
    assert "matchmaker init" in answer.refusal()["message"]


def test_seed_is_repeatable_and_counts(seeded_command: Command, seeded_folder: Path) -> None:
    def rows() -> dict[str, int]:
        with sqlite3.connect(seeded_folder / "matchmaker.db") as connection:
            names = [
                name
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE '%search%'"
                )
            ]
            counts = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                for name in names
            }
        connection.close()
        return counts

    before = rows()
    answer = seeded_command("seed", "--json")

    assert answer.status == 0, answer.err
    counts = answer.json()
    assert (counts["企业"], counts["产品"], counts["场景需求"]) == (70, 122, 88)
    assert rows() == before


def test_audit_verify_of_the_seeded_trail(seeded_command: Command) -> None:
    answer = seeded_command("audit", "verify", "--json")

    assert answer.status == 0, answer.err
    result = answer.json()
    assert result["ok"] is True
    assert result["fault"] is None
    assert result["entries"] == result["head"]["seq"] > 0
    assert re.fullmatch(r"[0-9a-f]{64}", result["head"]["hash"])


def test_audit_verify_finds_an_edit(command: Command, tmp_path: Path) -> None:
    command("init")
    command("seed")
    with sqlite3.connect(tmp_path / "matchmaker.db") as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET actor_name='x' WHERE seq=3")
    connection.close()
    answer = command("audit", "verify", "--json")

    assert answer.status == 1
    assert answer.json()["fault"]["seq"] == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense", "--json"],
        ["serve", "--port", "70000", "--json"],
        ["audit", "verify", "--anchors", "/nowhere/x/y", "--nope", "--json"],
    ],
)
def test_wrong_usage_ends_with_status_2(command: Command, arguments: list[str]) -> None:
    answer = command(*arguments)

    assert answer.status == 2
    assert answer.out == ""
    assert set(answer.refusal()) == {"code", "message"}


def test_unsafe_production_does_not_start(command: Command) -> None:
    answer = command("init", "--json", MATCHMAKER_PRODUCTION="true")

    assert answer.status == 2
    assert "MATCHMAKER_SECRET_KEY" in answer.refusal()["message"]


def test_taken_port_gives_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert find_free_port("127.0.0.1", port) > port


def test_no_free_port_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 65535))
        taken.listen()
        with pytest.raises(InvalidInput, match="--port"):
            find_free_port("127.0.0.1", 65535)


def test_serve_answers_and_prints_address_and_accounts(tmp_path: Path) -> None:
    """What ./mm run starts, as a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "matchmaker.cli", "serve", "--prepare", "--port", "8790"],
        cwd=ROOT,
        env={**os.environ, "MATCHMAKER_INSTANCE_FOLDER": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "owner@demo.example" in line:
                break
        printed = "".join(lines)
        address = re.search(r"http://127\.0\.0\.1:\d+", printed)
        assert address, printed
        with urllib.request.urlopen(f"{address.group()}/readyz", timeout=20) as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()

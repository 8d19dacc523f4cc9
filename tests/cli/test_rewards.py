"""``rewards recompute``: status 0 for the same bytes, 1 for others, 2 for bad input."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from tests.cli.conftest import Command, run_command


def test_the_same_bytes_come_out(seeded_command: Command) -> None:
    by_number = seeded_command("rewards", "recompute", "JL2026-0001", "--json")
    value = by_number.json()
    assert by_number.status == 0
    assert value["same"] is True
    assert value["faults"] == []
    assert value["sha256"] == value["recomputed_sha256"]


def test_a_changed_receipt_is_found(seeded_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tampered"
    shutil.copytree(seeded_folder, folder)
    with sqlite3.connect(folder / "matchmaker.db") as connection:
        connection.execute("DROP TRIGGER reward_determination_computed")
        connection.execute(
            "UPDATE reward_determination"
            " SET receipt = CAST(replace(receipt, '1112000.00', '1112000.01') AS BLOB) WHERE id = 1"
        )

    answer = run_command(folder, "rewards", "recompute", "1", "--json")

    assert answer.status == 1
    assert answer.json()["same"] is False
    assert len(answer.json()["faults"]) == 2


def test_an_unknown_one_is_bad_input(seeded_command: Command) -> None:
    answer = seeded_command("rewards", "recompute", "99999999999999999999", "--json")
    assert (answer.status, answer.out) == (2, "")
    assert answer.refusal()["code"] == "determination_missing"

"""``matchmaker check-invariants``: status 0 when all hold, else 1 with what broke."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from tests.cli.conftest import Command, run_command


def test_seeded_installation_holds(seeded_command: Command) -> None:
    answer = seeded_command("check-invariants", "--json")
    assert (answer.status, answer.json()["ok"], answer.json()["violations"]) == (0, True, [])
    assert {"M1", "M2", "M3", "Q1", "C1", "L1", "A1", "A2"} <= set(answer.json()["checked"])


def test_what_broke_is_named(seeded_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tampered"
    shutil.copytree(seeded_folder, folder)
    with sqlite3.connect(folder / "matchmaker.db") as connection:
        connection.execute("UPDATE notice SET rows = '[]' WHERE kind = 'RESULT'")
    answer = run_command(folder, "check-invariants", "--json")
    assert answer.status == 1
    found = answer.json()
    assert not found["ok"]
    # The list differs from the designations, and the notice from what its entry says it shows.
    assert {item["code"] for item in found["violations"]} == {"M3", "A1"}
    told = run_command(folder, "check-invariants").err
    assert told.count("M3") + told.count("A1") == len(found["violations"])

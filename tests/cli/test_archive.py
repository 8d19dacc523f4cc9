"""``matchmaker archive``: one file, verified by its own program; bad input writes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.cli.conftest import Command

ROUND = "2025-humanoid-demonstration"


def test_archive_is_written_and_verified_by_the_file_inside(
    seeded_command: Command, tmp_path: Path
) -> None:
    first, second = tmp_path / "one.zip", tmp_path / "two.zip"
    answer = seeded_command("archive", ROUND, "--out", str(first), "--json")
    assert answer.status == 0, answer.err
    value = answer.json()
    assert (value["round"], value["edition"]) == (ROUND, "internal")
    assert value["size"] == first.stat().st_size
    again = seeded_command("archive", ROUND, "--out", str(second), "--json").json()
    assert (again["sha256"], second.read_bytes()) == (value["sha256"], first.read_bytes())
    with zipfile.ZipFile(first) as bundle:
        bundle.extract("verify_result.py", tmp_path)
    done = subprocess.run(
        [
            *(sys.executable, "-I", str(tmp_path / "verify_result.py"), str(first), "--json"),
            *("--expect", value["snapshot_sha256"], "--expect", value["manifest_sha256"]),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True)


def test_bad_input_writes_nothing(seeded_command: Command, tmp_path: Path) -> None:
    target = tmp_path / "x.zip"
    for arguments, code in (
        (("1999-nothing", "--out", str(target)), "round_missing"),
        ((ROUND, "--out", str(target), "--edition", "x"), "edition_unknown"),
        (("2026-humanoid-demonstration", "--out", str(target)), "archive_early"),
        ((ROUND, "--out", str(tmp_path / "none" / "x.zip")), "archive_target"),
    ):
        answer = seeded_command("archive", *arguments, "--json")
        assert (answer.status, answer.out, answer.refusal()["code"]) == (2, "", code)
    assert list(tmp_path.iterdir()) == []
    target.write_bytes(b"kept")
    assert seeded_command("archive", ROUND, "--out", str(target)).status == 2
    assert target.read_bytes() == b"kept"

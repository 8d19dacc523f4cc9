"""The command line as others call it: a process of its own, an installation of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Stdout as one JSON value; nothing else may be there."""
        return json.loads(self.out)

    def refusal(self) -> dict[str, str]:
        """The last line of stderr as the JSON object that a refusal ends with."""
        value: dict[str, str] = json.loads(self.err.strip().splitlines()[-1])
        return value


Command = Callable[..., Answer]


def run_command(folder: Path, *arguments: str, **environment: str) -> Answer:
    """Run ``matchmaker`` with its instance in ``folder``."""
    done = subprocess.run(
        [sys.executable, "-m", "matchmaker.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "MATCHMAKER_INSTANCE_FOLDER": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """``command("init", "--json")`` on a fresh, empty instance folder."""
    return lambda *arguments, **environment: run_command(tmp_path, *arguments, **environment)


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder after ``init`` and ``seed``."""
    folder = tmp_path_factory.mktemp("installation")
    for step in ("init", "seed"):
        answer = run_command(folder, step)
        assert answer.status == 0, answer.err
    return folder


@pytest.fixture
def seeded_command(seeded_folder: Path) -> Command:
    """Commands that only read, on the seeded installation."""
    return lambda *arguments, **environment: run_command(seeded_folder, *arguments, **environment)

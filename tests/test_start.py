"""What a start of the site may cost: heavy solvers are loaded by who needs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

#: Half a second and more each; nothing on a page needs them.
HEAVY = ("sklearn", "scipy.optimize", "scipy.special", "pandas", "hypothesis", "alembic")


def test_a_start_loads_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from matchmaker.app import create_app\n"
        "create_app()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"MATCHMAKER_INSTANCE_FOLDER": str(tmp_path), "PATH": ""},
    )
    assert done.stdout.splitlines()[-1] == "[]"

"""The house itself: style, types, the direction of imports, what loads what."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent

#: Pure modules; mypy checks them strictly, and none may load Flask or SQLAlchemy.
PURE = (
    "matchmaker/text",
    "matchmaker/policy",
    "matchmaker/catalogue",
    *(f"matchmaker/events/{name}.py" for name in ("schedule", "pair_bound", "hours")),
    *(f"matchmaker/selection/{name}.py" for name in ("aggregate", "assign", "ranking", "snapshot")),
    *(f"matchmaker/matching/{name}.py" for name in ("scorer", "constraints", "ranking", "index")),
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("matchmaker/**/rules.py")),
)


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_ruff_finds_nothing() -> None:
    _run(str(SCRIPTS / "ruff"), "check", ".")


def test_code_is_formatted() -> None:
    _run(str(SCRIPTS / "ruff"), "format", "--check", ".")


def test_types_hold() -> None:
    _run(str(SCRIPTS / "mypy"))


def test_pure_core_is_strictly_typed() -> None:
    _run(str(SCRIPTS / "mypy"), "--strict", "--follow-imports=silent", *PURE)


def test_imports_go_one_way() -> None:
    _run(str(SCRIPTS / "lint-imports"), "--no-cache")


@pytest.mark.parametrize(
    "statement",
    [
        "from matchmaker.matching import TextMatcher; TextMatcher()",
        "import matchmaker.policy.reward, matchmaker.policy.overlap, matchmaker.policy.publicity",
        "import matchmaker.selection.aggregate, matchmaker.selection.assign",
        "import matchmaker.events.schedule",
    ],
)
def test_core_loads_neither_flask_nor_sqlalchemy(statement: str) -> None:
    check = (
        f"{statement}\nimport sys\n"
        "loaded = [m for m in ('flask', 'sqlalchemy') if m in sys.modules]\n"
        "assert not loaded, loaded"
    )
    _run(sys.executable, "-c", check)


def test_one_place_commits() -> None:
    """Only the unit of work, the transaction helpers and migrations say commit."""
    allowed = {"matchmaker/web/base.py", "matchmaker/db.py"}
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "matchmaker").rglob("*.py")
        if "session.commit(" in path.read_text(encoding="utf-8")
    }
    assert found == allowed


def test_no_inline_script_or_style_in_templates() -> None:
    offending = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if any(
            mark in path.read_text(encoding="utf-8")
            for mark in (' style="', "<style", " onclick=", " onchange=", "javascript:")
        )
    ]
    assert offending == []


def test_links_name_only_endpoints_that_exist(shared_app: Flask) -> None:
    """A renamed view breaks a page only when somebody opens it; this finds it at once."""
    endpoints = {rule.endpoint for rule in shared_app.url_map.iter_rules()}
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "matchmaker").rglob("*.py")]
    named = {
        (str(path.relative_to(ROOT)), endpoint)
        for path in files
        for endpoint in re.findall(
            r"url_for\(\s*['\"](\w[^'\"]*)['\"]\s*[,)]", path.read_text("utf-8")
        )
    }
    assert {(path, name) for path, name in named if name not in endpoints} == set()

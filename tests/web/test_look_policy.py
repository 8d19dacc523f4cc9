"""What the strict content policy and the style guide ask of every template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matchmaker import paths

TEMPLATES = sorted(paths.TEMPLATES.rglob("*.html"))
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"']|\bhx-on|javascript:", re.IGNORECASE)
FOREIGN = re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE)
ICON_CALL = re.compile(r"\bicon\('([a-z]+)'")


def _name(path: Path) -> str:
    return path.relative_to(paths.TEMPLATES).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_keeps_to_the_content_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    faults = [
        (number, line.strip()[:120])
        for number, line in enumerate(text.splitlines(), start=1)
        for pattern in (INLINE_SCRIPT, INLINE_STYLE, INLINE_HANDLER)
        if pattern.search(line)
    ]

    assert faults == []


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        (INLINE_SCRIPT, "<script>go()</script>"),
        (INLINE_STYLE, '<p style="color: red">'),
        (INLINE_HANDLER, "<a onclick='go()'>"),
        (FOREIGN, '<link href="//cdn.example/x.css">'),
    ],
)
def test_the_patterns_find_a_fault(pattern: re.Pattern[str], fault: str) -> None:
    assert pattern.search(fault)


def test_layout_and_macros_load_nothing_from_elsewhere() -> None:
    own = [path for path in TEMPLATES if _name(path).startswith(("layout", "_macros", "errors"))]

    assert [_name(path) for path in own if FOREIGN.search(path.read_text("utf-8"))] == []


def test_every_post_form_carries_its_token() -> None:
    missing = []
    for path in TEMPLATES:
        for form in re.findall(
            r"<form[^>]*method=[\"']post[\"'].*?</form>",
            path.read_text("utf-8"),
            re.DOTALL | re.IGNORECASE,
        ):
            if not re.search(r"csrf", form):
                missing.append((_name(path), form[:80]))

    assert missing == []


def test_every_icon_that_a_template_asks_for_is_drawn() -> None:
    drawn = set(
        re.findall(r'id="([a-z]+)"', (paths.STATIC / "images/icons.svg").read_text("utf-8"))
    )
    asked = {name for path in TEMPLATES for name in ICON_CALL.findall(path.read_text("utf-8"))}

    assert asked - drawn == set()
    assert asked


def test_macros_named_in_the_style_guide_exist_and_the_other_way_round() -> None:
    guide = (paths.TEMPLATES.parent / "docs/style-guide.md").read_text("utf-8")
    missing = []
    for path in sorted((paths.TEMPLATES / "_macros").glob("*.html")):
        section = re.search(rf"### `{path.name}`\n(.*?)(?=\n### |\n## )", guide, re.DOTALL)
        assert section, path.name
        macros = set(re.findall(r"{% macro ([a-z][a-z_]*)\(", path.read_text("utf-8")))
        named = set(re.findall(r"(?<![A-Za-z])([a-z][a-z_]*)\(", section[1]))
        missing += sorted(f"{path.name}: {name}" for name in macros - named)
        unknown = named - macros - {"url", "call"}
        missing += sorted(f"{path.name}: no macro {name}" for name in unknown)

    assert missing == []

"""Every pair of text and ground of the two modes reaches AA (4.5 : 1), controls 3 : 1."""

from __future__ import annotations

import re

import pytest

from matchmaker import paths

CSS = (paths.STATIC / "site.css").read_text("utf-8")

TEXT_PAIRS = [
    (text, ground)
    for text in ("ink", "ink-soft", "ink-mute", "celadon", "celadon-strong", "seal", "osmanthus")
    for ground in ("paper", "surface", "surface-soft")
] + [
    ("ink", "celadon-wash"),
    ("ink-mute", "celadon-wash"),
    ("celadon-strong", "celadon-wash"),
    ("celadon-strong", "celadon-pale"),
    ("celadon", "celadon-pale"),
    ("leaf", "leaf-pale"),
    ("seal", "seal-pale"),
    ("osmanthus", "osmanthus-pale"),
    ("azure", "azure-pale"),
    ("ink", "leaf-pale"),
    ("ink", "seal-pale"),
    ("ink", "osmanthus-pale"),
    ("ink", "azure-pale"),
    ("surface", "celadon"),
    ("surface", "celadon-strong"),
    ("surface", "seal"),
    ("surface", "lake"),
    ("osmanthus-bright", "lake"),
]
SHAPE_PAIRS = [
    ("line-strong", "surface"),
    ("line-strong", "paper"),
    ("focus", "paper"),
    ("focus", "surface"),
]


def _tokens(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{(.*?)\}", CSS, re.DOTALL)
    assert block, selector
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", block[1]))


NORMAL = _tokens(":root")
HIGH = NORMAL | _tokens('html[data-contrast="high"]')


def _luminance(colour: str) -> float:
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def compute_contrast(first: str, second: str) -> float:
    """WCAG 2.2, contrast ratio of two colours."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert compute_contrast("#fff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("tokens", [NORMAL, HIGH], ids=["normal", "high"])
def test_texts_reach_aa_on_their_grounds(tokens: dict[str, str]) -> None:
    weak = {
        f"{text} on {ground}": round(compute_contrast(tokens[text], tokens[ground]), 2)
        for text, ground in TEXT_PAIRS
        if compute_contrast(tokens[text], tokens[ground]) < 4.5
    }

    assert weak == {}


@pytest.mark.parametrize("tokens", [NORMAL, HIGH], ids=["normal", "high"])
def test_edges_of_controls_and_focus_stand_out(tokens: dict[str, str]) -> None:
    weak = {
        f"{shape} on {ground}": round(compute_contrast(tokens[shape], tokens[ground]), 2)
        for shape, ground in SHAPE_PAIRS
        if compute_contrast(tokens[shape], tokens[ground]) < 3
    }

    assert weak == {}


def test_high_contrast_texts_reach_aaa_on_paper() -> None:
    for text in ("ink", "ink-soft", "ink-mute", "celadon", "seal", "leaf", "azure", "osmanthus"):
        assert compute_contrast(HIGH[text], HIGH["paper"]) >= 7, text

"""docs/glossary.md lists every entry of the catalogue with its two labels."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from matchmaker.catalogue.shelf import Shelf
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
SHELVES = [
    field.name
    for field in fields(Vocabulary)
    if isinstance(getattr(load_vocabulary(), field.name), Shelf)
]


@pytest.mark.parametrize("name", SHELVES)
def test_glossary_lists_the_shelf(name: str) -> None:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    for entry in getattr(load_vocabulary(), name):
        start = f"| `{entry.id}` | {entry.zh} | {entry.en} |"
        assert any(line.startswith(start) for line in lines), start


def test_glossary_lists_nothing_that_the_catalogue_lacks() -> None:
    known = {entry.id for name in SHELVES for entry in getattr(load_vocabulary(), name)}
    rows = [
        line.split("`")[1]
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert len(rows) > 400
    assert set(rows) == known

"""Words of the catalogue in the cells of a table: label, synonym or id in, id out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from matchmaker.catalogue.concepts import Concept
from matchmaker.catalogue.shelf import C, Shelf
from matchmaker.errors import InvalidInput


def entry_of(shelf: Shelf[C], *, allowed: Iterable[C] | None = None) -> Callable[[str], str]:
    """Reads one entry of the shelf, or of the allowed part of it."""
    ids = shelf.ids if allowed is None else frozenset(entry.id for entry in allowed)

    def parse(text: str) -> str:
        found = shelf.find(text)
        if found is None or found.id not in ids:
            raise InvalidInput(
                "unknown_word",
                "没有“{word}”这一项，请从可选值中选择{kind}。",
                word=text[:40],
                kind=shelf.kind_zh,
            )
        return found.id

    return parse


def labels_of(entries: Iterable[Concept]) -> tuple[str, ...]:
    """The Chinese labels, in order."""
    return tuple(entry.zh for entry in entries)

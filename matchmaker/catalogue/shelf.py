"""One kind of catalogue entries, found by id, label or alias."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Generic, TypeVar

from matchmaker.catalogue.concepts import Concept
from matchmaker.catalogue.seed_files import refuse
from matchmaker.errors import InvalidInput

C = TypeVar("C", bound=Concept)


def fold(word: str) -> str:
    """The form in which words are compared: NFKC, no case, no surrounding space."""
    return unicodedata.normalize("NFKC", word).casefold().strip()


class Shelf(Generic[C]):
    """The entries of one kind, in file order."""

    def __init__(self, kind_zh: str, file: str, entries: tuple[C, ...]) -> None:
        self.kind_zh = kind_zh
        self.entries = entries
        self.ids = frozenset(entry.id for entry in entries)
        self._by_label: dict[str, C] = {}
        for entry in entries:
            self._add(entry, file)

    def _add(self, entry: C, file: str) -> None:
        for label in {fold(label) for label in entry.labels}:
            other = self._by_label.setdefault(label, entry)
            if other is not entry:
                refuse(file, entry.id, f"“{label}”已用于“{other.id}”")

    def __iter__(self) -> Iterator[C]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, id_: object) -> bool:
        """Whether this very id (not a label) exists."""
        return id_ in self.ids

    def find(self, word: str) -> C | None:
        """The entry whose id, label or alias the word is, or None."""
        return self._by_label.get(fold(word))

    def get(self, word: str) -> C:
        """The entry whose id, label or alias the word is; raises InvalidInput otherwise."""
        found = self.find(word)
        if found is None:
            raise InvalidInput(
                "unknown_word",
                "{kind}目录中没有“{word}”。请使用目录中的名称或编号。",
                kind=self.kind_zh,
                word=word,
            )
        return found

    def lineage(self, word: str) -> tuple[C, ...]:
        """The entry and its ever broader ones (tasks, forms, certificates)."""
        chain = [self.get(word)]
        while broader := getattr(chain[-1], "broader", ""):
            chain.append(self.get(broader))
        return tuple(chain)

"""From a text to the terms of three views.

Chinese has no spaces, so one way of cutting loses what another finds. Single characters bridge
different wordings of one thing, adjacent pairs keep the order, dictionary words carry the terms
of the field; letters and digits are kept whole and in small pieces, which finds model numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Any

from matchmaker.paths import SEEDS
from matchmaker.text.normalise import normalise


class View(IntEnum):
    """One way of cutting a text; the number is stored with every term."""

    CHARACTERS = 0
    PAIRS = 1
    WORDS = 2


ViewTerms = tuple[Counter[str], Counter[str], Counter[str]]

_LATIN_RUN = r"[a-z0-9]+(?:[.\-+/][a-z0-9]+)*"
_CHARACTER = re.compile(rf"{_LATIN_RUN}|[^\W_]")
_HAS_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A term where it stands in the normalised text."""

    view: View
    term: str
    start: int
    end: int


@lru_cache(maxsize=1)
def default_dictionary() -> tuple[str, ...]:
    """The words of the field that are never cut apart, from the catalogue's seeds."""
    lines = (SEEDS / "catalogue" / "words.txt").read_text(encoding="utf-8").splitlines()
    words = (normalise(line) for line in lines if not line.startswith("#"))
    return tuple(dict.fromkeys(word for word in words if len(word) > 1))


def iter_characters(text: str) -> Iterator[tuple[str, int, int]]:
    """Single characters; a run of Latin letters and digits whole and as its 2- and 3-grams."""
    for match in _CHARACTER.finditer(text):
        run, start = match.group(), match.start()
        yield run, start, match.end()
        if len(run) > 2:
            for i in range(len(run) - 1):
                yield run[i : i + 2], start + i, start + i + 2
        if len(run) > 3:
            for i in range(len(run) - 2):
                yield run[i : i + 3], start + i, start + i + 3


def _characters(text: str) -> list[str]:
    """The terms of ``iter_characters`` without their places."""
    found: list[str] = []
    for run in _CHARACTER.findall(text):
        found.append(run)
        if len(run) > 2:
            found += map("".join, pairwise(run))
        if len(run) > 3:
            found += [run[i : i + 3] for i in range(len(run) - 2)]
    return found


def iter_pairs(text: str) -> Iterator[tuple[str, int, int]]:
    """Neighbouring characters that no white space parts."""
    for i in range(len(text) - 1):
        pair = text[i : i + 2]
        if " " not in pair:
            yield pair, i, i + 2


class Analyser:
    """Cuts texts into the terms of the three views. Loads the segmenter at the first use.

    ``dictionary`` are words that must stay whole (default: ``default_dictionary()``).
    """

    def __init__(self, dictionary: Iterable[str] | None = None) -> None:
        self.dictionary = None if dictionary is None else tuple(dictionary)
        self._segmenter: Any = None
        self._lock = Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {"dictionary": self.dictionary}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["dictionary"])  # type: ignore[misc]

    def warm_up(self) -> None:
        """Load the segmenter now (about a tenth of a second), not at the first query."""
        with self._lock:
            if self._segmenter is None:
                self._segmenter = _build_segmenter(self._words())

    def iter_words(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Dictionary words of a normalised text with their places, punctuation left out."""
        if self._segmenter is None:
            self.warm_up()
        at = 0
        for word in self._segmenter.cut(text, hmm=False):
            start, at = at, at + len(word)
            if _HAS_LETTER_OR_DIGIT.search(word):
                yield word, start, at

    def terms(self, text: str) -> ViewTerms:
        """How often each term of each view occurs; the text need not be normalised."""
        clean = normalise(text)
        if self._segmenter is None:
            self.warm_up()
        words = self._segmenter.cut(clean, hmm=False)
        # The places are not needed here, and lists are counted several times faster.
        return (
            Counter(_characters(clean)),
            Counter([pair for part in clean.split() for pair in map("".join, pairwise(part))]),
            Counter([word for word in words if _HAS_LETTER_OR_DIGIT.search(word)]),
        )

    def occurrences(self, text: str) -> list[Occurrence]:
        """Every term of every view with its place in ``normalise(text)``."""
        clean = normalise(text)
        cuts = (iter_characters(clean), iter_pairs(clean), self.iter_words(clean))
        return [
            Occurrence(view, term, start, end)
            for view, cut in zip(View, cuts, strict=True)
            for term, start, end in cut
        ]

    def _words(self) -> tuple[str, ...]:
        return default_dictionary() if self.dictionary is None else self.dictionary


def _build_segmenter(words: Iterable[str]) -> Any:
    # Imported here: the extension builds its own dictionary when it is first imported.
    import rjieba

    segmenter = rjieba.Jieba()
    for word in words:
        clean = normalise(word)
        if len(clean) > 1:
            segmenter.add_word(clean, None, None)
    return segmenter

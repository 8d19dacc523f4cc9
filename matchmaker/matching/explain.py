"""Reasons that people can read: the shares of characters, pairs and pieces folded into words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matchmaker.matching.retrieval import PreparedQuery, Query, TermShare
from matchmaker.text import Analyser, View, default_dictionary, normalise
from matchmaker.text.analyser import Occurrence


@dataclass(frozen=True)
class WordShare:
    """What a word of the query adds. ``expands``: the query's word that brought a synonym in."""

    word: str
    points: float
    expands: str | None = None


Place = tuple[str, str | None]


def word_places(query: Query, analyser: Analyser) -> dict[tuple[View, str], dict[Place, float]]:
    """For each term of the query: the words it stands in, with their part of its count (sum 1).

    A pair across two words belongs half to each; what stands in no word is itself.
    """
    counts: dict[tuple[View, str], dict[Place, float]] = defaultdict(lambda: defaultdict(float))
    for text, weight, origin in ((query.text, 1.0, False), *_expansions(query)):
        found = analyser.occurrences(text)
        owners = _owners([item for item in found if item.view is View.WORDS])
        for item in found:
            words = _words_over(item, owners)
            for word in words:
                place = (word, text if origin else None)
                counts[(item.view, item.term)][place] += weight / len(words)
    return {key: _normalised(places) for key, places in counts.items()}


def _expansions(query: Query) -> Iterable[tuple[str, float, bool]]:
    return ((phrase, weight, True) for phrase, weight in query.expansions)


def _owners(words: Sequence[Occurrence]) -> dict[int, str]:
    return {at: item.term for item in words for at in range(item.start, item.end)}


def _words_over(item: Occurrence, owners: dict[int, str]) -> list[str]:
    return [owners.get(at, item.term) for at in range(item.start, item.end)]


def _normalised(places: dict[Place, float]) -> dict[Place, float]:
    total = sum(places.values())
    return {place: count / total for place, count in places.items()}


def fold_into_words(
    shares: Sequence[TermShare],
    places: dict[tuple[View, str], dict[Place, float]],
    *,
    points: float,
) -> list[WordShare]:
    """Words that together are worth ``points``, best first."""
    total = sum(share.mix for share in shares)
    if total <= 0.0:
        return []
    sums: dict[Place, float] = defaultdict(float)
    for share in shares:
        for place, part in places[(share.view, share.term)].items():
            sums[place] += share.mix / total * points * part
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0][0]))
    return [WordShare(word, value, origin) for (word, origin), value in ordered]


#: How many of the words that a product's text lacks are named.
MISSING_SHOWN = 8


def field_words_of(query: PreparedQuery) -> tuple[str, ...]:
    """The words of the field in a query's own text, the weightiest first."""
    field, words = _field_words(), int(View.WORDS)
    counts = {
        term: count
        for view, term, count in zip(
            query.views.tolist(), query.terms, query.counts.tolist(), strict=True
        )
        if view == words and count >= 1.0 and term in field
    }
    return tuple(sorted(counts, key=lambda word: (-counts[word], -len(word), word)))


def missing_words(wanted: Sequence[str], shares: Sequence[TermShare]) -> tuple[str, ...]:
    """Those of the wanted words that a row lacks, in their order."""
    shared = {share.term for share in shares if share.view is View.WORDS}
    return tuple(word for word in wanted if word not in shared)[:MISSING_SHOWN]


@lru_cache(maxsize=1)
def _field_words() -> frozenset[str]:
    return frozenset(normalise(word) for word in default_dictionary())

"""The recipe: how often a term stands in a row becomes its weight there.

Sources: S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
(2009) for the saturating weight; the sublinear cosine is the one of scikit-learn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.vocabulary import FloatArray
from matchmaker.text import Analyser, View

#: Written with every stored corpus and every match, so that a list can be produced again.
SCORER_VERSION = "blend-1"


@dataclass(frozen=True)
class Recipe:
    """Every number of the text score. ``view_weights``: characters, pairs, words."""

    view_weights: tuple[float, float, float] = (1.0, 0.3, 0.6)
    k1: float = 1.0
    b: float = 0.5
    cosine_from: float = 15.0
    cosine_span: float = 40.0

    def saturate(self, counts: FloatArray, relative_length: FloatArray) -> FloatArray:
        """tf·(k1 + 1) / (tf + k1·(1 − b + b·dl/avgdl)); below k1 + 1 for any count."""
        shape = self.k1 * (1.0 - self.b + self.b * relative_length)
        result: FloatArray = counts * (self.k1 + 1.0) / (counts + shape)
        return result

    def cosine_share(self, n_characters: int) -> float:
        """How much the cosine counts beside the sum: 0 for short queries, 1 from 55 characters."""
        return float(np.clip((n_characters - self.cosine_from) / self.cosine_span, 0.0, 1.0))


def dampen(counts: FloatArray) -> FloatArray:
    """1 + ln tf; a count below one (an expansion) stays as it is."""
    result: FloatArray = np.where(counts < 1.0, counts, 1.0 + np.log(np.maximum(counts, 1.0)))
    return result


@dataclass(frozen=True)
class FieldedText:
    """A text in fields; a field of weight 3 counts as if it stood there three times."""

    fields: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        if any(weight < 1 for _, weight in self.fields):
            raise ValueError("a field weight is a whole number from 1 on")


Document = str | FieldedText


def count_terms(document: Document, analyser: Analyser) -> tuple[Mapping[str, int], ...]:
    """The counts of each view."""
    if isinstance(document, str):
        return analyser.terms(document)
    totals: tuple[dict[str, int], ...] = tuple({} for _ in View)
    for text, weight in document.fields:
        for total, found in zip(totals, analyser.terms(text), strict=True):
            for term, count in found.items():
                total[term] = total.get(term, 0) + weight * count
    return totals

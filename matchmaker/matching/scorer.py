"""``TextMatcher``: ranks texts for a query and says, term by term, why. Pure: no web, no database.

>>> matcher = TextMatcher().fit(["四足机器人 楼梯巡检", "餐厅送餐机器人"])
>>> indices, scores = matcher.rank(["爬楼梯做巡检"], 1)
>>> int(indices[0, 0])
0
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matchmaker.matching.postings import Segment
from matchmaker.matching.retrieval import (
    Found,
    Part,
    PreparedQuery,
    Query,
    Snapshot,
    TermShare,
    compute_coverage,
    prepare_query,
    retrieve,
    share_terms,
)
from matchmaker.matching.rows import Tail, count_corpus, weigh_row
from matchmaker.matching.vocabulary import (
    FloatArray,
    IntArray,
    read_vocabulary,
    write_vocabulary,
)
from matchmaker.matching.weighting import SCORER_VERSION, Document, FieldedText, Recipe
from matchmaker.text import Analyser, check_query_length

#: Frequent terms are dropped from this many rows on; below, every term may be the one that counts.
MAX_DF_FROM_ROWS = 1_000
#: A tail that has reached this many rows becomes a segment.
TAIL_ROWS = 1_024


class TextMatcher(BaseEstimator):  # type: ignore[misc]
    """Saturating three-view sum blended with a cosine for long queries.

    Parameters
    ----------
    view_weights : weights of characters, pairs and words.
    k1, b : saturation and length normalisation of the sum.
    max_df : share of rows above which a term is dropped, from 1,000 rows on.
    candidates : rows that the first stage hands on in large corpora; None sums all rows exactly.
    dictionary : words that stay whole; None takes the list of the field.
    """

    def __init__(
        self,
        *,
        view_weights: tuple[float, float, float] = (1.0, 0.3, 0.6),
        k1: float = 1.0,
        b: float = 0.5,
        max_df: float = 0.5,
        candidates: int | None = 300,
        dictionary: tuple[str, ...] | None = None,
    ) -> None:
        self.view_weights = view_weights
        self.k1 = k1
        self.b = b
        self.max_df = max_df
        self.candidates = candidates
        self.dictionary = dictionary

    def fit(self, texts: Iterable[Document], y: object = None) -> Self:
        """Learn the vocabulary, its statistics and the rows. Empty texts match nothing."""
        documents = _check_documents(texts)
        self.analyser_ = Analyser(self.dictionary)
        self.recipe_ = Recipe(view_weights=self.view_weights, k1=self.k1, b=self.b)
        counted = count_corpus(documents, self.analyser_)
        limit = self.max_df * len(documents) if len(documents) >= MAX_DF_FROM_ROWS else np.inf
        self.vocabulary_ = counted.build_vocabulary(float(limit))
        self._segments: tuple[Segment, ...] = (
            counted.build_segment(self.vocabulary_, self.recipe_),
        )
        self._tail = Tail()
        return self

    def partial_fit(self, texts: Iterable[Document], y: object = None) -> Self:
        """Append rows; the statistics stay those of the fit. Before a fit it is one."""
        if not hasattr(self, "vocabulary_"):
            return self.fit(texts)
        for document in _check_documents(texts):
            row = weigh_row(document, self.vocabulary_, self.analyser_, self.recipe_)
            self._tail.append(row)
            if self._tail.n_rows >= TAIL_ROWS:
                sealed = self._tail.seal(len(self.vocabulary_))
                self._segments = (*self._segments, sealed)
                self._tail = Tail()
        return self

    @property
    def n_rows_(self) -> int:
        """Rows fitted and appended."""
        return self.snapshot_.n_rows

    @property
    def snapshot_(self) -> Snapshot:
        """What a query sees now."""
        check_is_fitted(self, "vocabulary_")
        segments = list(self._segments)
        if self._tail.n_rows:
            segments.append(self._tail.snapshot(len(self.vocabulary_)))
        parts, start = [], 0
        for segment in segments:
            parts.append(Part(segment, start))
            start += segment.n_rows
        return Snapshot(self.vocabulary_, tuple(parts))

    def prepare(self, query: str | Query) -> PreparedQuery:
        """The query in numbers; ``LimitExceeded`` above 20,000 characters.

        A query without a letter or digit is allowed here and matches nothing; who asks for
        people refuses it before (``check_query_text``).
        """
        check_is_fitted(self, "vocabulary_")
        check_query_length(query if isinstance(query, str) else query.text)
        return prepare_query(
            query, vocabulary=self.vocabulary_, analyser=self.analyser_, recipe=self.recipe_
        )

    def find(
        self, query: str | Query, k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> Found:
        """The best k rows of those ``allowed`` (n_rows,), without padding."""
        return retrieve(
            self.snapshot_,
            self.prepare(query),
            k,
            allowed=allowed,
            candidates=self.candidates,
        )

    def rank(
        self,
        queries: Sequence[str | Query],
        k: int,
        *,
        allowed: NDArray[np.bool_] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Indices (n, k) and scores (n, k), best first, ties by index, padded with −1 and 0.

        ``allowed`` (n_rows,) keeps only some rows. Scores compare within one query only.
        """
        if isinstance(queries, str | Query):
            raise TypeError("rank expects a list of queries; write rank([text], k)")
        if k < 1:
            raise ValueError("k must be at least 1")
        indices = np.full((len(queries), k), -1, np.int64)
        scores = np.zeros((len(queries), k))
        for i, query in enumerate(queries):
            found = self.find(query, k, allowed=allowed)
            indices[i, : len(found.rows)] = found.rows
            scores[i, : len(found.rows)] = found.scores
        return indices, scores

    def coverage(self, query: str | Query, indices: Sequence[int] | IntArray) -> FloatArray:
        """How much of the query each row covers, 0..1, comparable between queries."""
        return compute_coverage(self.snapshot_, self.prepare(query), indices)

    def explain(
        self, query: str | Query, index: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[str, float]]:
        """Terms and points that sum to the row's score in ``rank``, best first."""
        snapshot, prepared = self.snapshot_, self.prepare(query)
        shares = share_terms(snapshot, prepared, index)
        if not shares:
            return []
        found = retrieve(snapshot, prepared, 1, allowed=allowed, candidates=self.candidates)
        return _merge_views(shares, found, prepared.cosine_share)

    def save(self, folder: str | Path) -> None:
        """Write the fitted state as immutable arrays; the folder must not hold one already."""
        check_is_fitted(self, "vocabulary_")
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        if (target / "manifest.json").exists():
            raise FileExistsError(f"{target} already holds a saved matcher")
        snapshot = self.snapshot_
        for number, part in enumerate(snapshot.parts):
            part.segment.write(target / f"segment-{number}")
        write_vocabulary(self.vocabulary_, target)
        manifest = {
            "scorer": SCORER_VERSION,
            "parameters": self.get_params(),
            "segment_columns": [part.segment.n_columns for part in snapshot.parts],
        }
        # Written last: a folder without it is an interrupted save.
        (target / "manifest.json").write_text(
            json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: str | Path, mmap: bool = True) -> Self:
        """A matcher written by ``save``; with ``mmap`` workers share the pages of the files."""
        source = Path(folder)
        manifest = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
        if manifest["scorer"] != SCORER_VERSION:
            raise ValueError(
                f"{source} was written by scorer {manifest['scorer']}, this is {SCORER_VERSION}"
            )
        matcher = cls(**_parameters(manifest["parameters"]))
        matcher.analyser_ = Analyser(matcher.dictionary)
        matcher.recipe_ = Recipe(view_weights=matcher.view_weights, k1=matcher.k1, b=matcher.b)
        matcher.vocabulary_ = read_vocabulary(source, mmap=mmap)
        matcher._segments = tuple(
            Segment.read(source / f"segment-{number}", n_columns=n_columns, mmap=mmap)
            for number, n_columns in enumerate(manifest["segment_columns"])
        )
        matcher._tail = Tail()
        return matcher


def _parameters(stored: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()}


def _check_documents(texts: Iterable[Document]) -> list[Document]:
    if isinstance(texts, str | FieldedText):
        raise TypeError("a list of texts is expected, not one text")
    documents = list(texts)
    for i, document in enumerate(documents):
        if not isinstance(document, str | FieldedText):
            raise TypeError(f"text {i} is {type(document).__name__}, not str or FieldedText")
    return documents


def _merge_views(
    shares: Sequence[TermShare], found: Found, cosine_share: float
) -> list[tuple[str, float]]:
    points: dict[str, float] = {}
    for share in shares:
        worth = share.mix / found.best_mix + cosine_share * share.cosine / found.best_cosine
        points[share.term] = points.get(share.term, 0.0) + worth
    return sorted(points.items(), key=lambda item: (-item[1], item[0]))

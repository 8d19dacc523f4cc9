"""From texts to weighted rows: the whole corpus at a fit, single rows behind it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.postings import Segment
from matchmaker.matching.vocabulary import FloatArray, IntArray, Statistics, Vocabulary
from matchmaker.matching.weighting import Document, Recipe, count_terms, dampen
from matchmaker.text import Analyser, View


@dataclass(frozen=True)
class CountedView:
    """One view of a corpus. ``terms`` in order of appearance; entries by row."""

    terms: dict[str, int]
    row_starts: IntArray
    columns: NDArray[np.int32]
    counts: FloatArray

    @property
    def lengths(self) -> FloatArray:
        """Terms of each row, repeats included."""
        sums = np.concatenate(([0.0], np.cumsum(self.counts)))
        result: FloatArray = sums[self.row_starts[1:]] - sums[self.row_starts[:-1]]
        return result


@dataclass(frozen=True)
class CountedCorpus:
    """The counts of a corpus in every view."""

    views: tuple[CountedView, ...]
    n_rows: int

    def build_vocabulary(self, max_df: float) -> Vocabulary:
        """``max_df``: rows above which a term weighs nothing."""
        lengths = [float(view.lengths.mean()) if self.n_rows else 0.0 for view in self.views]
        statistics = Statistics(
            n_rows=self.n_rows,
            mean_length=(lengths[0], lengths[1], lengths[2]),
            max_df=max_df if np.isfinite(max_df) else float(self.n_rows),
        )
        df = [np.bincount(view.columns, minlength=len(view.terms)) for view in self.views]
        return Vocabulary.build(
            terms=[list(view.terms) for view in self.views],
            df=np.concatenate(df).astype(np.int32),
            statistics=statistics,
        )

    def build_segment(self, vocabulary: Vocabulary, recipe: Recipe) -> Segment:
        """Weighted rows and their postings; terms without weight are left out."""
        owners, columns, mix, cosine = [], [], [], []
        for number, view in enumerate(self.views):
            owner = np.repeat(np.arange(self.n_rows), np.diff(view.row_starts))
            own = view.columns.astype(np.int64) + vocabulary.starts[number]
            relative = _relative(view.lengths, vocabulary.statistics.mean_length[number])
            kept = vocabulary.mix_weights(own) > 0.0
            owners.append(owner[kept].astype(np.int32))
            columns.append(own[kept].astype(np.int32))
            mix.append(recipe.saturate(view.counts, relative[owner])[kept].astype(np.float32))
            raw = dampen(view.counts) * vocabulary.cosine_weights(own)
            cosine.append(raw[kept])
        owner_all = np.concatenate(owners)
        order = np.argsort(owner_all, kind="stable")
        counts = np.bincount(owner_all, minlength=self.n_rows)
        raw_all, owner_all = np.concatenate(cosine)[order], owner_all[order]
        norms = np.sqrt(np.bincount(owner_all, raw_all**2, minlength=self.n_rows))
        return Segment.build(
            n_columns=len(vocabulary),
            row_starts=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            columns=np.concatenate(columns)[order],
            mix=np.concatenate(mix)[order],
            cosine=(raw_all / norms[owner_all]).astype(np.float32),
        )


def _relative(lengths: FloatArray, mean: float) -> FloatArray:
    result: FloatArray = lengths / mean if mean > 0.0 else np.zeros_like(lengths)
    return result


def count_corpus(documents: Sequence[Document], analyser: Analyser) -> CountedCorpus:
    """Every term of every view; columns are numbered in order of appearance."""
    terms: list[dict[str, int]] = [{} for _ in View]
    columns = [array("i") for _ in View]
    counts = [array("i") for _ in View]
    starts = [array("q", [0]) for _ in View]
    for document in documents:
        for view, found in enumerate(count_terms(document, analyser)):
            known = terms[view]
            columns[view].extend([known.setdefault(term, len(known)) for term in found])
            counts[view].extend(found.values())
            starts[view].append(len(columns[view]))
    views = tuple(
        CountedView(
            terms=terms[view],
            row_starts=np.array(starts[view], np.int64),
            columns=np.array(columns[view], np.int32),
            counts=np.array(counts[view], np.float64),
        )
        for view in View
    )
    return CountedCorpus(views, len(documents))


@dataclass(frozen=True)
class WeightedRow:
    """One row behind a fit; ``columns``, ``mix`` and ``cosine`` as in ``Segment``."""

    columns: NDArray[np.int32]
    mix: NDArray[np.float32]
    cosine: NDArray[np.float32]


def weigh_row(
    document: Document, vocabulary: Vocabulary, analyser: Analyser, recipe: Recipe
) -> WeightedRow:
    """Weights of one text by the frozen statistics; new terms get new columns."""
    columns, mix, cosine = [], [], []
    for view, found in enumerate(count_terms(document, analyser)):
        own = vocabulary.grow(view, list(found))
        counts = np.array(list(found.values()), np.float64)
        length = np.full(1, counts.sum())
        relative = _relative(length, vocabulary.statistics.mean_length[view])
        kept = vocabulary.mix_weights(own) > 0.0
        columns.append(own[kept])
        mix.append(recipe.saturate(counts, relative)[kept])
        raw = dampen(counts) * vocabulary.cosine_weights(own)
        cosine.append(raw[kept])
    raw_all = np.concatenate(cosine)
    norm = float(np.sqrt((raw_all**2).sum()))
    return WeightedRow(
        columns=np.concatenate(columns).astype(np.int32),
        mix=np.concatenate(mix).astype(np.float32),
        cosine=(raw_all / norm if norm > 0.0 else raw_all).astype(np.float32),
    )


class Tail:
    """Rows added since the last segment. Arrays grow by doubling; snapshots stay valid."""

    def __init__(self) -> None:
        self.starts: list[int] = [0]
        self._columns = np.zeros(4_096, np.int32)
        self._mix = np.zeros(4_096, np.float32)
        self._cosine = np.zeros(4_096, np.float32)

    @property
    def n_rows(self) -> int:
        return len(self.starts) - 1

    def append(self, row: WeightedRow) -> None:
        """Add one row at the end."""
        start, end = self.starts[-1], self.starts[-1] + len(row.columns)
        if end > len(self._columns):
            room = max(2 * len(self._columns), end)
            # New arrays, so that a snapshot of the old ones keeps what it saw.
            self._columns = _enlarge(self._columns, room)
            self._mix = _enlarge(self._mix, room)
            self._cosine = _enlarge(self._cosine, room)
        self._columns[start:end] = row.columns
        self._mix[start:end] = row.mix
        self._cosine[start:end] = row.cosine
        self.starts.append(end)

    def snapshot(self, n_columns: int) -> Segment:
        """The rows of now, without postings: a tail is short enough to be read as a whole."""
        end = self.starts[-1]
        return Segment(
            n_columns=n_columns,
            row_starts=np.array(self.starts, np.int64),
            columns=self._columns[:end],
            mix=self._mix[:end],
            cosine=self._cosine[:end],
            term_starts=np.zeros(1, np.int64),
            term_rows=np.zeros(0, np.int32),
            term_mix=np.zeros(0, np.float32),
        )

    def seal(self, n_columns: int) -> Segment:
        """The rows as a segment of their own, with postings."""
        end = self.starts[-1]
        return Segment.build(
            n_columns=n_columns,
            row_starts=np.array(self.starts, np.int64),
            columns=self._columns[:end].copy(),
            mix=self._mix[:end].copy(),
            cosine=self._cosine[:end].copy(),
        )


def _enlarge(values: NDArray[Any], room: int) -> NDArray[Any]:
    larger = np.zeros(room, values.dtype)
    larger[: len(values)] = values
    return larger

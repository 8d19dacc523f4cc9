"""Rows and postings of one immutable block of texts, and the sums over them.

``rows`` lists the terms of each row with two weights: ``mix`` saturates with the count, ``cosine``
has rows of length 1. ``postings`` lists the rows of each term with their ``mix`` weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.vocabulary import FloatArray, IntArray, read_array


@dataclass(frozen=True)
class Segment:
    """``row_starts`` (n_rows + 1,), ``columns``, ``mix``, ``cosine`` (n_entries,) by row;

    ``term_starts`` (n_columns + 1,), ``term_rows``, ``term_mix`` (n_entries,) by column.
    """

    n_columns: int
    row_starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    mix: NDArray[np.float32]
    cosine: NDArray[np.float32]
    term_starts: NDArray[np.int64]
    term_rows: NDArray[np.int32]
    term_mix: NDArray[np.float32]

    ARRAYS = (
        "row_starts",
        "columns",
        "mix",
        "cosine",
        "term_starts",
        "term_rows",
        "term_mix",
    )

    @classmethod
    def build(
        cls,
        *,
        n_columns: int,
        row_starts: NDArray[np.int64],
        columns: NDArray[np.int32],
        mix: NDArray[np.float32],
        cosine: NDArray[np.float32],
    ) -> Segment:
        """The postings are derived from the rows, whose columns need no order."""
        shape = (len(row_starts) - 1, n_columns)
        by_term = sparse.csr_matrix((mix, columns, row_starts), shape=shape, copy=False).tocsc()
        return cls(
            n_columns=n_columns,
            row_starts=row_starts,
            columns=columns,
            mix=mix,
            cosine=cosine,
            term_starts=by_term.indptr.astype(np.int64),
            term_rows=by_term.indices.astype(np.int32, copy=False),
            term_mix=by_term.data,
        )

    @property
    def n_rows(self) -> int:
        return len(self.row_starts) - 1

    @property
    def n_bytes(self) -> int:
        """Memory or file space of the arrays."""
        return sum(int(getattr(self, name).nbytes) for name in self.ARRAYS)

    @cached_property
    def _matrices(self) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        shape = (self.n_rows, self.n_columns)
        mix = sparse.csr_matrix((self.mix, self.columns, self.row_starts), shape=shape, copy=False)
        cosine = sparse.csr_matrix((self.cosine, mix.indices, mix.indptr), shape=shape, copy=False)
        return mix, cosine

    @cached_property
    def _postings(self) -> sparse.csr_matrix:
        shape = (self.n_columns, self.n_rows)
        parts = (self.term_mix, self.term_rows, self.term_starts)
        return sparse.csr_matrix(parts, shape=shape, copy=False)

    def scan(
        self, mix_query: NDArray[np.float32], cosine_query: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Both sums for every row by reading all rows; queries dense over the columns."""
        mix, cosine = self._matrices
        n = self.n_columns
        return mix @ mix_query[:n], cosine @ cosine_query[:n]

    def gather(self, columns: IntArray, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """The ``mix`` sum over the given columns for every row, touching only their postings."""
        inside = columns < self.n_columns
        result: NDArray[np.float32] = self._postings[columns[inside]].T @ weights[inside]
        return result

    def count_postings(self, columns: IntArray) -> IntArray:
        """How many rows of the segment each column touches."""
        counts = np.zeros(len(columns), np.int64)
        inside = columns < self.n_columns
        kept = columns[inside]
        counts[inside] = self.term_starts[kept + 1] - self.term_starts[kept]
        return counts

    def score_rows(
        self, rows: IntArray, mix_query: FloatArray, cosine_query: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Both exact sums (float64) of some rows, in the order of ``rows``."""
        entries, owner = self._entries(rows)
        columns = self.columns[entries]
        # A term that weighs in the sum weighs in the cosine: one look-up finds the shared ones.
        asked = cosine_query[columns]
        shared = np.flatnonzero(asked)
        asked, owner, columns = asked[shared], owner[shared], columns[shared]
        entries = entries[shared]
        mix = np.zeros(len(rows))
        cosine = np.zeros(len(rows))
        # bincount adds in the order of the entries: equal rows get equal sums, to the last bit.
        mix[:] = np.bincount(owner, self.mix[entries] * mix_query[columns], len(rows))
        cosine[:] = np.bincount(owner, self.cosine[entries] * asked, len(rows))
        return mix, cosine

    def row_terms(
        self, row: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
        """The columns of one row with both weights."""
        span = slice(int(self.row_starts[row]), int(self.row_starts[row + 1]))
        return self.columns[span], self.mix[span], self.cosine[span]

    def _entries(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        starts = self.row_starts[rows]
        lengths = self.row_starts[rows + 1] - starts
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        entries = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
        return entries, np.repeat(np.arange(len(rows)), lengths)

    def write(self, folder: Path) -> None:
        """One ``.npy`` file per array."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def read(cls, folder: Path, *, n_columns: int, mmap: bool) -> Segment:
        """A segment written by ``write``; with ``mmap`` the pages are shared between workers."""
        loaded = {name: read_array(folder / f"{name}.npy", mmap=mmap) for name in cls.ARRAYS}
        return cls(n_columns=n_columns, **loaded)

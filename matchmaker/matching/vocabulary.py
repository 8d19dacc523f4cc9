"""The terms of a corpus as columns, looked up by hash so that a stored one opens at once.

A column belongs to one view. The columns of a fit are frozen together with their statistics; a
term that comes later gets a column behind them, with the weight of a term that one row holds.
"""

from __future__ import annotations

import json
import mmap as memory
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from matchmaker.text import View

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def read_array(path: Path, *, mmap: bool) -> NDArray[Any]:
    """One stored array; with ``mmap`` its pages are read when touched and shared."""
    if not mmap:
        loaded: NDArray[Any] = np.load(path, allow_pickle=False)
        return loaded
    # A plain array over the map: ``np.memmap`` costs ten times as much to open and to slice.
    with path.open("rb") as stream:
        version = npy.read_magic(stream)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read_header(stream)
        if 0 in shape:
            return np.zeros(shape, dtype)
        pages = memory.mmap(stream.fileno(), 0, access=memory.ACCESS_READ)
        return np.frombuffer(pages, dtype, int(np.prod(shape)), stream.tell()).reshape(shape)


@lru_cache(maxsize=65_536)
def hash_term(view: int, term: str) -> int:
    """A 64-bit number: the bytes themselves for short terms, a digest for long ones."""
    data = term.encode()
    if len(data) < 8:
        return int.from_bytes(bytes((view + 1,)) + data, "big")
    digest = blake2b(data, digest_size=8, person=bytes((view,))).digest()
    return int.from_bytes(digest, "big") | (1 << 63)


@dataclass(frozen=True)
class Statistics:
    """What a fit knows of the corpus; frozen until the next fit."""

    n_rows: int
    mean_length: tuple[float, float, float]
    max_df: float

    def weight_of(self, df: FloatArray) -> FloatArray:
        """ln(1 + (N − df + ½) / (df + ½)): the rarer a term, the more it tells (BM25)."""
        # An empty fit weighs like one of a single row, so that later rows can be found.
        n_rows = max(self.n_rows, 1)
        result: FloatArray = np.log1p((n_rows - df + 0.5) / (df + 0.5))
        return result

    def cosine_weight_of(self, df: FloatArray) -> FloatArray:
        """ln((1 + N) / (1 + df)) + 1, the smoothed inverse document frequency."""
        result: FloatArray = np.log((1.0 + self.n_rows) / (1.0 + df)) + 1.0
        return result


class Vocabulary:
    """Columns of terms. ``df`` (n_columns,) int32 counts the rows of the fit that hold a term."""

    def __init__(
        self,
        *,
        statistics: Statistics,
        starts: tuple[int, int, int, int],
        df: NDArray[np.int32],
        hashes: NDArray[np.uint64],
        columns: NDArray[np.int32],
        text: NDArray[np.uint8],
        offsets: NDArray[np.int64],
    ) -> None:
        self.statistics = statistics
        self.starts = starts
        self.df, self.hashes, self.columns = df, hashes, columns
        self.text, self.offsets = text, offsets
        self.grown: dict[tuple[int, str], int] = {}
        self.grown_terms: list[tuple[int, str]] = []
        one = np.ones(1)
        self._new_mix = float(statistics.weight_of(one)[0])
        self._new_cosine = float(statistics.cosine_weight_of(one)[0])

    @cached_property
    def _mix(self) -> FloatArray:
        # Made at the first query and not at opening, which must be quick.
        counted = np.asarray(self.df, dtype=np.float64)
        kept = counted <= self.statistics.max_df
        return np.where(kept, self.statistics.weight_of(counted), 0.0)

    @cached_property
    def _cosine(self) -> FloatArray:
        counted = np.asarray(self.df, dtype=np.float64)
        kept = counted <= self.statistics.max_df
        return np.where(kept, self.statistics.cosine_weight_of(counted), 0.0)

    @classmethod
    def build(
        cls,
        *,
        terms: Sequence[Iterable[str]],
        df: NDArray[np.int32],
        statistics: Statistics,
    ) -> Vocabulary:
        """``terms``: those of each view in the order of their columns."""
        keyed = [(view, term) for view, group in enumerate(terms) for term in group]
        counts = [sum(1 for view, _ in keyed if view == v) for v in range(len(View))]
        starts = (0, counts[0], counts[0] + counts[1], len(keyed))
        hashes = np.fromiter((hash_term(v, t) for v, t in keyed), np.uint64, len(keyed))
        columns = np.argsort(hashes, kind="stable").astype(np.int32)
        encoded = [term.encode() for _, term in keyed]
        offsets = np.zeros(len(keyed) + 1, np.int64)
        np.cumsum([len(data) for data in encoded], out=offsets[1:])
        return cls(
            statistics=statistics,
            starts=starts,
            df=df,
            hashes=hashes[columns],
            columns=columns,
            text=np.frombuffer(b"".join(encoded), np.uint8),
            offsets=offsets,
        )

    def __len__(self) -> int:
        return self.starts[3] + len(self.grown_terms)

    def term(self, column: int) -> str:
        """The term of a column."""
        if column >= self.starts[3]:
            return self.grown_terms[column - self.starts[3]][1]
        start, end = self.offsets[column : column + 2]
        return bytes(self.text[start:end]).decode()

    def find(self, view: int, terms: Sequence[str]) -> IntArray:
        """The columns of the terms, −1 where a term has none."""
        wanted = np.fromiter((hash_term(view, t) for t in terms), np.uint64, len(terms))
        found = np.full(len(terms), -1, np.int64)
        if len(self.hashes):
            at = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
            known = self.hashes[at] == wanted
            found[known] = self.columns[at[known]]
        if self.grown:
            for i in np.flatnonzero(found < 0).tolist():
                found[i] = self.grown.get((view, terms[i]), -1)
        return found

    def grow(self, view: int, terms: Sequence[str]) -> IntArray:
        """The columns of the terms; one that has none gets the next."""
        found = self.find(view, terms)
        for i in np.flatnonzero(found < 0).tolist():
            column = len(self)
            self.grown_terms.append((view, terms[i]))
            self.grown[(view, terms[i])] = column
            found[i] = column
        return found

    def restore(self, grown: Iterable[tuple[int, str]]) -> None:
        """Give later terms the columns that they had when the vocabulary was written."""
        for key in grown:
            self.grown[key] = len(self)
            self.grown_terms.append(key)

    def mix_weights(self, columns: IntArray) -> FloatArray:
        """Weights for the saturating sum; 0 for a term that too many rows hold."""
        return self._weights(columns, self._mix, self._new_mix)

    def cosine_weights(self, columns: IntArray) -> FloatArray:
        """Weights for the cosine; 0 for a term that too many rows hold."""
        return self._weights(columns, self._cosine, self._new_cosine)

    def row_counts(self, columns: IntArray) -> IntArray:
        """How many rows of the fit hold each column's term (1 for a later one)."""
        counts = np.ones(len(columns), np.int64)
        old = (columns >= 0) & (columns < self.starts[3])
        counts[old] = self.df[columns[old]]
        return counts

    def _weights(self, columns: IntArray, frozen: FloatArray, new: float) -> FloatArray:
        weights = np.full(len(columns), new)
        old = (columns >= 0) & (columns < self.starts[3])
        weights[old] = frozen[columns[old]]
        return weights


_ARRAYS = ("df", "hashes", "columns", "text", "offsets")


def write_vocabulary(vocabulary: Vocabulary, folder: Path) -> None:
    """The frozen part as arrays, its statistics and the later terms as JSON."""
    for name in _ARRAYS:
        np.save(folder / f"vocabulary-{name}.npy", getattr(vocabulary, name))
    state = {
        "statistics": asdict(vocabulary.statistics),
        "starts": vocabulary.starts,
        "grown": vocabulary.grown_terms,
    }
    path = folder / "vocabulary.json"
    path.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")


def read_vocabulary(folder: Path, *, mmap: bool) -> Vocabulary:
    """A vocabulary written by ``write_vocabulary``."""
    state = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    statistics = dict(state["statistics"])
    statistics["mean_length"] = tuple(statistics["mean_length"])
    loaded = {name: read_array(folder / f"vocabulary-{name}.npy", mmap=mmap) for name in _ARRAYS}
    vocabulary = Vocabulary(
        statistics=Statistics(**statistics), starts=tuple(state["starts"]), **loaded
    )
    vocabulary.restore([(view, term) for view, term in state["grown"]])
    return vocabulary

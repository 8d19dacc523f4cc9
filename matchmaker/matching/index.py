"""A live index of texts under stable ids: a stored generation, a tail of changes, tombstones.

The database is the truth. It hands over changes in the order of their numbers; the index is a
cache that can be thrown away. Readers take one snapshot and keep it: a change publishes the next
one by a single assignment and never touches what a reader holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.names import Names, StoredNames
from matchmaker.matching.postings import Segment
from matchmaker.matching.retrieval import (
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
from matchmaker.matching.vocabulary import FloatArray, IntArray, Vocabulary
from matchmaker.matching.weighting import Document, Recipe
from matchmaker.text import Analyser, check_query_text

#: A tail of this many rows asks for a new generation.
TAIL_LIMIT = 1_024
#: Above this share of dead rows a new generation is due.
DEAD_SHARE = 0.2
#: From this many rows on, a term that more than half of them hold weighs nothing.
MAX_DF_FROM_ROWS = 1_000


class Operation(StrEnum):
    PUT = "put"
    DELETE = "delete"


@dataclass(frozen=True)
class Change:
    """One row of the change log. ``text`` is needed for PUT only."""

    seq: int
    kind: str
    id: str
    op: Operation
    text: Document = ""


@dataclass(frozen=True)
class Hit:
    """A found text; scores compare within one query only."""

    id: str
    score: float
    row: int


@dataclass(frozen=True)
class IndexSnapshot:
    """What one reader sees. Immutable; safe to keep and to share between threads."""

    snapshot: Snapshot
    names: Names
    seq: int
    n_alive: int
    analyser: Analyser = field(repr=False)
    recipe: Recipe = field(repr=False)
    candidates: int | None = 300

    def search(
        self, query: str | Query, k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        """The best k, ties by id. ``allowed`` (n_rows,) from ``mask_of`` keeps only some.

        Raises ``LimitExceeded`` or ``InvalidInput`` for what can't be a query.
        """
        check_query_text(query if isinstance(query, str) else query.text)
        found = retrieve(
            self.snapshot,
            self.prepare(query),
            k,
            allowed=allowed,
            candidates=self.candidates,
            names=self.names,
        )
        rows, scores = found.rows.tolist(), found.scores.tolist()
        return [Hit(self.names[row], score, row) for row, score in zip(rows, scores, strict=True)]

    def explain(self, query: str | Query, row: int) -> list[TermShare]:
        """The terms that a row shares with a query."""
        return share_terms(self.snapshot, self.prepare(query), row)

    def prepare(self, query: str | Query) -> PreparedQuery:
        """The query in numbers, for several questions to this snapshot."""
        return prepare_query(
            query,
            vocabulary=self.snapshot.vocabulary,
            analyser=self.analyser,
            recipe=self.recipe,
        )

    def coverage(self, query: str | Query, rows: Sequence[int] | IntArray) -> FloatArray:
        """How much of the query each row covers, 0..1, comparable between queries."""
        return compute_coverage(self.snapshot, self.prepare(query), rows)

    def rows_of(self, ids: Iterable[str]) -> IntArray:
        """The row of each id, −1 for one that is not in the index."""
        latest = {name: row for row, name in enumerate(self.names.added, len(self.names.stored))}
        found = (latest.get(name, self.names.stored.find(name)) for name in ids)
        return np.array([-1 if row is None else row for row in found], np.int64)

    def mask_of(self, ids: Iterable[str]) -> NDArray[np.bool_]:
        """The rows of the given ids; ids that are not in the index are passed over."""
        mask, rows = np.zeros(len(self.names), bool), self.rows_of(ids)
        mask[rows[rows >= 0]] = True
        return mask


class LiveIndex:
    """A generation and the changes since. One writer at a time, any number of readers.

    ``current`` is the snapshot of now.
    """

    def __init__(
        self,
        *,
        kind: str,
        vocabulary: Vocabulary,
        segment: Segment,
        names: StoredNames,
        seq: int,
        recipe: Recipe,
        analyser: Analyser,
        candidates: int | None = 300,
    ) -> None:
        self.kind = kind
        self._vocabulary, self._segment, self._stored = vocabulary, segment, names
        self._alive = np.ones(segment.n_rows, bool)
        self._tail, self._tail_alive = Tail(), np.zeros(0, bool)
        self._rows: dict[str, int] = {}
        self._writing = Lock()
        self.current = IndexSnapshot(
            snapshot=Snapshot(vocabulary, (Part(segment, 0),)),
            names=Names(names, ()),
            seq=seq,
            n_alive=segment.n_rows,
            analyser=analyser,
            recipe=recipe,
            candidates=candidates,
        )

    @property
    def is_due(self) -> bool:
        """Whether a new generation should be written."""
        dead = len(self.current.names) - self.current.n_alive
        return self._tail.n_rows >= TAIL_LIMIT or dead > DEAD_SHARE * max(self._segment.n_rows, 1)

    def apply(self, changes: Iterable[Change]) -> IndexSnapshot:
        """Replay changes of this kind that are newer than what is known; publish the result.

        Raises ValueError where the numbers do not ascend.
        """
        pending = list(changes)
        for before, after in pairwise(pending):
            if after.seq <= before.seq:
                raise ValueError(f"change {after.seq} does not follow {before.seq}")
        with self._writing:
            seq = max((change.seq for change in pending), default=self.current.seq)
            fresh = (item for item in pending if item.seq > self.current.seq)
            own = [(item.id, _text_of(item)) for item in fresh if item.kind == self.kind]
            return self._replay(own, max(seq, self.current.seq))

    def sync(self, texts: Mapping[str, Document | None], *, seq: int) -> IndexSnapshot:
        """Set some texts as they are now, None for one that is gone; publish the result.

        For who knows the present state and not only the changes; ``seq`` is the last one in it.
        """
        with self._writing:
            return self._replay(sorted(texts.items(), key=lambda item: item[0]), seq)

    def _replay(self, texts: Iterable[tuple[str, Document | None]], seq: int) -> IndexSnapshot:
        added, alive = list(self.current.names.added), self._alive
        tail_alive = self._tail_alive.tolist()
        for name, text in texts:
            old = self._rows.pop(name, None)
            if old is not None:
                tail_alive[old] = False
            stored = self._stored.find(name)
            if stored is not None and alive[stored]:
                alive = alive.copy() if alive is self._alive else alive
                alive[stored] = False
            if text is not None:
                self._rows[name] = len(tail_alive)
                self._append(text)
                tail_alive.append(True)
                added.append(name)
        self._alive, self._tail_alive = alive, np.array(tail_alive, bool)
        self.current = self._publish(seq, tuple(added))
        return self.current

    def _append(self, text: Document) -> None:
        now = self.current
        self._tail.append(weigh_row(text, self._vocabulary, now.analyser, now.recipe))

    def _publish(self, seq: int, added: tuple[str, ...]) -> IndexSnapshot:
        parts = [Part(self._segment, 0, None if self._alive.all() else self._alive)]
        if self._tail.n_rows:
            tail = self._tail.snapshot(len(self._vocabulary))
            parts.append(Part(tail, self._segment.n_rows, self._tail_alive))
        return replace(
            self.current,
            snapshot=Snapshot(self._vocabulary, tuple(parts)),
            names=Names(self._stored, added),
            seq=seq,
            n_alive=int(self._alive.sum() + self._tail_alive.sum()),
        )


def _text_of(change: Change) -> Document | None:
    return change.text if change.op is Operation.PUT else None


def order_documents(documents: Iterable[tuple[str, Document]]) -> list[tuple[str, Document]]:
    """The documents by id. Raises ValueError for an id that comes twice."""
    ordered = sorted(documents, key=lambda item: item[0])
    if len({name for name, _ in ordered}) < len(ordered):
        raise ValueError("an id comes twice")
    return ordered


def fit_segment(
    texts: Sequence[Document], recipe: Recipe, analyser: Analyser
) -> tuple[Vocabulary, Segment]:
    """The texts counted anew: their terms with statistics, and their weighted rows."""
    counted = count_corpus(texts, analyser)
    limit = 0.5 * len(texts) if len(texts) >= MAX_DF_FROM_ROWS else np.inf
    vocabulary = counted.build_vocabulary(float(limit))
    return vocabulary, counted.build_segment(vocabulary, recipe)


def fit_index(
    documents: Iterable[tuple[str, Document]],
    *,
    kind: str,
    seq: int = 0,
    recipe: Recipe | None = None,
    analyser: Analyser | None = None,
) -> LiveIndex:
    """The documents (id, text) in memory, as a generation of them would be.

    Raises ValueError for an id that comes twice.
    """
    recipe, analyser = recipe or Recipe(), analyser or Analyser()
    ordered = order_documents(documents)
    vocabulary, segment = fit_segment([text for _, text in ordered], recipe, analyser)
    return LiveIndex(
        kind=kind,
        vocabulary=vocabulary,
        segment=segment,
        names=StoredNames.build([name for name, _ in ordered]),
        seq=seq,
        recipe=recipe,
        analyser=analyser,
    )

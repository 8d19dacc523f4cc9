"""One query against a vocabulary and its segments: the best rows, the coverage, the reasons.

The score of a row is a plain sum over the terms it shares with the query:
``mix / best mix + share · cosine / best cosine``, "best" over the rows that were asked about.
Large corpora are asked in two stages: pairs and words find some hundred candidates by their
postings, then the whole recipe is summed for these alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.postings import Segment
from matchmaker.matching.vocabulary import FloatArray, IntArray, Vocabulary
from matchmaker.matching.weighting import Recipe, dampen
from matchmaker.text import Analyser, View, normalise

#: Up to this many rows all are read; above, the two stages begin.
SCAN_ROWS = 2_000
#: Below this share of kept rows, a filter reads its rows instead of the postings.
SLICE_SHARE = 0.03
#: Single characters in more than this share of the rows wait for the second stage.
FREQUENT_SHARE = 0.02
#: A query whose terms touch fewer postings a row is short: its first stage counts every term.
SHORT_POSTINGS = 10


@dataclass(frozen=True)
class Query:
    """A text to look for. ``expansions``: other words for its matter, each with its weight."""

    text: str
    expansions: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class PreparedQuery:
    """A query in numbers. Entry i is a term; ``columns`` is −1 where the corpus lacks it."""

    views: IntArray
    terms: tuple[str, ...]
    columns: IntArray
    counts: FloatArray
    mix: FloatArray
    cosine: FloatArray
    cosine_share: float
    ideal: float

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which terms can add to a score."""
        return (self.columns >= 0) & (self.mix > 0.0)


def count_query(query: str | Query, analyser: Analyser) -> list[Mapping[str, float]]:
    """Raw counts of each view; an expansion counts with its weight."""
    text, expansions = (query, ()) if isinstance(query, str) else (query.text, query.expansions)
    totals: list[dict[str, float]] = [dict(found) for found in analyser.terms(text)]
    for phrase, weight in expansions:
        for total, found in zip(totals, analyser.terms(phrase), strict=True):
            for term, count in found.items():
                total[term] = total.get(term, 0.0) + weight * count
    return list(totals)


def prepare_query(
    query: str | Query, *, vocabulary: Vocabulary, analyser: Analyser, recipe: Recipe
) -> PreparedQuery:
    """Terms, columns and weights; the length that fades the cosine in is that of the text."""
    counted = count_query(query, analyser)
    text = query if isinstance(query, str) else query.text
    views = np.repeat(np.arange(len(View)), [len(found) for found in counted])
    terms = tuple(term for found in counted for term in found)
    counts = np.array([count for found in counted for count in found.values()], np.float64)
    columns = np.concatenate(
        [vocabulary.find(view, list(found)) for view, found in enumerate(counted)]
    )
    factor = np.asarray(recipe.view_weights)[views]
    mix = factor * counts * vocabulary.mix_weights(columns)
    # The views weigh alike in the cosine: measured better for long queries than their mix weights.
    cosine = dampen(counts) * vocabulary.cosine_weights(columns)
    return PreparedQuery(
        views=views,
        terms=terms,
        columns=columns,
        counts=counts,
        mix=mix,
        cosine=cosine,
        cosine_share=recipe.cosine_share(len(normalise(text))),
        ideal=float(mix.sum()) * (recipe.k1 + 1.0),
    )


@dataclass(frozen=True)
class Part:
    """A segment in its place: its row 0 is row ``start`` of the corpus. ``alive`` None = all."""

    segment: Segment
    start: int
    alive: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Snapshot:
    """What a query sees; never changed once published."""

    vocabulary: Vocabulary
    parts: tuple[Part, ...]

    @property
    def n_rows(self) -> int:
        return sum(part.segment.n_rows for part in self.parts)


@dataclass(frozen=True)
class Found:
    """Rows with a common term, best first, and what their scores were divided by."""

    rows: IntArray
    scores: FloatArray
    best_mix: float
    best_cosine: float
    counters: Mapping[str, int] = field(default_factory=dict)


def _nothing() -> Found:
    return Found(np.zeros(0, np.int64), np.zeros(0), 0.0, 0.0)


@dataclass
class _Pool:
    """Rows whose exact sums are known."""

    rows: list[IntArray] = field(default_factory=list)
    mix: list[FloatArray] = field(default_factory=list)
    cosine: list[FloatArray] = field(default_factory=list)
    postings: int = 0

    def add(self, rows: IntArray, sums: tuple[FloatArray, FloatArray]) -> None:
        self.rows.append(rows)
        self.mix.append(sums[0])
        self.cosine.append(sums[1])


def retrieve(
    snapshot: Snapshot,
    query: PreparedQuery,
    k: int,
    *,
    allowed: NDArray[np.bool_] | None = None,
    candidates: int | None = 300,
    names: Sequence[str] | None = None,
) -> Found:
    """The best k rows. ``allowed`` (n_rows,) leaves rows out; ``candidates`` None reads all rows.

    Equal scores are ordered by ``names`` of the rows, without these by row. The candidate stage
    leaves rows out only when at least ``candidates`` others share a pair, a word or a rare
    character with the query.
    """
    if k < 1 or not query.known.any():
        return _nothing()
    mix, cosine = _dense(query, len(snapshot.vocabulary))
    pool = _Pool()
    for part in snapshot.parts:
        kept = _kept_rows(part, allowed)
        if kept is not None and kept.size == 0:
            continue
        rows = _choose_rows(part, query, kept, k, candidates, (mix, cosine), pool)
        pool.add(rows + part.start, part.segment.score_rows(rows, mix, cosine))
    return _best(pool, query, k, names)


def _dense(query: PreparedQuery, n_columns: int) -> tuple[FloatArray, FloatArray]:
    mix, cosine = np.zeros(n_columns), np.zeros(n_columns)
    known = query.known
    mix[query.columns[known]] = query.mix[known]
    cosine[query.columns[known]] = query.cosine[known]
    return mix, cosine


def _kept_rows(part: Part, allowed: NDArray[np.bool_] | None) -> IntArray | None:
    """The rows of the part that may be shown; None for all."""
    mask = part.alive
    if allowed is not None:
        own = allowed[part.start : part.start + part.segment.n_rows]
        mask = own if mask is None else mask & own
    return None if mask is None else np.flatnonzero(mask)


def _choose_rows(
    part: Part,
    query: PreparedQuery,
    kept: IntArray | None,
    k: int,
    candidates: int | None,
    dense: tuple[FloatArray, FloatArray],
    pool: _Pool,
) -> IntArray:
    """Rows of the part that could be among the best k."""
    segment = part.segment
    if kept is not None and len(kept) < max(SLICE_SHARE * segment.n_rows, 64):
        return kept
    if candidates is not None and segment.n_rows > SCAN_ROWS:
        chosen = _candidates(segment, query, kept, max(candidates, 4 * k), pool)
        if chosen is not None:
            return chosen
    mix, cosine = segment.scan(dense[0].astype(np.float32), dense[1].astype(np.float32))
    if kept is not None:
        mix, cosine = mix[kept], cosine[kept]
    return _scanned_best(mix, cosine, kept, query.cosine_share, k)


def _scanned_best(
    mix: NDArray[np.float32],
    cosine: NDArray[np.float32],
    kept: IntArray | None,
    share: float,
    k: int,
) -> IntArray:
    """Rows near enough to the k best of a scan in single precision, and both maxima."""
    if not mix.any():
        return np.zeros(0, np.int64)
    blend = mix / max(float(mix.max()), 1e-30) + share * cosine / max(float(cosine.max()), 1e-30)
    wanted = min(2 * k + 8, len(blend))
    bound = max(float(np.partition(blend, -wanted)[-wanted]) - 1e-4, 0.0)
    near = (blend >= bound) & (mix > 0)
    near |= (mix >= mix.max()) | (cosine >= cosine.max())
    rows = np.flatnonzero(near & (mix > 0))
    return rows if kept is None else kept[rows]


def _candidates(
    segment: Segment, query: PreparedQuery, kept: IntArray | None, wanted: int, pool: _Pool
) -> IntArray | None:
    """The best rows by pairs, words and rare characters; None where these find too few.

    In a short query single characters decide more often, and reading them all costs little.
    """
    known = query.known
    columns = query.columns[known]
    touched = segment.count_postings(columns)
    frequent = touched > FREQUENT_SHARE * segment.n_rows
    first = ~(frequent & (query.views[known] == View.CHARACTERS))
    if touched.sum() <= SHORT_POSTINGS * segment.n_rows:
        first[:] = True
    if not first.any():
        return None
    pool.postings += int(touched[first].sum())
    mix = segment.gather(columns[first], query.mix[known][first].astype(np.float32))
    if kept is not None:
        mix = mix[kept]
    if np.count_nonzero(mix) <= wanted:
        return None
    bound = np.partition(mix, -wanted)[-wanted]
    rows = np.flatnonzero(mix >= bound)
    return rows if kept is None else kept[rows]


def _best(pool: _Pool, query: PreparedQuery, k: int, names: Sequence[str] | None) -> Found:
    if not pool.rows:
        return _nothing()
    rows = np.concatenate(pool.rows)
    mix, cosine = np.concatenate(pool.mix), np.concatenate(pool.cosine)
    shared = mix > 0.0
    if not shared.any():
        return _nothing()
    rows, mix, cosine = rows[shared], mix[shared], cosine[shared]
    best_mix, best_cosine = float(mix.max()), float(cosine.max())
    scores = mix / best_mix + query.cosine_share * cosine / best_cosine
    order = _order(rows, scores, k, names)
    counters = {"postings": pool.postings, "rows": len(rows)}
    return Found(rows[order], scores[order], best_mix, best_cosine, counters)


def _order(rows: IntArray, scores: FloatArray, k: int, names: Sequence[str] | None) -> IntArray:
    if names is None:
        return np.lexsort((rows, -scores))[:k].astype(np.int64)
    bound = np.partition(scores, -k)[-k] if len(scores) > k else -np.inf
    near = np.flatnonzero(scores >= bound).tolist()
    near.sort(key=lambda i: (-scores[i], names[int(rows[i])]))
    return np.array(near[:k], np.int64)


@dataclass(frozen=True)
class TermShare:
    """What one term adds to one row. ``mix`` and ``cosine`` are undivided."""

    view: View
    term: str
    mix: float
    cosine: float


def locate(snapshot: Snapshot, row: int) -> tuple[Segment, int]:
    """The segment that holds a row of the corpus and its place there; IndexError outside."""
    for part in snapshot.parts:
        if part.start <= row < part.start + part.segment.n_rows:
            return part.segment, row - part.start
    raise IndexError(f"no row {row} among {snapshot.n_rows}")


def share_terms(snapshot: Snapshot, query: PreparedQuery, row: int) -> list[TermShare]:
    """The terms that a row shares with the query, in the order of the query."""
    segment, place = locate(snapshot, row)
    columns, mix, cosine = segment.row_terms(place)
    at = {int(column): i for i, column in enumerate(columns)}
    shares = []
    for i in np.flatnonzero(query.known):
        entry = at.get(int(query.columns[i]))
        if entry is not None:
            shares.append(
                TermShare(
                    view=View(int(query.views[i])),
                    term=query.terms[i],
                    mix=float(query.mix[i]) * float(mix[entry]),
                    cosine=float(query.cosine[i]) * float(cosine[entry]),
                )
            )
    return shares


def compute_coverage(
    snapshot: Snapshot, query: PreparedQuery, rows: Sequence[int] | IntArray
) -> FloatArray:
    """mix ÷ the mix of a row that saturates every term of the query, 0..1."""
    wanted = np.asarray(rows, np.int64)
    result = np.zeros(len(wanted))
    if query.ideal <= 0.0 or not len(wanted):
        return result
    if wanted.min() < 0 or wanted.max() >= snapshot.n_rows:
        raise IndexError(f"rows must lie in 0..{snapshot.n_rows - 1}")
    mix, cosine = _dense(query, len(snapshot.vocabulary))
    for part in snapshot.parts:
        inside = (wanted >= part.start) & (wanted < part.start + part.segment.n_rows)
        own = wanted[inside] - part.start
        result[inside] = part.segment.score_rows(own, mix, cosine)[0]
    scaled: FloatArray = np.clip(result / query.ideal, 0.0, 1.0)
    return scaled

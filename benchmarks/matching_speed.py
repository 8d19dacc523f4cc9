"""Speed of the text matcher beside its anchor, in one run: ratios and counters, no seconds.

    python benchmarks/matching_speed.py --products seeds/market/suppliers.json --rows 100000

Listings are made up from clauses of the real products with a running model number, so that their
length and vocabulary are those of the market. Each round asks the anchor (``TfidfVectorizer`` over
one and two characters, ``linear_kernel``, ``argpartition``) and the matcher the same query in turn.
``--compared`` other queries of three lengths ask whether the candidate stage loses any of the exact
top ten.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching import TextMatcher
from matchmaker.matching.retrieval import retrieve

QUERY_CHARACTERS = 190
#: A search phrase, a short demand, a full demand.
COMPARED_CHARACTERS = (16, 60, QUERY_CHARACTERS)
K = 10


def read_clauses(path: Path) -> tuple[list[str], list[str]]:
    """Clauses of descriptions and lists of tasks of the real products."""
    data = json.loads(path.read_text(encoding="utf-8"))
    firms = data["suppliers"] if isinstance(data, dict) else data
    products = [product for firm in firms for product in firm["products"]]
    clauses = [c for p in products for c in p["description"].split("，") if len(c) > 3]
    return clauses, [" ".join(p["tasks"]) for p in products]


def make_listings(clauses: Sequence[str], tasks: Sequence[str], n: int) -> list[str]:
    """About 130 characters each, no two alike."""
    rng = np.random.default_rng(11)
    chosen = rng.integers(0, len(clauses), (n, 8))
    which = rng.integers(0, len(tasks), n)
    return [
        f"M{i:06d} {tasks[which[i]]} " + "，".join(clauses[j] for j in chosen[i]) for i in range(n)
    ]


def make_queries(
    listings: Sequence[str], n: int, *, characters: int = QUERY_CHARACTERS, seed: int = 12
) -> list[str]:
    """Demands: pieces of two listings, none of them a whole listing."""
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, len(listings), (n, 2))
    half = characters // 2
    return [f"{listings[a][8 : 8 + half]}，{listings[b][8 : 8 + half]}" for a, b in pairs]


class Anchor:
    """Character TF-IDF, the whole kernel, the best k."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
        self.matrix = self.vectorizer.fit_transform(texts).astype(np.float32)

    def __call__(self, query: str) -> NDArray[Any]:
        from sklearn.metrics.pairwise import linear_kernel

        scores = linear_kernel(self.vectorizer.transform([query]), self.matrix).ravel()
        best = np.argpartition(-scores, K)[:K]
        found: NDArray[Any] = best[np.argsort(-scores[best])]
        return found


def interleave(
    tasks: Sequence[Callable[[str], Any]], queries: Sequence[str]
) -> list[NDArray[np.float64]]:
    """Seconds of every task for every query, in turn."""
    taken: list[list[float]] = [[] for _ in tasks]
    for query in queries:
        for number, task in enumerate(tasks):
            start = time.perf_counter()
            task(query)
            taken[number].append(time.perf_counter() - start)
    return [np.array(values) for values in taken]


def measure(listings: Sequence[str], queries: Sequence[str], *, n_compared: int) -> dict[str, Any]:
    """One size: ratio to the anchor, equality with the exact sum, counters, append, open."""
    anchor = Anchor(listings)
    start = time.perf_counter()
    matcher = TextMatcher().fit(listings)
    fit_seconds = time.perf_counter() - start
    snapshot = matcher.snapshot_

    def ask(query: str) -> NDArray[Any]:
        return matcher.rank([query], K)[0]

    for query in queries[:3]:
        anchor(query), ask(query)
    slow, fast = interleave((anchor, ask), queries)
    prepared = [matcher.prepare(query) for query in queries]
    touched = [retrieve(snapshot, item, K).counters["postings"] for item in prepared]
    size = sum(part.segment.n_bytes for part in snapshot.parts)
    report = {
        "rows": len(listings),
        "ratio_to_anchor_p50": round(float(np.median(slow) / np.median(fast)), 1),
        "p50_ms": round(float(np.median(fast)) * 1e3, 3),
        "anchor_p50_ms": round(float(np.median(slow)) * 1e3, 3),
        "postings_per_row": round(float(np.median(touched)) / len(listings), 2),
        "megabytes_per_100k_rows": round(size / len(listings) * 100_000 / 1e6, 1),
    }
    report |= measure_equality(matcher, listings, n_compared)
    return report | measure_append(matcher, fit_seconds) | measure_open(matcher)


def measure_equality(matcher: TextMatcher, listings: Sequence[str], n: int) -> dict[str, Any]:
    """Share of queries whose top ten are those of the exact sum over all rows, by length."""
    snapshot, shares = matcher.snapshot_, {}
    for seed, characters in enumerate(COMPARED_CHARACTERS, start=21):
        equal, wanted = 0, n // len(COMPARED_CHARACTERS)
        for query in make_queries(listings, wanted, characters=characters, seed=seed):
            prepared = matcher.prepare(query)
            staged = retrieve(snapshot, prepared, K, candidates=matcher.candidates)
            exact = retrieve(snapshot, prepared, K, candidates=None)
            equal += staged.rows.tolist() == exact.rows.tolist()
        shares[f"{characters} characters"] = round(equal / wanted, 4) if wanted else None
    return {"compared": n, "top10_equal_share": shares}


def measure_append(matcher: TextMatcher, fit_seconds: float) -> dict[str, Any]:
    """Adding one listing with an unseen word against a refit, found by the next query."""
    taken, found = [], 0
    for number in range(50):
        word = f"ZQ{number:03d}X"
        start = time.perf_counter()
        matcher.partial_fit([f"{word} 新上架的四足巡检机器人，可上下楼梯，防护等级高"])
        taken.append(time.perf_counter() - start)
        found += int(matcher.rank([word], 1)[0][0, 0]) == matcher.n_rows_ - 1
    return {
        "append_cheaper_than_refit": round(fit_seconds / float(np.median(taken))),
        "appended_found_at_once": found / 50,
    }


def measure_open(matcher: TextMatcher) -> dict[str, Any]:
    """Opening the stored corpus by mmap."""
    with tempfile.TemporaryDirectory() as folder:
        matcher.save(Path(folder) / "m")
        taken = []
        for _ in range(5):
            start = time.perf_counter()
            TextMatcher.load(Path(folder) / "m")
            taken.append(time.perf_counter() - start)
    return {"open_ms": round(float(np.median(taken)) * 1e3, 1)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object: a report per size and the growth exponent of the median."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--compared", type=int, default=1_200)
    options = parser.parse_args(arguments)
    listings = make_listings(*read_clauses(options.products), options.rows)
    queries = make_queries(listings, options.queries)
    sizes = [options.rows // 10, options.rows]
    reports = [measure(listings[:size], queries, n_compared=options.compared) for size in sizes]
    growth = float(np.log10(reports[1]["p50_ms"] / reports[0]["p50_ms"]))
    print(json.dumps({"sizes": reports, "growth_exponent": round(growth, 3)}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

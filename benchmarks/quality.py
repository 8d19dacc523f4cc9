"""Text relevance of a scorer against two anchors on one judged collection.

    python benchmarks/quality.py --scorer matchmaker.matching:TextMatcher \\
        --corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv

corpus and queries: JSON lines with ``_id`` and ``text`` (``title`` is put before it), or a JSON
object id → text. qrels: tab separated ``query-id  corpus-id  grade`` with or without a header (also
the four columns of TREC), or a JSON object query → {document: grade}. A scorer is a class with
``fit(texts)`` and ``rank(queries, k) -> (indices, scores)``.

Anchors: BM25 (k1 1.5, b .75) over jieba words, and the cosine of a sublinear TF-IDF over single
characters and pairs. Reported: nDCG@10 (gain 2^grade − 1), MRR@10, recall@50, and for each the
difference to both anchors with a 95 % interval from a paired bootstrap over the queries.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

DEPTH = 50
Grades = dict[str, dict[str, float]]


class Scorer(Protocol):
    """What is measured."""

    def fit(self, texts: Sequence[str]) -> Any: ...

    def rank(self, queries: Sequence[str], k: int) -> tuple[NDArray[Any], NDArray[Any]]: ...


def read_texts(path: Path) -> dict[str, str]:
    """Id → text, in file order."""
    content = path.read_text(encoding="utf-8-sig")
    try:
        whole = json.loads(content)
    except json.JSONDecodeError:
        rows = [json.loads(line) for line in content.splitlines() if line.strip()]
    else:
        if isinstance(whole, dict) and not {"_id", "id", "text"} & set(whole):
            return {str(key): _text_of(value) for key, value in whole.items()}
        rows = whole if isinstance(whole, list) else [whole]
    return {str(row.get("_id", row.get("id"))): _text_of(row) for row in rows}


def _text_of(row: str | Mapping[str, Any]) -> str:
    if isinstance(row, str):
        return row
    return " ".join(str(row[key]) for key in ("title", "text", "contents") if row.get(key))


def read_grades(path: Path) -> Grades:
    """Query → document → grade; documents without a positive grade are left out."""
    content = path.read_text(encoding="utf-8-sig")
    if content.lstrip().startswith("{"):
        given = json.loads(content)
        return {q: {str(d): float(g) for d, g in e.items() if g > 0} for q, e in given.items()}
    grades: Grades = {}
    for line in content.splitlines():
        cells = line.split()
        if len(cells) == 4:
            cells = [cells[0], cells[2], cells[3]]
        if len(cells) != 3 or not _is_number(cells[2]):
            continue
        if float(cells[2]) > 0:
            grades.setdefault(cells[0], {})[cells[1]] = float(cells[2])
    return grades


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


class Bm25Words:
    """BM25 over jieba words: the anchor that Chinese retrieval is usually measured against."""

    def __init__(self, k1: float = 1.5, b: float = 0.75) -> None:
        self.k1, self.b = k1, b

    def fit(self, texts: Sequence[str]) -> Bm25Words:
        counted = [Counter(_words(text)) for text in texts]
        self.columns: dict[str, int] = {}
        rows, columns, counts = [], [], []
        for row, found in enumerate(counted):
            for word, count in found.items():
                rows.append(row)
                columns.append(self.columns.setdefault(word, len(self.columns)))
                counts.append(count)
        tf = np.array(counts, float)
        where, which = np.array(rows, int), np.array(columns, int)
        n, m = len(texts), len(self.columns)
        lengths = np.bincount(where, tf, n)
        df = np.bincount(which, minlength=m)
        idf = np.log1p((n - df + 0.5) / (df + 0.5))
        norm = self.k1 * (1 - self.b + self.b * lengths / max(lengths.mean(), 1e-9))
        weight = idf[which] * tf * (self.k1 + 1) / (tf + norm[where])
        self.matrix = sparse.csr_matrix((weight, (where, which)), shape=(n, m))
        return self

    def rank(self, queries: Sequence[str], k: int) -> tuple[NDArray[Any], NDArray[Any]]:
        found = []
        for query in queries:
            vector = np.zeros(len(self.columns))
            for word, count in Counter(_words(query)).items():
                if word in self.columns:
                    vector[self.columns[word]] = count
            found.append(_top(self.matrix @ vector, k))
        return np.array([i for i, _ in found]), np.array([s for _, s in found])


def _words(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.lcut(text.lower(), HMM=False) if any(map(str.isalnum, word))]


class CharacterCosine:
    """Sublinear TF-IDF over one and two characters, cosine."""

    def fit(self, texts: Sequence[str]) -> CharacterCosine:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
        self.matrix = self.vectorizer.fit_transform(texts)
        return self

    def rank(self, queries: Sequence[str], k: int) -> tuple[NDArray[Any], NDArray[Any]]:
        asked = self.vectorizer.transform(queries)
        found = [_top((self.matrix @ asked[i].T).toarray().ravel(), k) for i in range(len(queries))]
        return np.array([i for i, _ in found]), np.array([s for _, s in found])


def _top(scores: NDArray[Any], k: int) -> tuple[list[int], list[float]]:
    order = np.lexsort((np.arange(len(scores)), -scores))[:k]
    rows = [int(i) if scores[i] > 0 else -1 for i in order]
    rows += [-1] * (k - len(rows))
    return rows, [float(scores[i]) if i >= 0 else 0.0 for i in rows]


@dataclass(frozen=True)
class Measures:
    """One value a query."""

    ndcg: NDArray[np.float64]
    mrr: NDArray[np.float64]
    recall: NDArray[np.float64]


def measure(found: Sequence[Sequence[str]], wanted: Sequence[Mapping[str, float]]) -> Measures:
    """nDCG@10, MRR@10 (first document of any positive grade) and recall@50."""
    ndcg, mrr, recall = [], [], []
    for ids, grades in zip(found, wanted, strict=True):
        ideal = _dcg(sorted(grades.values(), reverse=True)[:10])
        ndcg.append(_dcg([grades.get(i, 0.0) for i in ids[:10]]) / ideal)
        first = next((n for n, i in enumerate(ids[:10], 1) if grades.get(i, 0.0) > 0), 0)
        mrr.append(1.0 / first if first else 0.0)
        recall.append(len(set(ids[:DEPTH]) & set(grades)) / len(grades))
    return Measures(np.array(ndcg), np.array(mrr), np.array(recall))


def _dcg(grades: Sequence[float]) -> float:
    return sum((2.0**grade - 1.0) / math.log2(n + 2) for n, grade in enumerate(grades))


def bootstrap(
    ours: NDArray[np.float64], anchor: NDArray[np.float64], *, seed: int = 7, rounds: int = 4_000
) -> tuple[float, float, float]:
    """Mean difference and its 95 % interval over resampled queries."""
    difference = ours - anchor
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(difference), (rounds, len(difference)))
    means = difference[drawn].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)


def load_scorer(name: str) -> Callable[[], Scorer]:
    """``module:function`` or ``module:Class``."""
    module, _, attribute = name.partition(":")
    factory: Callable[[], Scorer] = getattr(importlib.import_module(module), attribute)
    return factory


def run(
    scorers: Mapping[str, Callable[[], Scorer]],
    corpus: Mapping[str, str],
    queries: Mapping[str, str],
    grades: Grades,
) -> dict[str, Measures]:
    """Every scorer on the same texts; queries without a positive grade are left out."""
    ids, texts = list(corpus), list(corpus.values())
    asked = [query for query in queries if grades.get(query)]
    results = {}
    for name, factory in scorers.items():
        scorer = factory()
        scorer.fit(texts)
        indices, _ = scorer.rank([queries[query] for query in asked], DEPTH)
        found = [[ids[i] for i in row if i >= 0] for row in indices.tolist()]
        results[name] = measure(found, [grades[query] for query in asked])
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table as text, or as JSON with ``--json``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scorer", default="matchmaker.matching:TextMatcher")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--qrels", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    scorers = {
        options.scorer: load_scorer(options.scorer),
        "BM25 + jieba": Bm25Words,
        "char 1-2 TF-IDF": CharacterCosine,
    }
    results = run(
        scorers,
        read_texts(options.corpus),
        read_texts(options.queries),
        read_grades(options.qrels),
    )
    report = _report(results, options.scorer)
    print(json.dumps(report, ensure_ascii=False, indent=1) if options.json else _table(report))
    return 0


def _report(results: Mapping[str, Measures], ours: str) -> dict[str, Any]:
    report: dict[str, Any] = {"queries": len(results[ours].ndcg), "scorers": {}, "against": {}}
    for name, values in results.items():
        report["scorers"][name] = {
            "ndcg@10": round(float(values.ndcg.mean()), 4),
            "mrr@10": round(float(values.mrr.mean()), 4),
            "recall@50": round(float(values.recall.mean()), 4),
        }
        if name != ours:
            report["against"][name] = {
                key: [round(v, 4) for v in bootstrap(getattr(results[ours], field), other)]
                for key, field, other in (
                    ("ndcg@10", "ndcg", values.ndcg),
                    ("mrr@10", "mrr", values.mrr),
                    ("recall@50", "recall", values.recall),
                )
            }
    return report


def _table(report: Mapping[str, Any]) -> str:
    lines = [f"{report['queries']} queries"]
    for name, values in report["scorers"].items():
        cells = "  ".join(f"{key} {value:.4f}" for key, value in values.items())
        lines.append(f"{name:32s} {cells}")
    for name, values in report["against"].items():
        for key, (mean, low, high) in values.items():
            lines.append(f"against {name}: {key} {mean:+.4f} [{low:+.4f}, {high:+.4f}]")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

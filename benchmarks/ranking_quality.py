"""Quality of the whole ranking on judged demands, with ablation and leave-out checks.

    python benchmarks/ranking_quality.py --demands scenes.json --suppliers suppliers.json \\
        --qrels relevance.json [--ablation] [--leave-out]

The files are shaped as the published lists of demands and suppliers; qrels is a JSON object
demand → {product: grade 0..3}. ``--leave-out`` chooses the numbers of ``RankingWeights`` on all
other sectors (and on four fifths of the demands) and measures what was left out: published numbers
that were fitted to single demands would do worse there.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.matching.constraints import Verdict
from matchmaker.matching.facts import DemandFacts, ProductFacts
from matchmaker.matching.ranking import ProductRanker
from matchmaker.matching.records import DEFINITIONS, demand_from_record, products_from_supplier
from matchmaker.matching.retrieval import Query
from matchmaker.matching.taxonomy import load_taxonomy
from matchmaker.matching.vocabulary import FloatArray
from matchmaker.matching.weights import DEFAULT_WEIGHTS, RankingWeights

TODAY = date(2026, 7, 1)
Grades = Mapping[str, Mapping[str, float]]

#: Each case switches one source of knowledge off.
ABLATIONS: dict[str, dict[str, Any]] = {
    "without text": {"text": 0.0},
    "without agreement of tasks": {"task_base": 1.0},
    "without named forms": {"form_not_named": 1.0},
    "without ground": {"ground_floor": 1.0},
    "without sector": {"sector": 0.0, "sector_floor": 1.0},
    "without requirements": {"requirements": 0.0, "doubt_floor": 1.0},
    "without mode and budget": {"terms": 0.0},
    "without supply and basis": {
        "supply": 0.0,
        "abroad": 1.0,
        "in_house": 1.0,
        "prototype": 1.0,
    },
    "without light duty and rental": {
        "light_duty": 1.0,
        "maker_for_event": 1.0,
        "rental_for_post": 1.0,
    },
    "without synonyms": {"synonym": 1e-9},
}
#: Coarse steps to choose from: round numbers only.
STEPS: dict[str, tuple[float, ...]] = {
    "text": (5, 10, 20, 30),
    "trade": (30, 60),
    "sector": (0, 5, 15),
    "requirements": (5, 10, 25),
    "task_base": (0.1, 0.3, 0.45),
    "same_family": (0.4, 0.5, 0.7),
    "task_decay": (0.5, 0.9),
    "focus": (0.1, 0.4),
    "described": (0.0, 0.9),
    "form_not_named": (0.6, 1.0),
    "ground_floor": (0.1, 0.5),
    "sector_floor": (0.4, 0.8, 1.0),
    "level_unknown": (0.4, 0.8),
    "level_unverified": (0.7, 0.95),
    "doubt_floor": (0.1, 0.5),
    "abroad": (0.4, 0.7),
}


class RememberingRanker(ProductRanker):
    """Asks for coverage and verdicts once: neither depends on the weights that are tried."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._coverage: dict[Query, FloatArray] = {}
        self._verdicts: dict[tuple[DemandFacts, str], tuple[Verdict, ...]] = {}
        super().__init__(*arguments, **named)

    def coverage(self, query: Query) -> FloatArray:
        if query not in self._coverage:
            self._coverage[query] = super().coverage(query)
        return self._coverage[query]

    def verdicts(
        self, demand: DemandFacts, product: ProductFacts, *, today: date
    ) -> tuple[Verdict, ...]:
        key = (demand, product.product_id)
        if key not in self._verdicts:
            self._verdicts[key] = super().verdicts(demand, product, today=today)
        return self._verdicts[key]


class Market:
    """The products and demands of the files, ranked anew for any weights."""

    def __init__(self, demands: Path, suppliers: Path, grades: Grades) -> None:
        taxonomy = load_taxonomy()
        firms = json.loads(suppliers.read_text(encoding="utf-8"))
        records = json.loads(demands.read_text(encoding="utf-8"))
        self.grades = grades
        self.demands: dict[str, DemandFacts] = {
            record["demand_id"]: demand_from_record(record)
            for record in records
            if record["demand_id"] in grades
        }
        self.ranker = RememberingRanker(
            [product for firm in firms for product in products_from_supplier(firm, taxonomy)],
            taxonomy=taxonomy,
            definitions=DEFINITIONS,
        )

    def measure(
        self, weights: RankingWeights, only: Iterable[str] | None = None
    ) -> dict[str, tuple[float, bool | None]]:
        """nDCG@10 and whether a grade-3 product is among five (None where there is none)."""
        self.ranker.weights = weights
        results = {}
        for code in self.demands if only is None else only:
            survey = self.ranker.survey(self.demands[code], today=TODAY)
            grades = self.grades[code]
            got = [grades.get(item.product.product_id, 0.0) for item in survey.ranked[:10]]
            ideal = sorted(grades.values(), reverse=True)
            among = None if ideal[0] < 3.0 else max(got[:5]) >= 3.0
            results[code] = (_dcg(got) / _dcg(ideal[:10]), among)
        return results

    def mean(self, weights: RankingWeights, only: Iterable[str] | None = None) -> float:
        return float(np.mean([value for value, _ in self.measure(weights, only).values()]))


def _dcg(grades: Sequence[float]) -> float:
    return sum((2.0**grade - 1.0) / math.log2(n + 2) for n, grade in enumerate(grades))


Tried = Mapping[tuple[str, float], Mapping[str, float]]


def try_steps(market: Market) -> Tried:
    """nDCG of every demand for every single step away from the published weights."""
    return {
        (name, value): {
            code: found
            for code, (found, _) in market.measure(
                replace(DEFAULT_WEIGHTS, **_change(name, value))
            ).items()
        }
        for name, values in STEPS.items()
        for value in values
    }


def _change(name: str, value: float) -> dict[str, Any]:
    return {name: value}


def choose_weights(
    tried: Tried, published: Mapping[str, float], codes: Sequence[str]
) -> RankingWeights:
    """For each number the step that gains most on the given demands, if it gains .001."""
    changes: dict[str, Any] = {}
    gains: dict[str, float] = {}
    for (name, value), found in tried.items():
        gain = float(np.mean([found[code] - published[code] for code in codes]))
        if gain > max(gains.get(name, 0.0), 0.001):
            changes[name], gains[name] = value, gain
    return replace(DEFAULT_WEIGHTS, **changes)


def leave_out(
    market: Market, groups: Mapping[str, Sequence[str]], tried: Tried
) -> dict[str, float]:
    """Mean nDCG of weights chosen on the rest: on that rest and on what was left out."""
    published = {code: found for code, (found, _) in market.measure(DEFAULT_WEIGHTS).items()}
    train, held = [], []
    for codes in groups.values():
        rest = [code for code in market.demands if code not in codes]
        found = market.measure(choose_weights(tried, published, rest))
        train.append(float(np.mean([found[code][0] for code in rest])))
        held += [found[code][0] for code in codes]
    return {
        "chosen_on": round(float(np.mean(train)), 4),
        "left_out": round(float(np.mean(held)), 4),
    }


def report(market: Market, *, ablation: bool, leave: bool) -> dict[str, Any]:
    """The figures of the arguments."""
    results = market.measure(DEFAULT_WEIGHTS)
    among = [found for _, found in results.values() if found is not None]
    whole: dict[str, Any] = {
        "demands": len(results),
        "ndcg@10": round(float(np.mean([value for value, _ in results.values()])), 4),
        "grade_3_in_top_5": round(float(np.mean(among)), 4),
        "lowest": dict(
            sorted(((c, round(v, 3)) for c, (v, _) in results.items()), key=lambda i: i[1])[:5]
        ),
    }
    if ablation:
        whole["ablation"] = {
            name: round(market.mean(replace(DEFAULT_WEIGHTS, **change)) - whole["ndcg@10"], 4)
            for name, change in ABLATIONS.items()
        }
    if leave:
        sectors: dict[str, list[str]] = {}
        for code, demand in market.demands.items():
            sectors.setdefault(demand.sector, []).append(code)
        order = np.random.default_rng(5).permutation(list(market.demands)).tolist()
        folds = {str(n): order[n::5] for n in range(5)}
        tried = try_steps(market)
        whole["leave_one_sector_out"] = leave_out(market, sectors, tried)
        whole["five_folds"] = leave_out(market, folds, tried)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--demands", type=Path, required=True)
    parser.add_argument("--suppliers", type=Path, required=True)
    parser.add_argument("--qrels", type=Path, required=True)
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--leave-out", action="store_true")
    options = parser.parse_args(arguments)
    grades = json.loads(options.qrels.read_text(encoding="utf-8"))
    market = Market(options.demands, options.suppliers, grades)
    found = report(market, ablation=options.ablation, leave=options.leave_out)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

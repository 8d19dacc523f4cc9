"""Products for a demand, and demands for a product, in points that add up. Pure.

A product's trade (form × tasks × ground) decides whether it is in question at all; how well it
meets requirements, terms and evidence counts in proportion to that. Every part is shown with its
points, and the points sum to the score of 0 to 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from matchmaker.matching.constraints import (
    AttributeDefinition,
    Evidence,
    Outcome,
    Requirement,
    Verdict,
    evaluate_requirement,
)
from matchmaker.matching.derive import runs_on, with_derived, without_limits
from matchmaker.matching.explain import WordShare, fold_into_words, word_places
from matchmaker.matching.facts import DemandFacts, FirmWishes, ProductFacts
from matchmaker.matching.fit import (
    DemandProfile,
    Trade,
    compute_trade,
    demand_text,
    profile_demand,
    profile_product,
)
from matchmaker.matching.retrieval import Query, share_terms
from matchmaker.matching.scorer import TextMatcher
from matchmaker.matching.taxonomy import Taxonomy
from matchmaker.matching.vocabulary import FloatArray
from matchmaker.matching.weighting import FieldedText
from matchmaker.matching.weights import DEFAULT_WEIGHTS, RankingWeights

#: Above this many products the text chooses who is looked at closely.
CLOSE_LOOK = 1_000
POOL = 400
#: The only words that may be said of a firm's private wishes.
WISH_REASON = "供方条件不符"
EMPTY_REASON = "资料不足，尚不能评价"


@dataclass(frozen=True)
class Part:
    """One part of a score. ``label`` is what people read."""

    name: str
    points: float
    label: str = ""


@dataclass(frozen=True)
class RankedProduct:
    """A place in the list. ``terms`` sum to the text part, ``parts`` to ``score``."""

    rank: int
    product_id: str
    supplier_id: str
    score: float
    parts: tuple[Part, ...]
    terms: tuple[WordShare, ...]
    missing_terms: tuple[str, ...]
    constraints: tuple[Verdict, ...]
    trade: Trade


@dataclass(frozen=True)
class Exclusion:
    """A product that is not in the list and the reason that may be shown."""

    product_id: str
    supplier_id: str
    reason: str
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """The answer to a demand. ``suitable`` is false where no score reaches the bar."""

    demand_id: str | None
    results: tuple[RankedProduct, ...]
    excluded: tuple[Exclusion, ...]
    suitable: bool
    advice: str
    n_considered: int
    folded: Mapping[str, int] = field(default_factory=dict)


PART_LABELS = {
    "text": "文字相近",
    "trade": "行当契合",
    "sector": "应用领域",
    "requirements": "要求满足",
    "terms": "合作方式与预算",
    "supply": "供货与资料",
    "doubt": "硬性要求存疑",
}


@dataclass(frozen=True)
class _Scored:
    row: int
    product: ProductFacts
    score: float
    points: Mapping[str, float]
    verdicts: tuple[Verdict, ...]
    trade: Trade


class ProductRanker:
    """The products on offer, ready to be asked. Immutable; made anew when products change.

    ``definitions``: the attributes of the catalogue by key.
    """

    def __init__(
        self,
        products: Iterable[ProductFacts],
        *,
        taxonomy: Taxonomy,
        definitions: Mapping[str, AttributeDefinition],
        weights: RankingWeights = DEFAULT_WEIGHTS,
    ) -> None:
        self.taxonomy, self.definitions, self.weights = taxonomy, definitions, weights
        self.products = tuple(
            with_derived(item, taxonomy) for item in sorted(products, key=lambda p: p.product_id)
        )
        self.profiles = tuple(profile_product(item, taxonomy) for item in self.products)
        self.matcher = TextMatcher().fit([self._text(item) for item in self.products])

    def _text(self, product: ProductFacts) -> FieldedText:
        w = self.weights
        fields = (
            (product.model, w.field_model),
            (product.form, w.field_form),
            (" ".join(product.tasks), w.field_tasks),
            (" ".join(product.sectors), w.field_sectors),
            (without_limits(product.description), w.field_description),
        )
        return FieldedText(tuple((text, weight) for text, weight in fields if text))

    def query_of(self, demand: DemandFacts) -> Query:
        """The demand's text widened by the synonyms of its tasks."""
        words = dict.fromkeys(
            word for task in demand.tasks for word in self.taxonomy.synonyms(task)
        )
        text = demand_text(demand)
        return Query(text, tuple((w, self.weights.synonym) for w in words if w not in text))

    def rank(
        self,
        demand: DemandFacts,
        *,
        today: date,
        top: int = 10,
        per_firm: int | None = None,
    ) -> Ranking:
        """The best products for a demand; ties by product id.

        ``per_firm`` leaves out further products of a firm and counts them in ``folded``.
        Raises ``InvalidInput`` for a demand without a readable word.
        """
        query = self.query_of(demand)
        coverage = self._coverage(query)
        profile = profile_demand(demand, self.taxonomy, self.weights)
        scored: list[_Scored] = []
        excluded: list[Exclusion] = []
        for row in self._rows_to_look_at(coverage):
            judged = self._judge(row, demand, profile, float(coverage[row]), today)
            if isinstance(judged, Exclusion):
                excluded.append(judged)
            else:
                scored.append(judged)
        scored.sort(key=lambda item: (-item.score, item.product.product_id))
        kept, folded = _limit_per_firm(scored, top, per_firm)
        results = tuple(self._present(kept, query))
        suitable = bool(scored) and scored[0].score >= self.weights.bar
        return Ranking(
            demand_id=demand.demand_id,
            results=results,
            excluded=tuple(excluded),
            suitable=suitable,
            advice="" if suitable else self._advise(demand, scored, excluded),
            n_considered=len(scored) + len(excluded),
            folded=folded,
        )

    def _coverage(self, query: Query) -> FloatArray:
        return self.matcher.coverage(query, np.arange(len(self.products)))

    def _rows_to_look_at(self, coverage: FloatArray) -> list[int]:
        if len(coverage) <= CLOSE_LOOK:
            return list(range(len(coverage)))
        return sorted(np.argsort(-coverage, kind="stable")[:POOL].tolist())

    def _judge(
        self, row: int, demand: DemandFacts, profile: DemandProfile, coverage: float, today: date
    ) -> _Scored | Exclusion:
        product = self.products[row]
        if product.is_empty:
            return Exclusion(product.product_id, product.supplier_id, EMPTY_REASON)
        if not wishes_agree(product.wishes, demand):
            return Exclusion(product.product_id, product.supplier_id, WISH_REASON)
        verdicts = self.verdicts(demand, product, today=today)
        broken = [v for v in verdicts if v.hard and v.verdict is Outcome.UNMET]
        if broken:
            reason = "；".join(v.reason for v in broken)
            return Exclusion(product.product_id, product.supplier_id, reason, verdicts)
        trade = compute_trade(profile, product, self.profiles[row], self.taxonomy, self.weights)
        levels = [self._verdict_level(v, product, self.profiles[row].ground) for v in verdicts]
        points = self._points(demand, product, trade, verdicts, levels, coverage)
        return _Scored(row, product, sum(points.values()), points, verdicts, trade)

    def verdicts(
        self, demand: DemandFacts, product: ProductFacts, *, today: date
    ) -> tuple[Verdict, ...]:
        """One verdict per requirement; a load that is gripped is compared with the arm's."""
        result = []
        for item in demand.requirements:
            asked = _by_arm(item, demand, product)
            definition = self.definitions[asked.attribute]
            result.append(
                evaluate_requirement(asked, product.capabilities, definition, today=today)
            )
        return tuple(result)

    def _points(
        self,
        demand: DemandFacts,
        product: ProductFacts,
        trade: Trade,
        verdicts: Sequence[Verdict],
        levels: Sequence[float],
        coverage: float,
    ) -> dict[str, float]:
        w, value = self.weights, trade.value
        points = {
            "trade": w.trade * value,
            "sector": w.sector * value * self._sector_level(demand, product),
            "requirements": w.requirements * value * self._requirement_level(verdicts, levels),
            "terms": w.terms * value * self._terms_level(demand, product),
            "supply": w.supply * value * _evidence_level(product),
        }
        doubt = 1.0
        for verdict, level in zip(verdicts, levels, strict=True):
            if verdict.hard:
                doubt *= w.doubt_floor + (1.0 - w.doubt_floor) * level
        points["doubt"] = -(1.0 - doubt) * sum(points.values())
        points["text"] = w.text * min(coverage / w.full_coverage, 1.0)
        return points

    def _sector_level(self, demand: DemandFacts, product: ProductFacts) -> float:
        if not demand.sector:
            return 1.0
        near = (self.taxonomy.sector_nearness(demand.sector, own) for own in product.sectors)
        return max(near, default=0.0)

    def _requirement_level(self, verdicts: Sequence[Verdict], levels: Sequence[float]) -> float:
        w = self.weights
        if not verdicts:
            return w.level_without_requirements
        weight = [w.hard_weight if v.hard else w.wish_weight for v in verdicts]
        return sum(a * b for a, b in zip(weight, levels, strict=True)) / sum(weight)

    def _verdict_level(
        self, verdict: Verdict, product: ProductFacts, ground: Mapping[str, float]
    ) -> float:
        """How much a verdict is worth, 0..1."""
        w = self.weights
        if verdict.verdict is Outcome.MET:
            return 1.0
        if verdict.satisfies is None:
            if verdict.attribute in ground:
                return ground[verdict.attribute]
            proved = self.definitions[verdict.attribute].proof_required
            return w.level_unproved if proved else w.level_unknown
        if verdict.satisfies:
            return (
                w.level_needs_proof if verdict.evidence is Evidence.CLAIMED else w.level_unverified
            )
        if verdict.attribute == "endurance_h" and runs_on(product, self.taxonomy):
            return w.level_unverified
        return w.level_short * (1.0 - verdict.shortfall)

    def _terms_level(self, demand: DemandFacts, product: ProductFacts) -> float:
        near = [
            self.taxonomy.mode_nearness(wanted, own)
            for wanted in demand.modes
            for own in product.modes
        ]
        mode = max(near, default=0.5)
        return 0.6 * mode + 0.4 * _budget_level(demand, product)

    def _present(self, kept: Sequence[_Scored], query: Query) -> Iterator[RankedProduct]:
        prepared, snapshot = self.matcher.prepare(query), self.matcher.snapshot_
        places = word_places(query, self.matcher.analyser_)
        for rank, item in enumerate(kept, start=1):
            shares = share_terms(snapshot, prepared, item.row)
            terms = fold_into_words(shares, places, points=item.points["text"])
            yield RankedProduct(
                rank=rank,
                product_id=item.product.product_id,
                supplier_id=item.product.supplier_id,
                score=item.score,
                parts=tuple(Part(k, v, PART_LABELS[k]) for k, v in item.points.items()),
                terms=tuple(terms),
                missing_terms=(),
                constraints=item.verdicts,
                trade=item.trade,
            )

    def _advise(
        self, demand: DemandFacts, scored: Sequence[_Scored], excluded: Sequence[Exclusion]
    ) -> str:
        return "暂无合适供给"


def _by_arm(requirement: Requirement, demand: DemandFacts, product: ProductFacts) -> Requirement:
    if requirement.attribute != "payload_kg":
        return requirement
    grips = any(
        r.attribute == "manipulation_required" and r.value is True for r in demand.requirements
    )
    has_arm = any(c.attribute == "payload_arm_kg" for c in product.capabilities)
    return replace(requirement, attribute="payload_arm_kg") if grips and has_arm else requirement


def wishes_agree(wishes: FirmWishes, demand: DemandFacts) -> bool:
    """Whether the demand is one the firm wants to hear of; an unstated side never conflicts."""
    if wishes.sectors and demand.sector and demand.sector not in wishes.sectors:
        return False
    if wishes.regions and demand.district and demand.district not in wishes.regions:
        return False
    if wishes.modes and demand.modes and not set(wishes.modes) & set(demand.modes):
        return False
    if demand.quantity and demand.quantity < wishes.minimum_quantity:
        return False
    return not (demand.budget_fen[1] and demand.budget_fen[1] < wishes.minimum_order_fen)


def _budget_level(demand: DemandFacts, product: ProductFacts) -> float:
    limit = demand.budget_fen[1]
    if not limit or not product.price_fen:
        return 0.7
    cost = product.price_fen * max(demand.quantity, 1)
    if cost <= limit:
        return 1.0
    return 0.5 if cost <= 1.25 * limit else 0.0


def _evidence_level(product: ProductFacts) -> float:
    if not product.capabilities:
        return 0.4
    founded = sum(c.evidence.strength >= Evidence.CLAIMED.strength for c in product.capabilities)
    return 0.4 + 0.6 * founded / len(product.capabilities)


def _limit_per_firm(
    scored: Sequence[_Scored], top: int, per_firm: int | None
) -> tuple[list[_Scored], dict[str, int]]:
    if per_firm is None:
        return list(scored[:top]), {}
    kept: list[_Scored] = []
    shown: dict[str, int] = {}
    folded: dict[str, int] = {}
    for item in scored:
        if len(kept) == top:
            break
        firm = item.product.supplier_id
        if shown.get(firm, 0) == per_firm:
            folded[firm] = folded.get(firm, 0) + 1
            continue
        shown[firm] = shown.get(firm, 0) + 1
        kept.append(item)
    return kept, folded

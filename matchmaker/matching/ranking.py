"""Products for a demand in points that add up. Pure.

A product's trade (form × tasks × ground × …) decides whether it is in question at all; how well
it meets requirements, terms and evidence counts in proportion to that. Every part is shown with
its points, and the points sum to the score of 0 to 100.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from matchmaker.matching.constraints import (
    AttributeDefinition,
    Outcome,
    Verdict,
)
from matchmaker.matching.explain import (
    WordShare,
    field_words_of,
    fold_into_words,
    missing_words,
    word_places,
)
from matchmaker.matching.facts import DemandFacts, ProductFacts
from matchmaker.matching.fit import (
    DemandProfile,
    Trade,
    compute_trade,
    demand_text,
    profile_demand,
)
from matchmaker.matching.index import IndexSnapshot, fit_index
from matchmaker.matching.levels import (
    doubt_factor,
    judge_requirements,
    requirement_level,
    sector_level,
    terms_level,
    verdict_levels,
    wishes_agree,
)
from matchmaker.matching.prepared import PreparedProduct, prepare_products, product_text
from matchmaker.matching.retrieval import Query, share_terms
from matchmaker.matching.taxonomy import Taxonomy
from matchmaker.matching.vocabulary import FloatArray
from matchmaker.matching.weights import DEFAULT_WEIGHTS, RankingWeights
from matchmaker.text import check_query_text

#: Above this many products the text chooses which are looked at closely.
CLOSE_LOOK = 2_000
POOL = 600
#: The only words that may be said of a firm's private wishes.
WISH_REASON = "供方条件不符"
EMPTY_REASON = "资料不足，尚不能评价"
PART_LABELS: Mapping[str, str] = {
    "trade": "行当契合",
    "text": "文字相近",
    "sector": "应用领域",
    "requirements": "要求满足",
    "terms": "合作方式与预算",
    "supply": "资料依据",
    "doubt": "硬性要求存疑",
}


@dataclass(frozen=True)
class Part:
    """One part of a score. ``label`` is what people read."""

    name: str
    points: float
    label: str


@dataclass(frozen=True)
class Assessment:
    """One product judged for one demand; ``parts`` sum to ``score``."""

    product: ProductFacts
    score: float
    parts: tuple[Part, ...]
    verdicts: tuple[Verdict, ...]
    trade: Trade

    @property
    def text_points(self) -> float:
        """What the terms of the explanation sum to."""
        return next(part.points for part in self.parts if part.name == "text")


@dataclass(frozen=True)
class Exclusion:
    """A product that is not in the list, and the reason that may be shown."""

    product_id: str
    supplier_id: str
    reason: str
    verdicts: tuple[Verdict, ...] = ()
    trade: Trade | None = None


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
class Ranking:
    """The answer to a demand. ``suitable`` is false where no score reaches the bar.

    ``n_suitable`` and ``n_suitable_firms`` count all that reach it, shown or not, ``n_confirmed``
    those of them that meet every hard requirement; ``folded`` counts the products of a firm that
    ``per_firm`` left out.
    """

    demand_id: str | None
    results: tuple[RankedProduct, ...]
    excluded: tuple[Exclusion, ...]
    suitable: bool
    advice: str
    n_considered: int
    n_suitable: int
    n_suitable_firms: int
    n_confirmed: int
    folded: Mapping[str, int] = field(default_factory=dict)


def has_nothing_open(verdicts: Iterable[Verdict]) -> bool:
    """True when no hard requirement is unknown or unmet."""
    return all(item.verdict is Outcome.MET for item in verdicts if item.hard)


@dataclass(frozen=True)
class Survey:
    """Every product judged for one demand: the ranked ones best first, and the excluded."""

    query: Query
    profile: DemandProfile
    ranked: tuple[Assessment, ...]
    excluded: tuple[Exclusion, ...]

    def suitable(self, bar: float) -> list[Assessment]:
        """Those that reach the bar; none where the demand names neither a task nor a form."""
        if not self.profile.is_readable:
            return []
        return [item for item in self.ranked if item.score >= bar]


class ProductRanker:
    """The products on offer, ready to be asked. Immutable; made anew when products change.

    ``definitions``: the attributes of the catalogue by key. ``texts``: an index that holds the
    text of every product; without one the texts are counted here. ``previous``: a ranker with
    the same taxonomy and weights, whose work on unchanged products is taken over.
    """

    def __init__(
        self,
        products: Iterable[ProductFacts],
        *,
        taxonomy: Taxonomy,
        definitions: Mapping[str, AttributeDefinition],
        weights: RankingWeights = DEFAULT_WEIGHTS,
        texts: IndexSnapshot | None = None,
        previous: ProductRanker | None = None,
    ) -> None:
        self.taxonomy, self.definitions, self.weights = taxonomy, definitions, weights
        self._prepared: dict[str, PreparedProduct] = prepare_products(
            products,
            taxonomy=taxonomy,
            weights=weights,
            known=previous._prepared if previous else {},
        )
        self.products = tuple(item.product for item in self._prepared.values())
        self.profiles = tuple(item.profile for item in self._prepared.values())
        self._founded = tuple(item.founded for item in self._prepared.values())
        self.rows = {key: row for row, key in enumerate(self._prepared)}
        self.texts = texts or self._count_texts()
        self._text_rows = self.texts.rows_of(self.rows)
        if (self._text_rows < 0).any():
            raise ValueError("the index lacks the text of a product")

    def _count_texts(self) -> IndexSnapshot:
        documents = ((p.product_id, product_text(p, self.weights)) for p in self.products)
        return fit_index(documents, kind="product").current

    def query_of(self, demand: DemandFacts) -> Query:
        """The demand's text widened by the synonyms of its tasks and the forms that it names."""
        text = demand_text(demand)
        words = dict.fromkeys(
            word for task in demand.tasks for word in self.taxonomy.synonyms(task)
        )
        words.update(dict.fromkeys(sorted(self.taxonomy.forms_named(text))))
        return Query(text, tuple((w, self.weights.synonym) for w in words if w not in text))

    def rank(
        self,
        demand: DemandFacts,
        *,
        today: date,
        top: int = 10,
        per_firm: int | None = None,
        unwelcome: Collection[str] = (),
    ) -> Ranking:
        """The best products for a demand; ties by product id.

        ``per_firm`` leaves out further products of a firm and counts them in ``folded``;
        ``unwelcome``: ids of firms whose wishes the demand does not meet.
        Raises ``InvalidInput`` for a demand without a readable word.
        """
        survey = self.survey(demand, today=today, unwelcome=unwelcome)
        kept, folded = _limit_per_firm(survey.ranked, top, per_firm)
        fit = survey.suitable(self.weights.bar)
        return Ranking(
            demand_id=demand.demand_id,
            results=tuple(self._present(kept, survey.query)),
            excluded=survey.excluded,
            suitable=bool(fit),
            advice="" if fit else self._advise(demand, survey, today),
            n_considered=len(survey.ranked) + len(survey.excluded),
            n_suitable=len(fit),
            n_suitable_firms=len({item.product.supplier_id for item in fit}),
            n_confirmed=sum(has_nothing_open(item.verdicts) for item in fit),
            folded=folded,
        )

    def survey(
        self, demand: DemandFacts, *, today: date, unwelcome: Collection[str] = ()
    ) -> Survey:
        """All products judged for a demand."""
        query = self.query_of(demand)
        check_query_text(query.text)
        coverage = self.coverage(query)
        profile = profile_demand(demand, self.taxonomy, self.weights)
        ranked: list[Assessment] = []
        excluded: list[Exclusion] = []
        for row in self._rows_to_look_at(coverage):
            product = self.products[row]
            if product.supplier_id in unwelcome:
                excluded.append(Exclusion(product.product_id, product.supplier_id, WISH_REASON))
                continue
            judged = self.assess(row, demand, profile, float(coverage[row]), today=today)
            if isinstance(judged, Exclusion):
                excluded.append(judged)
            else:
                ranked.append(judged)
        ranked.sort(key=lambda item: (-item.score, item.product.product_id))
        return Survey(query, profile, tuple(ranked), tuple(excluded))

    def score_product(
        self, demand: DemandFacts, product_id: str, *, today: date
    ) -> RankedProduct | Exclusion:
        """One product for one demand, with the points that ``rank`` gives it; its rank is 0.

        Raises KeyError for a product that is not among those on offer.
        """
        row, query = self.rows[product_id], self.query_of(demand)
        covered = float(self.texts.coverage(query, self._text_rows[[row]])[0])
        profile = profile_demand(demand, self.taxonomy, self.weights)
        judged = self.assess(row, demand, profile, covered, today=today)
        if isinstance(judged, Exclusion):
            return judged
        return replace(next(self._present([judged], query)), rank=0)

    def coverage(self, query: Query) -> FloatArray:
        """How much of the query each product's text covers, (n_products,)."""
        return self.texts.coverage(query, self._text_rows)

    def _rows_to_look_at(self, coverage: FloatArray) -> list[int]:
        if len(coverage) <= CLOSE_LOOK:
            return list(range(len(coverage)))
        return sorted(np.argsort(-coverage, kind="stable")[:POOL].tolist())

    def assess(
        self, row: int, demand: DemandFacts, profile: DemandProfile, coverage: float, *, today: date
    ) -> Assessment | Exclusion:
        """One product for one demand."""
        product = self.products[row]
        if product.is_empty:
            return Exclusion(product.product_id, product.supplier_id, EMPTY_REASON)
        if not wishes_agree(product.wishes, demand):
            return Exclusion(product.product_id, product.supplier_id, WISH_REASON)
        level = min(coverage / self.weights.full_coverage, 1.0)
        trade = compute_trade(
            profile, product, self.profiles[row], self.taxonomy, self.weights, text_level=level
        )
        verdicts = self.verdicts(demand, product, today=today)
        broken = [item for item in verdicts if item.hard and item.verdict is Outcome.UNMET]
        if broken:
            reason = "；".join(item.reason for item in broken)
            return Exclusion(product.product_id, product.supplier_id, reason, verdicts, trade)
        points = self._points(row, demand, trade, verdicts, level)
        parts = tuple(Part(key, value, PART_LABELS[key]) for key, value in points.items())
        return Assessment(product, sum(points.values()), parts, verdicts, trade)

    def verdicts(
        self, demand: DemandFacts, product: ProductFacts, *, today: date
    ) -> tuple[Verdict, ...]:
        """One verdict per requirement of the demand."""
        return judge_requirements(demand, product, self.definitions, today=today)

    def _points(
        self,
        row: int,
        demand: DemandFacts,
        trade: Trade,
        verdicts: Sequence[Verdict],
        text_level: float,
    ) -> dict[str, float]:
        w, product = self.weights, self.products[row]
        levels = verdict_levels(
            verdicts,
            self.definitions,
            product,
            ground=self.profiles[row].ground,
            taxonomy=self.taxonomy,
            weights=w,
        )
        gated = {
            "trade": w.trade,
            "sector": w.sector * sector_level(demand, product, self.taxonomy),
            "requirements": w.requirements * requirement_level(verdicts, levels, w),
            "terms": w.terms * terms_level(demand, product, self.taxonomy, w),
            "supply": w.supply * self._founded[row],
        }
        points = {key: trade.value * value for key, value in gated.items()}
        points["doubt"] = (doubt_factor(verdicts, levels, w) - 1.0) * sum(points.values())
        points["text"] = w.text * text_level
        return {key: points[key] for key in PART_LABELS}

    def _present(self, kept: Sequence[Assessment], query: Query) -> Iterator[RankedProduct]:
        texts = self.texts
        prepared, places = texts.prepare(query), word_places(query, texts.analyser)
        wanted = field_words_of(prepared)
        for rank, item in enumerate(kept, start=1):
            row = self.rows[item.product.product_id]
            shares = share_terms(texts.snapshot, prepared, int(self._text_rows[row]))
            yield RankedProduct(
                rank=rank,
                product_id=item.product.product_id,
                supplier_id=item.product.supplier_id,
                score=item.score,
                parts=item.parts,
                terms=tuple(fold_into_words(shares, places, points=item.text_points)),
                missing_terms=missing_words(wanted, shares),
                constraints=item.verdicts,
                trade=item.trade,
            )

    def _advise(self, demand: DemandFacts, survey: Survey, today: date) -> str:
        # Imported here: the advice asks the same ranker what a relaxed demand would bring.
        from matchmaker.matching.what_if import advise

        return advise(self, demand, survey, today=today)


def _limit_per_firm(
    ranked: Sequence[Assessment], top: int, per_firm: int | None
) -> tuple[list[Assessment], dict[str, int]]:
    if per_firm is None:
        return list(ranked[:top]), {}
    kept: list[Assessment] = []
    shown: dict[str, int] = {}
    folded: dict[str, int] = {}
    for item in ranked:
        if len(kept) == top:
            break
        firm = item.product.supplier_id
        if shown.get(firm, 0) == per_firm:
            folded[firm] = folded.get(firm, 0) + 1
            continue
        shown[firm] = shown.get(firm, 0) + 1
        kept.append(item)
    return kept, folded

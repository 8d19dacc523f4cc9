"""The other side: which needs a product answers, and which passed it over and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaker import clock
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import NotFound
from matchmaker.matching.constraints import Outcome, Verdict
from matchmaker.matching.market.corpus import Corpus, get_corpus
from matchmaker.matching.market.needs import order_of
from matchmaker.matching.market.open_needs import OpenNeed, list_open_needs
from matchmaker.matching.ranking import WISH_REASON, Exclusion, RankedProduct
from matchmaker.suppliers.wishes.queries import find_unwelcoming_suppliers


@dataclass(frozen=True)
class ScoredNeed:
    """A need that the product is in question for; ``result.rank`` is the need's place."""

    need: OpenNeed
    result: RankedProduct


@dataclass(frozen=True)
class PassedOver:
    """A need that the product was left out of."""

    need: OpenNeed
    exclusion: Exclusion


@dataclass(frozen=True)
class Gap:
    """One property for which needs passed the product over, most needs first."""

    attribute: str
    label: str
    verdicts: tuple[Verdict, ...]
    needs: tuple[OpenNeed, ...]

    @property
    def count(self) -> int:
        return len(self.needs)


@dataclass(frozen=True)
class ProductMatch:
    """The open needs as one product meets them, all of them, best first."""

    product_id: str
    scored: tuple[ScoredNeed, ...]
    passed_over: tuple[PassedOver, ...]
    bar: float
    corpus: Corpus

    @property
    def suitable(self) -> tuple[ScoredNeed, ...]:
        """Those that reach the bar of an invitation."""
        return tuple(item for item in self.scored if item.result.score >= self.bar)


def match_product(product_id: str, *, sector: str = "") -> ProductMatch:
    """Every open need for a published product; ``sector`` (label) narrows them.

    Raises ``NotFound`` for a product that is not published.
    """
    corpus = get_corpus()
    profile = corpus.profiles.get(product_id)
    if profile is None:
        raise NotFound("product_missing", "没有编号为“{code}”的已发布产品。", code=product_id)
    today, vocabulary = clock.today(), load_vocabulary()
    scored: list[ScoredNeed] = []
    passed: list[PassedOver] = []
    for need in list_open_needs(today):
        if sector and need.facts.sector != sector:
            continue
        found = corpus.ranker.score_product(need.facts, product_id, today=today)
        if profile.supplier_id in find_unwelcoming_suppliers(order_of(need.facts, vocabulary)):
            found = Exclusion(product_id, profile.supplier_id, WISH_REASON)
        if isinstance(found, Exclusion):
            passed.append(PassedOver(need, found))
        else:
            scored.append(ScoredNeed(need, found))
    scored.sort(key=lambda item: (-item.result.score, item.need.code))
    return ProductMatch(product_id, tuple(scored), tuple(passed), corpus.ranker.weights.bar, corpus)


def list_gaps(passed_over: Iterable[PassedOver]) -> Sequence[Gap]:
    """The hard requirements that needs passed the product over for, most needs first."""
    return _by_attribute(
        (verdict, item.need)
        for item in passed_over
        for verdict in item.exclusion.verdicts
        if verdict.hard and verdict.verdict is Outcome.UNMET
    )


def list_unknowns(scored: Iterable[ScoredNeed]) -> Sequence[Gap]:
    """The properties that needs ask for and nothing firm is known of, most needs first."""
    return _by_attribute(
        (verdict, item.need)
        for item in scored
        for verdict in item.result.constraints
        if verdict.verdict is Outcome.UNKNOWN
    )


def _by_attribute(pairs: Iterable[tuple[Verdict, OpenNeed]]) -> Sequence[Gap]:
    found: dict[str, list[tuple[Verdict, OpenNeed]]] = {}
    for verdict, need in pairs:
        found.setdefault(verdict.attribute, []).append((verdict, need))
    gaps = [
        Gap(
            attribute=attribute,
            label=entries[0][0].label,
            verdicts=tuple(verdict for verdict, _ in entries),
            needs=tuple(need for _, need in entries),
        )
        for attribute, entries in found.items()
    ]
    return sorted(gaps, key=lambda gap: (-gap.count, gap.attribute))

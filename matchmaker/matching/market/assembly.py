"""From counted texts and the offers of a moment to a ranker. Used for today and for older days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matchmaker.matching.archive.queries import KeptCorpus, read_members, read_offers
from matchmaker.matching.archive.rules import compute_digest, describe_offer
from matchmaker.matching.facts import ProductFacts
from matchmaker.matching.generations import open_generation
from matchmaker.matching.index import LiveIndex, fit_index
from matchmaker.matching.indexing.models import IndexGeneration
from matchmaker.matching.indexing.queries import find_files
from matchmaker.matching.market.definitions import load_definitions
from matchmaker.matching.prepared import product_text
from matchmaker.matching.ranking import ProductRanker
from matchmaker.matching.taxonomy import load_taxonomy
from matchmaker.matching.weighting import Document
from matchmaker.matching.weights import DEFAULT_WEIGHTS, RankingWeights

KIND = "product"


@dataclass(frozen=True)
class Basis:
    """Counted texts: the index that holds them, and the digest of each one's facts.

    ``key`` names the stored generation, empty for texts counted in memory.
    """

    index: LiveIndex
    counted: Mapping[str, str]
    key: str = ""
    number: int = 0


def open_basis(row: IndexGeneration) -> Basis:
    """A stored generation; where its files are not here, the same texts are counted anew."""
    counted, files = read_members(row.corpus), find_files(row)
    index = open_generation(files) if files else _count(read_offers(counted))
    return Basis(index, counted, key_of(row), row.n)


def key_of(row: IndexGeneration) -> str:
    """What tells two generations apart, also those of two databases."""
    return f"{row.n} {row.sha256} {row.corpus}"


def count_anew(offers: Mapping[str, ProductFacts], members: Mapping[str, str]) -> Basis:
    """The texts of some offers, counted in memory."""
    return Basis(_count(offers.values()), members)


def _count(offers: Iterable[ProductFacts], weights: RankingWeights = DEFAULT_WEIGHTS) -> LiveIndex:
    documents = ((offer.product_id, product_text(offer, weights)) for offer in offers)
    return fit_index(documents, kind=KIND)


def follow(
    index: LiveIndex,
    *,
    before: Mapping[str, str],
    after: Mapping[str, str],
    offers: Mapping[str, ProductFacts],
    seq: int = 0,
    weights: RankingWeights = DEFAULT_WEIGHTS,
) -> None:
    """Bring the index from the texts of ``before`` to those of ``after`` (id → digest)."""
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    texts: dict[str, Document | None] = {
        key: product_text(offers[key], weights) if key in after else None for key in changed
    }
    if texts:
        index.sync(texts, seq=seq)


def assemble_ranker(
    offers: Mapping[str, ProductFacts],
    index: LiveIndex,
    *,
    weights: RankingWeights = DEFAULT_WEIGHTS,
    previous: ProductRanker | None = None,
) -> ProductRanker:
    """The offers with their texts in the index, ready to be asked."""
    return ProductRanker(
        offers.values(),
        taxonomy=load_taxonomy(),
        definitions=load_definitions(),
        weights=weights,
        texts=index.current,
        previous=previous,
    )


def rebuild_ranker(kept: KeptCorpus, weights: RankingWeights) -> ProductRanker:
    """The ranker of an older day: the texts that were counted then, and what had changed since."""
    index = _count(kept.counted, weights)
    offers = {offer.product_id: offer for offer in kept.offers}
    before = {offer.product_id: offer for offer in kept.counted}
    follow(
        index,
        before=_name(before),
        after=_name(offers),
        offers=offers,
        weights=weights,
    )
    return assemble_ranker(offers, index, weights=weights)


def _name(offers: Mapping[str, ProductFacts]) -> dict[str, str]:
    return {key: compute_digest(describe_offer(offer)) for key, offer in offers.items()}

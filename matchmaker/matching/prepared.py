"""What the ranking derives from a product once, before any demand is asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matchmaker.matching.derive import with_derived, without_limits
from matchmaker.matching.facts import ProductFacts
from matchmaker.matching.fit import ProductProfile, profile_product
from matchmaker.matching.levels import evidence_level
from matchmaker.matching.taxonomy import Taxonomy
from matchmaker.matching.weighting import FieldedText
from matchmaker.matching.weights import RankingWeights


@dataclass(frozen=True)
class PreparedProduct:
    """``given`` as it came, ``product`` with the attributes that its text tells."""

    given: ProductFacts
    product: ProductFacts
    profile: ProductProfile
    founded: float


def prepare_products(
    products: Iterable[ProductFacts],
    *,
    taxonomy: Taxonomy,
    weights: RankingWeights,
    known: Mapping[str, PreparedProduct],
) -> dict[str, PreparedProduct]:
    """The products by id, in this order; those of ``known`` that are the same are taken over.

    Raises ValueError for an id that comes twice.
    """
    prepared: dict[str, PreparedProduct] = {}
    for given in sorted(products, key=lambda item: item.product_id):
        if given.product_id in prepared:
            raise ValueError("two products carry the same id")
        held = known.get(given.product_id)
        if held is None or held.given != given:
            held = _prepare(given, taxonomy, weights)
        prepared[given.product_id] = held
    return prepared


def _prepare(given: ProductFacts, taxonomy: Taxonomy, weights: RankingWeights) -> PreparedProduct:
    product = with_derived(given, taxonomy)
    return PreparedProduct(
        given=given,
        product=product,
        profile=profile_product(product, taxonomy),
        founded=evidence_level(product, weights),
    )


def product_text(product: ProductFacts, weights: RankingWeights) -> FieldedText:
    """The text of a product in weighted fields; what it says it is not made for is left out."""
    fields = (
        (product.model, weights.field_model),
        (product.form, weights.field_form),
        (" ".join(product.tasks), weights.field_tasks),
        (" ".join(product.sectors), weights.field_sectors),
        (without_limits(product.description), weights.field_description),
    )
    return FieldedText(tuple((text, weight) for text, weight in fields if text))

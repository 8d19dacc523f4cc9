"""How well a product does in each part beside its trade, 0..1, and the points that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from matchmaker.matching.constraints import (
    AttributeDefinition,
    Evidence,
    Outcome,
    Requirement,
    Verdict,
    evaluate_requirements,
)
from matchmaker.matching.derive import runs_on
from matchmaker.matching.facts import DemandFacts, FirmWishes, ProductFacts
from matchmaker.matching.taxonomy import Taxonomy
from matchmaker.matching.weights import RankingWeights

#: Level of a price that is not known.
PRICE_UNKNOWN = 0.7


def by_arm(requirement: Requirement, demand: DemandFacts, product: ProductFacts) -> Requirement:
    """A load that must be gripped is compared with the arm's load where the product gives it."""
    if requirement.attribute != "payload_kg":
        return requirement
    grips = any(
        item.attribute == "manipulation_required" and item.value is True
        for item in demand.requirements
    )
    has_arm = any(item.attribute == "payload_arm_kg" for item in product.capabilities)
    return replace(requirement, attribute="payload_arm_kg") if grips and has_arm else requirement


def judge_requirements(
    demand: DemandFacts,
    product: ProductFacts,
    definitions: Mapping[str, AttributeDefinition],
    *,
    today: date,
) -> tuple[Verdict, ...]:
    """One verdict per requirement of the demand. KeyError for an attribute without definition."""
    asked = [by_arm(item, demand, product) for item in demand.requirements]
    return evaluate_requirements(asked, product.capabilities, definitions, today=today)


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


def sector_level(demand: DemandFacts, product: ProductFacts, taxonomy: Taxonomy) -> float:
    """1 where the product is made for the demand's sector, less in a neighbouring one."""
    if not demand.sector:
        return 1.0
    near = (taxonomy.sector_nearness(demand.sector, own) for own in product.sectors)
    return max(near, default=0.0)


def verdict_level(
    verdict: Verdict,
    definition: AttributeDefinition,
    *,
    ground: Mapping[str, float],
    runs_on_alone: bool,
    weights: RankingWeights,
) -> float:
    """What a verdict is worth. ``ground``: what the form alone lets expect of stairs and outdoors;

    ``runs_on_alone``: batteries are swapped or charged without people, endurance is no limit.
    """
    if verdict.verdict is Outcome.MET:
        return 1.0
    if verdict.satisfies is None:
        if verdict.attribute in ground:
            return ground[verdict.attribute]
        return weights.level_unproved if definition.proof_required else weights.level_unknown
    if verdict.satisfies:
        said = verdict.evidence is Evidence.CLAIMED
        return weights.level_needs_proof if said else weights.level_unverified
    if verdict.attribute == "endurance_h" and runs_on_alone:
        return weights.level_unverified
    return weights.level_short * (1.0 - verdict.shortfall)


def verdict_levels(
    verdicts: Sequence[Verdict],
    definitions: Mapping[str, AttributeDefinition],
    product: ProductFacts,
    *,
    ground: Mapping[str, float],
    taxonomy: Taxonomy,
    weights: RankingWeights,
) -> list[float]:
    """One level per verdict."""
    alone = runs_on(product, taxonomy)
    return [
        verdict_level(
            item,
            definitions[item.attribute],
            ground=ground,
            runs_on_alone=alone,
            weights=weights,
        )
        for item in verdicts
    ]


def requirement_level(
    verdicts: Sequence[Verdict], levels: Sequence[float], weights: RankingWeights
) -> float:
    """The mean of the levels, hard ones counting more."""
    if not verdicts:
        return weights.level_without_requirements
    share = [weights.hard_weight if item.hard else weights.wish_weight for item in verdicts]
    return sum(a * b for a, b in zip(share, levels, strict=True)) / sum(share)


def doubt_factor(
    verdicts: Sequence[Verdict], levels: Sequence[float], weights: RankingWeights
) -> float:
    """What is left of the gated points when hard requirements are open, mostly by the worst."""
    hard = [level for item, level in zip(verdicts, levels, strict=True) if item.hard]
    if not hard:
        return 1.0
    level = weights.doubt_worst * min(hard) + (1.0 - weights.doubt_worst) * sum(hard) / len(hard)
    return weights.doubt_floor + (1.0 - weights.doubt_floor) * level


def terms_level(
    demand: DemandFacts, product: ProductFacts, taxonomy: Taxonomy, weights: RankingWeights
) -> float:
    """Cooperation mode and budget together; what is not known counts in between."""
    near = [taxonomy.mode_nearness(wanted, own) for wanted in demand.modes for own in product.modes]
    mode = max(near, default=weights.mode_unknown)
    return weights.mode_share * mode + (1.0 - weights.mode_share) * budget_level(demand, product)


def budget_level(demand: DemandFacts, product: ProductFacts) -> float:
    """1 within the budget, ½ up to a quarter above, 0 beyond."""
    limit = demand.budget_fen[1]
    if not limit or not product.price_fen:
        return PRICE_UNKNOWN
    cost = product.price_fen * max(demand.quantity, 1)
    if cost <= limit:
        return 1.0
    return 0.5 if 4 * cost <= 5 * limit else 0.0


def evidence_level(product: ProductFacts, weights: RankingWeights) -> float:
    """How much of the profile is founded on more than the platform's own compilation."""
    floor = weights.evidence_floor
    if not product.capabilities:
        return floor
    founded = sum(
        item.evidence.strength >= Evidence.CLAIMED.strength for item in product.capabilities
    )
    return floor + (1.0 - floor) * founded / len(product.capabilities)

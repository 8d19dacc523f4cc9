"""How well a product's trade fits a demand: form, tasks, ground and whether it can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.matching.constraints import Evidence, ip_digits
from matchmaker.matching.derive import limits_of, without_limits
from matchmaker.matching.facts import DemandFacts, ProductFacts
from matchmaker.matching.taxonomy import Taxonomy
from matchmaker.matching.weights import RankingWeights
from matchmaker.text import normalise

Task = tuple[str, str]
RENTAL = "租赁服务"
GROUNDS = ("stairs", "rough", "outdoor", "indoor")
#: From this load on, goods are moved on wheels and not in hands.
HEAVY_LOAD_KG = 100.0


@dataclass(frozen=True)
class DemandProfile:
    """A demand in the words of the taxonomy. ``tasks`` and ``families`` carry weights."""

    tasks: Mapping[Task, float]
    families: Mapping[str, float]
    ground: Mapping[str, float]
    forms: frozenset[str]
    sector: str
    leisure: float
    wants_part: bool
    rental_only: bool

    @property
    def is_readable(self) -> bool:
        """Whether the taxonomy recognises what is wanted."""
        return bool(self.families or self.forms)


@dataclass(frozen=True)
class ProductProfile:
    """A product in the words of the taxonomy; ``tasks`` in its own order."""

    tasks: tuple[Task, ...]
    described: frozenset[Task]
    limits: frozenset[Task]
    ground: Mapping[str, float]
    supply: str
    light_duty: bool


@dataclass(frozen=True)
class Trade:
    """The fit of the trade, 0..1, as the product of its factors."""

    form: float
    tasks: float
    ground: float
    supply: float
    rental: float
    duty: float
    sector: float
    value: float


def profile_demand(
    demand: DemandFacts, taxonomy: Taxonomy, weights: RankingWeights
) -> DemandProfile:
    """Tasks that the demand lists count most, then those of its title, then those of its text."""
    title, text = _positive(demand.title), _positive(f"{demand.pain_point}。{demand.description}")
    wants_part = _wants_part(demand, taxonomy)
    found: dict[Task, float] = {}
    for place in (
        (taxonomy.find_tasks(text), weights.task_in_text),
        (
            taxonomy.find_tasks(title),
            weights.task_in_title,
        ),
    ):
        for task in place[0]:
            if taxonomy.families[task[0]].is_part == wants_part:
                found[task] = max(found.get(task, 0.0), place[1])
    for number, word in enumerate(demand.tasks):
        listed = taxonomy.place(word)
        if listed is not None:
            found[listed] = weights.task_decay**number
    tasks = {_by_load(task, demand): weight for task, weight in found.items()}
    families: dict[str, float] = {}
    for (family, _), weight in tasks.items():
        families[family] = families.get(family, 0.0) + weight
    return DemandProfile(
        tasks=tasks,
        families=families,
        ground=_demand_ground(demand, f"{title}，{text}", taxonomy, weights),
        forms=taxonomy.forms_named(f"{title}，{text}"),
        sector=demand.sector,
        leisure=_leisure_share(families, taxonomy),
        wants_part=wants_part,
        rental_only=set(demand.modes) == {"短期租赁"},
    )


def _leisure_share(families: Mapping[str, float], taxonomy: Taxonomy) -> float:
    total = sum(families.values())
    leisure = sum(w for family, w in families.items() if taxonomy.families[family].is_leisure)
    return leisure / total if total else 0.0


def _positive(text: str) -> str:
    return without_limits(text)


def _wants_part(demand: DemandFacts, taxonomy: Taxonomy) -> bool:
    places = [taxonomy.place(word) for word in demand.tasks]
    if places and all(place and taxonomy.families[place[0]].is_part for place in places):
        return True
    head = f"{demand.title} {' '.join(demand.tasks)}"
    return any(word in head for word in taxonomy.part_words)


def _by_load(task: Task, demand: DemandFacts) -> Task:
    """Heavy loads that need no hand are transport, not handling."""
    asked = {item.attribute: item.value for item in demand.requirements}
    load = asked.get("payload_kg")
    heavy = isinstance(load, float | int) and load >= HEAVY_LOAD_KG
    if task[0] == "handling" and heavy and "manipulation_required" not in asked:
        return ("transport", task[1])
    return task


def _demand_ground(
    demand: DemandFacts, text: str, taxonomy: Taxonomy, weights: RankingWeights
) -> dict[str, float]:
    """How much each kind of ground matters: 1 where required, less where only mentioned."""
    ground = dict.fromkeys(taxonomy.terrain_of(text), weights.ground_mentioned)
    for item in demand.requirements:
        if item.attribute in ("stairs", "outdoor") and item.value is True:
            ground[item.attribute] = 1.0
        if item.attribute == "slope_deg" and float(str(item.value)) >= 15.0:
            ground["rough"] = 1.0
    return ground


def profile_product(product: ProductFacts, taxonomy: Taxonomy) -> ProductProfile:
    """Tasks it lists, tasks its description rules out, ground it copes with, supply state."""
    places = (taxonomy.place(word) for word in product.tasks)
    return ProductProfile(
        tasks=tuple(dict.fromkeys(place for place in places if place is not None)),
        described=frozenset(taxonomy.find_tasks(without_limits(product.description))),
        limits=frozenset(taxonomy.find_tasks(limits_of(product.description))),
        ground=_product_ground(product, taxonomy),
        supply=_supply_state(product, taxonomy),
        light_duty=any(word in product.description for word in taxonomy.light_duty_words),
    )


def _product_ground(product: ProductFacts, taxonomy: Taxonomy) -> dict[str, float]:
    by_form = taxonomy.mobility.get(product.form, {})
    ground = {key: by_form.get(key, 0.3) for key in GROUNDS}
    for item in product.capabilities:
        if item.evidence is Evidence.UNVERIFIED and item.attribute != "stairs":
            continue
        if item.attribute == "stairs":
            ground["stairs"] = max(ground["stairs"], 0.85) if item.value is True else 0.0
        elif item.attribute == "outdoor":
            ground["outdoor"] = max(ground["outdoor"], 0.7) if item.value is True else 0.1
        elif item.attribute == "ip_rating" and ip_digits(str(item.value))[1] >= 4:
            ground["outdoor"] = max(ground["outdoor"], 0.7)
    said, denied = without_limits(product.description), limits_of(product.description)
    for kind in taxonomy.terrain_of(said):
        ground[kind] = max(ground[kind], 0.7)
    for kind in taxonomy.terrain_of(denied):
        ground[kind] = min(ground[kind], 0.1)
    return ground


def _supply_state(product: ProductFacts, taxonomy: Taxonomy) -> str:
    if product.abroad:
        return "abroad"
    for state in ("in_house", "prototype"):
        if any(word in product.description for word in taxonomy.supply_words.get(state, ())):
            return state
    return "on_offer"


def compute_trade(
    demand: DemandProfile,
    product: ProductFacts,
    profile: ProductProfile,
    taxonomy: Taxonomy,
    weights: RankingWeights,
    *,
    text_level: float,
) -> Trade:
    """form × (base + rest × tasks) × ground × supply × rental × duty × sector.

    Where a demand names no task that the taxonomy knows, ``text_level`` stands for the tasks.
    """
    if demand.families:
        form = _form_fit(demand, product, taxonomy, weights)
        tasks = _task_fit(demand, profile, taxonomy, weights)
        if demand.rental_only and demand.leisure > 0.0 and product.form == RENTAL:
            tasks = max(tasks, weights.rental_tasks)
    elif demand.forms:
        form = 1.0 if product.form in demand.forms else weights.form_missed
        tasks = 0.5 + 0.5 * text_level
    else:
        form, tasks = 1.0, text_level
    ground = _ground_fit(demand, profile, weights)
    supply = weights.supply_factor(profile.supply)
    rental = _rental_fit(demand, product, weights)
    duty = 1.0
    if profile.light_duty:
        duty = weights.light_duty + (1.0 - weights.light_duty) * demand.leisure
    sector = _sector_fit(demand, product, taxonomy, weights)
    base = weights.task_base
    value = form * (base + (1.0 - base) * tasks) * ground * supply * rental * duty * sector
    return Trade(form, tasks, ground, supply, rental, duty, sector, value)


def _sector_fit(
    demand: DemandProfile, product: ProductFacts, taxonomy: Taxonomy, weights: RankingWeights
) -> float:
    if not demand.sector:
        return 1.0
    near = max(
        (taxonomy.sector_nearness(demand.sector, own) for own in product.sectors), default=0.0
    )
    return weights.sector_floor + (1.0 - weights.sector_floor) * near


def _form_fit(
    demand: DemandProfile, product: ProductFacts, taxonomy: Taxonomy, weights: RankingWeights
) -> float:
    total = sum(demand.families.values())
    fit = sum(
        weight * taxonomy.families[family].forms.get(product.form, 0.0)
        for family, weight in demand.families.items()
    )
    if demand.rental_only and product.form == RENTAL:
        # Who rents out brings whatever machine the event asks for.
        return max(fit / total, weights.rental_for_event)
    if not demand.forms:
        return fit / total
    named = product.form in demand.forms
    # A form asked for by name comes first; what already suits can only lose beside it.
    return fit / total * (1.0 if named else weights.form_not_named)


def _task_fit(
    demand: DemandProfile, profile: ProductProfile, taxonomy: Taxonomy, weights: RankingWeights
) -> float:
    """How far the product's tasks answer the demand's, and how far that is its main business."""
    total = sum(demand.tasks.values())
    if not profile.tasks:
        return 0.0
    answered = 0.0
    for task, weight in demand.tasks.items():
        best = max(_agreement(task, own, taxonomy, weights) for own in profile.tasks)
        if task in profile.described:
            best = max(best, weights.described)
        answered += weight * (best * weights.ruled_out if task in profile.limits else best)
    share = [weights.focus_decay**number for number in range(len(profile.tasks))]
    focus = sum(
        part * max(_agreement(task, own, taxonomy, weights) for task in demand.tasks)
        for part, own in zip(share, profile.tasks, strict=True)
    )
    mixed = answered / total * (1.0 - weights.focus)
    return mixed + weights.focus * focus / sum(share)


def _agreement(task: Task, own: Task, taxonomy: Taxonomy, weights: RankingWeights) -> float:
    if task == own or task[1] == own[1]:
        return 1.0
    return weights.same_family * taxonomy.nearness(task[0], own[0])


def _ground_fit(demand: DemandProfile, profile: ProductProfile, weights: RankingWeights) -> float:
    floor = weights.ground_floor
    worst = min(
        (1.0 - weight * (1.0 - profile.ground[kind]) for kind, weight in demand.ground.items()),
        default=1.0,
    )
    return floor + (1.0 - floor) * worst


def _rental_fit(demand: DemandProfile, product: ProductFacts, weights: RankingWeights) -> float:
    """A rental firm serves short events; there it comes before those who sell."""
    rents = product.form == RENTAL
    if demand.rental_only:
        return 1.0 if rents else weights.maker_for_event
    return weights.rental_for_post if rents else 1.0


def demand_text(demand: DemandFacts) -> str:
    """What is looked for in the texts of products: only what the demand asks for."""
    parts = (demand.title, demand.sector, " ".join(demand.tasks), demand.pain_point)
    return normalise(" ".join(part for part in (*parts, _positive(demand.description)) if part))

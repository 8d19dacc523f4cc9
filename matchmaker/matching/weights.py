"""Every number of the ranking in one frozen value; ``/about/matching`` is written from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RankingWeights:
    """Points are the most a part can bring; together they make 100. Levels are 0..1."""

    # Parts, in points.
    text: float = 15.0
    trade: float = 45.0
    sector: float = 10.0
    requirements: float = 15.0
    terms: float = 7.0
    supply: float = 8.0

    # Fields of a product's text: how often each counts.
    field_model: int = 2
    field_form: int = 2
    field_tasks: int = 3
    field_sectors: int = 1
    field_description: int = 1
    #: Weight of a synonym that the query is widened by.
    synonym: float = 0.35
    #: Coverage from which the text part is full.
    full_coverage: float = 0.30

    # Trade: form suitability × (base + rest × agreement of the tasks).
    task_base: float = 0.2
    #: Agreement of two different tasks of one family.
    same_family: float = 0.6
    #: Tasks named in the title and in the text beside those that the demand lists (weight 1).
    task_in_title: float = 0.5
    task_in_text: float = 0.1
    #: Each further task of the list counts this much of the one before.
    task_decay: float = 0.7
    #: Agreement of a task that only the product's description names.
    described: float = 0.7
    #: What is left of the trade in a sector that the product is a stranger to.
    sector_floor: float = 0.6
    #: What is left of a task's agreement that the product's own text rules out.
    ruled_out: float = 0.4
    #: Part of the task fit that asks how far the demand is the product's main business.
    focus: float = 0.25
    focus_decay: float = 0.85
    #: What is left of the form's fit where the demand names other forms.
    form_not_named: float = 0.85
    #: The form's fit of other forms where a demand names a form and no task.
    form_missed: float = 0.2
    #: What is left of the trade of a machine that is no tool for daily work.
    light_duty: float = 0.6
    #: Ground that the text only mentions, against ground that is required.
    ground_mentioned: float = 0.5
    #: What is left of the trade on ground that the form cannot cope with at all.
    ground_floor: float = 0.3

    # Requirements.
    hard_weight: float = 2.0
    wish_weight: float = 1.0
    level_unknown: float = 0.65
    level_unproved: float = 0.15
    level_unverified: float = 0.85
    level_needs_proof: float = 0.8
    level_short: float = 0.5
    level_without_requirements: float = 0.8

    #: What is left of all gated points when a hard requirement is certainly missed.
    doubt_floor: float = 0.3
    #: The worst hard requirement against the mean of all.
    doubt_worst: float = 0.7

    # Supply: what is left of the trade.
    abroad: float = 0.55
    in_house: float = 0.6
    prototype: float = 0.8

    # Terms: share of the mode against the budget, and a mode that is not known.
    mode_share: float = 0.6
    mode_unknown: float = 0.5
    #: What a profile without any founded figure keeps of the part for its basis.
    evidence_floor: float = 0.4

    # Rental: makers at short events, rental firms at standing posts.
    maker_for_event: float = 0.75
    #: Form and tasks that a rental firm answers at an event at least.
    rental_for_event: float = 0.9
    rental_tasks: float = 0.6
    rental_for_post: float = 0.5

    #: A result below this score is no candidate for an invitation.
    bar: float = 30.0

    def supply_factor(self, state: str) -> float:
        """What is left of the trade for ``abroad``, ``in_house``, ``prototype``, ``on_offer``."""
        factors = {
            "abroad": self.abroad,
            "in_house": self.in_house,
            "prototype": self.prototype,
        }
        return factors.get(state, 1.0)


DEFAULT_WEIGHTS = RankingWeights()

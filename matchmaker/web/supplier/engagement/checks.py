"""A firm's own products against the requirements of a listing, before and after it answers."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.models import DemandListing
from matchmaker.matching.constraints import Outcome
from matchmaker.matching.levels import judge_requirements
from matchmaker.matching.market.definitions import load_definitions
from matchmaker.matching.market.offers import read_offer
from matchmaker.matching.market.open_needs import facts_of
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.profiles import list_profiles
from matchmaker.suppliers.rules import ProfileState
from matchmaker.web.shared.matching import VerdictRow, list_verdicts


@dataclass(frozen=True)
class ProductCheck:
    """One product: the verdict on each requirement, and how many hard ones are not shown met."""

    code: str
    model: str
    rows: list[VerdictRow]
    has_hard: bool
    unmet: list[str]
    unknown: list[str]


def list_checks(actor: Actor, listing: DemandListing) -> list[ProductCheck]:
    """The published products of the actor's firm, by model."""
    supplier = suppliers.find_own_supplier(actor)
    own = suppliers.list_products_of(actor, supplier) if supplier else ()
    codes = [row.code for row in own if row.state is ProfileState.PUBLISHED]
    vocabulary, definitions, today = load_vocabulary(), load_definitions(), clock.today()
    need = facts_of(listing, vocabulary)
    checks = []
    for profile in list_profiles(actor, codes) if codes else ():
        offer = read_offer(profile, vocabulary)
        verdicts = judge_requirements(need, offer, definitions, today=today)
        hard = [item for item in verdicts if item.hard]
        checks.append(
            ProductCheck(
                code=profile.id,
                model=profile.model,
                rows=list_verdicts(verdicts),
                has_hard=bool(hard),
                unmet=[item.label for item in hard if item.verdict is Outcome.UNMET],
                unknown=[item.label for item in hard if item.verdict is Outcome.UNKNOWN],
            )
        )
    return sorted(checks, key=lambda check: (check.model, check.code))

"""Asking the matcher: offers for a need, needs for an offer. Reads only, never stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands import queries as demands
from matchmaker.matching.constraints import Requirement
from matchmaker.matching.facts import DemandFacts
from matchmaker.matching.market.corpus import Corpus, get_corpus
from matchmaker.matching.market.needs import order_of, with_requirements
from matchmaker.matching.market.open_needs import facts_of
from matchmaker.matching.ranking import Ranking
from matchmaker.suppliers.wishes.queries import find_unwelcoming_suppliers

#: How many products of one firm a page shows before it folds the rest.
PER_FIRM = 2
TOP = 10


@dataclass(frozen=True)
class Match:
    """An answer together with what was asked and the offers it was computed from."""

    demand: DemandFacts
    ranking: Ranking
    corpus: Corpus


def match_text(demand: DemandFacts, *, top: int = TOP, per_firm: int | None = None) -> Match:
    """Offers for a need that is no listing. The firms' private wishes play no part in it."""
    corpus = get_corpus()
    ranking = corpus.ranker.rank(demand, today=clock.today(), top=top, per_firm=per_firm)
    return Match(demand, ranking, corpus)


def match_listing(
    actor: Actor,
    code: str,
    *,
    changed: Sequence[Requirement] | None = None,
    further: Sequence[Requirement] = (),
    sector: str = "",
    top: int = TOP,
    per_firm: int | None = None,
) -> Match:
    """Offers for a listing that the actor may see; ``changed`` stands in for its requirements.

    Raises ``NotFound`` for a listing that the actor may not know of.
    """
    demand = facts_of(demands.get_listing(actor, code), load_vocabulary())
    if changed is not None:
        demand = replace(demand, requirements=tuple(changed))
    return match_need(with_requirements(demand, further, sector=sector), top=top, per_firm=per_firm)


def match_need(demand: DemandFacts, *, top: int = TOP, per_firm: int | None = None) -> Match:
    """Offers for a listing's facts, both sides considered."""
    corpus = get_corpus()
    unwelcome = find_unwelcoming_suppliers(order_of(demand, load_vocabulary()))
    ranking = corpus.ranker.rank(
        demand, today=clock.today(), top=top, per_firm=per_firm, unwelcome=unwelcome
    )
    return Match(demand, ranking, corpus)

"""Asking the matcher for offers. Reads only, never stores."""

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
from matchmaker.matching.market.needs import order_of
from matchmaker.matching.market.open_needs import facts_of
from matchmaker.matching.ranking import Ranking
from matchmaker.matching.what_if import Relaxation, WhatIf, compare_demands, propose_relaxations
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


def get_need(actor: Actor, code: str) -> DemandFacts:
    """The facts of a listing; raises ``NotFound`` where the actor may not know of it."""
    return facts_of(demands.get_listing(actor, code), load_vocabulary())


def match_text(need: DemandFacts, *, top: int = TOP, per_firm: int | None = None) -> Match:
    """Offers for a need that is no listing. The firms' private wishes play no part in it."""
    corpus = get_corpus()
    ranking = corpus.ranker.rank(need, today=clock.today(), top=top, per_firm=per_firm)
    return Match(need, ranking, corpus)


def match_need(need: DemandFacts, *, top: int = TOP, per_firm: int | None = None) -> Match:
    """Offers for a listing's facts, both sides considered."""
    corpus = get_corpus()
    ranking = corpus.ranker.rank(
        need, today=clock.today(), top=top, per_firm=per_firm, unwelcome=find_unwelcoming(need)
    )
    return Match(need, ranking, corpus)


def change_need(
    need: DemandFacts,
    requirements: Sequence[Requirement],
    *,
    top: int = TOP,
    per_firm: int | None = None,
) -> tuple[Match, WhatIf]:
    """Offers for the need with other requirements, and what that changes."""
    corpus = get_corpus()
    changed = replace(need, requirements=tuple(requirements))
    difference = compare_demands(
        corpus.ranker,
        need,
        changed,
        today=clock.today(),
        top=top,
        per_firm=per_firm,
        unwelcome=find_unwelcoming(need),
    )
    return Match(changed, difference.after, corpus), difference


def list_relaxations(need: DemandFacts) -> Sequence[Relaxation]:
    """What would bring more, the most firms first."""
    ranker = get_corpus().ranker
    return propose_relaxations(ranker, need, today=clock.today(), unwelcome=find_unwelcoming(need))


def find_unwelcoming(need: DemandFacts) -> frozenset[str]:
    """Firms (ids) whose private wishes the need does not meet; said of them: 供方条件不符."""
    return find_unwelcoming_suppliers(order_of(need, load_vocabulary()))

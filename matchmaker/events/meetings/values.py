"""What each pair of parties is worth: how well they match, and what they wish of each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker import clock
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import PUBLIC_STATUSES
from matchmaker.errors import NotReady
from matchmaker.events.models import Event
from matchmaker.events.parties.models import EventParty
from matchmaker.events.requests.queries import list_all
from matchmaker.events.requests.rules import compute_pair_value
from matchmaker.matching.market.corpus import Corpus, get_corpus
from matchmaker.matching.market.needs import order_of
from matchmaker.matching.market.open_needs import facts_of
from matchmaker.suppliers.wishes.queries import find_unwelcoming_suppliers

#: A text covers another from this share on; below it the two have nothing in common.
TOPIC_BAR = 0.12


def compute_values(
    event: Event,
    needs: Sequence[EventParty],
    offers: Sequence[EventParty],
) -> NDArray[np.float64]:
    """The value of each pair, (len(needs), len(offers)); 0 where the two are not to meet.

    Where a demand meets a product the score is the matcher's, both sides' conditions considered;
    where neither side brought one it is what the intentions have in common.
    """
    wishes = list_all(event)
    topics = _score_topics(needs, offers)
    corpus = _find_corpus()
    values = np.zeros((len(needs), len(offers)))
    for row, need in enumerate(needs):
        scores = _score_products(corpus, _public_listings(need))
        for column, offer in enumerate(offers):
            values[row, column] = compute_pair_value(
                _score_pair(offer, scores, topics[row][column]),
                wishes.get((need.id, offer.id)),
                wishes.get((offer.id, need.id)),
            )
    return values


def _find_corpus() -> Corpus | None:
    try:
        return get_corpus()
    except NotReady:
        return None


def _score_products(
    corpus: Corpus | None, listings: Sequence[DemandListing]
) -> dict[str, float] | None:
    """The best score of each product over the listings, those that reach the bar."""
    if corpus is None or not listings:
        return None
    best: dict[str, float] = {}
    vocabulary = load_vocabulary()
    for listing in listings:
        facts = facts_of(listing, vocabulary)
        unwelcome = find_unwelcoming_suppliers(order_of(facts, vocabulary))
        survey = corpus.ranker.survey(facts, today=clock.today(), unwelcome=unwelcome)
        for item in survey.suitable(corpus.ranker.weights.bar):
            code = item.product.product_id
            best[code] = max(best.get(code, 0.0), item.score)
    return best


def _score_pair(
    offer: EventParty, scores: dict[str, float] | None, topic: float | None
) -> float | None:
    if scores is None or not offer.products:
        return topic
    known = [scores[each.product.code] for each in offer.products if each.product.code in scores]
    return max(known, default=None)


def _score_topics(
    needs: Sequence[EventParty], offers: Sequence[EventParty]
) -> list[list[float | None]]:
    # scikit-learn takes seconds to import: only who plans pays for it, not every start.
    from matchmaker.matching.scorer import TextMatcher

    matcher = TextMatcher().fit([_text_of(offer) for offer in offers])
    rows = np.arange(len(offers))
    return [
        [
            float(share) * 100.0 if share >= TOPIC_BAR else None
            for share in matcher.coverage(_text_of(need), rows)
        ]
        for need in needs
    ]


def _public_listings(party: EventParty) -> list[DemandListing]:
    """What it brought, without what was taken down meanwhile."""
    listings = [each.listing for each in party.demands]
    return [listing for listing in listings if listing.status in PUBLIC_STATUSES]


def _text_of(party: EventParty) -> str:
    demands = [f"{row.title} {row.pain_point}" for row in _public_listings(party)]
    products = [f"{each.product.model} {each.product.description}" for each in party.products]
    return "\n".join((party.topic, *demands, *products))[:20_000]

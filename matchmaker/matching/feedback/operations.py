"""Keeping feedback."""

from __future__ import annotations

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.demands.content import clean_line
from matchmaker.demands.models import DemandListing
from matchmaker.errors import NotFound
from matchmaker.matching.feedback.models import MatchFeedback
from matchmaker.matching.feedback.permissions import GIVE_FEEDBACK
from matchmaker.matching.feedback.rules import Reason, Usefulness, check_feedback
from matchmaker.matching.market.corpus import get_corpus
from matchmaker.matching.parameters import SCORER


def give_feedback(
    actor: Actor,
    listing: DemandListing,
    product_id: str,
    *,
    usefulness: str,
    rank: int,
    reason: str = "",
    note: str = "",
) -> MatchFeedback:
    """Store what a person of the owner says of a product shown at a place of the list.

    Raises ``InvalidInput`` (fields usefulness, reason, note, rank) and ``NotFound`` for a product
    that is not published.
    """
    require(actor, GIVE_FEEDBACK, listing)
    check_feedback(usefulness, reason, note, rank)
    corpus = get_corpus()
    profile = corpus.profiles.get(product_id)
    if profile is None or actor.user_id is None:
        raise NotFound("product_missing", "没有这个产品，或该产品尚未发布。")
    verdict = Usefulness(usefulness)
    feedback = MatchFeedback(
        listing_id=listing.id,
        product=product_id,
        supplier=profile.supplier_id,
        user_id=actor.user_id,
        usefulness=verdict,
        reason=Reason(reason) if verdict is Usefulness.UNSUITABLE else None,
        note=clean_line(note),
        rank_shown=rank,
        scorer=SCORER,
        corpus=corpus.digest,
    )
    db.session.add(feedback)
    db.session.flush()
    record(
        actor,
        "matching.feedback",
        "demand",
        listing.id,
        product=product_id,
        usefulness=verdict.value,
        reason=feedback.reason.value if feedback.reason else None,
        rank=rank,
    )
    return feedback

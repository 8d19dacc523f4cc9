"""Needs for the firm's products: the best ones, and what passed a product over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.demands import queries as demands
from matchmaker.errors import NotFound
from matchmaker.matching.preferences import wants_recommendations
from matchmaker.matching.ranking import WISH_REASON
from matchmaker.matching.reverse import (
    Gap,
    ProductMatch,
    ScoredNeed,
    list_gaps,
    list_unknowns,
    match_product,
)
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.rules import ProfileState
from matchmaker.web.base import current_actor, gate
from matchmaker.web.shared import demands as shared_demands
from matchmaker.web.shared import matching as shared

bp = Blueprint("supplier_matches", __name__, url_prefix="/supplier/matches")
gate(bp, "supplier")
#: Needs that the page lists; the bar cuts off most of the rest anyway.
SHOWN = 20
#: Needs named for each gap.
NAMED = 5
WANTED_NAMED = 3


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    supplier = suppliers.find_own_supplier(actor)
    own = suppliers.list_products_of(actor, supplier) if supplier else []
    published = [item for item in own if item.state is ProfileState.PUBLISHED]
    product = _choose(published)
    if product is None:
        return render_template("supplier/matching/nothing.html", supplier=supplier, has_any=own)
    return render_template(
        "supplier/matching/index.html",
        products=published,
        product=product,
        **_present(actor, product),
    )


def _choose(published: Sequence[Product]) -> Product | None:
    """The product that the address names, else the first; 404 for anybody else's."""
    code = request.args.get("product")
    if code is None:
        return published[0] if published else None
    chosen = next((item for item in published if item.code == code), None)
    if chosen is None:
        raise NotFound("product_missing", "贵单位没有编号为“{code}”的已发布产品。", code=code[:60])
    return chosen


def _present(actor: Actor, product: Product) -> dict[str, Any]:
    match = match_product(product.code)
    recommends = wants_recommendations(actor)
    shown = list(match.suitable[:SHOWN]) if recommends else _by_date(match)
    declined = [item for item in match.passed_over if item.exclusion.reason == WISH_REASON]
    return {
        "recommends": recommends,
        "needs": _list_needs(actor, shown),
        "n_suitable": len(match.suitable),
        "n_open": len(match.scored) + len(match.passed_over),
        "n_declined": len(declined),
        "gaps": [_present_gap(gap) for gap in list_gaps(match.passed_over)],
        "unknowns": [_present_gap(gap) for gap in list_unknowns(match.scored)],
        "bar": match.bar,
    }


def _by_date(match: ProductMatch) -> list[ScoredNeed]:
    """The latest published first, whatever their score."""
    ordered = sorted(match.scored, key=lambda item: item.need.code)
    ordered.sort(key=lambda item: str(item.need.published_on or ""), reverse=True)
    return ordered[:SHOWN]


def _list_needs(actor: Actor, scored: Sequence[ScoredNeed]) -> list[dict[str, Any]]:
    today = clock.today()
    listings = demands.list_by_ids(actor, [item.need.listing_id for item in scored])
    return [
        {
            "rank": rank,
            "card": shared_demands.make_card(listings[item.need.listing_id], today),
            "score": item.result.score,
            "bars": shared.list_bars(item.result.parts),
            "verdicts": shared.list_verdicts(item.result.constraints),
            "verdict_counts": shared.count_verdicts(item.result.constraints),
            "missing": item.result.missing_terms[: shared.MISSING_SHOWN],
        }
        for rank, item in enumerate(scored, start=1)
        if item.need.listing_id in listings
    ]


def _present_gap(gap: Gap) -> dict[str, Any]:
    return {
        "attribute": gap.attribute,
        "label": gap.label,
        "count": gap.count,
        "offered": next((item.offered for item in gap.verdicts if item.offered), None),
        "wanted": _join_wanted(gap),
        "needs": [(need.code, need.facts.title) for need in gap.needs[:NAMED]],
    }


def _join_wanted(gap: Gap) -> str:
    wanted = list(dict.fromkeys(item.wanted for item in gap.verdicts))
    return "、".join(wanted[:WANTED_NAMED]) + ("等" if len(wanted) > WANTED_NAMED else "")

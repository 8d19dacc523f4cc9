"""The matches of an owner's need. Own listings in any state; what-if stores nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands import permissions
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.matching.facts import DemandFacts
from matchmaker.matching.feedback.operations import give_feedback
from matchmaker.matching.feedback.queries import list_own_feedback
from matchmaker.matching.feedback.rules import REASON_LABELS, USEFULNESS_LABELS
from matchmaker.matching.market.definitions import load_definitions
from matchmaker.matching.market.open_needs import facts_of
from matchmaker.matching.preferences import wants_recommendations
from matchmaker.matching.queries import PER_FIRM, change_need, list_relaxations, match_need
from matchmaker.web.base import begin_write, current_actor, gate, reads_only, roll_back_refused
from matchmaker.web.owner.matching import presenters as present
from matchmaker.web.owner.matching.what_if import WEIGHTS, WhatIf, read_what_if
from matchmaker.web.shared import matching as shared

bp = Blueprint("owner_matches", __name__, url_prefix="/owner/demands")
gate(bp, "owner")
CODE = "<string(maxlength=20):code>"
PRODUCT = "<string(maxlength=60):product>"
#: How many places of a list a page shows when nothing is folded.
LONG = 50


@bp.get(f"/{CODE}/matches")
def index(code: str) -> ResponseReturnValue:
    listing = _own(code)
    if not wants_recommendations(current_actor()):
        return _page_by_date(listing)
    return _page(listing)


@bp.get(f"/{CODE}/matches/compare")
def compare(code: str) -> ResponseReturnValue:
    listing = _own(code)
    match = match_need(_facts(listing), top=shared.count_offers())
    chosen = present.read_chosen(request.args.getlist("p"))
    table = present.make_comparison(match, chosen)
    return render_template("owner/matching/compare.html", listing=listing, table=table)


@bp.post(f"/{CODE}/matches/{PRODUCT}/feedback")
@reads_only
def feedback(code: str, product: str) -> ResponseReturnValue:
    shared.warm()
    begin_write()
    listing = _own(code)
    try:
        given = give_feedback(
            current_actor(),
            listing,
            product,
            usefulness=request.form.get("usefulness", ""),
            reason=request.form.get("reason", ""),
            note=request.form.get("note", ""),
            rank=_whole(request.form.get("rank", "")),
        )
    except InvalidInput as error:
        roll_back_refused(error)
        return _page(_own(code), message=error.text, status=422)
    flash(f"已记录：{USEFULNESS_LABELS[given.usefulness]}。谢谢您的评价。", "success")
    return redirect(url_for("owner_matches.index", code=code, _anchor=f"offer-{product}"))


def _own(code: str) -> DemandListing:
    """A listing of the actor's unit; 404 for anybody else's, published or not."""
    listing = demands.get_listing(current_actor(), code)
    if not permissions.is_own(current_actor(), listing):
        raise NotFound("demand_missing", "本单位没有编号为“{code}”的需求。", code=code)
    return listing


def _facts(listing: DemandListing) -> DemandFacts:
    return facts_of(listing, load_vocabulary())


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _page(listing: DemandListing, *, message: str = "", status: int = 200) -> ResponseReturnValue:
    need = _facts(listing)
    panel = read_what_if(request.args, need.requirements, load_definitions())
    try:
        data = _match(listing, need, panel)
    except DomainError as error:
        if error.http_status >= 500:
            raise
        return render_template(
            "owner/matching/unanswerable.html", listing=listing, message=error.text
        )
    answered = 422 if panel.errors else status
    page = render_template(
        "owner/matching/index.html",
        listing=listing,
        panel=panel,
        message=message,
        weights=WEIGHTS,
        reasons=REASON_LABELS,
        given=list_own_feedback(current_actor(), listing),
        further=present.list_further(panel, load_definitions()),
        **data,
    )
    return page, answered


def _match(listing: DemandListing, need: DemandFacts, panel: WhatIf) -> dict[str, Any]:
    unfolded = request.args.get("all") == "1"
    top, per_firm = (LONG, None) if unfolded else (10, PER_FIRM)
    if panel.requirements is not None:
        match, difference = change_need(need, panel.requirements, top=top, per_firm=per_firm)
        change = present.describe_change(difference, match)
    else:
        match, change = match_need(need, top=top, per_firm=per_firm), None
        shared.count_impressions(match)
    asked = need if panel.requirements is None else replace(need, requirements=panel.requirements)
    bar = match.corpus.ranker.weights.bar
    return {
        "match": match,
        "change": change,
        "cards": shared.list_cards(match),
        "excluded": shared.list_excluded(match.ranking.excluded, match.corpus),
        "relaxations": present.list_proposals(list_relaxations(asked), panel),
        "challenge": present.make_challenge(listing, match),
        "summary": present.describe_result(match, bar),
        "divider": present.find_divider(match, bar),
        "has_hard": any(item.hard for item in asked.requirements),
        "unfolded": unfolded,
    }


def _page_by_date(listing: DemandListing) -> ResponseReturnValue:
    match = match_need(_facts(listing), top=shared.count_offers())
    rows = present.list_by_date(match, current_actor())
    return render_template("owner/matching/by_date.html", listing=listing, rows=rows)

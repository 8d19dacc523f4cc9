"""What everybody may ask of the matcher: its rules, and a try-out in one's own words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import DomainError
from matchmaker.extensions import limiter
from matchmaker.matching import preferences
from matchmaker.matching.exposure.models import Place
from matchmaker.matching.market.needs import read_text
from matchmaker.matching.queries import PER_FIRM, match_text
from matchmaker.text.bounds import MAX_QUERY_CHARACTERS
from matchmaker.web.base import current_actor
from matchmaker.web.public import matching_rules
from matchmaker.web.shared import matching as shared

bp = Blueprint("public_matching", __name__)


@bp.get("/about/matching")
def rules() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "public/matching/rules.html",
        page=matching_rules.make_page(),
        is_on=preferences.wants_recommendations(actor),
    )


@bp.post("/about/matching/switch")
def switch() -> ResponseReturnValue:
    actor = current_actor()
    if request.form.get("recommendations") == "off":
        preferences.switch_recommendations_off(actor)
        flash("推荐已关闭，列表将按发布时间排列。", "success")
    else:
        preferences.switch_recommendations_on(actor)
        flash("推荐已打开，列表将按匹配度排列。", "success")
    return redirect(url_for("public_matching.rules", _anchor="switch"))


@bp.get("/match")
@limiter.limit("60/minute")
def try_out() -> ResponseReturnValue:
    text, sector = request.args.get("text", ""), request.args.get("sector", "")
    answer: dict[str, Any] = {"cards": None, "ranking": None}
    error, field = "", ""
    if "text" in request.args:
        try:
            answer = _ask(text, sector)
        except DomainError as refused:
            if refused.http_status >= 500:
                raise
            error, field = refused.text, getattr(refused, "field", None) or "text"
    page = render_template(
        "public/matching/try_out.html",
        text=text,
        sector=sector,
        sectors=load_vocabulary().sectors,
        limit=MAX_QUERY_CHARACTERS,
        error=error,
        field=field,
        **answer,
    )
    return page, 422 if error else 200


def _ask(text: str, sector: str) -> dict[str, Any]:
    need = read_text(text, sector=sector, vocabulary=load_vocabulary())
    match = match_text(need, per_firm=PER_FIRM)
    shared.count_impressions(match, Place.TRY_OUT)
    return {
        "cards": shared.list_cards(match),
        "ranking": match.ranking,
        "bar": match.corpus.ranker.weights.bar,
    }

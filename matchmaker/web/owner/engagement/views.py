"""What came in on an owner's listing: questions to reply to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own
from matchmaker.engagement.questions import operations as questions
from matchmaker.engagement.questions.queries import get_question
from matchmaker.errors import NotFound
from matchmaker.web.base import current_actor, gate
from matchmaker.web.shared import demands as shared_demands
from matchmaker.web.shared import engagement as shared

bp = Blueprint("owner_engagement", __name__, url_prefix="/owner/engagement")
gate(bp, "owner")
CODE = "<string(maxlength=20):code>"


@bp.get(f"/{CODE}")
def show(code: str) -> ResponseReturnValue:
    actor, listing = current_actor(), own_listing(code)
    return render_template(
        "owner/engagement/show.html",
        card=shared_demands.make_card(listing, clock.today()),
        questions=shared.list_question_lines(actor, listing),
        now=clock.now(),
    )


@bp.post(f"/{CODE}/questions/<int(max=2147483647):question_id>")
def reply(code: str, question_id: int) -> ResponseReturnValue:
    listing, question = own_listing(code), get_question(current_actor(), question_id)
    if question.listing_id != listing.id:
        raise NotFound("question_missing", "这条需求没有这个提问。")
    questions.reply_to_question(current_actor(), question, text=request.form.get("text", ""))
    flash("答复已公开。", "success")
    return redirect(url_for("owner_engagement.show", code=code))


def own_listing(code: str) -> DemandListing:
    """A listing of the actor's unit; 404 for anybody else's."""
    listing = demands.get_listing(current_actor(), code)
    if not is_own(current_actor(), listing):
        raise NotFound("demand_missing", "本单位没有编号为“{code}”的需求。", code=code)
    return listing

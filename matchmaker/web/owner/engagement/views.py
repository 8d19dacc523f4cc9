"""What came in on an owner's listing: questions to reply to, answers to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own
from matchmaker.engagement.answers import choice
from matchmaker.engagement.answers import queries as answers
from matchmaker.engagement.answers.rules import OPEN_STATES
from matchmaker.engagement.questions import operations as questions
from matchmaker.engagement.questions.queries import get_question
from matchmaker.errors import DomainError, NotFound
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import list_wrong_fields, show_invalid, show_refusal
from matchmaker.web.owner.engagement.forms import OutcomeForm, read_chosen, read_reasons
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
        received=answers.count_received(actor, listing),
        lines=[shared.answer_line(row) for row in answers.list_answers(actor, listing)],
        may_choose=_may_choose(actor, listing),
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


@bp.get(f"/{CODE}/outcome")
def choose(code: str) -> ResponseReturnValue:
    return _outcome_page(code, OutcomeForm())


@bp.post(f"/{CODE}/outcome")
def give_outcomes(code: str) -> ResponseReturnValue:
    actor, listing, form = current_actor(), own_listing(code), OutcomeForm()
    if not form.validate():
        return show_invalid(lambda: _outcome_page(code, form))
    reasons, chosen = read_reasons(request.form), read_chosen(request.form)
    try:
        if form.result.data == "none":
            chosen, note = frozenset(), form.note.data or ""
            choice.give_no_outcome(actor, listing, reasons=reasons, note=note)
        else:
            choice.give_outcomes(actor, listing, chosen=chosen, reasons=reasons)
    except DomainError as error:
        wrong = list_wrong_fields(error)
        return show_refusal(form, error, lambda: _outcome_page(code, form, wrong))
    flash("结果已登记，每家应答企业都能看到自己的结果和理由。", "success")
    if len(chosen) != 1:
        return redirect(url_for("owner_engagement.show", code=code))
    flash("下一步：发起结对，由企业确认。", "info")
    return redirect(url_for("answers.show", answer_id=min(chosen)))


def _outcome_page(
    code: str, form: OutcomeForm, wrong: Mapping[str, str] = MappingProxyType({})
) -> str:
    actor, listing = current_actor(), own_listing(code)
    standing = [row for row in answers.list_answers(actor, listing) if row.state in OPEN_STATES]
    return render_template(
        "owner/engagement/outcome.html",
        card=shared_demands.make_card(listing, clock.today()),
        form=form,
        lines=[shared.answer_line(row) for row in standing],
        reasons=read_reasons(request.form),
        chosen=read_chosen(request.form),
        wrong=wrong,
        now=clock.now(),
    )


def _may_choose(actor: Actor, listing: DemandListing) -> bool:
    return any(row.state in OPEN_STATES for row in answers.list_answers(actor, listing))


def own_listing(code: str) -> DemandListing:
    """A listing of the actor's unit; 404 for anybody else's."""
    listing = demands.get_listing(current_actor(), code)
    if not is_own(current_actor(), listing):
        raise NotFound("demand_missing", "本单位没有编号为“{code}”的需求。", code=code)
    return listing

"""A firm asks about a listing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.demands import queries as demands
from matchmaker.engagement.questions import operations as questions
from matchmaker.errors import DomainError
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import demands as shared_demands
from matchmaker.web.supplier.engagement.forms import QuestionForm

bp = Blueprint("supplier_engagement", __name__, url_prefix="/supplier/engagement")
gate(bp, "supplier")
CODE = "<string(maxlength=20):code>"


@bp.get(f"/{CODE}/question")
def ask(code: str) -> ResponseReturnValue:
    return _question_page(code, QuestionForm())


@bp.post(f"/{CODE}/question")
def send_question(code: str) -> ResponseReturnValue:
    form, actor = QuestionForm(), current_actor()
    if not form.validate():
        return show_invalid(lambda: _question_page(code, form))
    try:
        listing = demands.get_listing(actor, code)
        questions.ask_question(actor, listing, text=form.text.data or "")
    except DomainError as error:
        return show_refusal(form, error, lambda: _question_page(code, form))
    flash("提问已提交，业主答复后对所有企业公开。", "success")
    return redirect(url_for("public_demands.show", code=code, _anchor="questions"))


def _question_page(code: str, form: QuestionForm) -> str:
    listing = demands.get_listing(current_actor(), code)
    card = shared_demands.make_card(listing, clock.today())
    return render_template(
        "supplier/engagement/question.html", form=form, card=card, now=clock.now()
    )

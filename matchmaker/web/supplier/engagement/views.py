"""A firm asks about a listing and answers it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.engagement.answers import operations as answers
from matchmaker.engagement.answers import queries as answer_queries
from matchmaker.engagement.answers.permissions import ANSWER
from matchmaker.engagement.questions import operations as questions
from matchmaker.engagement.questions.queries import get_question
from matchmaker.errors import DomainError, NotFound
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.rules import ProfileState
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import demands as shared_demands
from matchmaker.web.shared import engagement as shared
from matchmaker.web.supplier.engagement.checks import list_checks
from matchmaker.web.supplier.engagement.forms import (
    AnswerForm,
    QuestionForm,
    make_answer_form,
    read_content,
    read_version,
)

bp = Blueprint("supplier_engagement", __name__, url_prefix="/supplier/engagement")
gate(bp, "supplier")
CODE = "<string(maxlength=20):code>"


@bp.get("")
def index() -> ResponseReturnValue:
    rows = answer_queries.list_own(current_actor())
    return render_template(
        "supplier/engagement/index.html", lines=[shared.answer_line(row) for row in rows]
    )


@bp.get(f"/{CODE}/answer")
def answer(code: str) -> ResponseReturnValue:
    listing = demands.get_listing(current_actor(), code)
    require(current_actor(), ANSWER, listing)
    return _answer_page(listing, _make_form(listing))


@bp.post(f"/{CODE}/answer")
def submit(code: str) -> ResponseReturnValue:
    actor, listing = current_actor(), demands.get_listing(current_actor(), code)
    form = _make_form(listing)

    def page() -> str:
        return _answer_page(demands.get_listing(actor, code), form)

    if not form.validate():
        return show_invalid(page)
    try:
        row = answers.submit_answer(actor, listing, read_content(form), version=read_version(form))
    except DomainError as error:
        return show_refusal(form, error, page)
    flash("应答已提交。截止前除贵单位外任何人不能查看，可随时修改或撤回。", "success")
    return redirect(url_for("answers.show", answer_id=row.id))


@bp.get(f"/{CODE}/check")
def check(code: str) -> ResponseReturnValue:
    listing = demands.get_listing(current_actor(), code)
    return render_template(
        "supplier/engagement/check.html",
        card=shared_demands.make_card(listing, clock.today()),
        checks=list_checks(current_actor(), listing),
    )


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
    flash("提问已提交并公开，不显示提问单位。业主答复前可以撤回。", "success")
    return redirect(url_for("public_demands.show", code=code, _anchor="questions"))


@bp.post(f"/{CODE}/question/<int(max=2147483647):question_id>/withdraw")
def withdraw_question(code: str, question_id: int) -> ResponseReturnValue:
    actor, question = current_actor(), get_question(current_actor(), question_id)
    if question.listing.code != code:
        raise NotFound("question_missing", "这条需求没有这个提问。")
    questions.withdraw_question(actor, question)
    flash("提问已撤回，不再公开显示。", "success")
    return redirect(url_for("public_demands.show", code=code, _anchor="questions"))


def _question_page(code: str, form: QuestionForm) -> str:
    listing = demands.get_listing(current_actor(), code)
    card = shared_demands.make_card(listing, clock.today())
    return render_template(
        "supplier/engagement/question.html", form=form, card=card, now=clock.now()
    )


def _make_form(listing: DemandListing) -> AnswerForm:
    actor, vocabulary = current_actor(), load_vocabulary()
    supplier = suppliers.find_own_supplier(actor)
    own = suppliers.list_products_of(actor, supplier) if supplier else []
    published = [row for row in own if row.state is ProfileState.PUBLISHED]
    return make_answer_form(
        answer_queries.find_own(actor, listing),
        [(row.code, row.model) for row in published],
        [(id_, vocabulary.mode(id_).zh) for id_ in answers.list_modes(listing)],
    )


def _answer_page(listing: DemandListing, form: AnswerForm) -> str:
    card = shared_demands.make_card(listing, clock.today())
    return render_template(
        "supplier/engagement/answer.html",
        form=form,
        card=card,
        checks=list_checks(current_actor(), listing),
        now=clock.now(),
    )

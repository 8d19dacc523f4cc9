"""An owner's listings: list, form in steps with autosave, overview, submission."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands import operations, permissions, queries
from matchmaker.demands.answerability import compute_answerability
from matchmaker.demands.content import ContentRefused, ListingContent
from matchmaker.demands.documents import write_demands
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.demands.questions import FORM_STEP_LABELS, FormStep, questions_for
from matchmaker.demands.rules import EDITABLE_STATUSES, ListingKind, ListingStatus
from matchmaker.demands.templates import load_templates
from matchmaker.demands.typed_requirements import typed_attributes
from matchmaker.errors import DomainError, NotFound
from matchmaker.web.base import current_actor, gate, roll_back_refused
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands import presenters as present
from matchmaker.web.owner.demands.access import CODE, get_own_listing
from matchmaker.web.owner.demands.forms import StepForm, group_tasks, make_form, merge
from matchmaker.web.owner.demands.suggestions import list_suggestions, take_suggestions
from matchmaker.web.owner.engagement.deals import find_deploy_url
from matchmaker.web.shared import demands as shared
from matchmaker.web.shared.demand_pages import list_reviews, make_page
from matchmaker.web.shared.downloads import send_workbook

bp = Blueprint("owner_demands", __name__, url_prefix="/owner/demands")
gate(bp, "owner")


@bp.get("")
def index() -> ResponseReturnValue:
    today = clock.today()
    rows = queries.list_own(current_actor())
    cards = [(shared.make_card(row, today), row.updated_at) for row in rows]
    return render_template("owner/demands/index.html", cards=cards, now=clock.now())


@bp.get("/export.xlsx")
def export() -> ResponseReturnValue:
    rows = queries.list_own(current_actor())
    content = write_demands("本单位需求", rows, total=len(rows), today=clock.today())
    return send_workbook(content, "本单位需求")


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(current_actor(), permissions.CREATE)
    form = make_form(FormStep.BASICS, _blank_content(), 0)
    return _new_page(form)


@bp.post("/new")
def create() -> ResponseReturnValue:
    actor, blank = current_actor(), _blank_content()
    form = make_form(FormStep.BASICS, blank, 0)
    if not form.validate():
        return show_invalid(lambda: _new_page(form))
    try:
        content = merge(FormStep.BASICS, form, blank)
        listing = operations.create_draft(actor, content)
        return _after_save(actor, listing, FormStep.BASICS)
    except DomainError as error:
        return _show_problems(form, error, lambda: _new_page(form))


@bp.get(f"/{CODE}")
def show(code: str) -> ResponseReturnValue:
    return _overview(get_own_listing(code), [])


@bp.get(f"/{CODE}/edit/<step>")
def edit(code: str, step: str) -> ResponseReturnValue:
    listing = get_own_listing(code)
    page = _read_step(listing, step)
    form = make_form(page, queries.content_of(listing), listing.version)
    return _edit_page(listing, page, form)


@bp.post(f"/{CODE}/edit/<step>")
def save(code: str, step: str) -> ResponseReturnValue:
    actor, listing = current_actor(), get_own_listing(code)
    page = _read_step(listing, step)
    form = make_form(page, queries.content_of(listing), listing.version)
    if not form.validate():
        return show_invalid(lambda: _edit_page(get_own_listing(code), page, form))
    try:
        _store(actor, listing, page, form)
        return _after_save(actor, listing, page)
    except DomainError as error:
        return _show_problems(form, error, lambda: _edit_page(get_own_listing(code), page, form))


@bp.post(f"/{CODE}/autosave/<step>")
def autosave(code: str, step: str) -> ResponseReturnValue:
    """The draft as it is being typed; wrong values are refused with their fields as JSON."""
    actor, listing = current_actor(), get_own_listing(code)
    page = _read_step(listing, step)
    form = make_form(page, queries.content_of(listing), listing.version)
    if not form.validate():
        answer = jsonify(errors=form.errors)
        answer.status_code = 422
        return answer
    try:
        content = merge(page, form, queries.content_of(listing))
        operations.save_draft(actor, listing, content, version=read_version(form.revision.data))
    except DomainError as error:
        roll_back_refused(error)
        answer = jsonify(message=error.text)
        answer.status_code = error.http_status
        return answer
    return jsonify(revision=listing.version)


@bp.post(f"/{CODE}/suggestions")
def adopt(code: str) -> ResponseReturnValue:
    """Take over what the description suggests and the owner ticked."""
    listing = get_own_listing(code)
    content = queries.content_of(listing)
    lines = list_suggestions(content, load_vocabulary())
    taken = take_suggestions(lines, request.form.getlist("take"))
    wanted = dataclasses.replace(content, requirements=(*content.requirements, *taken))
    version = read_version(request.form.get("revision"))
    operations.save_draft(current_actor(), listing, wanted, version=version)
    flash(f"已采用 {len(taken)} 项要求，请核对数值和程度。", "success")
    address = url_for("owner_demands.edit", code=code, step=FormStep.REQUIREMENTS.value)
    return redirect(address)


@bp.post(f"/{CODE}/submit")
def submit(code: str) -> ResponseReturnValue:
    listing = get_own_listing(code)
    try:
        lifecycle.submit(current_actor(), listing)
    except ContentRefused as error:
        roll_back_refused(error)
        lines = present.list_problem_lines(code, error)
        return show_invalid(lambda: _overview(get_own_listing(code), lines))
    flash("已提交审核。审核结果会显示在工作台。", "success")
    return redirect(url_for("owner_demands.show", code=code))


def _read_step(listing: DemandListing, step: str) -> FormStep:
    if step not in set(FormStep) or FormStep(step) not in present.steps_for(listing.kind):
        raise NotFound("step_missing", "没有这一页，请从需求的总览页进入。")
    return FormStep(step)


def _blank_content() -> ListingContent:
    """What a new listing starts from: nothing, or the sample of a sector."""
    samples = load_templates(load_vocabulary())
    content = samples.get(request.args.get("template", ""), ListingContent())
    kind = request.args.get("kind", "")
    if kind not in set(ListingKind):
        return content
    return dataclasses.replace(content, kind=ListingKind(kind))


def read_version(text: str | None) -> int:
    """The version that a form was filled from; one that never fits where it says none."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < 10
    return int(text or "") if is_number else -1


def _store(actor: Actor, listing: DemandListing, page: FormStep, form: StepForm) -> None:
    content = merge(page, form, queries.content_of(listing))
    if listing.status in EDITABLE_STATUSES or listing.status is ListingStatus.SUBMITTED:
        operations.save_draft(actor, listing, content, version=read_version(form.revision.data))
        return
    operations.edit_published(
        actor,
        listing,
        content,
        version=read_version(form.revision.data),
        reason=form.reason.data or "",
    )


def _after_save(actor: Actor, listing: DemandListing, page: FormStep) -> ResponseReturnValue:
    """Where the button that was pressed leads: on, to the overview, or into review."""
    act = request.form.get("act", "next")
    code = listing.code
    if listing.status not in EDITABLE_STATUSES:
        flash("变更已保存，并记入公开的变更记录。", "success")
        return redirect(url_for("owner_demands.show", code=code))
    if act == "submit":
        lifecycle.submit(actor, listing)
        flash("已提交审核。审核结果会显示在工作台。", "success")
        return redirect(url_for("owner_demands.show", code=code))
    following = present.step_after(listing.kind, page)
    if act == "save" or following is None:
        flash("草稿已保存。", "success")
        return redirect(url_for("owner_demands.show", code=code))
    return redirect(url_for("owner_demands.edit", code=code, step=following.value))


def _show_problems(form: StepForm, error: DomainError, page: Callable[[], Any]) -> Response:
    """Every problem beside its field; one of another page of the form stands above."""
    if not isinstance(error, ContentRefused):
        return show_refusal(form, error, page)
    roll_back_refused(error)
    for problem in error.problems:
        if problem.field in form:
            field = form[problem.field]
            field.errors = [*field.errors, problem.message]
        else:
            form.form_errors.append(problem.message)
    return show_invalid(page)


def _new_page(form: StepForm) -> str:
    vocabulary = load_vocabulary()
    return render_template(
        "owner/demands/edit.html",
        listing=None,
        form=form,
        step=FormStep.BASICS,
        step_label=FORM_STEP_LABELS[FormStep.BASICS],
        tabs=[],
        questions=(),
        task_groups=group_tasks(vocabulary, form["sector"].data or ""),
        requirement_rows=[],
        suggestions=[],
        is_change=False,
        hint="",
        samples=[
            (vocabulary.sector(sector).zh, url_for("owner_demands.new", template=sector))
            for sector in load_templates(vocabulary)
        ],
    )


def _edit_page(listing: DemandListing, page: FormStep, form: StepForm) -> str:
    content, vocabulary = queries.content_of(listing), load_vocabulary()
    has_tasks, has_rows = "tasks" in form, page is FormStep.REQUIREMENTS
    may_take = has_rows and listing.status in EDITABLE_STATUSES
    return render_template(
        "owner/demands/edit.html",
        listing=listing,
        form=form,
        step=page,
        step_label=FORM_STEP_LABELS[page],
        tabs=present.list_tabs(listing.code, listing.kind, page),
        questions=questions_for(listing.kind, page),
        task_groups=group_tasks(vocabulary, content.sector) if has_tasks else [],
        requirement_rows=typed_attributes(vocabulary) if has_rows else [],
        suggestions=list_suggestions(content, vocabulary) if may_take else [],
        is_change=listing.status not in EDITABLE_STATUSES,
        hint=present.edit_hint(listing, content),
    )


def _overview(listing: DemandListing, problems: list[present.ProblemLine]) -> str:
    today, content = clock.today(), queries.content_of(listing)
    return render_template(
        "owner/demands/show.html",
        listing=listing,
        page=make_page(listing, today),
        reviews=list_reviews(listing),
        sections=shared.list_sections(current_actor(), listing),
        acts=present.list_acts(listing),
        deploy_url=find_deploy_url(listing),
        answerability=compute_answerability(content),
        hint=present.sector_hint(content),
        waiting=present.describe_open_reviews(listing),
        problems=problems,
        demo_data=listing.is_demo,
        now=clock.now(),
    )

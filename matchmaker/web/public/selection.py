"""The annual selection for everybody: rounds, rules, published lists, objections."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.errors import DomainError, NotFound
from matchmaker.extensions import limiter
from matchmaker.publishing import queries as notices
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.rules import STATE_LABELS as OBJECTION_LABELS
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries as result_queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme, load_programmes
from matchmaker.web.base import current_actor
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.public.selection_forms import ObjectionForm
from matchmaker.web.shared import selection as shared

bp = Blueprint("selection", __name__, url_prefix="/selection")


@bp.get("")
def index() -> ResponseReturnValue:
    years: dict[int, list[SelectionRound]] = {}
    for row in rounds.list_rounds(current_actor()):
        years.setdefault(row.year, []).append(row)
    return render_template(
        "public/selection/index.html",
        programmes=list(load_programmes().values()),
        years=years,
        shared=shared,
        counts={row.id: _count_sent(row) for found in years.values() for row in found},
        designated=result_queries.list_designations(),
        demo_data=any(row.is_demo for found in years.values() for row in found),
    )


def _count_sent(row: SelectionRound) -> int:
    counts = applications.count_by_state(row.id)
    return sum(
        number for state, number in counts.items() if state.value not in {"draft", "withdrawn"}
    )


@bp.get("/<code>")
def detail(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = rounds.get_round(actor, code)
    result = result_queries.get_public(row)
    return render_template(
        "public/selection/round.html",
        round=row,
        programme=get_programme(row.programme),
        shared=shared,
        result=result,
        lines=shared.list_result_rows(result, all_lines=False) if result else [],
        notices=notices.list_about(actor, "selection_round", row.code),
        last_day=results.read_last_day(actor, result) if result else None,
        takes_objections=_takes_objections(result),
        today=clock.today(),
        now=clock.now(),
        demo_data=row.is_demo,
    )


def _takes_objections(result: RoundResult | None) -> bool:
    if result is None or result.state is not ResultState.PUBLICITY or result.publicity_from is None:
        return False
    last_day = results.read_last_day(current_actor(), result)
    return result.publicity_from <= clock.today() <= last_day


@bp.get("/<code>/objection")
def objection(code: str) -> ResponseReturnValue:
    row, result = _published(code)
    return _objection_page(row, result, _objection_form(result))


@bp.post("/<code>/objection")
@limiter.limit("10/hour")
def file_objection(code: str) -> ResponseReturnValue:
    row, result = _published(code)
    form = _objection_form(result)
    if not form.validate():
        return show_invalid(lambda: _objection_page(row, result, form))
    try:
        chosen = form.application_id.data
        filed = objecting.file_objection(
            current_actor(),
            result_id=result.id,
            application_ids=frozenset(e.application_id for e in result.entries if e.selected),
            application_id=int(chosen) if chosen else None,
            first_day=result.publicity_from or clock.today(),
            last_day=results.read_last_day(current_actor(), result),
            name=form.name.data or "",
            contact=form.contact.data or "",
            text=form.text.data or "",
            evidence=form.evidence.data or "",
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _objection_page(*_published(code), form))
    return redirect(url_for("selection.follow", receipt=filed.receipt, filed=1))


@bp.get("/objections")
def follow() -> ResponseReturnValue:
    receipt = request.args.get("receipt", "").strip()
    found, missing = None, False
    if receipt:
        try:
            found = objections.find_by_receipt(receipt)
        except NotFound:
            missing = True
    page = render_template(
        "public/selection/follow.html",
        receipt=receipt,
        found=found,
        missing=missing,
        filed=bool(request.args.get("filed")),
        label=OBJECTION_LABELS[found.state] if found else "",
    )
    return page, 404 if missing else 200


def _published(code: str) -> tuple[SelectionRound, RoundResult]:
    row = rounds.get_round(current_actor(), code)
    result = result_queries.get_public(row)
    if result is None:
        abort(404)
    return row, result


def _objection_form(result: RoundResult) -> ObjectionForm:
    form = ObjectionForm()
    form.offer((e.application_id, e.application.title) for e in result.entries if e.selected)
    return form


def _objection_page(row: SelectionRound, result: RoundResult, form: ObjectionForm) -> str:
    return render_template(
        "public/selection/objection.html",
        round=row,
        form=form,
        open=_takes_objections(result),
        last_day=results.read_last_day(current_actor(), result),
        demo_data=row.is_demo,
    )

"""Votes of the panel at the desk: entering one, confirming or declining one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import require
from matchmaker.errors import Conflict, DomainError
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.results import agreed, queries, resolving
from matchmaker.selection.results.votes import ResolutionKind
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import MANAGE_ROUND
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.selection.resolution_form import (
    ResolutionForm,
    make_resolution_form,
    read_ballots,
)
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.resolutions import read_answer

bp = Blueprint("bureau_resolutions", __name__, url_prefix="/bureau/selection")
gate(bp, "bureau")
CODE = "<string(maxlength=60):code>"


@bp.get(f"/{CODE}/resolutions/new")
def new(code: str) -> ResponseReturnValue:
    row, form, tied = _open(code)
    return _page(row, form, tied)


@bp.post(f"/{CODE}/resolutions/new")
def record(code: str) -> ResponseReturnValue:
    row, form, tied = _open(code)
    if not form.validate():
        return show_invalid(lambda: _page(row, form, tied))
    try:
        is_ballot = form.kind.data == ResolutionKind.BALLOT
        draft = form.read(read_ballots(request.form, tied) if is_ballot else {}, tied)
        resolving.record_resolution(current_actor(), row, draft)
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(_round(code), form, tied))
    flash("合议决议已登记，请评审组组长或另一位工作人员确认。", "success")
    return _back(code)


@bp.post(f"/{CODE}/resolutions/<int(max=2147483647):resolution_id>")
def decide(code: str, resolution_id: int) -> ResponseReturnValue:
    row = _round(code)
    confirmed, reason = read_answer()
    resolving.decide_resolution(
        current_actor(),
        row,
        agreed.get_resolution(row.id, resolution_id),
        confirmed=confirmed,
        reason=reason,
    )
    flash("合议决议已处理。", "success")
    return _back(code)


def _open(code: str) -> tuple[SelectionRound, ResolutionForm, tuple[str, ...]]:
    """The round, the form and the tied scenes; refuses before all scores are in."""
    require(current_actor(), MANAGE_ROUND)
    row = _round(code)
    if row.state not in {RoundState.FINAL, RoundState.RANKED}:
        raise Conflict("not_in_consensus", "只有复评评分收齐之后、名单公示之前，才能登记合议决议。")
    queries.check_scores_open(row, Stage.FINAL)
    table = queries.read_table(row, Stage.FINAL)
    tied = agreed.list_tied(row, table)
    titles = applications.list_codes(row.id)
    scenes = [(code, f"{code} {titles[code][1]}") for code in table.scenes]
    members = agreed.list_entitled(row, ())
    return row, make_resolution_form(scenes, members, is_tied=bool(tied)), tied


def _page(row: SelectionRound, form: ResolutionForm, tied: tuple[str, ...]) -> str:
    titles = applications.list_codes(row.id)
    return render_template(
        "bureau/selection/resolution.html",
        round=row,
        form=form,
        tied=[(code, titles[code][1]) for code in tied],
        typed=request.form,
        demo_data=row.is_demo,
    )


def _round(code: str) -> SelectionRound:
    return rounds.get_round(current_actor(), code)


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for("bureau_results.ranking", code=code, _anchor="resolutions"))

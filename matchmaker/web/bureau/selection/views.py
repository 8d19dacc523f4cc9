"""Rounds at the bureau's desk: list, set-up without code, overview, moving on."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError, NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.exchange import write_applications
from matchmaker.selection.results import operations as results
from matchmaker.selection.rounds import operations, queries
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import APPROVE_ROUND, INSPECT_ROUND, MANAGE_ROUND
from matchmaker.selection.rounds.programmes import get_programme, load_programmes, start_draft
from matchmaker.selection.rounds.rules import SCORING_STAGES, STATE_LABELS, RoundState, Stage
from matchmaker.selection.scoring import queries as scoring
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.selection.forms import NewRoundForm, RoundForm, make_round_form
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.downloads import send_workbook

bp = Blueprint("bureau_selection", __name__, url_prefix="/bureau/selection")
gate(bp, "bureau")
CODE = "<string(maxlength=60):code>"


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    form = NewRoundForm(data={"year": clock.today().year})
    form.offer([(item.id, item.zh) for item in load_programmes().values()])
    return render_template(
        "bureau/selection/index.html",
        rows=queries.list_rounds(actor),
        counts={row.id: applications.count_by_state(row.id) for row in queries.list_rounds(actor)},
        form=form,
        can_manage=can(actor, MANAGE_ROUND),
        inspects=can(actor, INSPECT_ROUND),
        shared=shared,
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(current_actor(), MANAGE_ROUND)
    programme = get_programme(request.args.get("programme", ""))
    year = request.args.get("year", clock.today().year, type=int)
    form = make_round_form(start_draft(programme, year), 0)
    return _setup_page(form, programme.id, year, None)


@bp.post("/new")
def create() -> ResponseReturnValue:
    programme = get_programme(request.args.get("programme", ""))
    year = request.args.get("year", clock.today().year, type=int)
    form = RoundForm()
    if not form.validate():
        return show_invalid(lambda: _setup_page(form, programme.id, year, None))
    try:
        row = operations.create_round(current_actor(), form.read(programme.id, year))
    except DomainError as error:
        return show_refusal(form, error, lambda: _setup_page(form, programme.id, year, None))
    flash("评选已建立，申报开始前可继续修改。", "success")
    return redirect(url_for("bureau_selection.show_round", code=row.code))


@bp.get(f"/{CODE}/edit")
def edit(code: str) -> ResponseReturnValue:
    require(current_actor(), INSPECT_ROUND)
    row = queries.get_round(current_actor(), code)
    form = make_round_form(queries.read_draft(row), row.revision)
    return _setup_page(form, row.programme, row.year, row)


@bp.post(f"/{CODE}/edit")
def update(code: str) -> ResponseReturnValue:
    row = queries.get_round(current_actor(), code)
    form = RoundForm()
    if not form.validate():
        return show_invalid(lambda: _setup_page(form, row.programme, row.year, row))
    try:
        revision = int(form.revision.data) if (form.revision.data or "").isdecimal() else -1
        operations.update_round(
            current_actor(), row, form.read(row.programme, row.year), revision=revision
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _setup_again(code, form))
    flash("设置已保存。", "success")
    return redirect(url_for("bureau_selection.show_round", code=code))


def _setup_again(code: str, form: RoundForm) -> str:
    row = queries.get_round(current_actor(), code)
    return _setup_page(form, row.programme, row.year, row)


def _setup_page(form: RoundForm, programme_id: str, year: int, row: SelectionRound | None) -> str:
    return render_template(
        "bureau/selection/setup.html",
        form=form,
        programme=get_programme(programme_id),
        year=year,
        round=row,
        frozen=row is not None and row.state is not RoundState.DRAFT,
        can_manage=can(current_actor(), MANAGE_ROUND),
    )


@bp.get(f"/{CODE}")
def show_round(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_round(actor, code)
    stage = SCORING_STAGES.get(row.state)
    inspects = can(actor, INSPECT_ROUND)
    return render_template(
        "bureau/selection/round.html",
        round=row,
        programme=get_programme(row.programme),
        badge_=shared.round_badge(row),
        rows=applications.list_of_round(actor, row.id),
        progress=scoring.list_progress(row, stage) if stage and inspects else [],
        inspects=inspects,
        can_manage=can(actor, MANAGE_ROUND),
        can_approve=can(actor, APPROVE_ROUND),
        state_labels=STATE_LABELS,
        shared=shared,
        now=clock.now(),
        demo_data=row.is_demo,
    )


@bp.get(f"/{CODE}/applications.xlsx")
def export_applications(code: str) -> ResponseReturnValue:
    """The applications that the round's page lists to the actor."""
    actor = current_actor()
    row = queries.get_round(actor, code)
    listed = applications.list_of_round(actor, row.id)
    content = write_applications(row.title, listed, today=clock.today())
    return send_workbook(content, f"{row.title}申报")


@bp.post(f"/{CODE}/open")
def open_applications(code: str) -> ResponseReturnValue:
    operations.open_applications(current_actor(), queries.get_round(current_actor(), code))
    flash("通知已发布，申报开始，规则、指标和权重已锁定。", "success")
    return redirect(url_for("bureau_selection.show_round", code=code))


@bp.post(f"/{CODE}/close")
def close_applications(code: str) -> ResponseReturnValue:
    operations.close_applications(current_actor(), queries.get_round(current_actor(), code))
    flash("申报已结束，进入资格审查。", "success")
    return redirect(url_for("bureau_selection.show_round", code=code))


@bp.post(f"/{CODE}/cancel")
def cancel(code: str) -> ResponseReturnValue:
    row = queries.get_round(current_actor(), code)
    operations.cancel_round(current_actor(), row, request.form.get("reason", ""))
    flash("评选已取消。", "success")
    return redirect(url_for("bureau_selection.show_round", code=code))


@bp.post(f"/{CODE}/lot")
def commit_to_lot(code: str) -> ResponseReturnValue:
    row = queries.get_round(current_actor(), code)
    commitment = operations.commit_to_lot(current_actor(), row, request.form.get("lot", ""))
    flash(f"抽签校验值已记录：{commitment}。抽签文字请妥善保管，公开抽签时使用。", "success")
    return redirect(url_for("bureau_selection.show_round", code=code))


@bp.post(f"/{CODE}/start/<stage>")
def start_stage(code: str, stage: str) -> ResponseReturnValue:
    if stage not in {Stage.PRELIMINARY, Stage.FINAL}:
        raise NotFound("stage_missing", "没有这个评审阶段。")
    row = queries.get_round(current_actor(), code)
    results.start_stage(current_actor(), row, Stage(stage))
    flash("评审已开始，评委可以打分。", "success")
    return redirect(url_for("bureau_selection.show_round", code=code))


@bp.post(f"/{CODE}/close-preliminary")
def close_preliminary(code: str) -> ResponseReturnValue:
    row = queries.get_round(current_actor(), code)
    results.close_preliminary(current_actor(), row)
    flash("初评结束，入围名单已确定。", "success")
    return redirect(url_for("bureau_results.ranking", code=code))

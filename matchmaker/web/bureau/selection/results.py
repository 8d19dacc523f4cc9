"""Results at the desk: the chair's page, proposal, publicity, confirmation, objections."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import require
from matchmaker.errors import DomainError, IllegalTransition, InvalidInput, NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.results import operations, queries
from matchmaker.selection.results.models import RoundResult
from matchmaker.selection.results.rules import STATE_LABELS
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import INSPECT_ROUND
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import (
    SCORING_STAGES,
    STAGE_LABELS,
    TIE_CHAIN,
    RoundState,
    Stage,
)
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring import queries as sheets
from matchmaker.selection.scoring.models import ScoreSheet
from matchmaker.selection.scoring.permissions import ASK_QUESTION
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.bureau.selection import presenters as present
from matchmaker.web.bureau.selection.list_state import describe_list
from matchmaker.web.forms import Refusal, show_in_place
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.resolutions import list_resolutions

bp = Blueprint("bureau_results", __name__, url_prefix="/bureau/selection")
gate(bp, "bureau")
CODE = "<string(maxlength=60):code>"


@bp.get(f"/{CODE}/ranking")
def ranking(code: str) -> ResponseReturnValue:
    return _page(code)


def _page(code: str, refused: Refusal | None = None) -> str:
    actor = current_actor()
    require(actor, INSPECT_ROUND)
    row = _round(code)
    stage = present.stage_of(row)
    result = queries.get_latest(row, stage)
    missing = [] if result else queries.describe_missing(row, stage)
    listed = describe_list(actor, row, stage, result)
    shown = row.state in SCORING_STAGES or row.state is RoundState.RANKED or result
    view, problem = None, ""
    if shown and not missing and not listed["sealed"]:
        view, problem = _build(row, stage, result)
    return render_template(
        "bureau/selection/ranking.html",
        round=row,
        programme=get_programme(row.programme),
        badge_=shared.round_badge(row),
        stage=stage,
        stage_label=STAGE_LABELS[stage],
        result=result,
        result_label=STATE_LABELS[result.state] if result else "",
        missing=missing,
        progress=sheets.list_progress(row, stage) if not result else [],
        view=view,
        problem=problem,
        quota=row.quota if stage is Stage.FINAL else row.shortlist_size,
        tie_labels=TIE_CHAIN,
        resolutions=list_resolutions(row),
        user_id=actor.user_id,
        requests=sheets.list_reopen_requests(row.id),
        refused=refused,
        demo_data=row.is_demo,
        **listed,
    )


def _build(
    row: SelectionRound, stage: Stage, result: RoundResult | None
) -> tuple[present.ChairView | None, str]:
    try:
        return present.build_chair_view(row, stage, result), ""
    except DomainError as error:
        return None, error.text


@bp.post(f"/{CODE}/open-scores")
def open_scores(code: str) -> ResponseReturnValue:
    try:
        operations.open_scores(current_actor(), _round(code), request.form.get("reason", ""))
    except InvalidInput as error:
        return _refuse(error, code, "open")
    flash("评分已开启，评审组和评审任务不再调整。", "success")
    return _back(code)


@bp.post(f"/{CODE}/propose")
def propose(code: str) -> ResponseReturnValue:
    operations.propose_result(
        current_actor(), _round(code), lot=request.form.get("lot", "").strip()
    )
    flash("名单已拟定，评分快照已固定。", "success")
    return _back(code)


@bp.post(f"/{CODE}/publish")
def publish(code: str) -> ResponseReturnValue:
    row = _round(code)
    result = queries.get_latest(row, present.stage_of(row))
    if result is None:
        raise NotFound("result_missing", "还没有拟定名单。")
    operations.publish_result(current_actor(), row, result)
    flash("名单已公示。", "success")
    return redirect(url_for("notices.detail", notice_id=result.notice_id))


@bp.post(f"/{CODE}/confirm")
def confirm(code: str) -> ResponseReturnValue:
    found = operations.confirm_result(current_actor(), _round(code))
    flash(f"结果已公布，共 {len(found)} 个入选。", "success")
    return _back(code)


@bp.post(f"/{CODE}/withdraw-list")
def withdraw_list(code: str) -> ResponseReturnValue:
    try:
        operations.withdraw_list(current_actor(), _round(code), request.form.get("reason", ""))
    except InvalidInput as error:
        return _refuse(error, code, "withdraw")
    flash("公示已撤回，请重新拟定名单并公示。", "success")
    return _back(code)


@bp.post(f"/{CODE}/exclude")
def exclude(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = applications.get_application(actor, request.form.get("application_id", 0, type=int))
    try:
        operations.exclude_after_objection(actor, _round(code), row, request.form.get("reason", ""))
    except InvalidInput as error:
        return _refuse(error, code, f"exclude-{row.id}")
    flash("已按异议处理结果调整，请重新拟定名单并公示。", "success")
    return _back(code)


@bp.post(f"/{CODE}/questions")
@reads_only
def ask(code: str) -> ResponseReturnValue:
    """About one flagged score; the words are the flag's own."""
    sheet_id = request.form.get("sheet_id", 0, type=int)
    if _ask(code, sheet_id):
        flash("已请评委说明理由，评分不变。", "success")
    else:
        flash("已经请这位评委说明过这项评分。", "success")
    return _back(code)


@bp.post(f"/{CODE}/questions/all")
@reads_only
def ask_all(code: str) -> ResponseReturnValue:
    flash(f"已请评委说明 {_ask(code)} 项评分的理由，评分不变。", "success")
    return _back(code)


def _ask(code: str, only: int | None = None) -> int:
    """How many of the flagged scores (or of the one sheet) are newly asked about.

    The flags are computed in a read transaction, the questions stored in a short one.
    """
    actor = current_actor()
    require(actor, ASK_QUESTION)
    row = _round(code)
    stage = SCORING_STAGES.get(row.state)
    if stage is None:
        raise IllegalTransition("not_scoring", "现在不在评审阶段，不能请评委说明。")
    queries.check_scores_open(row, stage)
    flags = present.build_chair_view(row, stage, queries.get_latest(row, stage)).flags
    wanted = [flag for flag in flags if flag["sheet_id"] and only in (None, flag["sheet_id"])]
    if only is not None and not wanted:
        raise NotFound("flag_missing", "这份评分表没有需要说明的情况，请刷新页面查看。")
    begin_write()
    row = _round(code)
    flagged = [(_find_sheet(row, flag["sheet_id"]), flag["detail"]) for flag in wanted]
    return scoring.ask_questions(actor, flagged, kind="outlier")


def _find_sheet(row: SelectionRound, sheet_id: int) -> ScoreSheet:
    known = {item.sheet_id for item in sheets.list_valid_sheets(row, present.stage_of(row))}
    if sheet_id not in known:
        raise NotFound("sheet_missing", "没有找到这份评分表。")
    return sheets.load_sheet(sheet_id)


@bp.post(f"/{CODE}/reopenings/<int(max=2147483647):request_id>")
def decide_reopening(code: str, request_id: int) -> ResponseReturnValue:
    answer = request.form.get("answer", "")
    try:
        if answer not in {"yes", "no"}:
            raise InvalidInput("reopen_choice", "请选择是否核准。", field="answer")
        scoring.decide_reopening(
            current_actor(),
            sheets.get_reopen_request(_round(code).id, request_id),
            granted=answer == "yes",
            reason=request.form.get("reason", ""),
        )
    except InvalidInput as error:
        return _refuse(error, code, f"reopen-{request_id}")
    flash("更正申请已处理。", "success")
    return _back(code)


def _refuse(error: InvalidInput, code: str, where: str) -> ResponseReturnValue:
    return show_in_place(error, where, lambda refused: _page(code, refused))


def _round(code: str) -> SelectionRound:
    return rounds.get_round(current_actor(), code)


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for("bureau_results.ranking", code=code))

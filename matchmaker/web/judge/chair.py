"""The page of the panel's chair: the ranking and what stands beside it, once all scores are in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker.errors import DomainError, NotFound
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.results import agreed, queries, resolving
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import SCORING_STAGES, STAGE_LABELS, TIE_CHAIN, Stage
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.selection import presenters as present
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.resolutions import list_resolutions, read_answer

bp = Blueprint("judge_chair", __name__, url_prefix="/judge/rounds")
gate(bp, "judge")


@bp.get("/<string(maxlength=60):code>/ranking")
def ranking(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = _led(code)
    stage = present.stage_of(row)
    result = queries.get_latest(row, stage)
    missing = [] if result else queries.describe_missing(row, stage)
    view, problem = None, ""
    if queries.is_sealed(row, stage):
        problem = "评分已经收齐，等待审批人员开启评分。"
    elif not missing and (result or row.state in SCORING_STAGES):
        try:
            view = present.build_chair_view(row, stage, result)
        except DomainError as error:
            problem = error.text
    return render_template(
        "judge/chair.html",
        round=row,
        badge_=shared.round_badge(row),
        stage_label=STAGE_LABELS[stage],
        missing=len(missing),
        view=view,
        problem=problem or ("" if view else "评审还没有开始。"),
        quota=row.quota if stage is Stage.FINAL else row.shortlist_size,
        tie_labels=TIE_CHAIN,
        resolutions=list_resolutions(row),
        user_id=actor.user_id,
        demo_data=row.is_demo,
    )


@bp.post("/<string(maxlength=60):code>/resolutions/<int(max=2147483647):resolution_id>")
def decide(code: str, resolution_id: int) -> ResponseReturnValue:
    row = _led(code)
    confirmed, reason = read_answer()
    resolving.decide_resolution(
        current_actor(),
        row,
        agreed.get_resolution(row.id, resolution_id),
        confirmed=confirmed,
        reason=reason,
    )
    flash("合议决议已处理。", "success")
    return redirect(url_for("judge_chair.ranking", code=code, _anchor="resolutions"))


def _led(code: str) -> SelectionRound:
    """The round, for the chair of its panel; for others there is no such page."""
    actor = current_actor()
    row = rounds.get_round(actor, code)
    if not panels.is_chair(actor, row):
        raise NotFound("chair_missing", "没有找到这个页面。")
    return row

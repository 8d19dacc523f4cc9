"""The page of the panel's chair: the ranking and what stands beside it, once all scores are in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker.errors import DomainError, NotFound
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.results import queries
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.rules import SCORING_STAGES, STAGE_LABELS, TIE_CHAIN, Stage
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.selection import presenters as present
from matchmaker.web.shared import selection as shared

bp = Blueprint("judge_chair", __name__, url_prefix="/judge/rounds")
gate(bp, "judge")


@bp.get("/<string(maxlength=60):code>/ranking")
def ranking(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = rounds.get_round(actor, code)
    if not panels.is_chair(actor, row):
        raise NotFound("chair_missing", "没有找到这个页面。")
    stage = present.stage_of(row)
    result = queries.get_latest(row, stage)
    missing = [] if result else queries.describe_missing(row, stage)
    view, problem = None, ""
    if not missing and (result or row.state in SCORING_STAGES):
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
        demo_data=row.is_demo,
    )

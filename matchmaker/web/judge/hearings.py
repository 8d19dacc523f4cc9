"""The agenda of the hearings that a judge attends, as PDF."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from matchmaker.errors import NotFound
from matchmaker.selection.hearings import queries
from matchmaker.selection.hearings.documents import write_panel_agenda
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.rounds import queries as rounds
from matchmaker.web.base import current_actor, gate
from matchmaker.web.shared.downloads import send_pdf

bp = Blueprint("judge_hearings", __name__, url_prefix="/judge")
gate(bp, "judge")


@bp.get("/rounds/<code>/agenda.pdf")
def agenda_pdf(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = rounds.get_round(actor, code)
    panels.get_own_membership(actor, row.id)
    lines = queries.list_agenda_of_judge(actor, row.id)
    if not lines:
        raise NotFound("agenda_missing", "还没有安排您参加的答辩。")
    return send_pdf(write_panel_agenda(row, queries.find_hearing(row.id), lines), "答辩议程")

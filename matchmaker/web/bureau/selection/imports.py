"""Experts of the pool from a table, and the pool as a table."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import require
from matchmaker.selection.panels.exchange import EXPERTS, export_experts
from matchmaker.selection.panels.permissions import MANAGE_PANEL
from matchmaker.selection.panels.queries import list_experts
from matchmaker.web.base import current_actor
from matchmaker.web.shared.downloads import send_workbook
from matchmaker.web.shared.import_pages import ImportPlace, make_blueprint

bp = make_blueprint(
    "bureau_expert_import",
    "/bureau/selection/experts/import",
    EXPERTS,
    ImportPlace(
        audience="bureau",
        home="bureau_home.index",
        back="bureau_panels.experts",
        back_label="专家库",
    ),
)


@bp.post("/export")
def export() -> ResponseReturnValue:
    """By POST, because handing out the names of experts is recorded."""
    actor = current_actor()
    require(actor, MANAGE_PANEL)
    return send_workbook(export_experts(actor, list_experts()), "专家库")

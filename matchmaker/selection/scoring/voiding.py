"""What follows from a conflict that bars: the judge's sheets for the application become void."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from matchmaker.actor import BACKGROUND_JOB
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Assignment
from matchmaker.selection.scoring.models import ScoreSheet
from matchmaker.selection.scoring.queries import LIVE
from matchmaker.selection.scoring.rules import SheetState


def void_barred_scores(payload: dict[str, Any]) -> None:
    """Handle ``selection.conflict_barred``: mark live sheets void; nothing is deleted.

    A sheet of a barred judge is left out of every result already before this has run.
    """
    application_id, member_id = payload["application_id"], payload["member_id"]
    query = (
        select(ScoreSheet)
        .join(Assignment)
        .where(
            Assignment.application_id == application_id,
            Assignment.member_id == member_id,
            ScoreSheet.state.in_(LIVE),
        )
    )
    sheets = db.session.scalars(query).all()
    if not sheets:
        return
    if (application_id, member_id) not in panels.list_barred_pairs(sheets[0].assignment.round_id):
        return
    for sheet in sheets:
        before = sheet.state
        sheet.state = SheetState.VOID
        record(
            BACKGROUND_JOB,
            "selection.void_sheet",
            "selection_score_sheet",
            sheet.id,
            before=before.value,
            reason="回避",
        )

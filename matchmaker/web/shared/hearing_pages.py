"""The hearing of an application as its units see it: their own time and place, nothing else."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from matchmaker.errors import NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.rules import JUDGED_STATES
from matchmaker.selection.hearings import queries
from matchmaker.selection.hearings.documents import write_notice
from matchmaker.web.base import current_actor
from matchmaker.web.shared.downloads import send_pdf


def hearing_pdf(application_id: int) -> ResponseReturnValue:
    row = applications.get_application(current_actor(), application_id)
    agenda = queries.list_agenda(row.round_id) if row.state in JUDGED_STATES else []
    line = next((line for line in agenda if line.application.id == row.id), None)
    if line is None:
        raise NotFound("agenda_missing", "这份申报还没有安排答辩。")
    hearing = queries.find_hearing(row.round_id)
    return send_pdf(write_notice(row.round, hearing, line), f"{row.code}答辩安排")

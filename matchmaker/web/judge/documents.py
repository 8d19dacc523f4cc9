"""The signed score sheet of one judge as PDF."""

from __future__ import annotations

from matchmaker.clock import CHINA
from matchmaker.documents.pdf import render_pdf
from matchmaker.selection.applications.models import Application
from matchmaker.selection.panels.models import Assignment
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import STAGE_LABELS
from matchmaker.selection.scoring.models import ScoreSheet
from matchmaker.selection.scoring.rules import format_score
from matchmaker.web.filters import format_datetime
from matchmaker.web.judge.presenters import total_of


def render_sheet(
    round_: SelectionRound, application: Application, assignment: Assignment, sheet: ScoreSheet
) -> bytes:
    """The PDF of a submitted sheet; the same sheet gives the same bytes."""
    lines = {line.criterion_id: line for line in sheet.lines}
    moment = sheet.submitted_at or sheet.saved_at
    data = {
        "title": f"{round_.title}评分表",
        "facts": [
            ["申报名称", application.title],
            ["评审阶段", STAGE_LABELS[assignment.stage]],
            ["材料版本", f"第{sheet.revision_number}版"],
            ["评分表版本", f"第{sheet.version}版"],
        ],
        "rows": [
            [item.name, str(item.weight), format_score(lines[item.id].score), lines[item.id].note]
            for item in round_.criteria
        ],
        "total": format_score(total_of(round_, sheet)),
        "note": sheet.note or "无",
        "judge": assignment.member.expert.name,
        "signed": format_datetime(moment.astimezone(CHINA)),
    }
    return render_pdf("score_sheet.typ", data, made_at=moment)

"""What the judge's pages show: never anybody else's score."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from matchmaker.actor import Actor
from matchmaker.files.queries import list_files
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application, ApplicationRevision
from matchmaker.selection.hearings import queries as hearings
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels.models import Assignment
from matchmaker.selection.panels.rules import CONFLICT_LABELS, ConflictSource
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import queries as scoring
from matchmaker.selection.scoring.models import ScoreSheet
from matchmaker.selection.scoring.rules import SHEET_LABELS, SheetState, compute_total
from matchmaker.web.shared import selection as shared

_TONES = {SheetState.DRAFT: "unsure", SheetState.SUBMITTED: "good"}


@dataclass(frozen=True)
class QueueLine:
    """One application in the judge's queue."""

    assignment_id: int
    #: Counts the judge's own work: application codes would show by a gap what is kept from her.
    number: int
    title: str
    sector: str
    units: str
    label: str
    tone: str
    total: str
    is_done: bool


def list_queue(actor: Actor, round_: SelectionRound, stage: Stage) -> list[QueueLine]:
    """The judge's queue, unfinished work first."""
    assignments = panels.list_readable(actor, round_.id, stage)
    rows = panels.map_applications(assignments)
    sheets = scoring.map_own_sheets(actor, assignments)
    lines = [
        _make_line(number, item, rows[item.application_id], sheets.get(item.id), round_)
        for number, item in enumerate(assignments, start=1)
    ]
    return sorted(lines, key=lambda line: (line.is_done, line.number))


def _make_line(
    number: int,
    item: Assignment,
    row: Application,
    sheet: ScoreSheet | None,
    round_: SelectionRound,
) -> QueueLine:
    state = sheet.state if sheet else None
    return QueueLine(
        assignment_id=item.id,
        number=number,
        title=row.title,
        sector=shared.label_sector(row.sector),
        units="、".join(member.name for member in row.members),
        label=SHEET_LABELS[state] if state else "未开始",
        tone=_TONES[state] if state else "plain",
        total=shared.show_points(total_of(round_, sheet)),
        is_done=state is SheetState.SUBMITTED,
    )


def total_of(round_: SelectionRound, sheet: ScoreSheet | None) -> Fraction | None:
    """The sheet's own total in hundredths; None while a score is missing."""
    if sheet is None:
        return None
    scores = {line.criterion_id: line.score for line in sheet.lines}
    parts = []
    for item in round_.criteria:
        score = scores.get(item.id)
        if score is None:
            return None
        parts.append((item.weight, score))
    return compute_total(parts)


def read_revision(row: Application, assignment: Assignment) -> ApplicationRevision:
    """The revision that the judge's work is bound to."""
    return next(item for item in row.revisions if item.number == assignment.revision_number)


def list_documents(row: Application) -> list[dict[str, Any]]:
    """The attachments checklist with what was handed in."""
    return [
        {
            "name": line.item.name,
            "note": line.attachment.note if line.attachment else "",
            "files": list_files(*line.attachment.file_subject) if line.attachment else [],
            "checklist_id": line.item.id,
        }
        for line in applications.list_checklist(row)
    ]


def find_next(actor: Actor, round_: SelectionRound, assignment: Assignment) -> int | None:
    """The next unfinished assignment of the queue after this one, or None."""
    lines = list_queue(actor, round_, assignment.stage)
    waiting = [line.assignment_id for line in lines if not line.is_done]
    return next((key for key in waiting if key != assignment.id), None)


def list_questions(actor: Actor) -> list[dict[str, Any]]:
    """Questions that wait for this judge, each with its scene and the judge's own total."""
    found = []
    for question in scoring.list_open_questions(actor):
        work = question.sheet.assignment
        round_ = rounds.get_round_by_id(actor, work.round_id)
        found.append(
            {
                "id": question.id,
                "detail": question.detail,
                "assignment_id": work.id,
                "title": panels.map_applications([work])[work.application_id].title,
                "round": round_.title,
                "total": shared.show_points(total_of(round_, question.sheet)),
            }
        )
    return found


def list_recusals(actor: Actor, round_: SelectionRound) -> dict[str, Any]:
    """When the judge signed, and how many own recusals stand where: never which scenes."""
    member = panels.get_own_membership(actor, round_.id)
    states = [
        row.state
        for row in panels.list_conflicts(round_.id)
        if row.member_id == member.id and row.source is ConflictSource.DECLARED
    ]
    return {
        "signed_at": member.declared_at,
        "counts": [
            (label, states.count(state))
            for state, label in CONFLICT_LABELS.items()
            if state in states
        ],
    }


def list_slots(actor: Actor, row: SelectionRound) -> list[dict[str, object]]:
    """Presentations of the applications that this judge may read."""
    return [
        {
            "starts_at": line.slot.starts_at,
            "minutes": line.slot.minutes,
            "place": line.slot.place,
            "title": line.application.title,
        }
        for line in hearings.list_agenda_of_judge(actor, row.id)
    ]


def list_record(actor: Actor, assignment: Assignment) -> list[hearings.RecordLine]:
    """What was asked and answered about the scene, beside the score of the final stage."""
    if assignment.stage is not Stage.FINAL:
        return []
    return hearings.list_record(actor, assignment.application_id)

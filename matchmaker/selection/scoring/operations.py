"""Acts on score sheets. A submitted sheet is corrected by a superseding one only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from matchmaker.selection.panels import opening
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.panels import rules as panel_rules
from matchmaker.selection.panels.models import Assignment
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import SCORING_STAGES, RoundState, Stage
from matchmaker.selection.scoring import queries, rules
from matchmaker.selection.scoring.models import (
    ReopenRequest,
    ScoreLine,
    ScoreQuestion,
    ScoreSheet,
)
from matchmaker.selection.scoring.permissions import ASK_QUESTION, DECIDE_REOPENING, SCORE
from matchmaker.selection.scoring.rules import LineDraft, ReopenState, SheetState

_SUBJECT = "selection_score_sheet"


def save_sheet(
    actor: Actor,
    assignment: Assignment,
    lines: Sequence[LineDraft],
    *,
    note: str = "",
    seen: str | None = None,
) -> ScoreSheet:
    """Store a draft; scores may be missing, and what has no line stays as it is.

    ``seen`` is the ``revision`` of the draft that the judge has before them: raises ``Conflict``
    when another page has saved since.
    """
    sheet = _write_draft(actor, assignment, lines, note, seen)
    record(actor, "selection.save_sheet", _SUBJECT, sheet.id, version=sheet.version)
    return sheet


def submit_sheet(
    actor: Actor,
    assignment: Assignment,
    lines: Sequence[LineDraft],
    *,
    note: str = "",
    seen: str | None = None,
) -> ScoreSheet:
    """Hand the sheet in; it is locked from then on. A correction supersedes the earlier sheet.

    ``seen`` as for ``save_sheet``.
    """
    round_ = _check_may_score(actor, assignment)
    names = {item.id: item.name for item in round_.criteria}
    rules.check_complete({line.criterion_id: line.score for line in lines}, names)
    _check_no_conflict(assignment)
    sheet = _write_draft(actor, assignment, lines, note, seen)
    old = _find(assignment, SheetState.SUBMITTED)
    if old is not None:
        old.state = SheetState.SUPERSEDED
        db.session.flush()
    sheet.submitted_at = clock.now()
    sheet.state = SheetState.SUBMITTED
    db.session.flush()
    record(
        actor,
        "selection.submit_sheet",
        _SUBJECT,
        sheet.id,
        assignment_id=assignment.id,
        version=sheet.version,
        supersedes=old.id if old else None,
        scores=_as_data(sheet),
        old_scores=_as_data(old) if old else None,
    )
    outbox.send("selection.sheet_submitted", sheet_id=sheet.id, assignment_id=assignment.id)
    if old is None:
        _open_when_all_in(actor, round_, assignment.stage)
    return sheet


def _open_when_all_in(actor: Actor, round_: SelectionRound, stage: Stage) -> None:
    """The last sheet opens the scores; under the round's lock, so that one of two is the last."""
    lock(db.session(), f"selection_round:{round_.id}")
    if not queries.has_missing(round_, stage):
        opening.open_scores(actor, round_, stage, reason="评分表收齐")


def _as_data(sheet: ScoreSheet) -> dict[str, int | None]:
    return {str(line.criterion_id): line.score for line in sheet.lines}


def _check_may_score(actor: Actor, assignment: Assignment) -> SelectionRound:
    require(actor, SCORE, assignment)
    round_ = db.session.get(SelectionRound, assignment.round_id)
    if round_ is None:
        raise NotFound("round_missing", "没有找到这次评选。")
    if assignment.stage is Stage.CALIBRATION:
        open_now = round_.state in {RoundState.REVIEW, RoundState.PRELIMINARY}
    else:
        open_now = SCORING_STAGES.get(round_.state) is assignment.stage
    if not open_now:
        raise IllegalTransition("stage_closed", "本阶段评分已经结束或尚未开始，不能打分。")
    panel_rules.check_declared(assignment.member.declared_at is not None)
    if (assignment.application_id, assignment.member_id) in panels.list_barred_pairs(round_.id):
        raise NotFound("assignment_missing", "没有找到这项评审任务。")
    return round_


def _check_no_conflict(assignment: Assignment) -> None:
    """Compare the units once more: a post may have changed since the assignment."""
    row = panels.map_applications([assignment])[assignment.application_id]
    decided = {
        (item.application_id, item.member_id)
        for item in panels.list_conflicts(assignment.round_id)
        if item.state is panel_rules.ConflictState.REJECTED
    }
    reason = panel_rules.find_conflict(
        panels.read_affiliations(assignment.member.expert), panels.read_parties(row)
    )
    if reason is not None and (row.id, assignment.member_id) not in decided:
        raise Conflict("conflict_found", "{reason}，请先办理回避，不能提交评分。", reason=reason)


def _find(assignment: Assignment, state: SheetState) -> ScoreSheet | None:
    query = select(ScoreSheet).where(
        ScoreSheet.assignment_id == assignment.id, ScoreSheet.state == state
    )
    return db.session.scalar(query)


def _write_draft(
    actor: Actor,
    assignment: Assignment,
    lines: Sequence[LineDraft],
    note: str,
    seen: str | None,
) -> ScoreSheet:
    round_ = _check_may_score(actor, assignment)
    rules.check_lines(lines, [item.id for item in round_.criteria])
    if len(note) > rules.NOTE_MAX:
        raise InvalidInput("note_long", "总体评语不超过 {limit} 字。", limit=rules.NOTE_MAX)
    sheet = _find(assignment, SheetState.DRAFT)
    rules.check_newest(seen, sheet.revision if sheet else "")
    if sheet is None:
        sheet = _add_sheet(assignment)
    given = {line.criterion_id: line for line in lines}
    for row in sheet.lines:
        line = given.get(row.criterion_id)
        if line is not None:
            row.score, row.note = line.score, line.note.strip()
    sheet.note, sheet.saved_at = note.strip(), clock.now()
    db.session.flush()
    return sheet


def _add_sheet(assignment: Assignment) -> ScoreSheet:
    """The first draft; a submitted sheet is followed by a new one only after a re-opening."""
    if _find(assignment, SheetState.SUBMITTED) is not None:
        rules.check_draft(SheetState.SUBMITTED)
    return _new_version(assignment)


def _new_version(assignment: Assignment) -> ScoreSheet:
    round_ = db.session.get_one(SelectionRound, assignment.round_id)
    query = select(func.max(ScoreSheet.version)).where(ScoreSheet.assignment_id == assignment.id)
    sheet = ScoreSheet(
        assignment_id=assignment.id,
        version=(db.session.scalar(query) or 0) + 1,
        state=SheetState.DRAFT,
        revision_number=assignment.revision_number,
        lines=[ScoreLine(criterion_id=item.id, note="") for item in round_.criteria],
    )
    assignment.started_at = assignment.started_at or clock.now()
    db.session.add(sheet)
    db.session.flush()
    return sheet


def request_reopening(actor: Actor, sheet: ScoreSheet, reason: str) -> ReopenRequest:
    """A judge asks to correct a submitted sheet, with the reason."""
    _check_may_score(actor, sheet.assignment)
    if sheet.state is not SheetState.SUBMITTED:
        raise IllegalTransition("not_submitted", "只有已提交的评分表才需要申请更正。")
    if queries.find_pending_reopening(sheet.id) is not None:
        raise Conflict("reopen_pending", "更正申请已经提出，请等待核准。")
    if _find(sheet.assignment, SheetState.DRAFT) is not None:
        raise Conflict("reopen_granted", "更正申请已经核准，请直接修改并提交。")
    row = ReopenRequest(
        sheet_id=sheet.id,
        reason=panel_rules.check_reason(reason),
        requested_by_id=actor.user_id or 0,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "selection.request_reopening", _SUBJECT, sheet.id, reason=row.reason)
    outbox.send("selection.reopening_requested", request_id=row.id)
    return row


def decide_reopening(actor: Actor, request: ReopenRequest, *, granted: bool, reason: str) -> None:
    """Another person grants or refuses the correction. The old sheet counts until the new one."""
    require(actor, DECIDE_REOPENING, request)
    if request.state is not ReopenState.PENDING:
        raise IllegalTransition("reopen_decided", "这条更正申请已经处理。")
    request.decision_reason = panel_rules.check_reason(reason)
    request.state = ReopenState.GRANTED if granted else ReopenState.REFUSED
    request.decided_by_id, request.decided_at = actor.user_id, clock.now()
    if granted:
        _copy_as_draft(request.sheet)
    record(
        actor,
        "selection.decide_reopening",
        _SUBJECT,
        request.sheet_id,
        granted=granted,
        reason=request.decision_reason,
        asked_reason=request.reason,
    )
    outbox.send("selection.reopening_decided", request_id=request.id, granted=granted)


def _copy_as_draft(old: ScoreSheet) -> None:
    draft = _new_version(old.assignment)
    scores = {line.criterion_id: line for line in old.lines}
    for line in draft.lines:
        line.score, line.note = scores[line.criterion_id].score, scores[line.criterion_id].note
    draft.note = old.note
    db.session.flush()


def ask_question(actor: Actor, sheet: ScoreSheet, *, kind: str, detail: str) -> ScoreQuestion:
    """Ask a judge to give the reason for an unusual score; the score stays."""
    require(actor, ASK_QUESTION)
    query = select(ScoreQuestion).where(
        ScoreQuestion.sheet_id == sheet.id, ScoreQuestion.kind == kind
    )
    found = db.session.scalar(query)
    if found is not None:
        return found
    row = ScoreQuestion(sheet_id=sheet.id, kind=kind, detail=detail[:300])
    db.session.add(row)
    db.session.flush()
    record(actor, "selection.ask_question", _SUBJECT, sheet.id, kind=kind, detail=row.detail)
    outbox.send("selection.question_asked", question_id=row.id)
    return row


def ask_questions(actor: Actor, flagged: Sequence[tuple[ScoreSheet, str]], *, kind: str) -> int:
    """Ask for the reason of every flagged score that was not asked about yet; returns how many."""
    require(actor, ASK_QUESTION)
    asked = {item.id for sheet, _ in flagged for item in _list_questions(sheet.id, kind)}
    rows = {ask_question(actor, sheet, kind=kind, detail=detail).id for sheet, detail in flagged}
    return len(rows - asked)


def _list_questions(sheet_id: int, kind: str) -> Sequence[ScoreQuestion]:
    query = select(ScoreQuestion).where(
        ScoreQuestion.sheet_id == sheet_id, ScoreQuestion.kind == kind
    )
    return db.session.scalars(query).all()


def answer_question(actor: Actor, question: ScoreQuestion, text: str) -> None:
    """The judge gives the reason."""
    require(actor, SCORE, question.sheet.assignment)
    if question.answered_at is not None:
        raise IllegalTransition("question_answered", "这条询问已经答复。")
    question.answer = panel_rules.check_reason(text, field="answer")
    question.answered_at = clock.now()
    record(
        actor,
        "selection.answer_question",
        _SUBJECT,
        question.sheet_id,
        kind=question.kind,
        answer=question.answer,
    )
    outbox.send("selection.question_answered", question_id=question.id)

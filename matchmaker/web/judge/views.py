"""The judge's pages: panels, declaration, queue, the bench, corrections, the sheet as PDF."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.files.queries import get_file, list_files
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.hearings import queries as hearings
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.panels.models import Assignment, PanelMember
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import SCORING_STAGES, STAGE_LABELS, RoundState, Stage
from matchmaker.selection.scoring import operations as scoring
from matchmaker.selection.scoring import queries as sheets
from matchmaker.selection.scoring.rules import SheetState
from matchmaker.web.base import current_actor, gate, roll_back_refused
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.judge import presenters as present
from matchmaker.web.judge.documents import render_sheet
from matchmaker.web.judge.forms import (
    DeclarationForm,
    ReasonForm,
    SheetInput,
    read_conflicts,
    read_place,
    read_sheet,
    show_sheet,
)
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.calibration import list_alignment
from matchmaker.web.shared.files import send_stored_file
from matchmaker.web.waiting import list_waiting

bp = Blueprint("judge", __name__, url_prefix="/judge")
gate(bp, "judge")
ID = "<int(max=2147483647):assignment_id>"


@bp.get("")
def index() -> ResponseReturnValue:
    return _index_page()


def _index_page(problem: str = "", answering: int = 0) -> str:
    actor = current_actor()
    cards = []
    for member in panel_queries.list_own_memberships(actor):
        row = rounds.get_round_by_id(actor, member.round_id)
        stage = SCORING_STAGES.get(row.state)
        queue = present.list_queue(actor, row, stage) if stage and member.declared_at else []
        cards.append(
            {
                "round": row,
                "member": member,
                "badge": shared.round_badge(row),
                "total": len(queue),
                "done": sum(line.is_done for line in queue),
            }
        )
    return render_template(
        "judge/index.html",
        cards=cards,
        questions=present.list_questions(actor),
        problem=problem,
        answering=answering,
        waiting=list_waiting(actor, "judge"),
        now=clock.now(),
    )


@bp.get("/rounds/<code>")
def show_round(code: str) -> ResponseReturnValue:
    row, member = _own(code)
    if member.declared_at is None:
        return _declaration_page(row, member, DeclarationForm())
    return _queue_page(row)


@bp.post("/rounds/<code>/declaration")
def sign(code: str) -> ResponseReturnValue:
    row, member = _own(code)
    form = DeclarationForm()
    if not form.validate():
        return show_invalid(lambda: _declaration_page(row, member, form))
    conflicts = read_conflicts(request.form)
    try:
        panels.sign_declaration(
            current_actor(), member, name=form.name.data or "", conflicts=conflicts
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _declaration_page(*_own(code), form))
    flash("承诺和回避声明已签署。", "success")
    return redirect(url_for("judge.show_round", code=code))


@bp.get(f"/scenes/{ID}")
def bench(assignment_id: int) -> ResponseReturnValue:
    assignment, row = _work(assignment_id)
    sheet = sheets.find_sheet(assignment)
    return _bench_page(assignment, row, show_sheet(row, sheet))


@bp.post(f"/scenes/{ID}")
def score(assignment_id: int) -> ResponseReturnValue:
    actor = current_actor()
    assignment, row = _work(assignment_id)
    typed = read_sheet(request.form, row.criteria)
    act = request.form.get("act", "save")
    if typed.errors:
        return show_invalid(lambda: _bench_page(assignment, row, typed))
    try:
        store = scoring.submit_sheet if act.startswith("submit") else scoring.save_sheet
        store(actor, assignment, typed.lines, note=typed.note, seen=typed.revision)
    except DomainError as error:
        return _refuse(error, assignment_id, typed)
    flash("评分表已提交。" if act.startswith("submit") else "草稿已保存。", "success")
    following = present.find_next(actor, row, assignment) if act.endswith("next") else None
    if act.endswith("next") and following is None:
        return redirect(url_for("judge.show_round", code=row.code))
    # Without a place of its own the next scene would open at the control of the last one.
    place = "content" if following else read_place(request.form)
    return redirect(url_for("judge.bench", assignment_id=following or assignment_id, _anchor=place))


@bp.post(f"/scenes/{ID}/autosave")
def autosave(assignment_id: int) -> ResponseReturnValue:
    """A faulty score keeps its line as it is stored; the others are saved."""
    assignment, row = _work(assignment_id)
    typed = read_sheet(request.form, row.criteria)
    try:
        sheet = scoring.save_sheet(
            current_actor(), assignment, typed.lines, note=typed.note, seen=typed.revision
        )
    except DomainError as error:
        roll_back_refused(error)
        answer = jsonify(message=error.text)
        answer.status_code = error.http_status
        return answer
    errors = {str(key): text for key, text in typed.errors.items()}
    return jsonify(revision=sheet.revision, errors=errors)


@bp.post(f"/scenes/{ID}/recuse")
def recuse(assignment_id: int) -> ResponseReturnValue:
    assignment, row = _work(assignment_id)
    try:
        panels.declare_conflict(current_actor(), assignment, request.form.get("reason", ""))
    except InvalidInput as error:
        return _refuse(error, assignment_id, show_sheet(row, sheets.find_sheet(assignment)))
    flash("回避已登记，该申报不再由您评审。", "success")
    return redirect(url_for("judge.show_round", code=row.code))


@bp.post(f"/scenes/{ID}/reopen")
def reopen(assignment_id: int) -> ResponseReturnValue:
    assignment, row = _work(assignment_id)
    sheet = sheets.find_sheet(assignment)
    if sheet is None:
        raise NotFound("sheet_missing", "没有找到评分表。")
    try:
        scoring.request_reopening(current_actor(), sheet, request.form.get("reason", ""))
    except InvalidInput as error:
        return _refuse(error, assignment_id, show_sheet(row, sheet))
    flash("更正申请已提出，核准前原评分有效。", "success")
    return redirect(url_for("judge.bench", assignment_id=assignment_id))


@bp.post("/questions/<int(max=2147483647):question_id>")
def answer(question_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = next((q for q in sheets.list_open_questions(actor) if q.id == question_id), None)
    if found is None:
        raise NotFound("question_missing", "没有找到这条询问，或已经答复。")
    try:
        scoring.answer_question(actor, found, request.form.get("answer", ""))
    except InvalidInput as error:
        roll_back_refused(error)
        return Response(_index_page(error.text, question_id), error.http_status)
    flash("评分说明已提交。", "success")
    return redirect(url_for("judge.bench", assignment_id=found.sheet.assignment_id))


@bp.get(f"/scenes/{ID}/sheet.pdf")
def sheet_pdf(assignment_id: int) -> ResponseReturnValue:
    assignment, row = _work(assignment_id)
    sheet = sheets.find_sheet(assignment)
    if sheet is None or sheet.state is not SheetState.SUBMITTED:
        raise NotFound("sheet_missing", "评分表提交后才能下载。")
    application = panel_queries.map_applications([assignment])[assignment.application_id]
    content = render_sheet(row, application, assignment, sheet)
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="score-sheet-{assignment_id}.pdf"'},
    )


@bp.get(f"/scenes/{ID}/files/<int(max=2147483647):checklist_id>/<string(maxlength=43):token>")
def download(assignment_id: int, checklist_id: int, token: str) -> ResponseReturnValue:
    assignment, _ = _work(assignment_id)
    subject = f"{assignment.application_id}-{checklist_id}"
    return send_stored_file(
        get_file(token, subject_type="selection_attachment", subject_id=subject)
    )


@bp.get(f"/scenes/{ID}/photos/<string(maxlength=43):token>")
def photo(assignment_id: int, token: str) -> ResponseReturnValue:
    assignment, _ = _work(assignment_id)
    return send_stored_file(
        get_file(token, subject_type="selection_inspection", subject_id=assignment.application_id)
    )


def _own(code: str) -> tuple[SelectionRound, PanelMember]:
    actor = current_actor()
    row = rounds.get_round(actor, code)
    return row, panel_queries.get_own_membership(actor, row.id)


def _work(assignment_id: int) -> tuple[Assignment, SelectionRound]:
    actor = current_actor()
    assignment = panel_queries.get_readable(actor, assignment_id)
    return assignment, rounds.get_round_by_id(actor, assignment.round_id)


def _refuse(error: DomainError, assignment_id: int, typed: SheetInput) -> Response:
    """The bench again with what was typed, where the judge can mend it."""
    if not isinstance(error, InvalidInput) and error.code != "sheet_newer":
        raise error
    roll_back_refused(error)
    if error.code == "sheet_newer":
        assignment, row = _work(assignment_id)
        typed.compare(show_sheet(row, sheets.find_sheet(assignment)))
    page = _bench_page(*_work(assignment_id), typed, problem=error.text)
    return Response(page, error.http_status)


def _declaration_page(row: SelectionRound, member: PanelMember, form: DeclarationForm) -> str:
    return render_template(
        "judge/declaration.html",
        round=row,
        member=member,
        form=form,
        applications=panel_queries.declarable_by(current_actor(), member),
        chosen=read_conflicts(request.form),
        shared=shared,
        demo_data=row.is_demo,
    )


def _queue_page(row: SelectionRound) -> str:
    actor = current_actor()
    stage = SCORING_STAGES.get(row.state)
    calibrating = row.state in {RoundState.REVIEW, RoundState.PRELIMINARY}
    return render_template(
        "judge/queue.html",
        round=row,
        badge_=shared.round_badge(row),
        stage=STAGE_LABELS[stage] if stage else "",
        lines=present.list_queue(actor, row, stage) if stage else [],
        calibration=present.list_queue(actor, row, Stage.CALIBRATION) if calibrating else [],
        alignment=list_alignment(row) if calibrating else [],
        slots=present.list_slots(actor, row),
        recusals=present.list_recusals(actor, row),
        is_chair=panel_queries.is_chair(actor, row),
        demo_data=row.is_demo,
    )


def _bench_page(
    assignment: Assignment, row: SelectionRound, typed: SheetInput, problem: str = ""
) -> str:
    actor = current_actor()
    application = panel_queries.map_applications([assignment])[assignment.application_id]
    revision = present.read_revision(application, assignment)
    sheet = sheets.find_sheet(assignment)
    queue = present.list_queue(actor, row, assignment.stage)
    return render_template(
        "judge/bench.html",
        round=row,
        assignment=assignment,
        application=application,
        revision=revision,
        parties=shared.list_parties(application),
        content=shared.list_content(application, revision.content, private=False),
        documents=present.list_documents(application),
        inspection=applications.find_inspection(application.id),
        photos=list_files("selection_inspection", application.id),
        opinions=applications.list_opinions(application),
        criteria=shared.list_criteria(row),
        typed=typed,
        problem=problem,
        sheet=sheet,
        locked=sheet is not None and sheet.state is SheetState.SUBMITTED,
        scoring_open=_is_open(row, assignment.stage),
        pending=sheets.find_pending_reopening(sheet.id) if sheet else None,
        questions=sheets.list_own_questions(actor, assignment),
        total=shared.show_points(present.total_of(row, sheet)),
        queue=queue,
        done=sum(line.is_done for line in queue),
        slot=hearings.find_slot(application.id),
        record=present.list_record(actor, assignment),
        reason_form=ReasonForm(),
        shared=shared,
        now=clock.now(),
        demo_data=application.is_demo,
    )


def _is_open(row: SelectionRound, stage: Stage) -> bool:
    if stage is Stage.CALIBRATION:
        return row.state in {RoundState.REVIEW, RoundState.PRELIMINARY}
    return SCORING_STAGES.get(row.state) is stage

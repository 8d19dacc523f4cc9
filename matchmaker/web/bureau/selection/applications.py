"""One application at the desk: gates, rectification, opinions, inspection, decision."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.engagement.deployments.queries import find_deployment_for_demand
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.files.queries import get_file, list_files
from matchmaker.selection.applications import consortium, queries, review, rules
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.permissions import (
    INSPECT_SITE,
    OPINION_PERMISSIONS,
    REVIEW_APPLICATION,
)
from matchmaker.selection.applications.rules import (
    OPINION_LABELS,
    ApplicationState,
    OpinionKind,
)
from matchmaker.selection.rounds.rules import RoundState
from matchmaker.selection.scoring.rules import format_score
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.bureau.selection.forms import InspectionForm
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import applications as present
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file

bp = Blueprint("bureau_applications", __name__, url_prefix="/bureau/selection/applications")
gate(bp, "bureau")
ID = "<int(max=2147483647):application_id>"


@bp.get(f"/{ID}")
def show(application_id: int) -> ResponseReturnValue:
    return _page(_get(application_id))


@bp.post(f"/{ID}/gates")
def decide_gates(application_id: int) -> ResponseReturnValue:
    row = _get(application_id)
    answered = 0
    for item in row.round.gates:
        answer = request.form.get(f"gate-{item.id}", "")
        if answer in {"yes", "no"}:
            evidence = request.form.get(f"evidence-{item.id}", "")
            review.decide_gate(
                current_actor(), row, item.id, passed=answer == "yes", evidence=evidence
            )
            answered += 1
    if not answered:
        raise InvalidInput("gates_empty", "请至少核对一项资格条件。")
    flash(f"已记录 {answered} 项核对结果。", "success")
    return _back(application_id)


@bp.post(f"/{ID}/rectify")
def rectify(application_id: int) -> ResponseReturnValue:
    due_on = _read_day(request.form.get("due_on", ""))
    review.ask_rectification(
        current_actor(), _get(application_id), note=request.form.get("note", ""), due_on=due_on
    )
    flash("已要求补正。", "success")
    return _back(application_id)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("due_invalid", "请填写补正期限。", field="due_on") from error


@bp.post(f"/{ID}/qualify")
def qualify(application_id: int) -> ResponseReturnValue:
    review.qualify_application(current_actor(), _get(application_id))
    flash("资格审查通过。", "success")
    return _back(application_id)


@bp.post(f"/{ID}/reject")
def reject(application_id: int) -> ResponseReturnValue:
    review.reject_application(current_actor(), _get(application_id), request.form.get("note", ""))
    flash("已作不通过处理，不符合的条件和依据已写入结论。", "success")
    return _back(application_id)


@bp.post(f"/{ID}/members/<int(max=2147483647):member_id>/paper")
def record_paper(application_id: int, member_id: int) -> ResponseReturnValue:
    row = _get(application_id)
    member = next((item for item in row.members if item.id == member_id), None)
    if member is None:
        raise NotFound("member_missing", "联合体中没有这个成员。")
    consortium.record_paper_reply(current_actor(), row, member, request.form.get("note", ""))
    flash("已登记盖章件。", "success")
    return _back(application_id)


@bp.post(f"/{ID}/opinion/<kind>")
def give_opinion(application_id: int, kind: str) -> ResponseReturnValue:
    if kind not in set(OpinionKind):
        raise NotFound("opinion_missing", "没有这类意见。")
    answer = request.form.get("recommends", "")
    if answer not in {"yes", "no"}:
        raise InvalidInput("opinion_choice", "请选择是否推荐。", field="recommends")
    review.give_opinion(
        current_actor(),
        _get(application_id),
        OpinionKind(kind),
        recommends=answer == "yes",
        text=request.form.get("text", ""),
    )
    flash("意见已提交。", "success")
    return _back(application_id)


@bp.get(f"/{ID}/inspection")
def inspection(application_id: int) -> ResponseReturnValue:
    row = _get(application_id)
    require(current_actor(), INSPECT_SITE, row)
    return _inspection_page(row, _inspection_form(row))


@bp.post(f"/{ID}/inspection")
@reads_only
def record_inspection(application_id: int) -> ResponseReturnValue:
    row = _get(application_id)
    form = InspectionForm()
    if not form.validate():
        return show_invalid(lambda: _inspection_page(row, form))
    try:
        photos = read_uploads("photos")
        keep_uploads(photos)
        begin_write()
        draft = review.InspectionDraft(
            inspected_on=form.inspected_on.data,
            place=(form.place.data or "").strip(),
            inspectors=(form.inspectors.data or "").strip(),
            units_seen=form.units_seen.data,
            running_hours=(form.running_hours.data or "").strip(),
            findings=(form.findings.data or "").strip(),
            score=form.read_score(),
        )
        review.record_inspection(current_actor(), _get(application_id), draft, photos)
    except DomainError as error:
        return show_refusal(form, error, lambda: _inspection_page(_get(application_id), form))
    flash("现场核查记录已保存。", "success")
    return _back(application_id)


@bp.get(f"/{ID}/files/<int(max=2147483647):checklist_id>/<string(maxlength=43):token>")
def download(application_id: int, checklist_id: int, token: str) -> ResponseReturnValue:
    row = _get(application_id)
    return send_stored_file(
        get_file(token, subject_type="selection_attachment", subject_id=f"{row.id}-{checklist_id}")
    )


@bp.get(f"/{ID}/photos/<string(maxlength=43):token>")
def photo(application_id: int, token: str) -> ResponseReturnValue:
    row = _get(application_id)
    return send_stored_file(get_file(token, subject_type="selection_inspection", subject_id=row.id))


def _get(application_id: int) -> Application:
    row = queries.get_application(current_actor(), application_id)
    if row.submitted_at is None:
        raise NotFound("application_missing", "没有找到这份申报。")
    return row


def _back(application_id: int) -> ResponseReturnValue:
    return redirect(url_for("bureau_applications.show", application_id=application_id))


def _inspection_form(row: Application) -> InspectionForm:
    stored = queries.find_inspection(row.id)
    if stored is None:
        return InspectionForm(data={"inspected_on": clock.today()})
    return InspectionForm(
        data={
            "inspected_on": stored.inspected_on,
            "place": stored.place,
            "inspectors": stored.inspectors,
            "units_seen": stored.units_seen,
            "running_hours": stored.running_hours,
            "findings": stored.findings,
            "score": format_score(stored.score),
        }
    )


def _inspection_page(row: Application, form: InspectionForm) -> str:
    return render_template(
        "bureau/selection/inspection.html",
        row=row,
        form=form,
        photos=list_files("selection_inspection", row.id),
        demo_data=row.is_demo,
    )


def _page(row: Application) -> str:
    actor = current_actor()
    reviewing = row.state is ApplicationState.SUBMITTED and row.round.state in {
        RoundState.OPEN,
        RoundState.REVIEW,
    }
    return render_template(
        "bureau/selection/application.html",
        row=row,
        round=row.round,
        badge_=shared.application_badge(row),
        content=shared.list_content(row, row.revisions[-1].content, private=True),
        parties=present.list_parties(row),
        chain=find_deployment_for_demand(actor, row.demand_code) if row.demand_code else None,
        can_refuse=row.state is ApplicationState.RECTIFYING
        and rules.is_rectification_over(clock.today(), row.rectify_due_on)
        and can(actor, REVIEW_APPLICATION),
        gates=queries.list_gates(row),
        opinions=queries.list_opinions(row),
        opinion_labels=OPINION_LABELS,
        missing_opinions=[OPINION_LABELS[kind] for kind in queries.list_missing_opinions(row)],
        inspection=queries.find_inspection(row.id),
        photos=list_files("selection_inspection", row.id),
        checklist=present.list_checklist(row),
        can_review=reviewing and can(actor, REVIEW_APPLICATION),
        can_inspect=row.state in rules.JUDGED_STATES
        and row.round.state in {RoundState.REVIEW, RoundState.SHORTLIST, RoundState.FINAL}
        and can(actor, INSPECT_SITE, row),
        may_opine=[
            kind for kind in OpinionKind if reviewing and can(actor, OPINION_PERMISSIONS[kind], row)
        ],
        twins=queries.list_twins(row),
        today=clock.today(),
        shared=shared,
        demo_data=row.is_demo,
    )

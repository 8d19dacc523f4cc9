"""The milestones of a challenge, for both sides and the bureau: plan, hand in, accept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.engagement.answers.queries import get_answer
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.queries import find_pairing
from matchmaker.engagement.milestones import operations, queries
from matchmaker.engagement.milestones.models import Milestone
from matchmaker.engagement.milestones.permissions import PLAN, REPORT
from matchmaker.errors import DomainError, NotFound, PermissionDenied
from matchmaker.files.queries import get_file
from matchmaker.web.base import begin_write, current_actor, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.engagement import answer_line
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file
from matchmaker.web.shared.milestone_forms import AcceptanceForm, MilestoneForm, ReportForm
from matchmaker.web.shared.milestones import make_milestones, present_reports

bp = Blueprint("milestones", __name__, url_prefix="/answers")
ID = "<int(max=2147483647):answer_id>/milestones"
ONE = f"{ID}/<int(max=2147483647):milestone_id>"


@bp.before_request
def check_signed_in() -> None:
    if not current_actor().is_signed_in:
        raise PermissionDenied("sign_in", "请先登录。")


@bp.get(f"/{ID}")
def show(answer_id: int) -> ResponseReturnValue:
    return _page(answer_id)


@bp.post(f"/{ID}")
def add(answer_id: int) -> ResponseReturnValue:
    form, actor = MilestoneForm(), current_actor()
    if not form.validate():
        return show_invalid(lambda: _page(answer_id, form))
    try:
        operations.add_milestone(actor, _pairing(actor, answer_id), form.as_plan())
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(answer_id, form))
    return _done(answer_id, "里程碑已设置。")


@bp.get(f"/{ONE}/change")
def edit(answer_id: int, milestone_id: int) -> ResponseReturnValue:
    row = _milestone(current_actor(), answer_id, milestone_id)
    require(current_actor(), PLAN, row.pairing)
    return _change_page(answer_id, row, MilestoneForm(obj=row))


@bp.post(f"/{ONE}/change")
def change(answer_id: int, milestone_id: int) -> ResponseReturnValue:
    form, actor = MilestoneForm(), current_actor()

    def page() -> str:
        return _change_page(answer_id, _milestone(actor, answer_id, milestone_id), form)

    if not form.validate():
        return show_invalid(page)
    try:
        row = _milestone(actor, answer_id, milestone_id)
        operations.change_milestone(actor, row, form.as_plan(), reason=form.reason.data or "")
    except DomainError as error:
        return show_refusal(form, error, page)
    return _done(answer_id, "里程碑已调整，揭榜企业可以看到。")


@bp.post(f"/{ONE}/remove")
def remove(answer_id: int, milestone_id: int) -> ResponseReturnValue:
    actor = current_actor()
    operations.remove_milestone(actor, _milestone(actor, answer_id, milestone_id))
    return _done(answer_id, "里程碑已删除。")


@bp.get(f"/{ONE}/report")
def new_report(answer_id: int, milestone_id: int) -> ResponseReturnValue:
    row = _milestone(current_actor(), answer_id, milestone_id)
    require(current_actor(), REPORT, row.pairing)
    return _report_page(answer_id, row, ReportForm())


@bp.post(f"/{ONE}/report")
@reads_only
def report(answer_id: int, milestone_id: int) -> ResponseReturnValue:
    form, actor = ReportForm(), current_actor()

    def page() -> str:
        return _report_page(answer_id, _milestone(actor, answer_id, milestone_id), form)

    if not form.validate():
        return show_invalid(page)
    try:
        _milestone(actor, answer_id, milestone_id)
        uploads = read_uploads()
        keep_uploads(uploads)
        begin_write()
        row = _milestone(actor, answer_id, milestone_id)
        operations.report_milestone(actor, row, uploads, text=form.text.data or "")
    except DomainError as error:
        return show_refusal(form, error, page)
    return _done(answer_id, "成果已提交，等待发榜单位验收。")


@bp.get(f"/{ONE}/decision")
def check(answer_id: int, milestone_id: int) -> ResponseReturnValue:
    row = _milestone(current_actor(), answer_id, milestone_id)
    require(current_actor(), PLAN, row.pairing)
    return _decision_page(answer_id, row, AcceptanceForm())


@bp.post(f"/{ONE}/decision")
def decide(answer_id: int, milestone_id: int) -> ResponseReturnValue:
    form, actor = AcceptanceForm(), current_actor()

    def page() -> str:
        return _decision_page(answer_id, _milestone(actor, answer_id, milestone_id), form)

    if not form.validate():
        return show_invalid(page)
    row, note = _milestone(actor, answer_id, milestone_id), form.note.data or ""
    try:
        if form.decision.data == "accept":
            operations.accept_milestone(actor, row, note=note)
        else:
            operations.return_milestone(actor, row, reason=note)
    except DomainError as error:
        return show_refusal(form, error, page)
    return _done(answer_id, "验收结论已登记。")


@bp.get(f"/{ID}/reports/<int(max=2147483647):report_id>/<string(maxlength=43):token>")
def download(answer_id: int, report_id: int, token: str) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_report(actor, _pairing(actor, answer_id), report_id)
    file = get_file(token, subject_type=operations.REPORT_SUBJECT, subject_id=row.id)
    return send_stored_file(file)


def _page(answer_id: int, sent: MilestoneForm | None = None) -> str:
    actor = current_actor()
    answer, pairing = get_answer(actor, answer_id), _pairing(actor, answer_id)
    milestones = make_milestones(actor, pairing)
    if milestones is None:
        raise NotFound("no_challenge", "只有揭榜挂帅项目设置里程碑。")
    return render_template(
        "shared/engagement/milestones.html",
        line=answer_line(answer),
        milestones=milestones,
        form=sent or MilestoneForm(formdata=None),
        sent=sent,
        now=clock.now(),
    )


def _change_page(answer_id: int, row: Milestone, form: MilestoneForm) -> str:
    return _form_page("milestone_change.html", answer_id, row, form)


def _report_page(answer_id: int, row: Milestone, form: ReportForm) -> str:
    return _form_page("milestone_report.html", answer_id, row, form)


def _decision_page(answer_id: int, row: Milestone, form: AcceptanceForm) -> str:
    return _form_page("milestone_decision.html", answer_id, row, form)


def _form_page(template: str, answer_id: int, row: Milestone, form: Any) -> str:
    line = answer_line(get_answer(current_actor(), answer_id))
    return render_template(
        f"shared/engagement/{template}",
        line=line,
        milestone=row,
        reports=present_reports(row),
        form=form,
        now=clock.now(),
    )


def _pairing(actor: Actor, answer_id: int) -> Pairing:
    pairing = find_pairing(actor, get_answer(actor, answer_id))
    if pairing is None:
        raise NotFound("pairing_missing", "双方尚未结对。")
    return pairing


def _milestone(actor: Actor, answer_id: int, milestone_id: int) -> Milestone:
    return queries.get_milestone(actor, _pairing(actor, answer_id), milestone_id)


def _done(answer_id: int, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("milestones.show", answer_id=answer_id))

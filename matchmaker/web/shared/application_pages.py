"""A unit's applications: starting from a scene, writing, confirming as a partner, handing in.

Owners and firms get the same pages in their own area; addresses are relative to it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.files.queries import get_file
from matchmaker.files.rules import ACCEPT
from matchmaker.selection.applications import consortium, operations, queries, rules
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.permissions import WRITE_APPLICATION
from matchmaker.selection.applications.rules import ApplicationContent
from matchmaker.selection.applications.sources import (
    SceneSource,
    list_firms,
    list_own_scenes,
    read_scene,
)
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.web.base import (
    begin_write,
    current_actor,
    gate,
    reads_only,
    roll_back_refused,
)
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import application_forms as forms
from matchmaker.web.shared import applications as present
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file
from matchmaker.web.shared.hearing_pages import hearing_pdf

ID = "<int(max=2147483647):application_id>"
_LINE = "<int(max=2147483647):checklist_id>"


def make_blueprint(name: str, prefix: str, audience: str) -> Blueprint:
    """The applications of one audience below an address of its own."""
    bp = Blueprint(name, __name__, url_prefix=prefix)
    gate(bp, audience)
    for rule, method, view in (
        ("", "GET", index),
        ("/new/<code>", "GET", new),
        ("/new/<code>", "POST", start),
        (f"/{ID}", "GET", show),
        (f"/{ID}/save", "POST", save),
        (f"/{ID}/autosave", "POST", autosave),
        (f"/{ID}/partners", "POST", partners),
        (f"/{ID}/share", "POST", share),
        (f"/{ID}/reply", "POST", reply),
        (f"/{ID}/attachments/{_LINE}", "POST", attach),
        (f"/{ID}/avoid", "POST", avoid),
        (f"/{ID}/submit", "POST", submit),
        (f"/{ID}/withdraw", "POST", withdraw),
        (f"/{ID}/hearing.pdf", "GET", hearing_pdf),
        (f"/{ID}/files/{_LINE}/<string(maxlength=43):token>", "GET", download),
    ):
        bp.add_url_rule(rule, view.__name__, view, methods=[method])
    return bp


def index() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "shared/applications/index.html",
        rows=queries.list_own(actor),
        to_confirm=queries.list_partnerships(actor),
        open_rounds=present.list_open_rounds(actor),
        shared=shared,
        now=clock.now(),
    )


def new(code: str) -> ResponseReturnValue:
    row = rounds.get_round(current_actor(), code)
    return _start_page(row, _start_form(row))


def start(code: str) -> ResponseReturnValue:
    row = rounds.get_round(current_actor(), code)
    form = _start_form(row)
    if not form.validate():
        return show_invalid(lambda: _start_page(row, form))
    try:
        application = operations.start_application(current_actor(), row, _read_source(form))
    except DomainError as error:
        return show_refusal(form, error, lambda: _start_page(row, form))
    flash("已建立申报草稿，场景和单位信息已带入。", "success")
    return redirect(url_for(".show", application_id=application.id))


def _read_source(form: Any) -> SceneSource:
    actor = current_actor()
    if isinstance(form, forms.CommunityStartForm):
        return SceneSource(
            organisation_id=actor.organisation_id or 0,
            content=ApplicationContent(title=(form.title.data or "").strip()),
        )
    listing = next((row for row in list_own_scenes(actor) if row.code == form.demand.data), None)
    if listing is None:
        raise NotFound("demand_missing", "没有找到这条场景需求。")
    source = read_scene(actor, listing, [c for c in (form.firm_1.data, form.firm_2.data) if c])
    if not source.partners:
        raise InvalidInput("firm_missing", "请选择联合申报的机器人企业。", field="firm_1")
    return source


def show(application_id: int) -> ResponseReturnValue:
    row = queries.get_application(current_actor(), application_id)
    return _page(row)


def save(application_id: int) -> ResponseReturnValue:
    row = _own(application_id)
    form = _content_form(row)
    if not form.validate():
        return show_invalid(lambda: _page(row, form))
    try:
        operations.save_application(
            current_actor(), row, form.read(), save_number=_number(form.revision.data)
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(_own(application_id), form))
    flash("草稿已保存。", "success")
    return redirect(url_for(".show", application_id=application_id))


def autosave(application_id: int) -> ResponseReturnValue:
    row = _own(application_id)
    form = _content_form(row)
    try:
        if not form.validate():
            raise InvalidInput("form_invalid", "填写有误。")
        number = operations.save_application(
            current_actor(), row, form.read(), save_number=_number(form.revision.data)
        )
    except DomainError as error:
        roll_back_refused(error)
        answer = jsonify(message=error.text)
        answer.status_code = error.http_status
        return answer
    return jsonify(revision=number)


def partners(application_id: int) -> ResponseReturnValue:
    row = _own(application_id)
    form = forms.PartnersForm()
    if not form.validate():
        raise InvalidInput("partners_invalid", "联合体单位填写有误，请核对名称和信用代码。")
    operations.set_partners(current_actor(), row, form.read(row.members))
    flash("联合体已更新。", "success")
    return redirect(url_for(".show", application_id=application_id) + "#partners")


def share(application_id: int) -> ResponseReturnValue:
    asked = consortium.share_draft(current_actor(), _own(application_id))
    flash(f"已提请 {asked} 家成员单位确认。", "success")
    return redirect(url_for(".show", application_id=application_id) + "#partners")


def reply(application_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_application(actor, application_id)
    member = consortium.find_own_member(actor, row)
    if member is None:
        raise NotFound("member_missing", "联合体中没有这个成员。")
    answer = request.form.get("answer", "")
    if answer == "yes":
        digest = request.form.get("sha256", "")
        consortium.confirm_membership(actor, row, member, sha256=digest)
        flash("已确认参加联合申报。", "success")
    elif answer == "no":
        consortium.decline_membership(actor, row, member, request.form.get("note", ""))
        flash("已登记不同意，牵头单位将收到您的理由。", "success")
    else:
        raise InvalidInput("reply_choice", "请选择确认或不同意。", field="answer")
    return redirect(url_for(".show", application_id=application_id))


@reads_only
def attach(application_id: int, checklist_id: int) -> ResponseReturnValue:
    _own(application_id)
    uploads = read_uploads()
    keep_uploads(uploads)
    begin_write()
    row = _own(application_id)
    operations.set_attachment(
        current_actor(),
        row,
        checklist_id,
        note=request.form.get("note", ""),
        uploads=uploads,
    )
    flash("附件已更新。", "success")
    return redirect(url_for(".show", application_id=application_id) + "#attachments")


def avoid(application_id: int) -> ResponseReturnValue:
    operations.set_avoid_request(
        current_actor(), _own(application_id), request.form.get("avoid_request", "")
    )
    flash("回避申请已保存。", "success")
    return redirect(url_for(".show", application_id=application_id))


def submit(application_id: int) -> ResponseReturnValue:
    row = _own(application_id)
    form = _content_form(row)
    try:
        revision = operations.submit_application(current_actor(), row)
    except InvalidInput as error:
        return show_refusal(form, error, lambda: _page(_own(application_id), form))
    flash(f"申报已提交（第{revision.number}版），提交时间以服务器时间为准。", "success")
    return redirect(url_for(".show", application_id=application_id))


def withdraw(application_id: int) -> ResponseReturnValue:
    operations.withdraw_application(
        current_actor(), _own(application_id), request.form.get("reason", "")
    )
    flash("申报已撤回。", "success")
    return redirect(url_for(".show", application_id=application_id))


def download(application_id: int, checklist_id: int, token: str) -> ResponseReturnValue:
    row = queries.get_application(current_actor(), application_id)
    subject = f"{row.id}-{checklist_id}"
    return send_stored_file(
        get_file(token, subject_type="selection_attachment", subject_id=subject)
    )


def _own(application_id: int) -> Application:
    """The application for its writer; partners may read only, for them it is not there."""
    row = queries.get_application(current_actor(), application_id)
    if not can(current_actor(), WRITE_APPLICATION, row):
        raise NotFound("application_missing", "没有找到这份申报。")
    return row


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _content_form(row: Application) -> forms.ContentForm:
    return forms.make_content_form(
        rules.from_stored(row.working_content),
        row.save_number,
        get_programme(row.round.programme).labels,
    )


def _start_form(row: SelectionRound) -> Any:
    if not get_programme(row.programme).is_scene:
        return forms.CommunityStartForm()
    actor = current_actor()
    form = forms.StartForm()
    form.offer(
        ((item.code, present.label_scene(actor, item)) for item in list_own_scenes(actor)),
        list_firms(actor),
    )
    return form


def _start_page(row: SelectionRound, form: Any) -> str:
    return render_template(
        "shared/applications/new.html",
        round=row,
        form=form,
        is_scene=get_programme(row.programme).is_scene,
        scenes=list_own_scenes(current_actor()),
    )


def _page(row: Application, form: forms.ContentForm | None = None) -> str:
    return render_template(
        "shared/applications/show.html",
        form=form or _content_form(row),
        helps=forms.HELPS,
        long=forms.LONG,
        partners=forms.make_partners_form(row.members),
        accept=ACCEPT,
        **present.read_page(current_actor(), row),
    )

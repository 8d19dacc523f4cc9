"""An owner's applications: starting from a scene, writing with autosave, handing in, mending."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.files.queries import get_file, list_files
from matchmaker.files.rules import ACCEPT
from matchmaker.selection.applications import operations, queries, rules
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.permissions import WRITE_APPLICATION
from matchmaker.selection.applications.rules import (
    ApplicationContent,
    ApplicationState,
    MemberDraft,
)
from matchmaker.selection.applications.sources import (
    SceneSource,
    list_firms,
    list_own_scenes,
    read_scene,
)
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import RoundState
from matchmaker.web.base import (
    begin_write,
    current_actor,
    gate,
    reads_only,
    roll_back_refused,
)
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.applications import forms
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file

bp = Blueprint("owner_applications", __name__, url_prefix="/owner/applications")
gate(bp, "owner")
ID = "<int(max=2147483647):application_id>"


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "owner/applications/index.html",
        rows=queries.list_own(actor),
        open_rounds=[row for row in rounds.list_rounds(actor) if row.state is RoundState.OPEN],
        shared=shared,
        now=clock.now(),
    )


@bp.get("/new/<code>")
def new(code: str) -> ResponseReturnValue:
    row = rounds.get_round(current_actor(), code)
    return _start_page(row, _start_form(row))


@bp.post("/new/<code>")
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
    return redirect(url_for("owner_applications.show", application_id=application.id))


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
    return read_scene(actor, listing, [c for c in (form.firm_1.data, form.firm_2.data) if c])


@bp.get(f"/{ID}")
def show(application_id: int) -> ResponseReturnValue:
    row = queries.get_application(current_actor(), application_id)
    return _page(row)


@bp.post(f"/{ID}/save")
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
    return redirect(url_for("owner_applications.show", application_id=application_id))


@bp.post(f"/{ID}/autosave")
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


@bp.post(f"/{ID}/partners")
def partners(application_id: int) -> ResponseReturnValue:
    row = _own(application_id)
    form = forms.PartnersForm()
    if not form.validate():
        raise InvalidInput("partners_invalid", "联合体单位填写有误，请核对名称和信用代码。")
    known = [
        MemberDraft(
            side=member.side,
            name=member.name,
            organisation_id=member.organisation_id,
            supplier_id=member.supplier_id,
            product_ids=tuple(member.product_ids),
        )
        for member in row.members
    ]
    operations.set_partners(current_actor(), row, form.read(known))
    flash("联合体已更新。", "success")
    return redirect(url_for("owner_applications.show", application_id=application_id) + "#partners")


@bp.post(f"/{ID}/attachments/<int(max=2147483647):checklist_id>")
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
    return redirect(
        url_for("owner_applications.show", application_id=application_id) + "#attachments"
    )


@bp.post(f"/{ID}/avoid")
def avoid(application_id: int) -> ResponseReturnValue:
    operations.set_avoid_request(
        current_actor(), _own(application_id), request.form.get("avoid_request", "")
    )
    flash("回避申请已保存。", "success")
    return redirect(url_for("owner_applications.show", application_id=application_id))


@bp.post(f"/{ID}/submit")
def submit(application_id: int) -> ResponseReturnValue:
    row = _own(application_id)
    form = forms.make_content_form(rules.from_stored(row.working_content), row.save_number)
    try:
        revision = operations.submit_application(current_actor(), row)
    except InvalidInput as error:
        return show_refusal(form, error, lambda: _page(_own(application_id), form))
    flash(f"申报已提交（第{revision.number}版），提交时间以服务器时间为准。", "success")
    return redirect(url_for("owner_applications.show", application_id=application_id))


@bp.post(f"/{ID}/withdraw")
def withdraw(application_id: int) -> ResponseReturnValue:
    operations.withdraw_application(
        current_actor(), _own(application_id), request.form.get("reason", "")
    )
    flash("申报已撤回。", "success")
    return redirect(url_for("owner_applications.show", application_id=application_id))


@bp.get(f"/{ID}/files/<int(max=2147483647):checklist_id>/<string(maxlength=43):token>")
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
    return forms.make_content_form(rules.from_stored(row.working_content), row.save_number)


def _start_form(row: SelectionRound) -> Any:
    if not get_programme(row.programme).is_scene:
        return forms.CommunityStartForm()
    actor = current_actor()
    form = forms.StartForm()
    form.offer(
        ((item.code, item.title) for item in list_own_scenes(actor)),
        list_firms(actor),
    )
    return form


def _start_page(row: SelectionRound, form: Any) -> str:
    return render_template(
        "owner/applications/new.html",
        round=row,
        form=form,
        is_scene=get_programme(row.programme).is_scene,
        scenes=list_own_scenes(current_actor()),
    )


def _page(row: Application, form: forms.ContentForm | None = None) -> str:
    actor = current_actor()
    can_write = can(actor, WRITE_APPLICATION, row)
    editable = can_write and row.state in rules.EDITABLE_STATES
    content = rules.from_stored(row.working_content)
    others = [
        {"name": m.name, "credit_code": m.credit_code or "", "side": m.side.value}
        for m in row.members
        if not m.is_lead
    ]
    return render_template(
        "owner/applications/show.html",
        row=row,
        round=row.round,
        badge_=shared.application_badge(row),
        form=form or _content_form(row),
        helps=forms.HELPS,
        long=forms.LONG,
        partners=forms.PartnersForm(formdata=None, data={"partners": others}),
        editable=editable,
        can_write=can_write,
        checklist=[
            {
                "item": line.item,
                "attachment": line.attachment,
                "files": list_files(*line.attachment.file_subject) if line.attachment else [],
            }
            for line in queries.list_checklist(row)
        ],
        missing=rules.list_missing(
            content, needs_investment=get_programme(row.round.programme).is_scene
        ),
        content=shared.list_content(row.working_content, private=can_write),
        parties=shared.list_parties(row),
        failed_gates=[
            line
            for line in queries.list_gates(row)
            if row.state is ApplicationState.REJECTED and line.decision and not line.decision.passed
        ],
        twins=queries.list_twins(row) if can_write else [],
        accept=ACCEPT,
        shared=shared,
        now=clock.now(),
        demo_data=row.is_demo,
    )

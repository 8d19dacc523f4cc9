"""The bureau's notices: writing, publishing, correcting in the open, taking down."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from matchmaker.accounts.permissions import can, require
from matchmaker.clock import CHINA
from matchmaker.errors import DomainError
from matchmaker.files.rules import ACCEPT
from matchmaker.publishing import attachments, operations, queries, scheduling
from matchmaker.publishing.models import Notice
from matchmaker.publishing.permissions import READ_DRAFTS, WRITE_NOTICE
from matchmaker.publishing.rules import KIND_LABELS, STATE_LABELS, NoticeKind, NoticeState
from matchmaker.selection.rounds.operations import ISSUER
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.files import keep_uploads, read_uploads
from matchmaker.web.supplier.fields import given

bp = Blueprint("bureau_notices", __name__, url_prefix="/bureau/notices")
gate(bp, "bureau")
ID = "<int(max=2147483647):notice_id>"
#: Kinds that are written by hand; publicity and results come out of a round.
_WRITTEN = (NoticeKind.ANNOUNCEMENT, NoticeKind.CALL)


class NoticeForm(FlaskForm):
    """A notice that is being written."""

    revision = HiddenField()
    kind = SelectField(
        "类别", choices=[SelectChoice(kind.value, KIND_LABELS[kind]) for kind in _WRITTEN]
    )
    title = StringField("标题", [DataRequired("请填写标题。"), Length(max=160)])
    body = TextAreaField("正文", [DataRequired("请填写正文。"), Length(max=40000)])
    valid_until = DateField("有效期至", [Optional()])


class ScheduleForm(FlaskForm):
    """When a draft is published by itself."""

    publish_at = DateTimeLocalField(
        "发布时间", [DataRequired("请填写发布时间。")], format="%Y-%m-%dT%H:%M"
    )


class CorrectionForm(FlaskForm):
    """A correction of a published notice."""

    title = StringField("标题", [DataRequired("请填写标题。"), Length(max=160)])
    body = TextAreaField("正文", [DataRequired("请填写正文。"), Length(max=40000)])
    starts_on = DateField("开始日期", [Optional()])
    ends_on = DateField("截止日期", [Optional()])
    reason = TextAreaField("更正理由", [DataRequired("请写明更正理由。"), Length(max=1000)])


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    require(actor, READ_DRAFTS)
    return render_template(
        "bureau/notices/index.html",
        rows=queries.list_for_desk(actor),
        kinds=KIND_LABELS,
        states=STATE_LABELS,
        can_write=can(actor, WRITE_NOTICE),
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(current_actor(), WRITE_NOTICE)
    return _form_page(NoticeForm(), None)


@bp.post("/new")
def create() -> ResponseReturnValue:
    form = NoticeForm()
    if not form.validate():
        return show_invalid(lambda: _form_page(form, None))
    try:
        notice = operations.create_notice(
            current_actor(),
            kind=NoticeKind(form.kind.data),
            title=form.title.data or "",
            body=_clean(form.body.data),
            issuer=ISSUER,
            valid_until=form.valid_until.data,
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _form_page(form, None))
    flash("草稿已保存。", "success")
    return redirect(url_for("bureau_notices.edit", notice_id=notice.id))


@bp.get(f"/{ID}")
def edit(notice_id: int) -> ResponseReturnValue:
    require(current_actor(), READ_DRAFTS)
    notice = queries.get_notice(current_actor(), notice_id)
    if notice.state is not NoticeState.DRAFT:
        return _correction_page(notice, _correction_form(notice))
    return _form_page(_draft_form(notice), notice)


@bp.post(f"/{ID}")
def save(notice_id: int) -> ResponseReturnValue:
    notice = queries.get_notice(current_actor(), notice_id)
    form = NoticeForm()
    if not form.validate():
        return show_invalid(lambda: _form_page(form, notice))
    text = form.revision.data or ""
    try:
        operations.update_notice(
            current_actor(),
            notice,
            kind=NoticeKind(form.kind.data),
            title=form.title.data or "",
            body=_clean(form.body.data),
            valid_until=form.valid_until.data,
            revision=int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1,
        )
        if request.form.get("act") == "publish":
            operations.publish_notice(current_actor(), notice)
    except DomainError as error:
        return show_refusal(form, error, lambda: _form_page(form, _get(notice_id)))
    if notice.state is NoticeState.PUBLISHED:
        flash("已发布。", "success")
        return redirect(url_for("notices.detail", notice_id=notice_id))
    flash("草稿已保存。", "success")
    return redirect(url_for("bureau_notices.edit", notice_id=notice_id))


@bp.post(f"/{ID}/correct")
def correct(notice_id: int) -> ResponseReturnValue:
    notice = _get(notice_id)
    form = CorrectionForm()
    if not form.validate():
        return show_invalid(lambda: _correction_page(notice, form))
    try:
        operations.correct_notice(
            current_actor(),
            notice,
            reason=form.reason.data or "",
            title=form.title.data or "",
            body=_clean(form.body.data),
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _correction_page(_get(notice_id), form))
    flash("更正已公开，原文和理由保留在页面上。", "success")
    return redirect(url_for("notices.detail", notice_id=notice_id))


@bp.post(f"/{ID}/withdraw")
def withdraw(notice_id: int) -> ResponseReturnValue:
    operations.withdraw_notice(current_actor(), _get(notice_id), request.form.get("reason", ""))
    flash("已撤下，页面保留撤下理由。", "success")
    return redirect(url_for("notices.detail", notice_id=notice_id))


@bp.post(f"/{ID}/schedule")
def schedule(notice_id: int) -> ResponseReturnValue:
    notice, form = _get(notice_id), ScheduleForm()
    if request.form.get("act") == "cancel":
        scheduling.unschedule_notice(current_actor(), notice)
        flash("已取消定时发布，公告仍为草稿。", "success")
        return redirect(url_for("bureau_notices.edit", notice_id=notice_id))
    if not form.validate():
        return show_invalid(lambda: _form_page(_draft_form(notice), notice, form))
    publish_at = given(form.publish_at.data).replace(tzinfo=CHINA)
    try:
        scheduling.schedule_notice(current_actor(), notice, publish_at)
    except DomainError as error:
        return show_refusal(
            form, error, lambda: _form_page(_draft_form(_get(notice_id)), _get(notice_id), form)
        )
    flash("已设定发布时间，到时自动发布。", "success")
    return redirect(url_for("bureau_notices.edit", notice_id=notice_id))


@bp.post(f"/{ID}/files")
@reads_only
def attach(notice_id: int) -> ResponseReturnValue:
    """Files are checked before the write begins; a published notice says why they came."""
    actor = current_actor()
    require(actor, WRITE_NOTICE)
    uploads = read_uploads()
    keep_uploads(uploads)
    begin_write()
    notice = _get(notice_id)
    if notice.state is NoticeState.DRAFT:
        attachments.attach_to_draft(actor, notice, uploads)
    else:
        reason = request.form.get("reason", "")
        attachments.add_in_the_open(actor, notice, uploads, reason=reason)
    flash("附件已添加。", "success")
    return redirect(url_for("bureau_notices.edit", notice_id=notice_id))


@bp.post(f"/{ID}/files/<string(maxlength=43):token>/remove")
def remove_file(notice_id: int, token: str) -> ResponseReturnValue:
    attachments.remove_from_draft(current_actor(), _get(notice_id), token)
    flash("附件已移除。", "success")
    return redirect(url_for("bureau_notices.edit", notice_id=notice_id))


def _get(notice_id: int) -> Notice:
    return queries.get_notice(current_actor(), notice_id)


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _draft_form(notice: Notice) -> NoticeForm:
    return NoticeForm(
        formdata=None,
        data={
            "kind": notice.kind.value,
            "title": notice.title,
            "body": notice.body,
            "revision": str(notice.revision),
            "valid_until": notice.valid_until,
        },
    )


def _correction_form(notice: Notice) -> CorrectionForm:
    return CorrectionForm(
        data={
            "title": notice.title,
            "body": notice.body,
            "starts_on": notice.starts_on,
            "ends_on": notice.ends_on,
        }
    )


def _form_page(form: NoticeForm, notice: Notice | None, timer: ScheduleForm | None = None) -> str:
    return render_template(
        "bureau/notices/form.html",
        form=form,
        notice=notice,
        timer=timer or ScheduleForm(formdata=None, data={"publish_at": _local_time(notice)}),
        files=attachments.list_attachments(notice) if notice else (),
        accept=ACCEPT,
    )


def _local_time(notice: Notice | None) -> datetime | None:
    return notice.publish_at.astimezone(CHINA) if notice and notice.publish_at else None


def _correction_page(notice: Notice, form: CorrectionForm) -> str:
    return render_template(
        "bureau/notices/correct.html",
        form=form,
        notice=notice,
        can_correct=notice.state is NoticeState.PUBLISHED and can(current_actor(), WRITE_NOTICE),
        label=STATE_LABELS[notice.state],
        files=attachments.list_attachments(notice),
        accept=ACCEPT,
    )

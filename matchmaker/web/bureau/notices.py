"""The bureau's notices: writing, publishing, correcting in the open, taking down."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError
from matchmaker.publishing import operations, queries
from matchmaker.publishing.models import Notice
from matchmaker.publishing.permissions import READ_DRAFTS, WRITE_NOTICE
from matchmaker.publishing.rules import KIND_LABELS, STATE_LABELS, NoticeKind, NoticeState
from matchmaker.selection.rounds.operations import ISSUER
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal

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
    form = NoticeForm(
        data={
            "kind": notice.kind.value,
            "title": notice.title,
            "body": notice.body,
            "revision": str(notice.revision),
        }
    )
    return _form_page(form, notice)


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


def _get(notice_id: int) -> Notice:
    return queries.get_notice(current_actor(), notice_id)


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _correction_form(notice: Notice) -> CorrectionForm:
    return CorrectionForm(
        data={
            "title": notice.title,
            "body": notice.body,
            "starts_on": notice.starts_on,
            "ends_on": notice.ends_on,
        }
    )


def _form_page(form: NoticeForm, notice: Notice | None) -> str:
    return render_template("bureau/notices/form.html", form=form, notice=notice)


def _correction_page(notice: Notice, form: CorrectionForm) -> str:
    return render_template(
        "bureau/notices/correct.html",
        form=form,
        notice=notice,
        can_correct=notice.state is NoticeState.PUBLISHED and can(current_actor(), WRITE_NOTICE),
        label=STATE_LABELS[notice.state],
    )

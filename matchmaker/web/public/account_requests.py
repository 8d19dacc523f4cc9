"""Asking for an account, and following the request by its receipt."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from matchmaker.accounts.people.rules import KIND_LABELS
from matchmaker.accounts.requests import operations, queries
from matchmaker.accounts.requests.rules import (
    NOTE_MAX,
    ROLES_BY_KIND,
    STATE_LABELS,
    RequestDraft,
)
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import DomainError, NotFound
from matchmaker.extensions import limiter
from matchmaker.web.base import current_actor
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.account_requests import TONES

bp = Blueprint("account_requests", __name__, url_prefix="/account-requests")
KINDS = [
    SelectChoice("", "请选择"),
    *(SelectChoice(kind, KIND_LABELS[kind]) for kind in ROLES_BY_KIND),
]


class RequestForm(FlaskForm):
    """A request for an account."""

    unit = StringField("单位名称", [DataRequired("请填写单位全称。"), Length(max=120)])
    credit_code = StringField(
        "统一社会信用代码", [DataRequired("请填写统一社会信用代码。"), Length(max=30)]
    )
    kind = SelectField(
        "单位类型",
        choices=[
            SelectChoice("", "请选择"),
            *(SelectChoice(kind, KIND_LABELS[kind]) for kind in ROLES_BY_KIND),
        ],
        validators=[DataRequired("请选择单位类型。")],
    )
    district = SelectField("单位所在区县")
    name = StringField("联系人姓名", [DataRequired("请填写联系人姓名。"), Length(max=60)])
    email = EmailField("联系人邮箱", [DataRequired("请填写联系人邮箱。"), Length(max=254)])
    phone = StringField("联系电话", [DataRequired("请填写联系电话。"), Length(max=20)])
    note = TextAreaField("申请说明", [Length(max=NOTE_MAX)])

    def read(self) -> RequestDraft:
        """The request as typed."""
        return RequestDraft(
            unit=self.unit.data or "",
            credit_code=self.credit_code.data or "",
            kind=str(self.kind.data or ""),
            district=str(self.district.data or "") or None,
            name=self.name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            note=self.note.data or "",
        )


def _make_form() -> RequestForm:
    form = RequestForm()
    districts = load_vocabulary().districts
    form.district.choices = [
        SelectChoice("", "不在本市或不填"),
        *(SelectChoice(each.id, each.zh) for each in districts),
    ]
    return form


@bp.get("/new")
def new() -> ResponseReturnValue:
    return _page(_make_form())


@bp.post("/new")
@limiter.limit("10/hour")
def create() -> ResponseReturnValue:
    form = _make_form()
    if not form.validate():
        return show_invalid(lambda: _page(form))
    try:
        row = operations.ask_for_account(current_actor(), form.read())
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(form))
    return redirect(url_for(".follow", number=row.number, sent=1))


@bp.get("")
@limiter.limit("60/minute")
def follow() -> ResponseReturnValue:
    """How a request stands: nothing of the person who asked is shown."""
    number = request.args.get("number", "").strip()[:40]
    row, missing = None, ""
    if number:
        try:
            row = queries.find_by_number(number)
        except NotFound as error:
            missing = error.text
    page = render_template(
        "public/account_requests/follow.html",
        number=number,
        row=row,
        label=STATE_LABELS[row.state] if row else "",
        tone=TONES[row.state] if row else "",
        missing=missing,
        sent=bool(request.args.get("sent")),
    )
    return page, 404 if missing else 200


def _page(form: RequestForm) -> str:
    return render_template("public/account_requests/new.html", form=form)

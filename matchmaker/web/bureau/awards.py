"""The register of awards: ours and other departments' lists, with a dry run before an import."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import FileField, StringField
from wtforms.validators import DataRequired, Length

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.documents.excel import MIME
from matchmaker.documents.spreadsheet import FILE_MAX, read_rows
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.funding import exchange, register
from matchmaker.funding import queries as funding
from matchmaker.funding.permissions import KEEP_REGISTER
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.forms import show_invalid, show_refusal

bp = Blueprint("bureau_awards", __name__, url_prefix="/bureau/awards")
gate(bp, "bureau")
FAULTS_SHOWN = 200


class ImportForm(FlaskForm):
    """A list from outside."""

    source = StringField("名单来源", [DataRequired("请填写名单来源。"), Length(max=120)])
    file = FileField("名单文件")


@bp.get("")
def index() -> ResponseReturnValue:
    return _page(ImportForm(formdata=None))


@bp.get("/template.xlsx")
def template() -> ResponseReturnValue:
    require(current_actor(), KEEP_REGISTER)
    return _workbook(exchange.write_template(clock.today()), "award-list-template.xlsx")


@bp.get("/register.xlsx")
def export() -> ResponseReturnValue:
    rows = funding.list_register(current_actor())
    return _workbook(exchange.write_register(rows), "award-register.xlsx")


@bp.post("")
@reads_only
def import_list() -> ResponseReturnValue:
    """Check the whole list first; only a list without a fault is stored, and only when asked to."""
    actor, form = current_actor(), ImportForm()
    require(actor, KEEP_REGISTER)
    if not form.validate():
        return show_invalid(lambda: _page(form))
    is_check_only = request.form.get("act") == "check"
    try:
        awards, faults = register.read_award_rows(_read_sheet(), clock.today())
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(form))
    if faults:
        return show_invalid(lambda: _page(form, faults))
    if is_check_only:
        return _page(form, [], checked=len(awards))
    begin_write()
    try:
        count = register.import_awards(actor, source=str(form.source.data), awards=awards)
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(form))
    flash(f"已导入 {count} 条。", "success")
    return redirect(url_for("bureau_awards.index"))


def _read_sheet() -> list[list[str]]:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InvalidInput("file_missing", "请选择名单文件。", field="file")
    return read_rows(upload.stream.read(FILE_MAX + 1), upload.filename)


def _page(
    form: ImportForm,
    faults: list[register.RowFault] | None = None,
    *,
    checked: int | None = None,
) -> str:
    actor = current_actor()
    rows = funding.list_register(actor)
    return render_template(
        "bureau/awards/index.html",
        form=form,
        rows=[exchange.describe(row) for row in rows],
        faults=(faults or [])[:FAULTS_SHOWN],
        fault_count=len(faults or []),
        checked=checked,
        may_keep=can(actor, KEEP_REGISTER),
        columns=register.COLUMNS,
        demo_data=any(row.is_demo for row in rows),
    )


def _workbook(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = MIME
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

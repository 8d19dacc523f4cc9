"""The pages of an import: template, dry run, confirmation. Every room's import gets the same ones.

The dry run reads the sheet and the database and writes nothing. A list without a fault is kept for
a day outside the database under a signed reference; the confirmation puts it into the database and
leads to the page of the import, which is checked again and stored in the background.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import FileField, StringField
from wtforms.validators import DataRequired, Length

from matchmaker.documents.spreadsheet import FILE_MAX, read_rows
from matchmaker.documents.table import Checked, Fault, Reading, TableImport, read_table
from matchmaker.documents.table_template import write_template
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.files.rules import check_name
from matchmaker.files.staging import KEPT_SECONDS, read_staged, stage_bytes
from matchmaker.imports.operations import ConfirmedTable, start_import
from matchmaker.imports.queries import list_recent
from matchmaker.web.base import Route, begin_write, bind_views, current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.downloads import send_workbook
from matchmaker.web.shared.import_runs import (
    ImportPlace,
    RunPages,
    address_of,
    describe_recent,
)

#: A page with more faults than this helps nobody; the rest shows once these are mended.
FAULTS_SHOWN = 2000
ROWS_PREVIEWED = 20
COLUMNS_PREVIEWED = 6


@dataclass(frozen=True)
class _Trial:
    """A dry run: the sheet as read and what the room found."""

    reading: Reading
    checked: Checked

    @property
    def faults(self) -> list[Fault]:
        found = (*self.reading.faults, *self.checked.faults)
        return sorted(found, key=lambda fault: fault.row)


def make_blueprint(name: str, prefix: str, table: TableImport, place: ImportPlace) -> Blueprint:
    """The pages of one import below an address of its own."""
    bp = Blueprint(name, __name__, url_prefix=prefix)
    gate(bp, place.audience)
    pages, runs = _Pages(name, prefix, table, place), RunPages(name, table, place)
    routes: tuple[Route, ...] = (
        ("", "GET", pages.index),
        ("/template.xlsx", "GET", pages.template),
        ("", "POST", pages.check),
        ("/confirm", "POST", pages.confirm),
    )
    bind_views(bp, (*routes, *runs.routes()), reading={"check", "confirm"})
    return bp


class _Pages:
    """The views of one import up to its confirmation."""

    def __init__(self, name: str, prefix: str, table: TableImport, place: ImportPlace) -> None:
        self.name, self.prefix, self.table, self.place = name, prefix, table, place

    def index(self) -> ResponseReturnValue:
        """The form."""
        self.table.permit(current_actor())
        return self._page(self._form(is_blank=True))

    def template(self) -> ResponseReturnValue:
        """The workbook to fill in."""
        self.table.permit(current_actor())
        return send_workbook(write_template(self.table), f"{self.table.title}导入模板")

    def check(self) -> ResponseReturnValue:
        """The dry run."""
        self.table.permit(current_actor())
        form = self._form()
        if not form.validate():
            return show_invalid(lambda: self._page(form))
        try:
            name, content = _read_upload()
            details = self._details(form)
            trial = self._try(content, name, details)
        except DomainError as error:
            return show_refusal(form, error, lambda: self._page(form))
        if trial.faults:
            return show_invalid(lambda: self._page(form, trial))
        rows = len(trial.reading.records)
        reference = self._sign(stage_bytes(content), name, details, rows)
        return self._page(form, trial, reference=reference)

    def confirm(self) -> ResponseReturnValue:
        """Keep what the dry run found faultless and have it stored in the background."""
        actor, form = current_actor(), self._form(is_blank=True)
        self.table.permit(actor)
        try:
            sha256, name, details, rows, token = self._unsign(request.form.get("reference", ""))
            confirmed = ConfirmedTable(
                kind=self.table.kind,
                token=token,
                address=self.prefix.strip("/"),
                file_name=name,
                sha256=sha256,
                content=read_staged(sha256),
                details=details,
                rows=rows,
            )
            begin_write()
            run = start_import(actor, self.table, confirmed)
        except DomainError as error:
            return show_refusal(form, error, lambda: self._page(form))
        return redirect(address_of(self.name, run))

    def _try(self, content: bytes, name: str, details: dict[str, str]) -> _Trial:
        columns = self.table.columns()
        rows = read_rows(content, name)
        reading = read_table(rows, columns, rows_max=self.table.rows_max)
        checked = self.table.check(current_actor(), reading.records, details)
        return _Trial(reading, checked)

    def _form(self, *, is_blank: bool = False) -> FlaskForm:
        fields: dict[str, Any] = {
            detail.name: StringField(
                detail.label, [DataRequired(f"请填写{detail.label}。"), Length(max=detail.limit)]
            )
            for detail in self.table.details
        }
        fields["file"] = FileField(f"{self.table.title}表格")
        form_class = type("TableForm", (FlaskForm,), fields)
        form: FlaskForm = form_class(formdata=None) if is_blank else form_class()
        return form

    def _details(self, form: FlaskForm) -> dict[str, str]:
        return {each.name: str(form[each.name].data).strip() for each in self.table.details}

    def _page(self, form: FlaskForm, trial: _Trial | None = None, *, reference: str = "") -> str:
        faults = trial.faults if trial else []
        return render_template(
            "shared/imports/page.html",
            form=form,
            table=self.table,
            place=self.place,
            endpoint=self.name,
            faults=faults[:FAULTS_SHOWN],
            fault_count=len(faults),
            fault_rows=len({fault.row for fault in faults}),
            trial=trial,
            reference=reference,
            recent=describe_recent(self.name, list_recent(current_actor(), self.table.kind)),
            columns=self.table.columns(),
            preview=trial.reading.records[:ROWS_PREVIEWED] if trial else (),
            previewed=self.table.columns()[:COLUMNS_PREVIEWED],
        )

    def _serializer(self) -> URLSafeTimedSerializer:
        salt = f"import:{self.name}:{current_actor().user_id}"
        return URLSafeTimedSerializer(str(current_app.secret_key), salt=salt)

    def _sign(self, sha256: str, name: str, details: dict[str, str], rows: int) -> str:
        token = secrets.token_urlsafe(16)
        return str(self._serializer().dumps([sha256, name, details, rows, token]))

    def _unsign(self, reference: str) -> tuple[str, str, dict[str, str], int, str]:
        """What the dry run signed: digest, name, details, rows, token.

        Raises ``InvalidInput`` for a reference that is not this person's, or too old.
        """
        try:
            found = self._serializer().loads(reference, max_age=KEPT_SECONDS)
        except BadData as error:
            raise InvalidInput(
                "reference_bad", "核对结果已失效，请重新上传并核对。", field="file"
            ) from error
        sha256, name, details, rows, token = found
        return sha256, name, details, rows, token


def _read_upload() -> tuple[str, bytes]:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InvalidInput("file_missing", "请选择要上传的表格。", field="file")
    return check_name(upload.filename), upload.stream.read(FILE_MAX + 1)

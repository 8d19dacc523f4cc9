"""The pages of a consortium's follow-ups; owners and firms get the same ones in their own area."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, MultipleFileField, TextAreaField

from matchmaker import clock
from matchmaker.effects.followups import operations, queries
from matchmaker.effects.followups.models import Followup
from matchmaker.effects.followups.rules import (
    OPEN_STATES,
    OPENS_BEFORE,
    TEXT_MAX,
    Figures,
    is_late,
)
from matchmaker.errors import DomainError, NotFound
from matchmaker.files.queries import get_file
from matchmaker.files.rules import ACCEPT
from matchmaker.web.base import Route, begin_write, bind_views, current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.fields import WholeField
from matchmaker.web.shared import effects as present
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file
from matchmaker.web.supplier.fields import YuanField

ID = "<int(max=2147483647):followup_id>"
FILE = "<int(max=2147483647):report_id>/<string(maxlength=64):token>"


class ReportForm(FlaskForm):
    """The figures of one period."""

    units = WholeField("在用台（套）数")
    hours = WholeField("入选以来累计运行时长")
    failures = WholeField("入选以来累计故障次数")
    savings = YuanField("入选以来累计节约金额")
    savings_public = BooleanField("同意在场景公开页面显示节约金额")
    note = TextAreaField("运行情况说明")
    evidence = TextAreaField("数据来源和佐证")
    files = MultipleFileField("佐证材料")

    def read(self) -> Figures:
        """The figures as typed."""
        return Figures(
            units=self.units.data,
            hours=self.hours.data,
            failures=self.failures.data,
            savings_fen=self.savings.data,
            savings_public=bool(self.savings_public.data),
            note=self.note.data or "",
            evidence=self.evidence.data or "",
        )


def make_blueprint(name: str, prefix: str, audience: str) -> Blueprint:
    """The follow-ups of one audience below an address of its own."""
    bp = Blueprint(name, __name__, url_prefix=prefix)
    gate(bp, audience)
    pages = _Pages(name, audience)
    routes: list[Route] = [
        ("", "GET", pages.index),
        (f"/{ID}", "GET", pages.show),
        (f"/{ID}", "POST", pages.submit),
        (f"/{ID}/files/{FILE}", "GET", pages.download),
    ]
    bind_views(bp, routes, reading=["submit"])
    return bp


class _Pages:
    """The views; ``name`` is the blueprint that their addresses belong to."""

    def __init__(self, name: str, audience: str) -> None:
        self.name = name
        self.audience = audience

    def index(self) -> ResponseReturnValue:
        rows = queries.list_followups(current_actor())
        return render_template(
            "shared/followups/index.html",
            rows=[present.make_row(row, clock.today()) for row in rows],
            area=self.name,
            audience=self.audience,
            demo_data=any(row.designation.application.is_demo for row in rows),
        )

    def show(self, followup_id: int) -> ResponseReturnValue:
        row = queries.get_followup(current_actor(), followup_id)
        return self._page(row, _make_form(row))

    def submit(self, followup_id: int) -> ResponseReturnValue:
        actor, form = current_actor(), ReportForm()
        row = queries.get_followup(actor, followup_id)
        if not form.validate():
            return show_invalid(lambda: self._page(row, form))
        try:
            uploads = read_uploads()
            keep_uploads(uploads)
            begin_write()
            row = queries.get_followup(actor, followup_id)
            operations.submit_report(actor, row, form.read(), uploads=uploads)
        except DomainError as error:
            return show_refusal(
                form, error, lambda: self._page(queries.get_followup(actor, followup_id), form)
            )
        flash("已提交跟踪填报，待市经信局审核。", "success")
        return redirect(url_for(f"{self.name}.show", followup_id=followup_id))

    def download(self, followup_id: int, report_id: int, token: str) -> ResponseReturnValue:
        return send_evidence(queries.get_followup(current_actor(), followup_id), report_id, token)

    def _page(self, row: Followup, form: ReportForm) -> str:
        today = clock.today()
        return render_template(
            "shared/followups/show.html",
            row=row,
            card=present.make_row(row, today),
            form=form,
            accept=ACCEPT,
            text_max=TEXT_MAX,
            may_submit=row.state in OPEN_STATES and today >= row.due_on - OPENS_BEFORE,
            opens_on=row.due_on - OPENS_BEFORE,
            is_late=is_late(row.state, row.due_on, today),
            reports=present.list_reports(row),
            area=self.name,
            audience=self.audience,
            demo_data=row.designation.application.is_demo,
        )


def _make_form(row: Followup) -> ReportForm:
    """Empty at first; after a return what was reported stands in it."""
    report = row.report
    if report is None:
        return ReportForm(formdata=None)
    return ReportForm(
        formdata=None,
        data={
            "units": report.units,
            "hours": report.hours,
            "failures": report.failures,
            "savings": report.savings_fen,
            "savings_public": report.savings_public,
            "note": report.note,
            "evidence": report.evidence,
        },
    )


def send_evidence(row: Followup, report_id: int, token: str) -> ResponseReturnValue:
    """A file of one of the follow-up's reports."""
    report = next((item for item in row.reports if item.id == report_id), None)
    if report is None:
        raise NotFound("file_missing", "没有这个文件。")
    kind, key = report.file_subject
    return send_stored_file(get_file(token, subject_type=kind, subject_id=key))

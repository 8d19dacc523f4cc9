"""Nominations upward: what was put forward, what came of it, how far the target is."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from matchmaker.accounts.permissions import can, require
from matchmaker.effects.nominations import operations, queries, rules
from matchmaker.effects.nominations.models import Nomination
from matchmaker.effects.nominations.permissions import READ_NOMINATIONS, RECORD_NOMINATION
from matchmaker.effects.nominations.rules import (
    KIND_LABELS,
    LEVEL_LABELS,
    STATE_LABELS,
    Level,
    NominationDraft,
    NominationKind,
    NominationState,
)
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.models import Designation
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.fields import LegalDayField

bp = Blueprint("bureau_nominations", __name__, url_prefix="/bureau/nominations")
gate(bp, "bureau")
ID = "<int(max=2147483647):nomination_id>"
TONES = {
    NominationState.NOMINATED: "unsure",
    NominationState.NAMED: "good",
    NominationState.NOT_NAMED: "plain",
    NominationState.WITHDRAWN: "plain",
}


class NominationForm(FlaskForm):
    """A scene put forward."""

    designation = SelectField("入选场景", validate_choice=False)
    level = SelectField(
        "级别", choices=[SelectChoice(each.value, label) for each, label in LEVEL_LABELS.items()]
    )
    kind = SelectField(
        "类别", choices=[SelectChoice(each.value, label) for each, label in KIND_LABELS.items()]
    )
    list_name = StringField("推荐的名单或项目名称")
    nominated_on = LegalDayField("推荐日期")
    document_number = StringField("推荐文号")

    def read(self) -> NominationDraft:
        """The nomination as typed."""
        return NominationDraft(
            level=Level(str(self.level.data)),
            kind=NominationKind(str(self.kind.data)),
            list_name=self.list_name.data or "",
            nominated_on=self.nominated_on.data,
            document_number=self.document_number.data or "",
        )


class ResultForm(FlaskForm):
    """What the province or the nation decided."""

    result = RadioField(
        "结果",
        choices=[SelectChoice("named", "入选"), SelectChoice("not_named", "未入选")],
        default="named",
    )
    result_on = LegalDayField("公布日期")
    result_document = StringField("公布文号")
    note = StringField("说明（可不填）")


class WithdrawForm(FlaskForm):
    """Why a nomination is taken back."""

    note = StringField("撤回理由")


@bp.get("")
def index() -> ResponseReturnValue:
    require(current_actor(), READ_NOMINATIONS)
    return _index_page(NominationForm(formdata=None))


@bp.post("")
def nominate() -> ResponseReturnValue:
    form = NominationForm()
    if not form.validate():
        return show_invalid(lambda: _index_page(form))
    try:
        operations.nominate_scene(current_actor(), _read_scene(form), form.read())
    except DomainError as error:
        return show_refusal(form, error, lambda: _index_page(form))
    flash("已登记推荐。", "success")
    return redirect(url_for(".index"))


def _read_scene(form: NominationForm) -> Designation:
    text = str(form.designation.data or "")
    found = next((row for row in results.list_designations() if str(row.id) == text), None)
    if found is None:
        raise InvalidInput("designation", "请选择已公布入选的场景。", field="designation")
    return found


@bp.get(f"/{ID}")
def show(nomination_id: int) -> ResponseReturnValue:
    require(current_actor(), READ_NOMINATIONS)
    row = queries.get_nomination(current_actor(), nomination_id)
    return _page(row, ResultForm(formdata=None), WithdrawForm(formdata=None))


@bp.post(f"/{ID}/result")
def record_result(nomination_id: int) -> ResponseReturnValue:
    form = ResultForm()

    def act(row: Nomination) -> None:
        operations.record_result(
            current_actor(),
            row,
            is_named=form.result.data == "named",
            result_on=form.result_on.data,
            document_number=form.result_document.data or "",
            note=form.note.data or "",
        )

    return _carry_out(nomination_id, form, act, "已登记结果。")


@bp.post(f"/{ID}/withdraw")
def withdraw(nomination_id: int) -> ResponseReturnValue:
    form = WithdrawForm()

    def act(row: Nomination) -> None:
        operations.withdraw_nomination(current_actor(), row, reason=form.note.data or "")

    return _carry_out(nomination_id, form, act, "已撤回推荐。")


def _carry_out(
    nomination_id: int, form: FlaskForm, act: Callable[[Nomination], None], message: str
) -> ResponseReturnValue:
    def page() -> str:
        row = queries.get_nomination(current_actor(), nomination_id)
        result = form if isinstance(form, ResultForm) else ResultForm(formdata=None)
        back = form if isinstance(form, WithdrawForm) else WithdrawForm(formdata=None)
        return _page(row, result, back)

    require(current_actor(), READ_NOMINATIONS)
    row = queries.get_nomination(current_actor(), nomination_id)
    if not form.validate():
        return show_invalid(page)
    try:
        act(row)
    except DomainError as error:
        return show_refusal(form, error, page)
    flash(message, "success")
    return redirect(url_for(".show", nomination_id=nomination_id))


def _index_page(form: NominationForm) -> str:
    actor = current_actor()
    rows = queries.list_nominations(actor)
    scenes = results.list_designations()
    form.designation.choices = [
        SelectChoice("", "请选择"),
        *(SelectChoice(str(row.id), f"{row.number} {row.application.title}") for row in scenes),
    ]
    return render_template(
        "bureau/nominations/index.html",
        form=form,
        rows=[(row, STATE_LABELS[row.state], TONES[row.state]) for row in rows],
        levels=LEVEL_LABELS,
        named=queries.count_named(),
        target=rules.TARGET,
        target_year=rules.TARGET_YEAR,
        target_clause=rules.TARGET_CLAUSE,
        may_record=can(actor, RECORD_NOMINATION),
        demo_data=any(row.designation.application.is_demo for row in rows),
    )


def _page(row: Nomination, result: ResultForm, back: WithdrawForm) -> str:
    is_open = row.state is NominationState.NOMINATED
    return render_template(
        "bureau/nominations/show.html",
        row=row,
        state=STATE_LABELS[row.state],
        tone=TONES[row.state],
        level=LEVEL_LABELS[row.level],
        kind=KIND_LABELS[row.kind],
        result_form=result,
        withdraw_form=back,
        may_record=is_open and can(current_actor(), RECORD_NOMINATION),
        demo_data=row.designation.application.is_demo,
    )

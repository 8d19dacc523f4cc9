"""Recording a year's holidays, so that working days of a new year can be told."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError
from matchmaker.policy import operations
from matchmaker.policy.permissions import RECORD_HOLIDAYS
from matchmaker.policy.publicity import NATIONAL_CALENDAR
from matchmaker.policy.queries import list_holidays
from matchmaker.rewards.permissions import INSPECT
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.fields import LegalDayField
from matchmaker.web.shared.claim_forms import given

bp = Blueprint("bureau_holidays", __name__, url_prefix="/bureau/holidays")
gate(bp, "bureau")


class HolidayForm(FlaskForm):
    """A year's arrangement as the notice prints it."""

    year = IntegerField("年份", [InputRequired("请填写年份，如 2027。")])
    number = StringField("通知文号", [DataRequired("请填写通知文号。"), Length(max=80)])
    published_on = LegalDayField("发布日期", [DataRequired("请填写发布日期。")])
    source = StringField("来源", [DataRequired("请填写网址或公报期号。"), Length(max=500)])
    periods = TextAreaField("放假日期", [DataRequired("请填写放假日期。"), Length(max=2000)])
    workdays = TextAreaField("调休上班日", [Length(max=2000)])
    reason = StringField("更正理由", [Length(max=500)])


@bp.get("")
def index() -> ResponseReturnValue:
    require(current_actor(), INSPECT)
    return _page(HolidayForm())


@bp.post("")
def record() -> ResponseReturnValue:
    actor, form = current_actor(), HolidayForm()
    require(actor, RECORD_HOLIDAYS)
    if not form.validate():
        return show_invalid(lambda: _page(form))
    try:
        row = operations.record_holidays(
            actor,
            year=given(form.year.data),
            number=form.number.data or "",
            published_on=given(form.published_on.data),
            source=form.source.data or "",
            periods=form.periods.data or "",
            workdays=form.workdays.data or "",
            reason=form.reason.data or "",
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(form))
    flash(f"已登记 {row.year} 年节假日安排。已经公示的期限不变。", "success")
    return redirect(url_for("bureau_holidays.index"))


def _page(form: HolidayForm) -> str:
    return render_template(
        "bureau/policies/holidays.html",
        form=form,
        rows=list_holidays(),
        years=NATIONAL_CALENDAR.years,
        may_record=can(current_actor(), RECORD_HOLIDAYS),
    )

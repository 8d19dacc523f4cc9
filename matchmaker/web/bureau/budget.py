"""The yearly budget of each instrument: what is noted, committed and paid."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError
from matchmaker.policy.queries import get_law
from matchmaker.rewards.budgets import operations, queries
from matchmaker.rewards.budgets.queries import BudgetFigures
from matchmaker.rewards.permissions import READ_BUDGET, SET_BUDGET
from matchmaker.web.base import current_actor, gate
from matchmaker.web.filters import format_wan
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.claim_forms import YuanField, given, required_amount
from matchmaker.web.shared.claims import title_of

bp = Blueprint("bureau_budget", __name__, url_prefix="/bureau/budget")
gate(bp, "bureau")
FEN_PER_WAN = 1_000_000


class BudgetForm(FlaskForm):
    """The budget of one instrument in one year."""

    instrument = SelectField("奖补", [DataRequired("请选择奖补。")])
    year = SelectField("预算年度", [DataRequired("请选择年度。")])
    amount = YuanField("预算金额", [required_amount("预算金额")])
    document_number = StringField("预算文件文号", [DataRequired("请填写文号。"), Length(max=80)])


@bp.get("")
def index() -> ResponseReturnValue:
    require(current_actor(), READ_BUDGET)
    return _page(_make_form())


@bp.post("")
def save() -> ResponseReturnValue:
    form = _make_form()
    if not form.validate():
        return show_invalid(lambda: _page(form))
    try:
        operations.set_budget(
            current_actor(),
            instrument=str(form.instrument.data),
            year=int(str(form.year.data)),
            amount_fen=given(form.amount.data),
            document_number=str(form.document_number.data),
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(_make_form(form)))
    flash("已登记预算。", "success")
    return redirect(url_for("bureau_budget.index", year=form.year.data))


def _make_form(form: BudgetForm | None = None) -> BudgetForm:
    law, today = get_law(), clock.today()
    form = form or BudgetForm()
    form.instrument.choices = [
        SelectChoice(id_, title_of(law, id_))
        for id_ in law.instrument_ids
        if not law.instrument_on(id_, today)[1].is_in_kind
    ]
    years = {today.year + 1, *queries.list_years(today)}
    form.year.choices = [SelectChoice(str(year), f"{year}年") for year in sorted(years)]
    return form


def _page(form: BudgetForm) -> str:
    actor, law, today = current_actor(), get_law(), clock.today()
    years = queries.list_years(today)
    text = request.args.get("year", "")
    year = int(text) if text.isdigit() and int(text) in years else today.year
    figures = queries.list_figures(actor, year, law.instrument_ids)
    shown = [item for item in figures if item.budget_fen is not None or item.committed_fen]
    rows = [_make_row(item, title_of(law, item.instrument)) for item in shown]
    if form.year.data is None:
        form.year.data = str(year)
    return render_template(
        "bureau/budget/index.html",
        form=form,
        rows=rows,
        option=make_chart(shown),
        years=[(f"{y}年", url_for("bureau_budget.index", year=y), y == year) for y in years],
        year=year,
        may_set=can(actor, SET_BUDGET),
        totals=_sum_up(shown),
    )


def _make_row(item: BudgetFigures, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "budget": item.budget_fen,
        "committed": item.committed_fen,
        "paid": item.paid_fen,
        "left": item.left_fen,
        "document": item.document_number,
    }


def _sum_up(shown: list[BudgetFigures]) -> list[dict[str, Any]]:
    return [
        {"label": label, "value": format_wan(fen).removesuffix("万元"), "unit": "万元"}
        for label, fen in (
            ("预算合计", sum(item.budget_fen or 0 for item in shown)),
            ("已核定", sum(item.committed_fen for item in shown)),
            ("已拨付", sum(item.paid_fen for item in shown)),
        )
    ]


def make_chart(shown: list[BudgetFigures]) -> dict[str, Any]:
    """Bars of budget, committed and paid, in 万元; a chart is drawn, never computed with."""

    def bars(name: str, amounts: list[int]) -> dict[str, Any]:
        return {"name": name, "type": "bar", "data": [fen / FEN_PER_WAN for fen in amounts]}

    return {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0, "bottom": "auto", "data": ["预算", "已核定", "已拨付"]},
        "grid": {"top": 56},
        "xAxis": {"type": "category", "data": [item.instrument for item in shown]},
        "yAxis": {"type": "value", "name": "万元"},
        "series": [
            bars("预算", [item.budget_fen or 0 for item in shown]),
            bars("已核定", [item.committed_fen for item in shown]),
            bars("已拨付", [item.paid_fen for item in shown]),
        ],
    }

"""The procurement catalogue at the desk: criteria, nominations, opinions, decisions, orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.files.queries import get_file
from matchmaker.suppliers import browsing
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.first_orders import operations as ordering
from matchmaker.suppliers.first_orders import queries as orders
from matchmaker.suppliers.first_orders.models import FirstOrder
from matchmaker.suppliers.first_orders.permissions import CONFIRM
from matchmaker.suppliers.procurement import operations, permissions, queries
from matchmaker.suppliers.rules import ProfileState
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.fields import LegalDayField
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared import procurement as shared
from matchmaker.web.shared.files import send_stored_file
from matchmaker.web.supplier.fields import given

bp = Blueprint("bureau_procurement", __name__, url_prefix="/bureau/procurement")
gate(bp, "bureau")
#: Products on one page of the choice; characters of what is searched for.
PER_PAGE, QUESTION_MAX = 20, 200
TOKEN = "<string(maxlength=43):token>"  # noqa: S105 - a part of an address


class CriteriaForm(FlaskForm):
    """A new version of the criteria."""

    text = TextAreaField("推荐标准", [DataRequired("请填写推荐标准。"), Length(max=20000)])
    effective_from = LegalDayField("施行日期", [DataRequired("请填写施行日期。")])
    reason = TextAreaField("制定或修改理由", [DataRequired("请写明理由。"), Length(max=2000)])


class NominationForm(shared.CaseForm):
    """A nomination by the bureau."""

    product = HiddenField("产品", [DataRequired("请先选择产品。"), Length(max=60)])


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    sees_orders = actor.has_role(*permissions.OVERSEERS)
    rows = queries.list_recommendations(actor)
    return render_template(
        "bureau/procurement/index.html",
        rows=rows,
        orders=shared.present_orders(orders.list_orders(actor)) if sees_orders else [],
        may_confirm={row.id for row in orders.list_reported(actor) if can(actor, CONFIRM, row)},
        may_nominate=can(actor, permissions.NOMINATE),
        may_set=can(actor, permissions.SET_CRITERIA),
        demo_data=any(row.is_demo for row in rows),
        **shared.LABELS,
    )


@bp.get("/criteria")
def criteria() -> ResponseReturnValue:
    return _criteria_page(CriteriaForm(formdata=None))


@bp.post("/criteria")
def set_criteria() -> ResponseReturnValue:
    actor, form = current_actor(), CriteriaForm()
    require(actor, permissions.SET_CRITERIA)
    if not form.validate():
        return show_invalid(lambda: _criteria_page(form))
    try:
        row = operations.set_criteria(
            actor,
            text=form.text.data or "",
            effective_from=given(form.effective_from.data),
            reason=form.reason.data or "",
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _criteria_page(form))
    flash(f"第 {row.number} 版推荐标准已发布。", "success")
    return redirect(url_for("bureau_procurement.criteria"))


@bp.get("/nominate")
def nominate() -> ResponseReturnValue:
    require(current_actor(), permissions.NOMINATE)
    product = request.args.get("product", "")[:60]
    return _nominate_page(NominationForm(formdata=None, data={"product": product}))


@bp.post("/nominate")
@reads_only
def send_nomination() -> ResponseReturnValue:
    actor, form = current_actor(), NominationForm()
    require(actor, permissions.NOMINATE)
    if not form.validate():
        return show_invalid(lambda: _nominate_page(form))
    try:
        case = shared.read_case(form, queries.find_criteria(clock.today()))
        begin_write()
        product = suppliers.get_product(actor, (form.product.data or "").strip())
        row = operations.nominate(actor, product, case)
    except DomainError as error:
        return show_refusal(form, error, lambda: _nominate_page(form))
    flash("提名已提交。", "success")
    return redirect(url_for("bureau_procurement.show", code=row.code))


@bp.get(f"/{shared.CODE}")
def show(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_recommendation(actor, code)
    has_spoken = any(each.given_by == actor.user_id for each in row.opinions)
    return render_template(
        "bureau/procurement/show.html",
        may_advise=can(actor, permissions.ADVISE, row) and not has_spoken,
        may_decide=can(actor, permissions.DECIDE, row),
        may_hand_over=can(actor, permissions.HAND_OVER),
        sees_files=queries.may_read_case(actor, row),
        **shared.present_case(row),
    )


@bp.get(f"/{shared.CODE}/files/{TOKEN}")
def evidence(code: str, token: str) -> ResponseReturnValue:
    return send_stored_file(queries.get_evidence(current_actor(), code, token))


@bp.post(f"/{shared.CODE}/opinion")
def give_opinion(code: str) -> ResponseReturnValue:
    row = queries.get_recommendation(current_actor(), code)
    supports, text = _read_yes_no(), request.form.get("text", "")
    operations.give_opinion(current_actor(), row, supports=supports, text=text)
    flash("意见已提交。", "success")
    return _back(code)


@bp.post(f"/{shared.CODE}/decide")
def decide(code: str) -> ResponseReturnValue:
    row = queries.get_recommendation(current_actor(), code)
    recommends, reason = _read_yes_no(), request.form.get("reason", "")
    operations.decide(current_actor(), row, recommends=recommends, reason=reason)
    flash("结论已作出。", "success")
    return _back(code)


@bp.post(f"/{shared.CODE}/hand-over")
def hand_over(code: str) -> ResponseReturnValue:
    row = queries.get_recommendation(current_actor(), code)
    operations.hand_over(
        current_actor(),
        row,
        handed_to=request.form.get("handed_to", ""),
        number=request.form.get("number", ""),
        handed_on=_read_day(),
    )
    flash("上报已登记。", "success")
    return _back(code)


@bp.post(f"/{shared.CODE}/result")
def record_result(code: str) -> ResponseReturnValue:
    row = queries.get_recommendation(current_actor(), code)
    is_listed, note = _read_yes_no(), request.form.get("note", "")
    operations.record_result(
        current_actor(), row, is_listed=is_listed, result_on=_read_day(), note=note
    )
    flash("结果已登记。", "success")
    return _back(code)


@bp.post(f"/orders/{shared.ORDER}/<any(confirm,refuse,revoke):act>")
def decide_order(order_id: int, act: str) -> ResponseReturnValue:
    actor = current_actor()
    row = orders.get_order(actor, order_id)
    reason = request.form.get("reason", "")
    acts: dict[str, Callable[[FirstOrder], None]] = {
        "confirm": lambda order: ordering.confirm_order(actor, order),
        "refuse": lambda order: ordering.refuse_order(actor, order, reason=reason),
        "revoke": lambda order: ordering.revoke_order(actor, order, reason=reason),
    }
    acts[act](row)
    flash("首购订购记录已更新。", "success")
    return redirect(url_for("bureau_procurement.index"))


@bp.get(f"/orders/{shared.ORDER}/files/{TOKEN}")
def order_evidence(order_id: int, token: str) -> ResponseReturnValue:
    actor = current_actor()
    require(actor, permissions.READ_ORDERS)
    row = orders.get_order(actor, order_id)
    return send_stored_file(get_file(token, subject_type=orders.SUBJECT, subject_id=row.id))


def _read_yes_no() -> bool:
    answer = request.form.get("answer", "")
    if answer not in {"yes", "no"}:
        raise InvalidInput("answer", "请选择结论。", field="answer")
    return answer == "yes"


def _read_day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError as error:
        raise InvalidInput("day", "请填写日期，如 2026-11-20。", field="day") from error


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for("bureau_procurement.show", code=code))


def _criteria_page(form: CriteriaForm) -> str:
    versions = queries.list_criteria()
    return render_template(
        "bureau/procurement/criteria.html",
        form=form,
        versions=versions,
        in_force=queries.find_criteria(clock.today()),
        may_set=can(current_actor(), permissions.SET_CRITERIA),
        demo_data=any(row.is_demo for row in versions),
    )


def _nominate_page(form: NominationForm) -> str:
    criteria = queries.find_criteria(clock.today())
    code = (form.product.data or "").strip()
    chosen = suppliers.list_products_by_code(current_actor(), [code]).get(code)
    if chosen is not None and chosen.state is not ProfileState.PUBLISHED:
        chosen = None
    return render_template(
        "bureau/procurement/nominate.html",
        form=form,
        criteria=criteria,
        typed=shared.list_answers(criteria),
        chosen=chosen,
        **({} if chosen else _list_choices()),
    )


def _list_choices() -> dict[str, Any]:
    """Published products by words of their name, their firm or their text."""
    question = request.args.get("q", "").strip()[:QUESTION_MAX]
    number = read_page_number(request.args.get("page"))
    rows, total = browsing.list_products(
        browsing.ProductFilter(question=question), order="firm", page=number, per_page=PER_PAGE
    )
    return {
        "question": question,
        "products": rows,
        "live": queries.map_live([row.id for row in rows]),
        "page": Page(rows, number, PER_PAGE, total),
    }

"""A firm's applications for the procurement catalogue and its first orders."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from matchmaker import clock
from matchmaker.errors import DomainError
from matchmaker.files.queries import get_file
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.first_orders import operations as ordering
from matchmaker.suppliers.first_orders import queries as orders
from matchmaker.suppliers.first_orders.rules import KIND_LABELS, OrderFacts, OrderKind
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.procurement import operations, queries
from matchmaker.suppliers.rules import ProfileState
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.fields import LegalDayField
from matchmaker.web.shared import procurement as shared
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file
from matchmaker.web.supplier.fields import YuanField, choice_field, given
from matchmaker.web.supplier.without_profile import show_without_profile

bp = Blueprint("supplier_procurement", __name__, url_prefix="/supplier/procurement")
gate(bp, "supplier")


class ApplyForm(shared.CaseForm):
    """An application for one of the firm's products."""

    product = choice_field("产品", validators=[DataRequired("请选择产品。")])


class OrderForm(FlaskForm):
    """A first purchase or first order."""

    product = choice_field("产品", validators=[DataRequired("请选择产品。")])
    kind = choice_field(
        "类别",
        [(kind.value, label) for kind, label in KIND_LABELS.items()],
        validators=[DataRequired("请选择类别。")],
    )
    buyer = StringField("采购单位", [DataRequired("请填写采购单位全称。"), Length(max=120)])
    units = IntegerField("数量（台、套）", [InputRequired("请填写数量。")])
    amount_fen = YuanField("合同金额", [InputRequired("请填写合同金额。")])
    ordered_on = LegalDayField("签订日期", [DataRequired("请填写签订日期。")])
    note = TextAreaField("说明", [Length(max=500)])
    files = MultipleFileField("合同或验收单")


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    supplier = suppliers.find_own_supplier(actor)
    if supplier is None:
        return show_without_profile("采购目录推荐")
    return render_template(
        "supplier/procurement/index.html",
        rows=queries.list_own(actor, supplier),
        orders=shared.present_orders(orders.list_own(actor, supplier)),
        **shared.LABELS,
    )


@bp.get("/apply")
def apply() -> ResponseReturnValue:
    suppliers.get_own_supplier(current_actor())
    return _apply_page(_apply_form())


@bp.post("/apply")
@reads_only
def send() -> ResponseReturnValue:
    actor, form = current_actor(), _apply_form()
    if not form.validate():
        return show_invalid(lambda: _apply_page(form))
    try:
        case = shared.read_case(form, queries.find_criteria(clock.today()))
        begin_write()
        product = suppliers.get_own_product(actor, form.product.data)
        row = operations.apply_for_recommendation(actor, product, case)
    except DomainError as error:
        return show_refusal(form, error, lambda: _apply_page(form))
    flash("申请已提交。", "success")
    return redirect(url_for("supplier_procurement.show", code=row.code))


@bp.get(f"/{shared.CODE}")
def show(code: str) -> ResponseReturnValue:
    row = queries.get_own(current_actor(), code)
    return render_template("supplier/procurement/show.html", **shared.present_case(row))


@bp.get(f"/{shared.CODE}/files/<string(maxlength=43):token>")
def evidence(code: str, token: str) -> ResponseReturnValue:
    row = queries.get_own(current_actor(), code)
    return send_stored_file(get_file(token, subject_type=queries.SUBJECT, subject_id=row.id))


@bp.post(f"/{shared.CODE}/withdraw")
def withdraw(code: str) -> ResponseReturnValue:
    actor = current_actor()
    reason = request.form.get("reason", "")
    operations.withdraw(actor, queries.get_own(actor, code), reason=reason)
    flash("申请已撤回。", "success")
    return redirect(url_for("supplier_procurement.index"))


@bp.get("/orders/new")
def new_order() -> ResponseReturnValue:
    suppliers.get_own_supplier(current_actor())
    return _order_page(_order_form())


@bp.post("/orders/new")
@reads_only
def report_order() -> ResponseReturnValue:
    actor, form = current_actor(), _order_form()
    if not form.validate():
        return show_invalid(lambda: _order_page(form))
    try:
        uploads = read_uploads()
        keep_uploads(uploads)
        begin_write()
        product = suppliers.get_own_product(actor, form.product.data)
        ordering.report_order(actor, product, _read_order(form), uploads)
    except DomainError as error:
        return show_refusal(form, error, lambda: _order_page(form))
    flash("已登记，市经信局核对后公开。", "success")
    return redirect(url_for("supplier_procurement.index"))


@bp.get(f"/orders/{shared.ORDER}/files/<string(maxlength=43):token>")
def order_evidence(order_id: int, token: str) -> ResponseReturnValue:
    actor = current_actor()
    row = orders.get_order(actor, order_id)
    suppliers.get_own_product(actor, row.product.code)
    return send_stored_file(get_file(token, subject_type=orders.SUBJECT, subject_id=row.id))


def _read_order(form: OrderForm) -> OrderFacts:
    return OrderFacts(
        kind=OrderKind(form.kind.data),
        buyer=form.buyer.data or "",
        units=given(form.units.data),
        amount_fen=given(form.amount_fen.data),
        ordered_on=given(form.ordered_on.data),
        note=form.note.data or "",
    )


def _published() -> list[Product]:
    actor = current_actor()
    own = suppliers.list_products_of(actor, suppliers.get_own_supplier(actor))
    return [item for item in own if item.state is ProfileState.PUBLISHED]


def _apply_form() -> ApplyForm:
    form = ApplyForm()
    form.product.choices = [("", "请选择"), *((item.code, item.model) for item in _published())]
    return form


def _order_form() -> OrderForm:
    form = OrderForm()
    form.product.choices = [("", "请选择"), *((item.code, item.model) for item in _published())]
    return form


def _apply_page(form: ApplyForm) -> str:
    criteria = queries.find_criteria(clock.today())
    return render_template(
        "supplier/procurement/apply.html",
        form=form,
        criteria=criteria,
        typed=shared.list_answers(criteria),
    )


def _order_page(form: OrderForm) -> str:
    return render_template("supplier/procurement/order.html", form=form)

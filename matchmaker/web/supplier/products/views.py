"""The firm's products: list, form, figures, prices, publication."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.suppliers import operations, queries
from matchmaker.suppliers.capabilities import operations as capabilities
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.rules import ProfileState
from matchmaker.suppliers.values import parse_value
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.completeness import list_meters
from matchmaker.web.shared.suppliers import STATE_TONES
from matchmaker.web.shared.tasks import group_tasks
from matchmaker.web.supplier.products import presenters as present
from matchmaker.web.supplier.products.forms import (
    ProductForm,
    list_priced_modes,
    make_figures_form,
    make_prices_form,
    make_product_form,
)

bp = Blueprint("supplier_products", __name__, url_prefix="/supplier/products")
gate(bp, "supplier")


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.find_own_supplier(actor)
    products = queries.list_products_of(actor, supplier) if supplier else []
    return render_template(
        "supplier/products/index.html",
        supplier=supplier,
        meters=list_meters(products, clock.today()),
        tones=STATE_TONES,
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    if queries.find_own_supplier(current_actor()) is None:
        flash("请先认领或建立企业资料，再新增产品。", "warning")
        return redirect(url_for("supplier_profile.edit"))
    return _form_page(make_product_form(None), None)


@bp.post("/new")
def create() -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.get_own_supplier(actor)
    form = make_product_form(None)
    if not form.validate():
        return show_invalid(lambda: _form_page(form, None))
    try:
        product = operations.create_product(actor, supplier, form.as_facts())
    except DomainError as error:
        return show_refusal(form, error, lambda: _form_page(form, None))
    flash("产品已保存为草稿，请继续填写性能参数。", "success")
    return redirect(url_for("supplier_products.figures", code=product.code))


@bp.get("/<code>/edit")
def edit(code: str) -> ResponseReturnValue:
    """With ``publish``, the fields that keep the product from being published are marked."""
    product = queries.get_own_product(current_actor(), code)
    form = make_product_form(product)
    for error in operations.list_missing(product) if request.args.get("publish") else ():
        form[error.field].errors = [error.text]
    if form.errors:
        form.form_errors.append("还不能发布。请补充下列内容并保存，再到产品管理中发布。")
    return _form_page(form, product)


@bp.post("/<code>/edit")
def save(code: str) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.get_own_product(actor, code)
    form = make_product_form(product)
    if not form.validate():
        return show_invalid(lambda: _form_page(form, product))
    try:
        operations.edit_product(actor, product, form.as_facts())
    except DomainError as error:
        return show_refusal(form, error, lambda: _form_page(form, product))
    flash("产品资料已保存。", "success")
    return redirect(url_for("supplier_products.edit", code=code))


@bp.get("/<code>/figures")
def figures(code: str) -> ResponseReturnValue:
    product = queries.get_own_product(current_actor(), code)
    return _figures_page(make_figures_form(product), product)


@bp.post("/<code>/figures")
def save_figures(code: str) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.get_own_product(actor, code)
    form = make_figures_form(product)
    if not form.validate() or not _check_figures(form):
        return show_invalid(lambda: _figures_page(form, product))
    try:
        _store_figures(actor, product, form)
    except DomainError as error:
        return show_refusal(form, error, lambda: _figures_page(form, product))
    flash("性能参数已保存，证明程度为“自述”；可提交材料申请核验。", "success")
    return redirect(url_for("supplier_products.figures", code=code))


def _check_figures(form: FlaskForm) -> bool:
    for attribute in capabilities.list_editable_attributes():
        field = form[attribute.id]
        if not (field.data or "").strip():
            continue
        try:
            parse_value(attribute, field.data)
        except InvalidInput as error:
            field.errors = [*field.errors, error.text]
    return not form.errors


def _store_figures(actor: Actor, product: Product, form: FlaskForm) -> None:
    present_now = {row.attribute for row in product.capabilities}
    for attribute in capabilities.list_editable_attributes():
        text = (form[attribute.id].data or "").strip()
        if text:
            capabilities.set_capability(actor, product, attribute=attribute.id, text=text)
        elif attribute.id in present_now:
            capabilities.remove_capability(actor, product, attribute=attribute.id)


@bp.get("/<code>/prices")
def prices(code: str) -> ResponseReturnValue:
    product = queries.get_own_product(current_actor(), code)
    return _prices_page(make_prices_form(product), product)


@bp.post("/<code>/prices")
def save_prices(code: str) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.get_own_product(actor, code)
    form = make_prices_form(product)
    if not form.validate():
        return show_invalid(lambda: _prices_page(form, product))
    try:
        _store_prices(actor, product, form)
    except DomainError as error:
        return show_refusal(form, error, lambda: _prices_page(form, product))
    flash("价格已保存。", "success")
    return redirect(url_for("supplier_products.prices", code=code))


def _store_prices(actor: Actor, product: Product, form: FlaskForm) -> None:
    stored = {row.mode: row for row in product.prices}
    for mode in list_priced_modes():
        amount, note = form[f"amount_{mode.id}"].data, form[f"note_{mode.id}"].data or ""
        before = stored.get(mode.id)
        if amount is None:
            if before is not None:
                capabilities.remove_price(actor, product, mode=mode.id)
        elif before is None or (before.amount_fen, before.note) != (amount, note.strip()):
            capabilities.set_price(actor, product, mode=mode.id, amount_fen=amount, note=note)


@bp.post("/<code>/publish")
def publish(code: str) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.get_own_product(actor, code)
    if product.supplier.state is not ProfileState.PUBLISHED:
        flash("请先发布企业资料，再发布产品。", "warning")
        return redirect(url_for("supplier_profile.edit"))
    if operations.list_missing(product):
        return redirect(url_for("supplier_products.edit", code=code, publish=1))
    operations.publish_product(actor, product)
    flash(f"“{product.model}”已发布，开始参与匹配。", "success")
    return redirect(url_for("supplier_products.index"))


@bp.post("/<code>/withdraw")
def withdraw(code: str) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.get_own_product(actor, code)
    operations.withdraw_product(actor, product, reason=request.form.get("reason", ""))
    flash(f"“{product.model}”已下架。", "success")
    return redirect(url_for("supplier_products.index"))


def _form_page(form: ProductForm, product: Product | None) -> str:
    return render_template(
        "supplier/products/edit.html",
        form=form,
        product=product,
        families=group_tasks(form.tasks.data or ()),
        tones=STATE_TONES,
    )


def _figures_page(form: FlaskForm, product: Product) -> str:
    return render_template(
        "supplier/products/figures.html",
        form=form,
        product=product,
        groups=present.group_figures(form, product),
        tones=STATE_TONES,
    )


def _prices_page(form: FlaskForm, product: Product) -> str:
    return render_template(
        "supplier/products/prices.html",
        form=form,
        product=product,
        rows=present.list_price_rows(form),
        tones=STATE_TONES,
    )

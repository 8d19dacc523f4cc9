"""The firm's cases and solutions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.errors import DomainError
from matchmaker.suppliers import queries
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.rules import STATE_LABELS
from matchmaker.suppliers.showcase import operations
from matchmaker.suppliers.showcase import queries as showcase
from matchmaker.suppliers.showcase.models import Case, Solution
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.suppliers import STATE_TONES
from matchmaker.web.shared.tasks import group_tasks
from matchmaker.web.supplier.showcase.forms import (
    CaseForm,
    SolutionForm,
    make_case_form,
    make_solution_form,
)
from matchmaker.web.supplier.without_profile import show_without_profile

bp = Blueprint("supplier_showcase", __name__, url_prefix="/supplier/showcase")
gate(bp, "supplier")
CASE = "/cases/<int(max=2147483647):case_id>"
SOLUTION = "/solutions/<int(max=2147483647):solution_id>"


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.find_own_supplier(actor)
    if supplier is None:
        return show_without_profile("案例与方案")
    return render_template(
        "supplier/showcase/index.html",
        supplier=supplier,
        cases=showcase.list_cases_of(actor, supplier),
        solutions=showcase.list_solutions_of(actor, supplier),
        labels=STATE_LABELS,
        tones=STATE_TONES,
    )


@bp.get("/cases/new")
def new_case() -> ResponseReturnValue:
    return _case_page(make_case_form(None, _own_products()), None)


@bp.post("/cases/new")
def create_case() -> ResponseReturnValue:
    actor, products = current_actor(), _own_products()
    form = make_case_form(None, products)
    if not form.validate():
        return show_invalid(lambda: _case_page(form, None))
    try:
        operations.create_case(
            actor,
            queries.get_own_supplier(actor),
            form.as_facts(),
            product=_chosen(products, [form.product.data]),
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _case_page(form, None))
    return _saved("案例已保存为草稿。")


@bp.get(CASE)
def edit_case(case_id: int) -> ResponseReturnValue:
    case = _own_case(case_id)
    return _case_page(make_case_form(case, _own_products()), case)


@bp.post(CASE)
def save_case(case_id: int) -> ResponseReturnValue:
    case, products = _own_case(case_id), _own_products()
    form = make_case_form(case, products)
    if not form.validate():
        return show_invalid(lambda: _case_page(form, case))
    try:
        operations.edit_case(
            current_actor(), case, form.as_facts(), product=_chosen(products, [form.product.data])
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _case_page(form, case))
    return _saved("案例已保存。")


@bp.get("/solutions/new")
def new_solution() -> ResponseReturnValue:
    return _solution_page(make_solution_form(None, _own_products()), None)


@bp.post("/solutions/new")
def create_solution() -> ResponseReturnValue:
    actor, products = current_actor(), _own_products()
    form = make_solution_form(None, products)
    if not form.validate():
        return show_invalid(lambda: _solution_page(form, None))
    try:
        operations.create_solution(
            actor,
            queries.get_own_supplier(actor),
            form.as_facts(),
            products=[item for item in products if item.code in (form.products.data or ())],
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _solution_page(form, None))
    return _saved("方案已保存为草稿。")


@bp.get(SOLUTION)
def edit_solution(solution_id: int) -> ResponseReturnValue:
    solution = _own_solution(solution_id)
    return _solution_page(make_solution_form(solution, _own_products()), solution)


@bp.post(SOLUTION)
def save_solution(solution_id: int) -> ResponseReturnValue:
    solution, products = _own_solution(solution_id), _own_products()
    form = make_solution_form(solution, products)
    if not form.validate():
        return show_invalid(lambda: _solution_page(form, solution))
    try:
        operations.edit_solution(
            current_actor(),
            solution,
            form.as_facts(),
            products=[item for item in products if item.code in (form.products.data or ())],
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _solution_page(form, solution))
    return _saved("方案已保存。")


@bp.post(f"{CASE}/publish")
def publish_case(case_id: int) -> ResponseReturnValue:
    operations.publish_entry(current_actor(), _own_case(case_id))
    return _saved("案例已发布。")


@bp.post(f"{CASE}/withdraw")
def withdraw_case(case_id: int) -> ResponseReturnValue:
    operations.withdraw_entry(current_actor(), _own_case(case_id), reason=_reason())
    return _saved("案例已下架。")


@bp.post(f"{SOLUTION}/publish")
def publish_solution(solution_id: int) -> ResponseReturnValue:
    operations.publish_entry(current_actor(), _own_solution(solution_id))
    return _saved("方案已发布。")


@bp.post(f"{SOLUTION}/withdraw")
def withdraw_solution(solution_id: int) -> ResponseReturnValue:
    operations.withdraw_entry(current_actor(), _own_solution(solution_id), reason=_reason())
    return _saved("方案已下架。")


def _own_case(case_id: int) -> Case:
    actor = current_actor()
    return showcase.get_case_of(actor, queries.get_own_supplier(actor), case_id)


def _own_solution(solution_id: int) -> Solution:
    actor = current_actor()
    return showcase.get_solution_of(actor, queries.get_own_supplier(actor), solution_id)


def _own_products() -> list[Product]:
    actor = current_actor()
    return list(queries.list_products_of(actor, queries.get_own_supplier(actor)))


def _chosen(products: list[Product], codes: list[str]) -> Product | None:
    return next((item for item in products if item.code in codes), None)


def _reason() -> str:
    return request.form.get("reason", "")


def _saved(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("supplier_showcase.index"))


def _case_page(form: CaseForm, case: Case | None) -> str:
    return render_template("supplier/showcase/case.html", form=form, case=case)


def _solution_page(form: SolutionForm, solution: Solution | None) -> str:
    return render_template(
        "supplier/showcase/solution.html",
        form=form,
        solution=solution,
        families=group_tasks(form.tasks.data or ()),
    )

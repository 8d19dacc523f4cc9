"""The lists of firms and of products, and a firm's page."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.documents.listing import ROWS_MAX
from matchmaker.search.queries import question_words
from matchmaker.suppliers import addresses, browsing, queries
from matchmaker.suppliers.documents import write_firms, write_products
from matchmaker.suppliers.permissions import is_own
from matchmaker.suppliers.proofs.queries import list_certificates
from matchmaker.suppliers.showcase import queries as showcase
from matchmaker.web.base import current_actor
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.public.suppliers import presenters as present
from matchmaker.web.shared import suppliers as shared
from matchmaker.web.shared.downloads import send_workbook

bp = Blueprint("suppliers", __name__)
FIRMS_PER_PAGE = 20
PRODUCTS_PER_PAGE = 24


@bp.get("/suppliers")
def index() -> ResponseReturnValue:
    wanted = addresses.read_supplier_filter(request.args)
    order, number = (
        addresses.read_supplier_order(request.args),
        read_page_number(request.args.get("page")),
    )
    rows, total = browsing.list_suppliers(wanted, order=order, page=number, per_page=FIRMS_PER_PAGE)
    counts = browsing.count_products_of(rows)
    by_demo = queries.find_demo_claims(rows)
    facets = browsing.count_supplier_facets(wanted)
    return render_template(
        "public/suppliers/firms.html",
        firms=[
            present.present_firm(row, counts.get(row.id, 0), by_demo=row.id in by_demo)
            for row in rows
        ],
        page=Page(rows, number, FIRMS_PER_PAGE, total),
        facets=present.list_supplier_facets(wanted, facets),
        selects=present.list_supplier_selects(wanted, facets),
        question=wanted.question,
        order=order,
        demo_data=any(row.is_demo for row in rows),
    )


@bp.get("/products")
def products() -> ResponseReturnValue:
    wanted = addresses.read_product_filter(request.args)
    order, number = (
        addresses.read_product_order(request.args),
        read_page_number(request.args.get("page")),
    )
    rows, total = browsing.list_products(
        wanted, order=order, page=number, per_page=PRODUCTS_PER_PAGE
    )
    facets = browsing.count_product_facets(wanted)
    return render_template(
        "public/suppliers/products.html",
        products=[present.present_product(row) for row in rows],
        page=Page(rows, number, PRODUCTS_PER_PAGE, total),
        facets=present.list_product_facets(wanted, facets),
        selects=present.list_product_selects(wanted, facets),
        question=wanted.question,
        words=question_words(wanted.question),
        order=order,
        demo_data=any(row.is_demo for row in rows),
    )


@bp.get("/suppliers/export.xlsx")
def export_firms() -> ResponseReturnValue:
    """What the list shows under the same filter, as a workbook."""
    order = addresses.read_supplier_order(request.args)
    rows, total = browsing.list_suppliers(
        addresses.read_supplier_filter(request.args), order=order, page=1, per_page=ROWS_MAX
    )
    counts = browsing.count_products_of(rows)
    content = write_firms(rows, counts, total=total, today=clock.today())
    return send_workbook(content, "机器人企业")


@bp.get("/products/export.xlsx")
def export_products() -> ResponseReturnValue:
    """What the list shows under the same filter, as a workbook."""
    actor, order = current_actor(), addresses.read_product_order(request.args)
    rows, total = browsing.list_products(
        addresses.read_product_filter(request.args), order=order, page=1, per_page=ROWS_MAX
    )
    content = write_products(actor, rows, total=total, today=clock.today())
    return send_workbook(content, "机器人产品")


@bp.get("/suppliers/<code>")
def show(code: str) -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.get_supplier(actor, code)
    rows = queries.list_products_of(actor, supplier)
    return render_template(
        "public/suppliers/firm.html",
        supplier=supplier,
        facts=present.list_firm_facts(supplier, by_demo=bool(queries.find_demo_claims([supplier]))),
        modes=[(shared.label_mode(row.mode), row.evidence) for row in supplier.modes],
        products=[present.present_product(row) for row in rows],
        certificates=shared.list_certificate_lines(list_certificates(supplier.id), clock.today()),
        cases=showcase.list_cases_of(actor, supplier),
        solutions=showcase.list_solutions_of(actor, supplier),
        sources=[shared.as_source(text) for text in supplier.sources],
        is_own=is_own(actor, supplier),
        label_sector=shared.label_sector,
        demo_data=supplier.is_demo,
    )


@bp.get("/suppliers/<code>/solutions/<int(max=2147483647):solution_id>")
def solution(code: str, solution_id: int) -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.get_supplier(actor, code)
    row = showcase.get_solution_of(actor, supplier, solution_id)
    return render_template(
        "public/suppliers/solution.html",
        supplier=supplier,
        solution=row,
        sector=shared.label_sector(row.sector),
        tasks=[shared.label_task(task) for task in row.tasks],
        modes=[shared.label_mode(mode) for mode in row.modes],
        products=queries.list_products_by_code(actor, [p.code for p in row.products]).values(),
        is_own=is_own(actor, supplier),
        demo_data=supplier.is_demo,
    )

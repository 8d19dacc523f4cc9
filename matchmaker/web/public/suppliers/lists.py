"""The published lists of supply and of solutions, as pages and as Excel files."""

from __future__ import annotations

import io

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.actor import VISITOR
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.documents import excel
from matchmaker.suppliers import browsing, exchange
from matchmaker.suppliers.profiles import list_profiles
from matchmaker.suppliers.showcase.models import Solution
from matchmaker.suppliers.showcase.queries import list_published_solutions, list_shown_products
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared import suppliers as shared

bp = Blueprint("supply_lists", __name__, url_prefix="/suppliers")
ROWS_PER_PAGE = 50


@bp.get("/supply-list")
def products() -> ResponseReturnValue:
    number, today = read_page_number(request.args.get("page")), clock.today()
    rows, total = browsing.list_products(
        browsing.ProductFilter(), order="firm", page=number, per_page=ROWS_PER_PAGE
    )
    profiles = {item.id: item for item in list_profiles(VISITOR, [row.code for row in rows])}
    return render_template(
        "public/suppliers/supply_list.html",
        rows=[exchange.as_supply_row(profiles[row.code], today) for row in rows],
        page=Page(rows, number, ROWS_PER_PAGE, total),
        today=today,
        demo_data=any(row.is_demo for row in rows),
    )


@bp.get("/supply-list.xlsx")
def products_excel() -> ResponseReturnValue:
    today = clock.today()
    return _send(exchange.write_supply_list(today), f"供给清单-{today.isoformat()}.xlsx")


@bp.get("/solution-list")
def solutions() -> ResponseReturnValue:
    sector = load_vocabulary().sectors.find(request.args.get("sector", ""))
    rows = list_published_solutions(sector=sector.id if sector else None)
    return render_template(
        "public/suppliers/solution_list.html",
        solutions=[_present_solution(row) for row in rows],
        sector=sector.id if sector else "",
        sectors=[(item.id, item.zh) for item in load_vocabulary().sectors],
        today=clock.today(),
        demo_data=any(row.supplier.is_demo for row in rows),
    )


def _present_solution(row: Solution) -> dict[str, object]:
    modes = "、".join(shared.label_mode(mode) for mode in row.modes)
    products = "、".join(product.model for product in list_shown_products(row))
    return {
        "title": row.title,
        "url": url_for("suppliers.solution", code=row.supplier.code, solution_id=row.id),
        "firm": row.supplier.short_name,
        "summary": row.summary,
        "tags": [shared.label_sector(row.sector), *map(shared.label_task, row.tasks)],
        "facts": [("合作方式", modes), ("所用产品", products)],
    }


@bp.get("/solution-list.xlsx")
def solutions_excel() -> ResponseReturnValue:
    today = clock.today()
    return _send(exchange.write_solution_list(today), f"解决方案清单-{today.isoformat()}.xlsx")


def _send(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(
        io.BytesIO(content), mimetype=excel.MIME, as_attachment=True, download_name=name
    )

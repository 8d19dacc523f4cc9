"""Products recommended for the procurement catalogue, the criteria, first purchases by year."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.suppliers.first_orders import queries as orders
from matchmaker.suppliers.procurement import queries
from matchmaker.web.shared import procurement as shared

bp = Blueprint("procurement", __name__, url_prefix="/procurement")


@bp.get("")
def index() -> ResponseReturnValue:
    rows, criteria = queries.list_public(), queries.list_criteria()
    counts = orders.count_by_year()
    return render_template(
        "public/procurement/index.html",
        rows=rows,
        criteria=criteria,
        in_force=queries.find_criteria(clock.today()),
        counts=counts,
        demo_data=any(row.is_demo for row in rows) or any(row.is_demo for row in criteria),
        **shared.LABELS,
    )

"""The firm's home page: what waits, how its products stand."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.suppliers import queries
from matchmaker.suppliers.claims.queries import list_claims
from matchmaker.web.base import current_actor, gate
from matchmaker.web.shared.completeness import list_meters
from matchmaker.web.waiting import list_waiting

bp = Blueprint("supplier_home", __name__, url_prefix="/supplier")
gate(bp, "supplier")


@bp.get("/")
def index() -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.find_own_supplier(actor)
    products = queries.list_products_of(actor, supplier) if supplier else []
    return render_template(
        "supplier/home.html",
        supplier=supplier,
        products=products,
        claims=list_claims(actor) if supplier is None else [],
        meters=list_meters(products, clock.today()),
        waiting=list_waiting(actor, "supplier"),
        now=clock.now(),
    )

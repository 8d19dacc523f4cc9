"""A product's page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.effects.showrooms.queries import list_for_product
from matchmaker.suppliers import queries
from matchmaker.suppliers.first_orders import queries as first_orders
from matchmaker.suppliers.first_orders.rules import KIND_LABELS
from matchmaker.suppliers.permissions import is_own
from matchmaker.suppliers.procurement import queries as procurement
from matchmaker.suppliers.procurement.rules import STATE_LABELS
from matchmaker.suppliers.profiles import as_profile
from matchmaker.suppliers.proofs.queries import list_certificates, list_tests
from matchmaker.web.base import current_actor
from matchmaker.web.shared import suppliers as shared
from matchmaker.web.shared.showrooms import list_links

bp = Blueprint("products", __name__, url_prefix="/products")


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    product = queries.get_product(actor, code)
    certificates = [
        row
        for row in list_certificates(product.supplier_id)
        if row.product_id in (None, product.id)
    ]
    recommendation = procurement.find_of_product(product.id)
    return render_template(
        "public/suppliers/product.html",
        product=product,
        supplier=product.supplier,
        profile=as_profile(product),
        form=shared.label_form(product.form),
        place=shared.describe_place(product.supplier),
        sectors=[shared.label_sector(row.sector) for row in product.sectors],
        tasks=shared.list_tasks(product),
        specs=shared.list_specs(product, today),
        modes=shared.list_modes(product),
        certificates=shared.list_certificate_lines(certificates, today),
        tests=shared.list_test_lines(list_tests(product.id), today),
        sources=shared.list_sources(product),
        showrooms=list_links(list_for_product(actor, product.code)),
        recommendation=recommendation,
        recommendation_label=STATE_LABELS[recommendation.state] if recommendation else "",
        orders=first_orders.list_of_product(product.id),
        order_kinds=KIND_LABELS,
        is_own=is_own(actor, product),
        demo_data=product.is_demo,
    )

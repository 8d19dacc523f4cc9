"""A firm's products from a table."""

from __future__ import annotations

from matchmaker.suppliers.importing.exchange import OWN_PRODUCTS
from matchmaker.web.shared.import_pages import ImportPlace, make_blueprint

bp = make_blueprint(
    "supplier_product_import",
    "/supplier/products/import",
    OWN_PRODUCTS,
    ImportPlace(
        audience="supplier",
        home="supplier_home.index",
        back="supplier_products.index",
        back_label="产品管理",
        item=("supplier_products.edit", "code"),
    ),
)

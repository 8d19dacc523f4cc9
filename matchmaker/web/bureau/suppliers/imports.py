"""Products of firms that nobody has claimed, from a table."""

from __future__ import annotations

from matchmaker.suppliers.importing.exchange import COMPILED_PRODUCTS
from matchmaker.web.shared.import_pages import ImportPlace, make_blueprint

bp = make_blueprint(
    "bureau_product_import",
    "/bureau/suppliers/products/import",
    COMPILED_PRODUCTS,
    ImportPlace(
        audience="bureau",
        home="bureau_home.index",
        back="bureau_suppliers.claims",
        back_label="企业认领",
        item=("products.show", "code"),
    ),
)

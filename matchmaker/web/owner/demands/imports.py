"""An owner's needs from a table, as drafts."""

from __future__ import annotations

from matchmaker.demands.exchange import OWN_DEMANDS
from matchmaker.web.shared.import_pages import ImportPlace, make_blueprint

bp = make_blueprint(
    "owner_demand_import",
    "/owner/demands/import",
    OWN_DEMANDS,
    ImportPlace(
        audience="owner",
        home="owner_home.index",
        back="owner_demands.index",
        back_label="我的需求",
        item=("owner_demands.show", "code"),
    ),
)

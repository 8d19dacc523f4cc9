"""Needs of other units from a table: drafts that the units check and submit."""

from __future__ import annotations

from matchmaker.demands.exchange import DEMANDS_FOR_UNITS
from matchmaker.web.shared.import_pages import ImportPlace, make_blueprint

bp = make_blueprint(
    "bureau_demand_import",
    "/bureau/demands/import",
    DEMANDS_FOR_UNITS,
    ImportPlace(
        audience="bureau",
        home="bureau_home.index",
        back="bureau_demands.index",
        back_label="需求审核",
    ),
)

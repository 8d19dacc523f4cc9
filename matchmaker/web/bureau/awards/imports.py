"""Other departments' lists of awards from a table."""

from __future__ import annotations

from matchmaker.funding.exchange import AWARDS
from matchmaker.web.shared.import_pages import ImportPlace, make_blueprint

bp = make_blueprint(
    "bureau_award_import",
    "/bureau/awards/import",
    AWARDS,
    ImportPlace(
        audience="bureau",
        home="bureau_home.index",
        back="bureau_awards.index",
        back_label="奖补台账",
    ),
)

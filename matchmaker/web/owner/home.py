"""The owner's home page: what waits, and where everything of the unit stands."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.demands import queries
from matchmaker.demands.rules import EDITABLE_STATUSES, OPEN_STATUSES, ListingStatus
from matchmaker.web.base import current_actor, gate
from matchmaker.web.waiting import list_waiting

bp = Blueprint("owner_home", __name__, url_prefix="/owner")
gate(bp, "owner")

TILES = (
    ("待编制、待整改", EDITABLE_STATUSES),
    ("待审核", frozenset({ListingStatus.SUBMITTED})),
    ("征集中", OPEN_STATUSES),
    ("成交与部署", frozenset({ListingStatus.AGREED, ListingStatus.DEPLOYED})),
)


@bp.get("/")
def index() -> ResponseReturnValue:
    actor = current_actor()
    statuses = [listing.status for listing in queries.list_own(actor)]
    tiles = [
        {"label": label, "value": sum(status in group for status in statuses), "unit": "条"}
        for label, group in TILES
    ]
    waiting = list_waiting(actor, "owner")
    return render_template("owner/home.html", waiting=waiting, tiles=tiles, now=clock.now())

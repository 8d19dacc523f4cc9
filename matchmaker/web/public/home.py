"""The first page and the account of the data."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker.web.base import current_actor
from matchmaker.web.public import home_presenters as present

bp = Blueprint("home", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "public/home.html",
        tiles=present.list_tiles(actor),
        sectors=present.list_sectors(actor),
        demands=present.list_newest_demands(actor),
        notices=present.list_newest_notices(actor),
        awards=present.list_scene_awards(),
        demo_data=True,
    )


@bp.get("/about/data")
def about_data() -> ResponseReturnValue:
    return render_template("public/about_data.html")

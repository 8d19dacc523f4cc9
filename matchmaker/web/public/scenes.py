"""Designated scenes for everybody: one page each, with what became of it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker.effects.followups import queries as followups
from matchmaker.effects.nominations import queries as nominations
from matchmaker.effects.nominations.rules import KIND_LABELS, LEVEL_LABELS
from matchmaker.effects.showrooms import queries as showrooms
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.wording import name_units
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.web.base import current_actor
from matchmaker.web.shared import effects as present
from matchmaker.web.shared import paid_awards
from matchmaker.web.shared import selection as shared
from matchmaker.web.shared.showrooms import list_links

bp = Blueprint("scenes", __name__, url_prefix="/scenes")


@bp.get("/<string(maxlength=40):number>")
def show(number: str) -> ResponseReturnValue:
    actor = current_actor()
    row = results.get_designation(number)
    application = row.application
    pairs = followups.list_accepted(row.id)
    return render_template(
        "public/scenes/show.html",
        row=row,
        application=application,
        programme=get_programme(application.round.programme),
        units=name_units(application),
        sector=shared.label_sector(application.sector),
        district=shared.label_district(application.district),
        figures=present.make_figures(pairs, is_public=True),
        option=present.make_chart(pairs),
        named=[
            (LEVEL_LABELS[item.level], KIND_LABELS[item.kind], item)
            for item in nominations.list_of_designation(actor, row.id)
            if item.result_on is not None and item.state.value == "named"
        ],
        awards=paid_awards.list_lines([row]),
        showrooms=list_links(showrooms.list_for_designation(actor, row.id)),
        demo_data=application.is_demo,
    )

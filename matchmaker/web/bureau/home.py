"""The bureau's home page: what waits for the person who signed in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.rules import ROLE_LABELS
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.web.base import current_actor, gate
from matchmaker.web.waiting import list_waiting

bp = Blueprint("bureau_home", __name__, url_prefix="/bureau")
gate(bp, "bureau")


@bp.get("/")
def index() -> ResponseReturnValue:
    actor, vocabulary = current_actor(), load_vocabulary()
    bounds = [vocabulary.sector(id_).zh for id_ in sorted(actor.sectors)]
    if actor.district:
        bounds.append(vocabulary.district(actor.district).zh)
    return render_template(
        "bureau/home.html",
        waiting=list_waiting(actor, "bureau"),
        duties="、".join(ROLE_LABELS[role] for role in sorted(actor.roles)),
        bounds="、".join(bounds),
        now=clock.now(),
    )

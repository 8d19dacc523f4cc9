"""What the last night's check of all invariants found."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker.reporting.queries import get_last_check
from matchmaker.web.base import current_actor, gate
from matchmaker.web.shared.checks import describe

bp = Blueprint("bureau_checks", __name__, url_prefix="/bureau/checks")
gate(bp, "bureau")


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    last = get_last_check(actor)
    check = describe(last, actor) if last is not None else None
    return render_template("bureau/checks.html", check=check)

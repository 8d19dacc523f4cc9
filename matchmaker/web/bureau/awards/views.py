"""The register of awards: ours and other departments' lists."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import can
from matchmaker.funding import exchange
from matchmaker.funding import queries as funding
from matchmaker.funding.permissions import KEEP_REGISTER
from matchmaker.web.base import current_actor, gate
from matchmaker.web.shared.downloads import send_workbook

bp = Blueprint("bureau_awards", __name__, url_prefix="/bureau/awards")
gate(bp, "bureau")


@bp.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    rows = funding.list_register(actor)
    return render_template(
        "bureau/awards/index.html",
        rows=[exchange.describe(row) for row in rows],
        may_keep=can(actor, KEEP_REGISTER),
        demo_data=any(row.is_demo for row in rows),
    )


@bp.get("/register.xlsx")
def export() -> ResponseReturnValue:
    rows = funding.list_register(current_actor())
    return send_workbook(exchange.write_register(rows), "奖补台账")

"""Recommendations for the procurement catalogue on which an expert is heard."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import can
from matchmaker.errors import InvalidInput
from matchmaker.suppliers.procurement import operations, permissions, queries
from matchmaker.web.base import current_actor, gate
from matchmaker.web.shared import procurement as shared
from matchmaker.web.shared.files import send_stored_file

bp = Blueprint("judge_procurement", __name__, url_prefix="/judge/procurement")
gate(bp, "judge")


@bp.get("")
def index() -> ResponseReturnValue:
    rows = queries.list_open(current_actor())
    return render_template("judge/procurement/index.html", rows=rows, **shared.LABELS)


@bp.get(f"/{shared.CODE}")
def show(code: str) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_recommendation(actor, code)
    has_spoken = any(each.given_by == actor.user_id for each in row.opinions)
    return render_template(
        "judge/procurement/show.html",
        may_advise=can(actor, permissions.ADVISE, row) and not has_spoken,
        sees_files=queries.may_read_case(actor, row),
        **shared.present_case(row),
    )


@bp.get(f"/{shared.CODE}/files/<string(maxlength=43):token>")
def evidence(code: str, token: str) -> ResponseReturnValue:
    return send_stored_file(queries.get_evidence(current_actor(), code, token))


@bp.post(f"/{shared.CODE}/opinion")
def give_opinion(code: str) -> ResponseReturnValue:
    answer = request.form.get("answer", "")
    if answer not in {"yes", "no"}:
        raise InvalidInput("answer", "请选择支持或不支持。", field="answer")
    row = queries.get_recommendation(current_actor(), code)
    text = request.form.get("text", "")
    operations.give_opinion(current_actor(), row, supports=answer == "yes", text=text)
    flash("意见已提交。", "success")
    return redirect(url_for("judge_procurement.index"))

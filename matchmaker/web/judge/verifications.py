"""Verifications that the bureau has given to the expert's test centre."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.errors import InvalidInput
from matchmaker.files.queries import get_file, list_files
from matchmaker.suppliers.verification import operations, queries
from matchmaker.suppliers.verification.models import Verification
from matchmaker.suppliers.verification.permissions import DECIDE
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.suppliers.forms import DecisionForm
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.files import send_stored_file
from matchmaker.web.shared.verifications import decide, present_verification

bp = Blueprint("judge_verifications", __name__, url_prefix="/judge/verifications")
gate(bp, "judge")
ID = "/<int(max=2147483647):id_>"


@bp.get("")
def index() -> ResponseReturnValue:
    rows = queries.list_verifications(current_actor())
    return render_template(
        "judge/verifications.html",
        verifications=[present_verification(row, clock.today()) for row in rows],
    )


@bp.get(ID)
def show(id_: int) -> ResponseReturnValue:
    return _page(queries.get_verification(current_actor(), id_), DecisionForm())


@bp.get(f"{ID}/files/<token>")
def download(id_: int, token: str) -> ResponseReturnValue:
    row = queries.get_verification(current_actor(), id_)
    return send_stored_file(get_file(token, subject_type=operations.SUBJECT, subject_id=row.id))


@bp.post(f"{ID}/decide")
def decide_verification(id_: int) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_verification(actor, id_)
    form = DecisionForm()
    if not form.validate():
        return show_invalid(lambda: _page(row, form))
    try:
        decide(
            actor,
            row,
            outcome=request.form.get("outcome", ""),
            proven_until=form.proven_until.data,
            opinion=form.opinion.data or "",
        )
    except InvalidInput as error:
        return show_refusal(form, error, lambda: _page(row, form))
    flash("核验结论已登记。", "success")
    return redirect(url_for("judge_verifications.index"))


def _page(row: Verification, form: DecisionForm) -> str:
    shown = present_verification(row, clock.today())
    return render_template(
        "judge/verification.html",
        verification=shown,
        files=list_files(operations.SUBJECT, row.id),
        form=form,
        may_decide=shown.is_open and can(current_actor(), DECIDE, row),
    )

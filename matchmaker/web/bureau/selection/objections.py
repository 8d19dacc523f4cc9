"""Objections at the desk: acceptance, enquiry, answer, evidence files."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import can, require
from matchmaker.errors import InvalidInput, NotFound
from matchmaker.files.queries import get_file, list_files
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.objections import operations, queries
from matchmaker.selection.objections.models import Objection
from matchmaker.selection.objections.permissions import (
    ANSWER_OBJECTION,
    HANDLE_OBJECTION,
    READ_OBJECTIONS,
)
from matchmaker.selection.objections.rules import STATE_LABELS
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import MANAGE_ROUND
from matchmaker.selection.rounds.rules import RoundState
from matchmaker.web.base import current_actor, gate
from matchmaker.web.forms import Refusal, show_in_place
from matchmaker.web.shared import objections as shared
from matchmaker.web.shared.files import send_stored_file

bp = Blueprint("bureau_objections", __name__, url_prefix="/bureau/selection")
gate(bp, "bureau")
CODE = "<string(maxlength=60):code>"
OBJECTION = f"/{CODE}/objections/<int(max=2147483647):objection_id>"


@bp.get(f"/{CODE}/objections")
def list_objections(code: str) -> ResponseReturnValue:
    return _page(code)


def _page(code: str, refused: Refusal | None = None) -> str:
    actor = current_actor()
    require(actor, READ_OBJECTIONS)
    row = _round(code)
    rows = queries.list_of_results(results.list_result_ids(row))
    return render_template(
        "bureau/selection/objections.html",
        round=row,
        rows=rows,
        files={item.id: list_files(*item.file_subject) for item in rows},
        titles=dict(applications.list_codes(row.id).values()),
        labels=STATE_LABELS,
        shared=shared,
        can_handle=can(actor, HANDLE_OBJECTION),
        may_answer=lambda item: can(actor, ANSWER_OBJECTION, item),
        can_manage=can(actor, MANAGE_ROUND),
        in_publicity=row.state is RoundState.PUBLICITY,
        refused=refused,
        demo_data=row.is_demo,
    )


@bp.post(OBJECTION)
def handle_objection(code: str, objection_id: int) -> ResponseReturnValue:
    actor, row = current_actor(), _objection(code, objection_id)
    act, text = request.form.get("act", ""), request.form.get("text", "")
    acts: dict[str, Callable[[], None]] = {
        "accept": lambda: operations.accept_objection(actor, row),
        "decline": lambda: operations.decline_objection(actor, row, text),
        "enquire": lambda: operations.record_enquiry(actor, row, text),
        "uphold": lambda: operations.answer_objection(actor, row, upheld=True, text=text),
        "dismiss": lambda: operations.answer_objection(actor, row, upheld=False, text=text),
    }
    if act not in acts:
        raise InvalidInput("objection_act", "请选择办理方式。")
    try:
        acts[act]()
    except InvalidInput as error:
        where = f"{act}-{objection_id}"
        return show_in_place(error, where, lambda refused: _page(code, refused))
    flash("异议办理情况已更新。", "success")
    return redirect(url_for("bureau_objections.list_objections", code=code))


@bp.get(f"{OBJECTION}/files/<token>")
def download_evidence(code: str, objection_id: int, token: str) -> ResponseReturnValue:
    kind, key = _objection(code, objection_id).file_subject
    return send_stored_file(get_file(token, subject_type=kind, subject_id=key))


def _objection(code: str, objection_id: int) -> Objection:
    require(current_actor(), READ_OBJECTIONS)
    row = queries.get_objection(objection_id)
    if row.result_id not in results.list_result_ids(_round(code)):
        raise NotFound("objection_missing", "没有找到这条异议。")
    return row


def _round(code: str) -> SelectionRound:
    return rounds.get_round(current_actor(), code)

"""The hearing of a round at the desk: agenda, order, beginning, questions and answers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.hearings import agenda, queries, recording
from matchmaker.selection.hearings.documents import describe_order, write_desk_agenda
from matchmaker.selection.hearings.models import HearingEntry
from matchmaker.selection.hearings.permissions import MANAGE_HEARING
from matchmaker.selection.hearings.rules import LOCKED_STATES, OrderKind
from matchmaker.selection.panels.assigning import read_plan
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.permissions import INSPECT_ROUND
from matchmaker.selection.rounds.rules import RoundState, Stage
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.selection.hearing_forms import (
    EntryForm,
    LateEntryForm,
    make_entry_form,
    read_order,
    read_seed,
    read_start,
    read_timing,
)
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.downloads import send_pdf

bp = Blueprint("bureau_hearings", __name__, url_prefix="/bureau/selection")
gate(bp, "bureau")
PAGE = "/<string(maxlength=60):code>/hearing"
KEY = "<int(max=2147483647):application_id>"
ENTRY = f"{PAGE}/entries/<int(max=2147483647):entry_id>"


@bp.get(PAGE)
def show(code: str) -> ResponseReturnValue:
    actor, row = current_actor(), _round(code)
    hearing = queries.find_hearing(row.id)
    over = row.state in LOCKED_STATES or row.state is RoundState.CANCELLED
    return render_template(
        "bureau/selection/hearing.html",
        round=row,
        hearing=hearing,
        order_text=describe_order(hearing),
        agenda=queries.list_agenda(row.id),
        barred=queries.map_barred_names(row.id),
        counts=queries.count_entries(row.id),
        wanted=read_plan(row, Stage.FINAL).applications,
        can_arrange=can(actor, MANAGE_HEARING) and not over,
        begun=hearing is not None and hearing.started_at is not None,
        demo_data=row.is_demo,
    )


@bp.get(f"{PAGE}/agenda.pdf")
def agenda_pdf(code: str) -> ResponseReturnValue:
    row = _round(code)
    lines = queries.list_agenda(row.id)
    if not lines:
        raise NotFound("agenda_missing", "还没有安排答辩。")
    barred = queries.map_barred_names(row.id)
    content = write_desk_agenda(row, queries.find_hearing(row.id), lines, barred)
    return send_pdf(content, "答辩议程（组织单位用）")


@bp.post(f"{PAGE}/agenda")
def schedule_all(code: str) -> ResponseReturnValue:
    how = request.form.get("order", "")
    if how not in {OrderKind.CODE, OrderKind.DRAWN}:
        raise InvalidInput("slot_order", "请选择答辩顺序。", field="order")
    kind = OrderKind(how)
    seed = read_seed() if kind is OrderKind.DRAWN else ""
    count = agenda.schedule_all(current_actor(), _round(code), read_timing(), kind=kind, seed=seed)
    flash(f"已排定 {count} 场答辩，开始以前可以调整。", "success")
    return _back(code)


@bp.post(f"{PAGE}/slots")
def schedule(code: str) -> ResponseReturnValue:
    agenda.schedule_presentation(
        current_actor(),
        _round(code),
        request.form.get("application_id", 0, type=int),
        starts_at=read_start(),
        minutes=request.form.get("minutes", 0, type=int),
        place=request.form.get("place", ""),
    )
    flash("答辩安排已保存。", "success")
    return _back(code)


@bp.post(f"{PAGE}/order")
def order(code: str) -> ResponseReturnValue:
    actor, row = current_actor(), _round(code)
    require(actor, MANAGE_HEARING)
    present = [line.application.id for line in queries.list_agenda(row.id)]
    agenda.state_order(actor, row, read_order(present))
    flash("答辩顺序已保存。", "success")
    return _back(code)


@bp.post(f"{PAGE}/draw")
def draw(code: str) -> ResponseReturnValue:
    agenda.draw_order(current_actor(), _round(code), read_seed())
    flash("已抽签，种子和结果已记入办理记录。", "success")
    return _back(code)


@bp.post(f"{PAGE}/begin")
def begin(code: str) -> ResponseReturnValue:
    agenda.begin_hearing(current_actor(), _round(code))
    flash("答辩已开始，顺序不再调整，可以记录提问和答复。", "success")
    return _back(code)


@bp.get(f"{PAGE}/{KEY}")
def record(code: str, application_id: int) -> ResponseReturnValue:
    row, application = _round(code), _application(code, application_id)
    return _record_page(application, _form(row, application, None))


@bp.post(f"{PAGE}/{KEY}")
def add(code: str, application_id: int) -> ResponseReturnValue:
    actor, row = current_actor(), _round(code)
    application = _application(code, application_id)
    form = _form(row, application, None)
    if not form.validate():
        return show_invalid(lambda: _record_page(application, form))
    try:
        if isinstance(form, LateEntryForm):
            reason = form.reason.data or ""
            recording.supplement_record(actor, application, form.read(), reason)
        else:
            recording.add_entry(actor, application, form.read())
    except DomainError as error:
        return show_refusal(
            form, error, lambda: _record_page(_application(code, application_id), form)
        )
    flash("已记录。", "success")
    return redirect(url_for(".record", code=code, application_id=application_id))


@bp.get(ENTRY)
def entry(code: str, entry_id: int) -> ResponseReturnValue:
    require(current_actor(), MANAGE_HEARING)
    found = _entry(code, entry_id)
    return _entry_page(code, found, _form(_round(code), _application_of(found), found))


@bp.post(ENTRY)
def save(code: str, entry_id: int) -> ResponseReturnValue:
    actor, found = current_actor(), _entry(code, entry_id)
    form = _form(_round(code), _application_of(found), found)
    if not form.validate():
        return show_invalid(lambda: _entry_page(code, found, form))
    try:
        if isinstance(form, LateEntryForm):
            recording.correct_entry(actor, found, form.read(), form.reason.data or "")
        else:
            recording.edit_entry(actor, found, form.read())
    except DomainError as error:
        return show_refusal(form, error, lambda: _entry_page(code, _entry(code, entry_id), form))
    flash("答辩记录已更正。", "success")
    return redirect(url_for(".record", code=code, application_id=found.application_id))


@bp.post(f"{ENTRY}/remove")
def remove(code: str, entry_id: int) -> ResponseReturnValue:
    found = _entry(code, entry_id)
    key = found.application_id
    recording.remove_entry(current_actor(), found, request.form.get("reason", ""))
    flash("这条记录已删除，原文保留在办理记录中。", "success")
    return redirect(url_for(".record", code=code, application_id=key))


def _round(code: str) -> SelectionRound:
    require(current_actor(), INSPECT_ROUND)
    return rounds.get_round(current_actor(), code)


def _application(code: str, application_id: int) -> Application:
    row = applications.get_application(current_actor(), application_id)
    if row.round_id != _round(code).id or queries.find_slot(row.id) is None:
        raise NotFound("application_missing", "这份申报没有安排答辩。")
    return row


def _entry(code: str, entry_id: int) -> HearingEntry:
    return queries.get_entry(current_actor(), _round(code).id, entry_id)


def _application_of(found: HearingEntry) -> Application:
    return applications.get_application(current_actor(), found.application_id)


def _form(row: SelectionRound, application: Application, found: HearingEntry | None) -> EntryForm:
    askers = queries.list_askers(row, application.id)
    return make_entry_form(askers, found, is_locked=row.state in LOCKED_STATES)


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for(".show", code=code))


def _record_page(application: Application, form: EntryForm) -> str:
    actor, row = current_actor(), application.round
    hearing = queries.find_hearing(row.id)
    locked = row.state in LOCKED_STATES
    begun = hearing is not None and hearing.started_at is not None
    return render_template(
        "bureau/selection/hearing_record.html",
        round=row,
        application=application,
        slot=queries.find_slot(application.id),
        record=queries.list_record(actor, application.id),
        form=form,
        locked=locked,
        begun=begun,
        can_write=can(actor, MANAGE_HEARING)
        and (locked or (begun and row.state is not RoundState.CANCELLED)),
        demo_data=application.is_demo,
    )


def _entry_page(code: str, found: HearingEntry, form: EntryForm) -> str:
    return render_template(
        "bureau/selection/hearing_entry.html",
        round=_round(code),
        application=_application_of(found),
        entry=found,
        form=form,
        locked=isinstance(form, LateEntryForm),
    )

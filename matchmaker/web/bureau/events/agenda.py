"""The bureau's agenda: planning, changing by hand, the day itself, outcomes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.db import MAX_ID
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.events import queries
from matchmaker.events.meetings import operations as acts
from matchmaker.events.meetings import planning
from matchmaker.events.meetings import queries as meetings
from matchmaker.events.meetings.listing import write_meetings
from matchmaker.events.meetings.models import Meeting
from matchmaker.events.meetings.rules import PRESENCE_LABELS, Presence
from matchmaker.events.models import Event
from matchmaker.events.outcomes import operations as outcome_acts
from matchmaker.events.outcomes import queries as outcomes
from matchmaker.events.parties import desk as party_desk
from matchmaker.events.parties import queries as parties
from matchmaker.events.permissions import MANAGE
from matchmaker.events.rules import AGENDA_STATES, SIDE_LABELS, EventState, Side
from matchmaker.jobs.models import JobStatus
from matchmaker.web.base import current_actor
from matchmaker.web.bureau.events.access import admit_overseers
from matchmaker.web.bureau.events.forms import read_number
from matchmaker.web.forms import show_refusal
from matchmaker.web.shared import events as present
from matchmaker.web.shared.downloads import send_workbook
from matchmaker.web.shared.event_forms import OutcomeForm, make_outcome_form, read_outcome

bp = Blueprint("bureau_agenda", __name__, url_prefix="/bureau/events")
admit_overseers(bp)
CODE = present.CODE
MEETING = f"{CODE}/meetings/<int(max={MAX_ID}):meeting_id>"
PARTY = f"{CODE}/desk/<int(max={MAX_ID}):party_id>"
CHANGING = frozenset({EventState.REQUESTS, EventState.SCHEDULED})


@bp.get(f"/{CODE}/agenda")
def show(code: str) -> ResponseReturnValue:
    actor = current_actor()
    event = queries.get_event(actor, code)
    registered = parties.list_registered(event)
    return render_template(
        "bureau/events/agenda.html",
        event=present.describe_event(event),
        **_planning(event),
        lines=present.list_meeting_lines(actor, event),
        slots=[(slot.number, present.show_hours(slot)) for slot in event.slots],
        needs=[party for party in registered if party.side is Side.NEED],
        offers=[party for party in registered if party.side is Side.OFFER],
        may_manage=can(actor, MANAGE),
        may_plan=event.state is EventState.REQUESTS,
        may_change=event.state in CHANGING,
        demo_data=event.is_demo,
    )


def _planning(event: Event) -> dict[str, Any]:
    """The job and what the latest plan reached, shortfalls by name."""
    job, plan = queries.find_job(event), meetings.find_plan(event)
    names = {party.id: party for party in parties.list_parties(current_actor(), event)}
    lacking = [
        (names[row["party"]].name, SIDE_LABELS[names[row["party"]].side], row)
        for row in (plan.shortfalls if plan else ())
        if row["party"] in names
    ]
    return {
        "job": job,
        "is_planning": queries.is_planning(event),
        "failed": job.error if job and job.status is JobStatus.FAILED else "",
        "plan": plan,
        "shortfalls": lacking,
    }


@bp.get(f"/{CODE}/planning")
def progress(code: str) -> ResponseReturnValue:
    """The fragment that a page asks for while the job runs."""
    event = queries.get_event(current_actor(), code)
    return render_template(
        "bureau/events/_planning.html", event=present.describe_event(event), **_planning(event)
    )


@bp.post(f"/{CODE}/plan")
def plan(code: str) -> ResponseReturnValue:
    planning.start_planning(current_actor(), queries.get_event(current_actor(), code))
    flash("排程已开始，通常几秒内完成。", "success")
    return _back(code)


@bp.post(f"/{CODE}/meetings")
def add(code: str) -> ResponseReturnValue:
    acts.add_meeting(
        current_actor(),
        queries.get_event(current_actor(), code),
        need_id=read_number(request.form.get("need")),
        offer_id=read_number(request.form.get("offer")),
        slot_number=read_number(request.form.get("slot")),
        table_no=read_number(request.form.get("table")),
    )
    flash("会面已加入并锁定。", "success")
    return _back(code)


@bp.post(f"/{MEETING}/move")
def move(code: str, meeting_id: int) -> ResponseReturnValue:
    acts.move_meeting(
        current_actor(),
        _get(code, meeting_id),
        slot_number=read_number(request.form.get("slot")),
        table_no=read_number(request.form.get("table")),
    )
    flash("会面已调整并锁定。", "success")
    return _back(code)


@bp.post(f"/{MEETING}/lock")
def lock(code: str, meeting_id: int) -> ResponseReturnValue:
    acts.lock_meeting(current_actor(), _get(code, meeting_id))
    return _back(code)


@bp.post(f"/{MEETING}/unlock")
def unlock(code: str, meeting_id: int) -> ResponseReturnValue:
    acts.unlock_meeting(current_actor(), _get(code, meeting_id))
    return _back(code)


@bp.post(f"/{MEETING}/cancel")
def cancel(code: str, meeting_id: int) -> ResponseReturnValue:
    note = request.form.get("note", "")
    acts.cancel_meeting(current_actor(), _get(code, meeting_id), reason=note)
    flash("会面已取消。", "success")
    return _back(code)


@bp.get(f"/{CODE}/agenda.pdf")
def pdf(code: str) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    return present.send_agenda_pdf(event, meetings.list_meetings(current_actor(), event))


@bp.get(f"/{CODE}/meetings.xlsx")
def export(code: str) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    rows = meetings.list_meetings(current_actor(), event)
    content = write_meetings(event, rows, today=clock.today())
    return send_workbook(content, f"{event.title}会面")


@bp.get(f"/{CODE}/agenda.ics")
def calendar(code: str) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    return present.send_agenda_calendar(event, meetings.list_meetings(current_actor(), event))


@bp.get(f"/{CODE}/desk")
def desk(code: str) -> ResponseReturnValue:
    """Check-in and presence, usable on a phone."""
    actor = current_actor()
    event = queries.get_event(actor, code)
    if event.state not in AGENDA_STATES:
        raise NotFound("no_desk", "议程发布后方可签到。")
    registered = parties.list_registered(event)
    return render_template(
        "bureau/events/desk.html",
        event=present.describe_event(event),
        sides=[
            (label, [party for party in registered if party.side is side])
            for side, label in SIDE_LABELS.items()
        ],
        arrived=sum(party.checked_in_at is not None for party in registered),
        total=len(registered),
        lines=[row for row in present.list_meeting_lines(actor, event) if not row["is_cancelled"]],
        presences=PRESENCE_LABELS,
        is_open=event.state is not EventState.CLOSED and event.held_on <= clock.today(),
        may_manage=can(actor, MANAGE),
    )


@bp.post(f"/{PARTY}/check-in")
def check_in(code: str, party_id: int) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    party_desk.check_in(current_actor(), parties.get_party(current_actor(), event, party_id))
    return redirect(url_for("bureau_agenda.desk", code=code, _anchor=f"party-{party_id}"))


@bp.post(f"/{PARTY}/undo")
def undo_check_in(code: str, party_id: int) -> ResponseReturnValue:
    event = queries.get_event(current_actor(), code)
    party_desk.undo_check_in(current_actor(), parties.get_party(current_actor(), event, party_id))
    return redirect(url_for("bureau_agenda.desk", code=code, _anchor=f"party-{party_id}"))


@bp.post(f"/{MEETING}/presence")
def set_presence(code: str, meeting_id: int) -> ResponseReturnValue:
    presence = request.form.get("presence", "")
    if presence not in set(Presence):
        raise InvalidInput("presence", "请选择到场情况。", field="presence")
    acts.set_presence(current_actor(), _get(code, meeting_id), Presence(presence))
    return redirect(url_for("bureau_agenda.desk", code=code, _anchor=f"meeting-{meeting_id}"))


@bp.get(f"/{MEETING}")
def meeting(code: str, meeting_id: int) -> ResponseReturnValue:
    row = _get(code, meeting_id)
    side = _free_side(row)
    said = outcomes.list_outcomes(current_actor(), row.event).get(row.id, {})
    return _meeting_page(row, make_outcome_form(said.get(side) if side else None))


@bp.post(f"/{MEETING}")
def save_outcome(code: str, meeting_id: int) -> ResponseReturnValue:
    row, form = _get(code, meeting_id), make_outcome_form(None)
    side = _free_side(row) or Side.NEED
    try:
        outcome_acts.write_outcome(current_actor(), row, side, read_outcome(form))
    except DomainError as error:
        return show_refusal(form, error, lambda: _meeting_page(_get(code, meeting_id), form))
    flash("洽谈结果已代为登记。", "success")
    return redirect(url_for("bureau_agenda.meeting", code=code, meeting_id=meeting_id))


def _free_side(row: Meeting) -> Side | None:
    """The side without a log-in that the page was asked for, else the first of them."""
    sides = [
        side
        for side, party in ((Side.NEED, row.need_party), (Side.OFFER, row.offer_party))
        if not party.has_account
    ]
    wanted = request.values.get("side", "")
    return next((side for side in sides if side.value == wanted), sides[0] if sides else None)


def _meeting_page(row: Meeting, form: OutcomeForm) -> str:
    actor = current_actor()
    said = outcomes.list_outcomes(actor, row.event).get(row.id)
    side = _free_side(row)
    return render_template(
        "bureau/events/meeting.html",
        event=present.describe_event(row.event),
        line=present.meeting_line(row, said),
        form=form,
        side=side.value if side else "",
        side_label=SIDE_LABELS[side] if side else "",
        may_write=side is not None and can(actor, MANAGE),
    )


def _get(code: str, meeting_id: int) -> Meeting:
    event = queries.get_event(current_actor(), code)
    return meetings.get_meeting(current_actor(), event, meeting_id)


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for("bureau_agenda.show", code=code))

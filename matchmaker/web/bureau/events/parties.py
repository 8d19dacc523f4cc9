"""The bureau's pages of one party: what it wrote, and acts for those without a log-in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.permissions import can, require
from matchmaker.db import MAX_ID
from matchmaker.engagement.contacts.rules import Contact, mask
from matchmaker.errors import DomainError
from matchmaker.events import queries
from matchmaker.events.meetings import queries as meetings
from matchmaker.events.models import Event
from matchmaker.events.parties import desk
from matchmaker.events.parties import operations as acts
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.permissions import acts_for
from matchmaker.events.parties.rules import STATE_LABELS, PartyState
from matchmaker.events.permissions import MANAGE
from matchmaker.events.requests import operations as wish_acts
from matchmaker.events.requests import queries as wishes
from matchmaker.events.requests.rules import WISH_LABELS
from matchmaker.events.rules import JOINING_STATES, PARTY_KIND_LABELS, SIDE_LABELS, EventState
from matchmaker.web.base import current_actor
from matchmaker.web.bureau.events.access import admit_overseers
from matchmaker.web.bureau.events.forms import PartyForm, make_party_form, read_party
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import events as present
from matchmaker.web.shared.event_forms import read_wishes

bp = Blueprint("bureau_event_parties", __name__, url_prefix="/bureau/events")
admit_overseers(bp)
CODE = present.CODE
PARTY = f"{CODE}/parties/<int(max={MAX_ID}):party_id>"


@bp.get(f"/{CODE}/parties/new")
def new(code: str) -> ResponseReturnValue:
    require(current_actor(), MANAGE)
    event = queries.get_event(current_actor(), code)
    return _form_page(event, make_party_form(event))


@bp.post(f"/{CODE}/parties/new")
def create(code: str) -> ResponseReturnValue:
    actor = current_actor()
    event = queries.get_event(actor, code)
    form = make_party_form(event)

    def page() -> str:
        return _form_page(queries.get_event(actor, code), form)

    if not form.validate():
        return show_invalid(page)
    try:
        party = acts.record_party(actor, event, read_party(form))
    except DomainError as error:
        return show_refusal(form, error, page)
    flash(f"已登记“{party.name}”。", "success")
    return redirect(url_for("bureau_events.show", code=code))


@bp.get(f"/{PARTY}/edit")
def edit(code: str, party_id: int) -> ResponseReturnValue:
    require(current_actor(), MANAGE)
    event, party = _get(code, party_id)
    return _form_page(event, make_party_form(event, party), party)


@bp.post(f"/{PARTY}/edit")
def update(code: str, party_id: int) -> ResponseReturnValue:
    event, party = _get(code, party_id)
    form = make_party_form(event, party)

    def page() -> str:
        again, row = _get(code, party_id)
        return _form_page(again, form, row)

    if not form.validate():
        return show_invalid(page)
    try:
        acts.update_record(current_actor(), party, read_party(form))
    except DomainError as error:
        return show_refusal(form, error, page)
    flash("已保存。", "success")
    return redirect(url_for("bureau_event_parties.show", code=code, party_id=party_id))


@bp.get(f"/{PARTY}")
def show(code: str, party_id: int) -> ResponseReturnValue:
    event, party = _get(code, party_id)
    return _party_page(event, party)


@bp.post(f"/{PARTY}/contact")
def reveal(code: str, party_id: int) -> ResponseReturnValue:
    event, party = _get(code, party_id)
    return _party_page(event, party, desk.reveal_contact(current_actor(), party))


@bp.post(f"/{PARTY}/withdraw")
def withdraw(code: str, party_id: int) -> ResponseReturnValue:
    _, party = _get(code, party_id)
    acts.withdraw(current_actor(), party)
    flash(f"“{party.name}”已退出。", "success")
    return redirect(url_for("bureau_events.show", code=code))


@bp.post(f"/{PARTY}/absences")
def save_absences(code: str, party_id: int) -> ResponseReturnValue:
    event, party = _get(code, party_id)
    free = set(request.form.getlist("free"))
    absent = [slot.id for slot in event.slots if str(slot.id) not in free]
    acts.set_absences(current_actor(), party, absent)
    flash("可会面时段已保存。", "success")
    return redirect(url_for("bureau_event_parties.show", code=code, party_id=party_id))


@bp.post(f"/{PARTY}/wishes")
def save_wishes(code: str, party_id: int) -> ResponseReturnValue:
    _, party = _get(code, party_id)
    wish_acts.set_wishes(current_actor(), party, read_wishes(request.form))
    flash("会面意向已保存。", "success")
    return redirect(url_for("bureau_event_parties.show", code=code, party_id=party_id))


def _get(code: str, party_id: int) -> tuple[Event, EventParty]:
    event = queries.get_event(current_actor(), code)
    return event, parties.get_party(current_actor(), event, party_id)


def _form_page(event: Event, form: PartyForm, party: EventParty | None = None) -> str:
    return render_template(
        "bureau/events/party_edit.html",
        form=form,
        event=present.describe_event(event),
        party=party,
    )


def _party_page(event: Event, party: EventParty, contact: Contact | None = None) -> str:
    actor = current_actor()
    absent = {each.slot_id for each in party.absences}
    made = wishes.list_wishes(actor, party)
    known = Contact(party.contact_name, party.contact_phone)
    is_acting = acts_for(actor, party)
    return render_template(
        "bureau/events/party.html",
        event=present.describe_event(event),
        party=present.describe_party(party),
        row=party,
        kind=PARTY_KIND_LABELS[party.kind],
        side=SIDE_LABELS[party.side],
        state=STATE_LABELS[party.state],
        contact=contact or (mask(known) if known.phone else None),
        is_masked=contact is None,
        may_manage=can(actor, MANAGE),
        may_edit=is_acting and event.state in JOINING_STATES,
        may_wish=is_acting and event.state is EventState.REQUESTS,
        may_withdraw=event.state in JOINING_STATES and party.state is PartyState.REGISTERED,
        slots=[(slot.id, present.show_hours(slot), slot.id not in absent) for slot in event.slots],
        others=[(row.id, row.name, made.get(row.id)) for row in parties.list_counterparts(party)],
        labels=WISH_LABELS,
        lines=[present.meeting_line(row) for row in meetings.list_of_party(actor, party)],
    )

"""The pages of a participant; owners and firms get the same ones in their own area."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import MAX_ID
from matchmaker.errors import DomainError, NotFound
from matchmaker.events import queries as events
from matchmaker.events.meetings import queries as meetings
from matchmaker.events.models import Event
from matchmaker.events.outcomes import operations as outcome_acts
from matchmaker.events.outcomes import queries as outcomes
from matchmaker.events.parties import operations as acts
from matchmaker.events.parties import queries as parties
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.rules import STATE_LABELS, PartyState
from matchmaker.events.requests import operations as wish_acts
from matchmaker.events.requests import queries as wishes
from matchmaker.events.requests.rules import WISH_LABELS
from matchmaker.events.rules import JOINING_STATES, SIDE_LABELS, EventState, Side
from matchmaker.web.base import Route, bind_views, current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared import events as present
from matchmaker.web.shared.event_forms import (
    OutcomeForm,
    RegistrationForm,
    make_outcome_form,
    make_own_form,
    read_outcome,
    read_registration,
    read_wishes,
)

CODE = present.CODE
MEETING = f"<int(max={MAX_ID}):meeting_id>"
#: Counterparts on one page; a save concerns that page only.
PER_PAGE = 30


def make_blueprint(name: str, prefix: str, audience: str) -> Blueprint:
    """The events of one audience below an address of its own."""
    bp = Blueprint(name, __name__, url_prefix=prefix)
    gate(bp, audience)
    pages = _Pages(name)
    routes: list[Route] = [
        ("", "GET", pages.index),
        (f"/{CODE}", "GET", pages.show),
        (f"/{CODE}/register", "GET", pages.register),
        (f"/{CODE}/register", "POST", pages.save_registration),
        (f"/{CODE}/decline", "POST", pages.decline),
        (f"/{CODE}/withdraw", "POST", pages.withdraw),
        (f"/{CODE}/absences", "POST", pages.save_absences),
        (f"/{CODE}/wishes", "GET", pages.wishes),
        (f"/{CODE}/wishes", "POST", pages.save_wishes),
        (f"/{CODE}/agenda.pdf", "GET", pages.agenda_pdf),
        (f"/{CODE}/agenda.ics", "GET", pages.agenda_calendar),
        (f"/{CODE}/meetings/{MEETING}", "GET", pages.outcome),
        (f"/{CODE}/meetings/{MEETING}", "POST", pages.save_outcome),
    ]
    bind_views(bp, routes)
    return bp


class _Pages:
    """The views; ``name`` is the blueprint that their addresses belong to."""

    def __init__(self, name: str) -> None:
        self.name = name

    def url(self, view: str, event: Event, **values: Any) -> str:
        return url_for(f"{self.name}.{view}", code=event.code, **values)

    def back(self, event: Event, anchor: str | None = None) -> ResponseReturnValue:
        return redirect(self.url("show", event, _anchor=anchor))

    def index(self) -> ResponseReturnValue:
        actor = current_actor()
        own = parties.list_own(actor)
        taken = {party.event_id for party in own}
        fitting = [row for row in events.list_live(actor) if acts.list_roles(actor, row)]
        return render_template(
            "shared/events/index.html",
            own=[
                (present.describe_event(row.event), STATE_LABELS[row.state], self.own_url(row))
                for row in own
            ],
            open=[
                (present.describe_event(row), self.url("show", row))
                for row in fitting
                if row.id not in taken and row.state is EventState.REGISTRATION
            ],
            demo_data=any(row.event.is_demo for row in own),
        )

    def own_url(self, party: EventParty) -> str:
        return self.url("show", party.event)

    def show(self, code: str) -> ResponseReturnValue:
        actor = current_actor()
        event = events.get_event(actor, code)
        party = parties.find_own(actor, event)
        absent = {each.slot_id for each in party.absences} if party else set()
        return render_template(
            "shared/events/show.html",
            event=present.describe_event(event),
            party=present.describe_party(party) if party else None,
            row=party,
            party_state=STATE_LABELS[party.state] if party else None,
            side=SIDE_LABELS[party.side] if party else None,
            slots=[
                (slot.id, present.show_hours(slot), slot.id not in absent) for slot in event.slots
            ],
            is_registered=party is not None and party.state is PartyState.REGISTERED,
            may_register=self.may_register(actor, event),
            may_change=event.state in JOINING_STATES,
            may_wish=event.state is EventState.REQUESTS and event.requests_until >= clock.today(),
            wish_count=len(wishes.list_wishes(actor, party)) if party else 0,
            lines=self.agenda_lines(actor, event, party),
            pages=self,
            url=lambda view, **values: self.url(view, event, **values),
            now=clock.now(),
            demo_data=event.is_demo,
        )

    def may_register(self, actor: Actor, event: Event) -> bool:
        is_open = event.state is EventState.REGISTRATION
        return (
            is_open
            and event.registration_until >= clock.today()
            and bool(acts.list_roles(actor, event))
        )

    def agenda_lines(
        self, actor: Actor, event: Event, party: EventParty | None
    ) -> list[dict[str, Any]]:
        if party is None:
            return []
        awaiting = {row.id for row in outcomes.list_awaiting(actor)}
        lines = present.list_meeting_lines(actor, event)
        for line in lines:
            is_need = line["need_party"].id == party.id
            line["other"] = present.describe_party(
                line["offer_party"] if is_need else line["need_party"]
            )
            line["is_awaiting"] = line["id"] in awaiting
        return lines

    def register(self, code: str) -> ResponseReturnValue:
        actor = current_actor()
        event = events.get_event(actor, code)
        return self.registration_page(event, make_own_form(actor, event))

    def save_registration(self, code: str) -> ResponseReturnValue:
        actor = current_actor()
        event = events.get_event(actor, code)
        form = make_own_form(actor, event)

        def page() -> str:
            return self.registration_page(events.get_event(actor, code), form)

        if not form.validate():
            return show_invalid(page)
        try:
            acts.register(actor, event, read_registration(form))
        except DomainError as error:
            return show_refusal(form, error, page)
        flash("报名已提交，截止前可随时修改。", "success")
        return self.back(event)

    def registration_page(self, event: Event, form: RegistrationForm) -> str:
        return render_template(
            "shared/events/register.html",
            form=form,
            event=present.describe_event(event),
            url=lambda view: self.url(view, event),
        )

    def decline(self, code: str) -> ResponseReturnValue:
        event, party = self.own_party(code)
        acts.decline(current_actor(), party)
        flash("已谢绝邀请。", "success")
        return self.back(event)

    def withdraw(self, code: str) -> ResponseReturnValue:
        event, party = self.own_party(code)
        acts.withdraw(current_actor(), party)
        flash("已退出报名。", "success")
        return self.back(event)

    def save_absences(self, code: str) -> ResponseReturnValue:
        event, party = self.own_party(code)
        free = set(request.form.getlist("free"))
        absent = [slot.id for slot in event.slots if str(slot.id) not in free]
        acts.set_absences(current_actor(), party, absent)
        flash("可会面时段已保存。", "success")
        return self.back(event)

    def own_party(self, code: str) -> tuple[Event, EventParty]:
        actor = current_actor()
        event = events.get_event(actor, code)
        party = parties.find_own(actor, event)
        if party is None:
            raise NotFound("not_registered", "贵单位没有报名这场对接会。")
        return event, party

    def wishes(self, code: str) -> ResponseReturnValue:
        actor = current_actor()
        event = events.get_event(actor, code)
        party = parties.get_own(actor, event)
        found = parties.list_counterparts(party)
        number = read_page_number(request.args.get("page"))
        start = (number - 1) * PER_PAGE
        made = wishes.list_wishes(actor, party)
        return render_template(
            "shared/events/wishes.html",
            event=present.describe_event(event),
            lines=[
                {**present.describe_party(row), "wish": made.get(row.id)}
                for row in found[start : start + PER_PAGE]
            ],
            page=Page(found[start : start + PER_PAGE], number, PER_PAGE, len(found)),
            labels=WISH_LABELS,
            side=SIDE_LABELS[party.side.other],
            may_wish=event.state is EventState.REQUESTS,
            url=lambda view: self.url(view, event),
            now=clock.now(),
        )

    def save_wishes(self, code: str) -> ResponseReturnValue:
        actor = current_actor()
        event = events.get_event(actor, code)
        party = parties.get_own(actor, event)
        wish_acts.set_wishes(actor, party, read_wishes(request.form))
        flash("会面意向已保存。对方不会看到贵单位的选择。", "success")
        return redirect(self.url("wishes", event, page=request.args.get("page")))

    def agenda_pdf(self, code: str) -> ResponseReturnValue:
        actor = current_actor()
        event, party = self.own_party(code)
        return present.send_agenda_pdf(event, meetings.list_of_party(actor, party), party)

    def agenda_calendar(self, code: str) -> ResponseReturnValue:
        actor = current_actor()
        event, party = self.own_party(code)
        return present.send_agenda_calendar(event, meetings.list_of_party(actor, party), party)

    def outcome(self, code: str, meeting_id: int) -> ResponseReturnValue:
        event, _ = self.own_party(code)
        meeting = meetings.get_meeting(current_actor(), event, meeting_id)
        side = outcomes.side_of(current_actor(), meeting) or Side.NEED
        said = outcomes.list_outcomes(current_actor(), event).get(meeting.id, {})
        return self.outcome_page(code, meeting_id, make_outcome_form(said.get(side)))

    def save_outcome(self, code: str, meeting_id: int) -> ResponseReturnValue:
        actor = current_actor()
        event, _ = self.own_party(code)
        meeting = meetings.get_meeting(actor, event, meeting_id)
        form = make_outcome_form(None)

        def page() -> str:
            return self.outcome_page(code, meeting_id, form)

        if not form.validate():
            return show_invalid(page)
        side = outcomes.side_of(actor, meeting) or Side.NEED
        try:
            outcome_acts.write_outcome(actor, meeting, side, read_outcome(form))
        except DomainError as error:
            return show_refusal(form, error, page)
        flash("洽谈结果已保存，对方和市经信局可以查看。", "success")
        return self.back(event, "agenda")

    def outcome_page(self, code: str, meeting_id: int, form: OutcomeForm) -> str:
        actor = current_actor()
        event = events.get_event(actor, code)
        meeting = meetings.get_meeting(actor, event, meeting_id)
        said = outcomes.list_outcomes(actor, event).get(meeting.id)
        return render_template(
            "shared/events/outcome.html",
            form=form,
            event=present.describe_event(event),
            line=present.meeting_line(meeting, said),
            url=lambda view: self.url(view, event),
        )

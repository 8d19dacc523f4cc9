"""The pages of a unit's showrooms; owners and firms get the same ones in their own area."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.effects.followups.permissions import is_party
from matchmaker.effects.showrooms import operations, queries, visits
from matchmaker.effects.showrooms.models import Showroom
from matchmaker.effects.showrooms.permissions import CREATE_SHOWROOM, is_own
from matchmaker.effects.showrooms.rules import BOOKING_LABELS, BookingState
from matchmaker.engagement.contacts.rules import Contact, mask
from matchmaker.errors import DomainError, NotFound
from matchmaker.selection.results import queries as results
from matchmaker.web.base import Route, bind_views, current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import showrooms as present
from matchmaker.web.shared.showroom_forms import ShowroomForm, SlotForm, make_showroom_form

CODE = "<string(maxlength=20):code>"
SLOT = "<int(max=2147483647):slot_id>"
BOOKING = "<int(max=2147483647):booking_id>"


def make_blueprint(name: str, prefix: str, audience: str) -> Blueprint:
    """The showrooms of one audience below an address of its own."""
    bp = Blueprint(name, __name__, url_prefix=prefix)
    gate(bp, audience)
    pages = _Pages(name, audience)
    routes: list[Route] = [
        ("", "GET", pages.index),
        ("/new", "GET", pages.new),
        ("/new", "POST", pages.create),
        (f"/{CODE}", "GET", pages.show),
        (f"/{CODE}/edit", "GET", pages.edit),
        (f"/{CODE}/edit", "POST", pages.save),
        (f"/{CODE}/publish", "POST", pages.publish),
        (f"/{CODE}/close", "POST", pages.close),
        (f"/{CODE}/slots", "POST", pages.add_slot),
        (f"/{CODE}/slots/{SLOT}/call-off", "POST", pages.call_off),
        (f"/{CODE}/bookings/{BOOKING}/contact", "POST", pages.reveal),
    ]
    bind_views(bp, routes)
    return bp


class _Pages:
    """The views; ``name`` is the blueprint that their addresses belong to."""

    def __init__(self, name: str, audience: str) -> None:
        self.name = name
        self.audience = audience

    def index(self) -> ResponseReturnValue:
        rows = queries.list_own(current_actor())
        return render_template(
            "shared/showrooms/index.html",
            cards=[present.make_card(row) for row in rows],
            area=self.name,
            audience=self.audience,
            demo_data=any(row.is_demo for row in rows),
        )

    def new(self) -> ResponseReturnValue:
        require(current_actor(), CREATE_SHOWROOM)
        return self._form_page(make_showroom_form(_list_scenes(current_actor())), None)

    def create(self) -> ResponseReturnValue:
        actor = current_actor()
        form = make_showroom_form(_list_scenes(actor))
        if not form.validate():
            return show_invalid(lambda: self._form_page(form, None))
        try:
            row = operations.create_showroom(actor, form.read())
        except DomainError as error:
            return show_refusal(form, error, lambda: self._form_page(form, None))
        return self._to(row.code, "已保存。请登记开放场次，然后公开。")

    def show(self, code: str) -> ResponseReturnValue:
        return self._page(_own(code), SlotForm(formdata=None))

    def edit(self, code: str) -> ResponseReturnValue:
        row = _own(code)
        return self._form_page(make_showroom_form(_list_scenes(current_actor()), row), row)

    def save(self, code: str) -> ResponseReturnValue:
        actor, row = current_actor(), _own(code)
        form = make_showroom_form(_list_scenes(actor))
        if not form.validate():
            return show_invalid(lambda: self._form_page(form, row))
        try:
            operations.edit_showroom(actor, row, form.read())
        except DomainError as error:
            return show_refusal(form, error, lambda: self._form_page(form, _own(code)))
        return self._to(code, "已保存。")

    def publish(self, code: str) -> ResponseReturnValue:
        operations.publish_showroom(current_actor(), _own(code))
        return self._to(code, "已公开，访客可以预约参观。")

    def close(self, code: str) -> ResponseReturnValue:
        reason = request.form.get("note", "")
        operations.close_showroom(current_actor(), _own(code), reason=reason)
        return self._to(code, "已停止开放，未来场次的预约已取消。")

    def add_slot(self, code: str) -> ResponseReturnValue:
        row, form = _own(code), SlotForm()
        if not form.validate():
            return show_invalid(lambda: self._page(row, form))
        try:
            operations.open_slot(
                current_actor(),
                row,
                starts_at=form.starts_at,
                ends_at=form.ends_at,
                capacity=form.capacity.data,
            )
        except DomainError as error:
            return show_refusal(form, error, lambda: self._page(_own(code), form))
        return self._to(code, "已登记开放场次。")

    def call_off(self, code: str, slot_id: int) -> ResponseReturnValue:
        slot = queries.get_slot(_own(code), slot_id)
        operations.call_off_slot(current_actor(), slot, reason=request.form.get("note", ""))
        return self._to(code, "已取消这一场，预约人可凭编号查到取消理由。")

    def reveal(self, code: str, booking_id: int) -> ResponseReturnValue:
        """The answer to the POST shows the contact once; the reading is noted."""
        row = _own(code)
        booking = queries.get_booking(row, booking_id)
        contact = visits.reveal_visitor(current_actor(), booking)
        return self._page(row, SlotForm(formdata=None), {booking.id: contact})

    def _to(self, code: str, message: str) -> ResponseReturnValue:
        flash(message, "success")
        return redirect(url_for(f"{self.name}.show", code=code))

    def _form_page(self, form: ShowroomForm, row: Showroom | None) -> str:
        return render_template(
            "shared/showrooms/edit.html",
            form=form,
            row=row,
            area=self.name,
            audience=self.audience,
        )

    def _page(
        self, row: Showroom, form: SlotForm, revealed: dict[int, Contact] | None = None
    ) -> str:
        return render_template(
            "shared/showrooms/manage.html",
            row=row,
            card=present.make_card(row),
            form=form,
            slots=[present.make_slot(slot, clock.now()) for slot in queries.list_slots(row)],
            mask=lambda booking: mask(Contact(booking.name, booking.phone)),
            revealed=revealed or {},
            booking_labels=BOOKING_LABELS,
            booked_state=BookingState.BOOKED,
            area=self.name,
            audience=self.audience,
            demo_data=row.is_demo,
        )


def _own(code: str) -> Showroom:
    """A showroom of the actor's unit; 404 for anybody else's."""
    row = queries.get_showroom(current_actor(), code)
    if not is_own(current_actor(), row):
        raise NotFound("showroom_missing", "没有找到本单位的这个样板间或体验中心。")
    return row


def _list_scenes(actor: Actor) -> list[tuple[int, str]]:
    return [
        (row.id, f"{row.number} {row.application.title}")
        for row in results.list_designations()
        if is_party(actor, row)
    ]

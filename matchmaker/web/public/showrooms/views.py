"""Showrooms for visitors: the list, one showroom with its open times, a visit by number."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.effects.showrooms import operations, queries, visits
from matchmaker.effects.showrooms.models import Booking, Showroom
from matchmaker.effects.showrooms.permissions import CLOSE_SHOWROOM
from matchmaker.effects.showrooms.queries import ShowroomFilter
from matchmaker.effects.showrooms.rules import (
    BOOKING_LABELS,
    KIND_LABELS,
    BookingState,
    ShowroomKind,
    ShowroomState,
)
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.extensions import limiter
from matchmaker.selection.results import queries as results
from matchmaker.suppliers import queries as suppliers
from matchmaker.web.base import current_actor
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.paging import Page, read_page_number
from matchmaker.web.shared import showrooms as present
from matchmaker.web.shared.showroom_forms import VisitForm

bp = Blueprint("showrooms", __name__, url_prefix="/showrooms")
CODE = "<string(maxlength=20):code>"
PER_PAGE = 20


@bp.get("")
def index() -> ResponseReturnValue:
    kind = request.args.get("kind", "")
    wanted = ShowroomFilter(
        sector=request.args.get("sector", "")[:40],
        district=request.args.get("district", "")[:40],
        kind=kind if kind in set(ShowroomKind) else "",
    )
    number = read_page_number(request.args.get("page"))
    rows, total = queries.list_published(current_actor(), wanted, page=number, per_page=PER_PAGE)
    vocabulary = load_vocabulary()
    return render_template(
        "public/showrooms/index.html",
        cards=[present.make_card(row) for row in rows],
        page=Page(rows, number, PER_PAGE, total),
        wanted=wanted,
        sectors=[(sector.id, sector.zh) for sector in vocabulary.sectors],
        districts=[(district.id, district.zh) for district in vocabulary.districts],
        kinds=[(each.value, label) for each, label in KIND_LABELS.items()],
        demo_data=any(row.is_demo for row in rows),
    )


@bp.get(f"/{CODE}")
def show(code: str) -> ResponseReturnValue:
    return _page(queries.get_showroom(current_actor(), code), VisitForm(formdata=None))


@bp.post(f"/{CODE}/book")
@limiter.limit("20/hour")
def book(code: str) -> ResponseReturnValue:
    actor, form = current_actor(), VisitForm()
    row = queries.get_showroom(actor, code)
    if not form.validate():
        return show_invalid(lambda: _page(row, form))
    try:
        slot = queries.get_slot(row, _read_slot(form))
        booking = visits.book_visit(
            actor,
            slot,
            contact=form.contact,
            party=form.party.data,
            unit=form.unit.data or "",
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(queries.get_showroom(actor, code), form))
    return redirect(url_for(".follow", number=booking.number, booked=1))


def _read_slot(form: VisitForm) -> int:
    text = str(form.slot.data or "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidInput("slot", "请选择参观场次。", field="slot")
    return int(text)


@bp.post(f"/{CODE}/close")
def close(code: str) -> ResponseReturnValue:
    row = queries.get_showroom(current_actor(), code)
    operations.close_showroom(current_actor(), row, reason=request.form.get("note", ""))
    flash("已停止开放，不再公开显示。", "success")
    return redirect(url_for(".index"))


@bp.get("/visits")
@limiter.limit("60/minute")
def follow() -> ResponseReturnValue:
    number = request.args.get("number", "").strip()[:40]
    found, missing = None, False
    if number:
        try:
            found = queries.find_by_number(number)
        except NotFound:
            missing = True
    page = render_template(
        "public/showrooms/visit.html",
        number=number,
        visit=_describe(found) if found else None,
        missing=missing,
        booked=bool(request.args.get("booked")),
    )
    return page, 404 if missing else 200


@bp.post("/visits/cancel")
@limiter.limit("20/hour")
def cancel() -> ResponseReturnValue:
    booking = visits.cancel_visit(current_actor(), request.form.get("number", "")[:40])
    flash("预约已取消，名额已释放。", "success")
    return redirect(url_for(".follow", number=booking.number))


def _describe(booking: Booking) -> dict[str, object]:
    slot, row = booking.slot, booking.slot.showroom
    coming = booking.state is BookingState.BOOKED and slot.starts_at > clock.now()
    is_public = row.state is ShowroomState.PUBLISHED
    return {
        "number": booking.number,
        "title": row.title,
        "url": url_for(".show", code=row.code) if is_public else "",
        "address": row.address,
        "time": present.format_slot(slot),
        "party": booking.party,
        "state": BOOKING_LABELS[booking.state],
        "tone": "good" if booking.state is BookingState.BOOKED else "bad",
        "note": slot.note,
        "may_cancel": coming,
    }


def _page(row: Showroom, form: VisitForm) -> str:
    actor, now = current_actor(), clock.now()
    slots = [present.make_slot(slot, now) for slot in queries.list_open_slots(row, now)]
    bookable = [slot for slot in slots if slot["left"]]
    form.slot.choices = [
        SelectChoice("", "请选择"),
        *(SelectChoice(str(s["id"]), f"{s['time']}，余 {s['left']} 人") for s in bookable),
    ]
    scene = results.get_designation_by_id(row.designation_id) if row.designation_id else None
    products = suppliers.list_products_by_code(actor, [row.product_code])
    return render_template(
        "public/showrooms/show.html",
        row=row,
        card=present.make_card(row),
        form=form,
        slots=slots,
        bookable=bool(bookable) and row.state is ShowroomState.PUBLISHED,
        scene=scene,
        product=products.get(row.product_code),
        may_close=row.state is ShowroomState.PUBLISHED and can(actor, CLOSE_SHOWROOM, row),
        demo_data=row.is_demo,
    )

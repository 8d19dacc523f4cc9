"""Showrooms: what is shown, open times, visits booked and cancelled, no overbooking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError

from matchmaker import clock
from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx, write_tx
from matchmaker.effects.showrooms import operations, queries, visits
from matchmaker.effects.showrooms.models import Booking, Showroom, ShowroomSlot
from matchmaker.effects.showrooms.queries import ShowroomFilter
from matchmaker.effects.showrooms.rules import CONTACT_KEPT, BookingState, ShowroomState
from matchmaker.engagement.contacts.rules import Contact
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from tests.effects.world import make_draft, make_scene, make_showroom, open_tomorrow, visitor
from tests.people import People
from tests.rewards.test_races import THREADS, run_at_once


def test_a_visit_is_booked_and_cancelled_by_its_number(app: Flask, people: People) -> None:
    from matchmaker.actor import VISITOR

    with app.app_context(), write_tx():
        slot = make_showroom(people).slots[0]
        booking = visits.book_visit(VISITOR, slot, contact=visitor(), party=4, unit="某公司")
        assert (slot.booked, booking.state) == (4, BookingState.BOOKED)
        assert queries.find_by_number(f" {booking.number.lower()} ") is booking
        visits.cancel_visit(VISITOR, booking.number)
        assert (slot.booked, booking.state) == (0, BookingState.CANCELLED)
        with pytest.raises(IllegalTransition):
            visits.cancel_visit(VISITOR, booking.number)
        assert slot.booked == 0
        visits.book_visit(VISITOR, slot, contact=visitor(), party=10)
        with pytest.raises(NotFound):
            visits.cancel_visit(VISITOR, "CG000000-0000000000")


@pytest.mark.parametrize(("party", "fits"), [(9, True), (10, True), (11, False)])
def test_places_are_counted(app: Flask, people: People, party: int, fits: bool) -> None:
    with app.app_context(), write_tx():
        slot = make_showroom(people, capacity=10).slots[0]
        if fits:
            visits.book_visit(people.stranger, slot, contact=visitor(), party=party)
        else:
            with pytest.raises(Conflict) as refused:
                visits.book_visit(people.stranger, slot, contact=visitor(), party=party)
            assert refused.value.code == "slot_full"
        assert slot.booked == (party if fits else 0)


def test_sixteen_at_once_do_not_overbook(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        slot_id = make_showroom(people, capacity=10).slots[0].id

    def book(number: int) -> None:
        slot = db.session.get_one(ShowroomSlot, slot_id)
        visits.book_visit(people.stranger, slot, contact=visitor(number), party=3)

    outcomes = run_at_once(app, book)

    assert outcomes == ["done"] * 3 + ["slot_full"] * (THREADS - 3)
    with app.app_context(), read_tx() as session:
        assert session.get_one(ShowroomSlot, slot_id).booked == 9
        assert sum(row.party for row in session.query(Booking)) == 9


def test_sixteen_at_once_with_one_number_book_once(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        slot_id = make_showroom(people, capacity=100).slots[0].id

    def book(_: int) -> None:
        slot = db.session.get_one(ShowroomSlot, slot_id)
        visits.book_visit(people.stranger, slot, contact=visitor(), party=1)

    assert run_at_once(app, book) == ["booked_before"] * (THREADS - 1) + ["done"]


@pytest.mark.parametrize("booked", [11, -1])
def test_the_database_refuses_overbooking_too(app: Flask, people: People, booked: int) -> None:
    with app.app_context(), write_tx() as session:
        slot = make_showroom(people, capacity=10).slots[0]
        slot.booked = booked
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contact": Contact("", "13800000001")}, "name"),
        ({"contact": Contact("王", "12345")}, "phone"),
        ({"party": None}, "party"),
        ({"party": 0}, "party"),
        ({"party": 51}, "party"),
        ({"unit": "字" * 101}, "unit"),
    ],
)
def test_incomplete_visits_are_refused(
    app: Flask, people: People, changes: dict[str, Any], field: str
) -> None:
    with app.app_context(), write_tx():
        slot = make_showroom(people, capacity=100).slots[0]
        with pytest.raises(InvalidInput) as refused:
            visits.book_visit(
                people.stranger, slot, **({"contact": visitor(), "party": 2} | changes)
            )
        assert refused.value.field == field
        assert (slot.booked, db.session.query(Booking).count()) == (0, 0)


def test_what_has_begun_is_neither_booked_nor_cancelled(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        slot = make_showroom(people).slots[0]
        number = visits.book_visit(people.stranger, slot, contact=visitor(), party=1).number
        with time_machine.travel(slot.starts_at, tick=False):
            for act in (
                lambda: visits.book_visit(people.stranger, slot, contact=visitor(2), party=1),
                lambda: visits.cancel_visit(people.stranger, number),
            ):
                with pytest.raises(IllegalTransition):
                    act()
        assert slot.booked == 1


def test_a_called_off_time_frees_and_tells(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        slot = make_showroom(people).slots[0]
        booking = visits.book_visit(people.stranger, slot, contact=visitor(), party=2)
        operations.call_off_slot(people.owner, slot, reason="设备检修")
        assert (slot.booked, slot.is_open, slot.note) == (0, False, "设备检修")
        assert booking.state is BookingState.CALLED_OFF
        with pytest.raises(IllegalTransition):
            visits.book_visit(people.stranger, slot, contact=visitor(2), party=1)


def test_a_closed_showroom_is_not_found_any_more(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_showroom(people)
        booking = visits.book_visit(people.stranger, row.slots[0], contact=visitor(), party=2)
        wanted = ShowroomFilter(sector="municipal-inspection", district="shangcheng")
        assert queries.list_published(people.stranger, wanted, page=1, per_page=9)[1] == 1
        operations.close_showroom(people.officer, row, reason="搬迁停用")
        assert booking.state is BookingState.CALLED_OFF
        assert queries.list_published(people.owner, wanted, page=1, per_page=9) == ([], 0)
        with pytest.raises(NotFound):
            queries.get_showroom(people.stranger, row.code)
        assert queries.get_showroom(people.colleague, row.code).state is ShowroomState.CLOSED


def test_open_times_do_not_overlap(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_showroom(people)
        first = row.slots[0]
        for start, end, code in (
            (first.starts_at, first.ends_at, "slot_overlaps"),
            (
                first.ends_at - timedelta(minutes=1),
                first.ends_at + timedelta(hours=1),
                "slot_overlaps",
            ),
            (clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1), "starts_at"),
            (first.ends_at, first.ends_at, "ends_at"),
        ):
            with pytest.raises(DomainError) as refused:
                operations.open_slot(people.owner, row, starts_at=start, ends_at=end, capacity=5)
            assert refused.value.code == code
        operations.open_slot(
            people.owner,
            row,
            starts_at=first.ends_at,
            ends_at=first.ends_at + timedelta(hours=1),
            capacity=5,
        )
        assert db.session.query(ShowroomSlot).count() == 2


@pytest.mark.parametrize("part", ["stranger", "firm", "judge", "auditor", "sector_reviewer"])
def test_strangers_run_nothing(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx():
        row = operations.create_showroom(people.owner, make_draft())
        slot = open_tomorrow(people, row)
        booking = Booking(number="CG1", slot=slot, name="王小明", phone="13800000001", party=1)
        db.session.add(booking)
        db.session.flush()
        with pytest.raises(NotFound):
            queries.get_showroom(actor, row.code)
        for act in (
            lambda: operations.publish_showroom(actor, row),
            lambda: operations.edit_showroom(actor, row, make_draft(title="别的名称")),
            lambda: operations.close_showroom(actor, row, reason="停止开放"),
            lambda: operations.call_off_slot(actor, slot, reason="取消本场"),
            lambda: open_tomorrow(people_with(people, actor), row, day=2),
            lambda: visits.reveal_visitor(actor, booking),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert (row.state, row.title, slot.is_open) == (
            ShowroomState.DRAFT,
            "变电所巡检样板间",
            True,
        )


def people_with(people: People, owner: Any) -> People:
    return People(**{**people.__dict__, "owner": owner})


def test_another_units_scene_cannot_be_claimed(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        scene = make_scene(people)
        row = operations.create_showroom(people.firm, make_draft(designation_id=scene.id))
        assert row.designation_id == scene.id
        for changes, field in (
            ({"designation_id": scene.id}, "designation"),
            ({"product_code": "no-such-product"}, "product"),
            ({"sector": "nowhere"}, "sector"),
            ({"title": "短"}, "title"),
        ):
            with pytest.raises(InvalidInput) as refused:
                operations.create_showroom(people.stranger, make_draft(**changes))
            assert refused.value.field == field
        assert db.session.query(Showroom).count() == 1


def test_names_are_read_by_the_unit_and_noted_and_forgotten(app: Flask, people: People) -> None:
    with app.app_context():
        with write_tx():
            slot = make_showroom(people).slots[0]
            booking = visits.book_visit(people.stranger, slot, contact=visitor(), party=2)
            assert visits.reveal_visitor(people.colleague, booking) == visitor()
            booking_id, ends_at = booking.id, slot.ends_at
        with read_tx() as session:
            acts = [row.action for row in session.query(AuditEntry).order_by(AuditEntry.seq)]
            assert acts[-1] == "effects.reveal_visitor"
        for moment, name in (
            (ends_at + CONTACT_KEPT, "王小明"),
            (ends_at + CONTACT_KEPT + timedelta(1), ""),
        ):
            with time_machine.travel(moment, tick=False):
                visits.forget_visitors()
            with read_tx() as session:
                assert session.get_one(Booking, booking_id).name == name

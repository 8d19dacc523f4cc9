"""An event that opens for registration, one owner with a need and two firms with products."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import DomainError
from matchmaker.events import operations, queries
from matchmaker.events.hours import DayPlan
from matchmaker.events.meetings import operations as meetings
from matchmaker.events.meetings import planning
from matchmaker.events.meetings import queries as meeting_queries
from matchmaker.events.meetings.models import EventPlan, Meeting
from matchmaker.events.models import Event
from matchmaker.events.outcomes.models import MeetingOutcome
from matchmaker.events.parties import operations as parties
from matchmaker.events.parties import queries as party_queries
from matchmaker.events.parties.models import EventParty, PartyAbsence
from matchmaker.events.parties.rules import PartyRecord, Registration
from matchmaker.events.requests import operations as requests
from matchmaker.events.requests.models import MeetingRequest
from matchmaker.events.requests.rules import Wish
from matchmaker.events.rules import EventDetails, EventKind, PartyKind, Side
from matchmaker.outbox import OutboxMessage
from tests.engagement.moments import moment
from tests.engagement.world import Place, make_place
from tests.people import People

HALL = "市民中心一楼会议厅"
TABLES = (Event, EventParty, PartyAbsence, MeetingRequest, Meeting, EventPlan, MeetingOutcome)


def make_details(**changes: Any) -> EventDetails:
    """An event in thirty days, six slots before and after noon, three tables."""
    today = clock.today()
    details = EventDetails(
        kind=EventKind.SCENE,
        title="城市巡检机器人场景对接会",
        summary="面向市政巡检场景，一对一洽谈。",
        place=HALL,
        held_on=today + timedelta(days=30),
        registration_until=today + timedelta(days=10),
        requests_until=today + timedelta(days=20),
        plan=DayPlan(starts=540, ends=900, slot_minutes=30, breaks=((630, 810),)),
        tables=3,
        need_max=4,
        offer_max=4,
    )
    return dataclasses.replace(details, **changes)


def bring(side: Side, **changes: Any) -> Registration:
    """A registration that says enough."""
    registration = Registration(
        side=side,
        topic="变电所夜间巡检，读取表计并自动充电",
        contact_name="王小明",
        contact_phone="13812345678",
    )
    return dataclasses.replace(registration, **changes)


@dataclasses.dataclass(frozen=True)
class Fair:
    """The code of a published event, and what the acts of the tests need."""

    app: Flask
    people: People
    place: Place
    code: str
    held_on: date

    def event(self, actor: Actor | None = None) -> Event:
        return queries.get_event(actor or self.people.officer, self.code)

    def register(self, actor: Actor) -> int:
        """Register a unit with what it has; returns the party's id."""
        is_owner = actor is self.people.owner
        product = self.place.product if actor is self.people.firm else self.place.other_product
        brought = bring(
            Side.NEED if is_owner else Side.OFFER,
            demands=(self.place.code,) if is_owner else (),
            products=() if is_owner else (product,),
        )
        with self.app.app_context(), write_tx():
            return parties.register(actor, self.event(actor), brought).id

    def register_all(self) -> tuple[int, int, int]:
        """Owner, firm and other firm."""
        people = self.people
        return tuple(self.register(each) for each in (people.owner, people.firm, people.other_firm))  # type: ignore[return-value]

    def record(self, name: str, kind: PartyKind, side: Side, topic: str) -> int:
        """A party that the bureau keeps."""
        written = PartyRecord(
            name=name,
            kind=kind,
            side=side,
            topic=topic,
            contact_name="李老师",
            contact_phone="0571-12345678",
        )
        with self.app.app_context(), write_tx():
            return parties.record_party(self.people.officer, self.event(), written).id

    def do(self, act: Callable[..., object], actor: Actor, **arguments: Any) -> None:
        """An act on the event."""
        with self.app.app_context(), write_tx():
            act(actor, self.event(), **arguments)

    def wish(self, actor: Actor, to: int, wish: Wish | None) -> None:
        with self.app.app_context(), write_tx():
            own = party_queries.get_own(actor, self.event(actor))
            requests.set_wishes(actor, own, {to: wish})

    def open_requests(self) -> None:
        self.do(operations.open_requests, self.people.officer)

    def plan(self) -> None:
        """Start the job and let the executor run it."""
        self.do(planning.start_planning, self.people.officer)
        self.app.extensions["poke_executor"]()

    def make_agenda(self) -> None:
        """Register everybody, plan, publish."""
        self.register_all()
        self.open_requests()
        self.plan()
        self.do(meetings.publish_agenda, self.people.officer)

    def meetings(self, actor: Actor | None = None) -> list[tuple[int, int, int, int]]:
        """(need party, offer party, slot number, table) of the planned meetings an actor sees."""
        who = actor or self.people.officer
        with self.app.app_context(), read_tx():
            rows = meeting_queries.list_meetings(who, self.event(who))
            return [
                (row.need_party_id, row.offer_party_id, row.slot.number, row.table_no)
                for row in rows
                if row.state.value == "planned"
            ]

    def on_meeting(
        self, act: Callable[..., object], actor: Actor, index: int, **values: Any
    ) -> None:
        """An act on the n-th meeting of the agenda."""
        with self.app.app_context(), write_tx():
            row = meeting_queries.list_meetings(self.people.officer, self.event())[index]
            act(actor, row, **values)

    @contextmanager
    def on_the_day(self) -> Iterator[None]:
        with time_machine.travel(moment(self.held_on, 10), tick=False):
            yield


def make_fair(app: Flask, people: People, **changes: Any) -> Fair:
    """A published event."""
    place = make_place(app, people)
    with app.app_context(), write_tx():
        event = operations.create_event(people.officer, make_details(**changes))
        operations.publish_event(people.officer, event)
        code, held_on = event.code, event.held_on
    return Fair(app, people, place, code, held_on)


def count_rows() -> dict[str, int]:
    """How much there is in the room, the outbox and the trail."""
    with read_tx():
        return {
            model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (*TABLES, OutboxMessage, AuditEntry)
        }


def refuse(app: Flask, act: Callable[[], object], *errors: type[DomainError]) -> DomainError:
    """The act is refused and nothing changed; returns the refusal."""
    with app.app_context():
        before = count_rows()
        with pytest.raises(errors) as caught, write_tx():
            act()
        assert count_rows() == before
    return caught.value


def messages(app: Flask, topic: str) -> list[dict[str, Any]]:
    """The payloads of a topic, oldest first."""
    with app.app_context(), read_tx() as session:
        query = select(OutboxMessage.payload).where(OutboxMessage.topic == topic)
        return list(session.scalars(query.order_by(OutboxMessage.id)))

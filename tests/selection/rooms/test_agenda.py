"""The agenda of presentations: all in one act, in order, with breaks; others are refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from matchmaker.clock import CHINA
from matchmaker.db import write_tx
from matchmaker.errors import DomainError, PermissionDenied
from matchmaker.selection.panels import agenda, assigning, queries
from tests.conftest import SignIn
from tests.selection.rooms.factories import list_rows
from tests.selection.rooms.worlds import World, load_round, open_world

START = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
SETTINGS: dict[str, Any] = {
    "starts_at": START,
    "minutes": 20,
    "break_minutes": 5,
    "place": "一号会议室",
}


@pytest.fixture
def app(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def test_all_are_scheduled_in_order_and_can_be_moved(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        order = [row.id for row in reversed(list_rows(round_))]
        for _ in range(2):
            assert agenda.schedule_all(people.officer, round_, order, **SETTINGS) == 4
            slots = queries.list_slots(round_.id)
            assert [slot.application_id for slot in slots] == order
            assert [slot.starts_at - START for slot in slots] == [
                timedelta(minutes=25 * number) for number in range(4)
            ]
        later = START + timedelta(hours=5)
        assigning.schedule_presentation(
            people.officer, round_, order[0], starts_at=later, minutes=30, place="二号会议室"
        )
        assert [s.application_id for s in queries.list_slots(round_.id)] == [*order[1:], order[0]]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"minutes": 4}, "slot_minutes"),
        ({"minutes": 121}, "slot_minutes"),
        ({"break_minutes": -1}, "slot_break"),
        ({"place": " "}, "slot_invalid"),
        ({"starts_at": START.replace(hour=23)}, "slot_day"),
    ],
)
def test_impossible_agendas_are_refused(
    app: Flask, scoring_world: World, changes: dict[str, Any], code: str
) -> None:
    with app.app_context(), write_tx():
        round_ = load_round()
        order = [row.id for row in list_rows(round_)]
        with pytest.raises(DomainError) as refused:
            agenda.schedule_all(scoring_world.people.officer, round_, order, **SETTINGS | changes)
        assert refused.value.code == code


def test_order_holds_each_scene_once_and_is_the_officers(app: Flask, scoring_world: World) -> None:
    people = scoring_world.people
    with app.app_context(), write_tx():
        round_ = load_round()
        order = [row.id for row in list_rows(round_)]
        for wrong in (order[1:], [*order, order[0]], [*order[1:], 9999]):
            with pytest.raises(DomainError) as refused:
                agenda.schedule_all(people.officer, round_, wrong, **SETTINGS)
            assert refused.value.code == "slot_order"
        for actor in (people.owner, people.judge, people.approver):
            with pytest.raises(PermissionDenied):
                agenda.schedule_all(actor, round_, order, **SETTINGS)
        assert queries.list_slots(round_.id) == []


def test_agenda_is_drawn_by_form(app: Flask, scoring_world: World, sign_in: SignIn) -> None:
    base = "/bureau/selection/2026-humanoid-demonstration"
    data = {
        "order": "drawn",
        "starts_at": "2026-03-02T09:00",
        "minutes": "20",
        "break_minutes": "0",
        "place": "一号会议室",
    }
    assert (
        sign_in(app, "approver@test.example").post(f"{base}/panel/agenda", data=data).status_code
        == 403
    )
    officer = sign_in(app, "officer@test.example")
    assert officer.post(f"{base}/panel/agenda", data=data | {"order": ""}).status_code == 422
    assert officer.post(f"{base}/panel/agenda", data=data).status_code == 302
    page = officer.get(f"{base}/agenda").text
    assert all(f"场景{number:02d}" in page for number in range(1, 5))

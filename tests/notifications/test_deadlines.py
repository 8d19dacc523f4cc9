"""The night's reminders: each boundary once, to whom it concerns, and nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.campaigns import operations as calling
from matchmaker.db import db, write_tx
from matchmaker.demands import queries as demands
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.deadlines import tell_deadlines
from matchmaker.notifications.subscriptions.operations import watch_listing
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.suppliers.capabilities.operations import set_capability
from matchmaker.suppliers.models import Capability
from matchmaker.suppliers.rules import Evidence
from tests.engagement.moments import moment
from tests.engagement.world import Place, make_place
from tests.notifications.world import list_told
from tests.people import People
from tests.selection.rooms.factories import make_application, make_open_round
from tests.suppliers.market import make_product

KIND = NotificationKind.DEADLINE
TITLE = "地铁变电所夜间巡检"


def run_night(app: Flask, day: date) -> None:
    """The night of a day, twice: the second time must change nothing."""
    with time_machine.travel(moment(day, 2, 30), tick=False), app.app_context():
        tell_deadlines()
        tell_deadlines()


@pytest.fixture
def place(app: Flask, people: People) -> Place:
    return make_place(app, people)


def test_a_listing_is_told_seven_days_and_one_day_before(place: Place) -> None:
    app, people = place.app, place.people
    place.answer(people.firm)
    with app.app_context(), write_tx():
        watch_listing(people.stranger, demands.get_listing(people.stranger, place.code))
    expected = {
        8: [],
        7: ["还有7天截止"],
        6: ["还有7天截止"],
        2: ["还有7天截止"],
        1: ["还有7天截止", "明天截止"],
        0: ["还有7天截止", "明天截止"],
        -1: ["还有7天截止", "明天截止"],
    }
    for left, words in expected.items():
        run_night(app, place.deadline - timedelta(days=left))
        assert list_told(app, people.owner, KIND) == [f"需求“{TITLE}”{word}" for word in words]
    assert list_told(app, people.firm, KIND) == [
        f"贵单位已应答的需求“{TITLE}”{word}，届时应答将开启" for word in expected[0]
    ]
    assert list_told(app, people.stranger, KIND) == [
        f"您关注的需求“{TITLE}”{word}" for word in expected[0]
    ]
    for actor in (people.other_firm, people.judge, people.officer):
        assert list_told(app, actor, KIND) == []


def test_a_missed_night_is_made_up_for(place: Place) -> None:
    run_night(place.app, place.deadline - timedelta(days=5))
    assert list_told(place.app, place.people.owner, KIND) == [f"需求“{TITLE}”还有5天截止"]


def test_a_campaign_is_told_to_owners(app: Flask, people: People) -> None:
    closes = clock.today() + timedelta(days=20)
    call = calling.Call(
        title="年度场景征集", text="请报送场景。", opens_on=clock.today(), closes_on=closes
    )
    with app.app_context(), write_tx():
        campaign = calling.create_campaign(people.officer, call)
        calling.publish_campaign(people.officer, campaign, issuer="市经信局")
    run_night(app, closes - timedelta(days=8))
    assert list_told(app, people.owner, KIND) == []
    run_night(app, closes - timedelta(days=1))
    for actor in (people.owner, people.stranger):
        assert list_told(app, actor, KIND) == ["征集“年度场景征集”明天截止"]
    assert list_told(app, people.firm, KIND) == []


def test_an_application_that_is_not_handed_in_is_told_to_its_unit(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        make_application(round_, people.owner)
        closes = clock.today() + timedelta(days=12)
        db.session.get_one(SelectionRound, round_.id).closes_at = moment(closes, 17)
    run_night(app, closes - timedelta(days=8))
    assert list_told(app, people.owner, KIND) == []
    run_night(app, closes - timedelta(days=7))
    (told,) = list_told(app, people.owner, KIND)
    assert told.endswith("尚未提交，还有7天截止")
    assert list_told(app, people.stranger, KIND) == []


def test_a_proof_is_told_thirty_days_before_its_end(app: Flask, people: People) -> None:
    end = clock.today() + timedelta(days=40)
    with app.app_context(), write_tx():
        product = make_product(people.firm)
        set_capability(people.firm, product, attribute="payload_kg", text="20")
        figure = db.session.query(Capability).one()
        figure.evidence, figure.proven_until = Evidence.VERIFIED, end
    kind = NotificationKind.PROOF_ENDING
    run_night(app, end - timedelta(days=31))
    assert list_told(app, people.firm, kind) == []
    for left in (30, 29, 0):
        run_night(app, end - timedelta(days=left))
        told = list_told(app, people.firm, kind)
        day = f"{end.year}年{end.month}月{end.day}日"
        assert told == [f"“巡检一号 · 载荷”的证明将于{day}到期"], left
    assert list_told(app, people.other_firm, kind) == []

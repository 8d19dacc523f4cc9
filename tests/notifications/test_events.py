"""What matchmaking events tell to the units that are invited or take part, and to nobody else."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaker.db import db, read_tx, write_tx
from matchmaker.events import operations
from matchmaker.events.meetings import operations as meetings
from matchmaker.events.meetings import queries as meeting_queries
from matchmaker.events.outcomes import operations as outcomes
from matchmaker.events.parties import operations as parties
from matchmaker.events.parties import queries
from matchmaker.events.parties.models import EventParty
from matchmaker.events.parties.rules import Invitation
from matchmaker.events.rules import PartyKind, Side
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.rules import NotificationKind
from tests.conftest import SignIn
from tests.events.test_meetings import GOOD
from tests.events.world import Fair, make_fair
from tests.notifications.world import deliver, list_paths, list_told
from tests.people import People

TITLE = "城市巡检机器人场景对接会"
EVENTS = {
    NotificationKind.EVENT_INVITED,
    NotificationKind.EVENT_AGENDA,
    NotificationKind.EVENT_CHANGED,
}


@pytest.fixture
def fair(app: Flask, people: People) -> Fair:
    return make_fair(app, people)


def told(fair: Fair) -> dict[str, list[str]]:
    """Titles about events by part; people who were told nothing of them are left out."""
    deliver(fair.app)
    found = {
        part: [
            title
            for kind in sorted(EVENTS)
            for title in list_told(fair.app, getattr(fair.people, part), kind)
        ]
        for part in ("owner", "colleague", "stranger", "firm", "other_firm", "judge", "officer")
    }
    return {part: titles for part, titles in found.items() if titles}


def test_the_agenda_and_what_becomes_of_it(fair: Fair) -> None:
    fair.make_agenda()
    opened, published = f"“{TITLE}”开始征集会面意向", f"“{TITLE}”日程已发布"
    everybody = ("owner", "colleague", "firm", "other_firm")
    assert told(fair) == {part: [opened, published] for part in everybody}

    fair.on_meeting(meetings.cancel_meeting, fair.people.officer, 0, reason="业主临时有事")
    moved = f"贵单位在“{TITLE}”的会面有调整"
    after = told(fair)
    assert [part for part, titles in after.items() if moved in titles][:2] == ["owner", "colleague"]
    assert sum(moved in after[part] for part in ("firm", "other_firm")) == 1

    fair.do(operations.cancel_event, fair.people.officer, reason="场地不可用，电话13812345678")
    assert all(f"“{TITLE}”已取消" in titles for titles in told(fair).values())
    assert set(told(fair)) == set(everybody)
    with fair.app.app_context(), read_tx() as session:
        texts = "".join(f"{row.title}{row.text}" for row in session.query(Notification))
    for canary in ("13812345678", "王小明", "场地不可用"):
        assert canary not in texts


def test_an_invitation_reaches_the_invited_only(fair: Fair, sign_in: SignIn) -> None:
    with fair.app.app_context(), write_tx():
        invitation = Invitation(
            kind=PartyKind.OWNER,
            side=Side.NEED,
            organisation_id=fair.people.owner.organisation_id,
            name="甲方地铁公司",
        )
        parties.invite(fair.people.officer, fair.event(), [invitation])
    assert told(fair) == {part: [f"邀请贵单位参加“{TITLE}”"] for part in ("owner", "colleague")}
    (path,) = [path for path in list_paths(fair.app, fair.people.owner) if "/events/" in path]
    page = sign_in(fair.app, "owner@test.example").get(path).get_data(as_text=True)
    assert TITLE in page


def test_a_unit_that_is_no_party_is_told_nothing(fair: Fair) -> None:
    fair.make_agenda()
    with fair.app.app_context(), write_tx():
        party = db.session.query(EventParty).filter_by(
            organisation_id=fair.people.firm.organisation_id
        )
        party.update({"organisation_id": fair.people.stranger.organisation_id})
    after = told(fair)
    assert f"“{TITLE}”日程已发布" not in after["firm"]
    assert f"“{TITLE}”日程已发布" in after["other_firm"]


def test_an_outcome_is_told_to_the_other_side(fair: Fair) -> None:
    fair.make_agenda()
    told(fair)
    with fair.on_the_day():
        with fair.app.app_context(), write_tx():
            offer = queries.get_own(fair.people.firm, fair.event()).id
            rows = meeting_queries.list_meetings(fair.people.officer, fair.event())
            row = next(each for each in rows if each.offer_party_id == offer)
            outcomes.write_outcome(fair.people.firm, row, Side.OFFER, GOOD)
        found = told(fair)
    line = f"“{TITLE}”有一场会面，对方已登记结果"
    assert {part for part, titles in found.items() if line in titles} == {"owner", "colleague"}

"""Events and who comes to them: acts, refusals, what each side sees."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.accounts.models import OrganisationKind
from matchmaker.accounts.operations import create_organisation
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.events import operations, queries
from matchmaker.events.hours import DayPlan
from matchmaker.events.operations import details_of
from matchmaker.events.parties import desk
from matchmaker.events.parties import operations as parties
from matchmaker.events.parties import queries as party_queries
from matchmaker.events.parties.rules import Invitation, PartyRecord, PartyState
from matchmaker.events.requests import operations as requests
from matchmaker.events.requests import queries as request_queries
from matchmaker.events.requests.rules import Wish
from matchmaker.events.rules import EventKind, EventState, PartyKind, Side
from matchmaker.events.seasons import operations as seasons
from matchmaker.events.seasons.queries import list_targets
from tests.engagement.moments import moment
from tests.events.world import Fair, bring, make_details, make_fair, messages, refuse
from tests.people import People

OTHERS = ("owner", "firm", "judge", "sector_reviewer", "auditor", "sysadmin")


def test_codes_run_within_a_year(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        codes = [operations.create_event(people.officer, make_details()).code for _ in range(2)]
    year = make_details().held_on.year
    assert codes == [f"DJ{year}-01", f"DJ{year}-02"]


def test_drafts_are_for_the_bureau_only(app: Flask, people: People) -> None:
    with app.app_context():
        with write_tx():
            code = operations.create_event(people.officer, make_details()).code
        with read_tx():
            for actor in (VISITOR, people.owner, people.firm, people.sector_reviewer):
                with pytest.raises(NotFound):
                    queries.get_event(actor, code)
            assert queries.get_event(people.auditor, code).state is EventState.DRAFT


@pytest.mark.parametrize("part", OTHERS)
def test_only_the_bureau_runs_events(fair: Fair, part: str) -> None:
    actor = getattr(fair.people, part)
    record = PartyRecord(
        name="某实验室",
        kind=PartyKind.OWNER,
        side=Side.NEED,
        topic="寻求巡检机器人方案",
        contact_name="李",
        contact_phone="13800000000",
    )
    for act in (
        lambda: operations.create_event(actor, make_details()),
        lambda: operations.update_event(actor, fair.event(), make_details(), version=1),
        lambda: operations.open_requests(actor, fair.event()),
        lambda: operations.cancel_event(actor, fair.event(), reason="场地不可用"),
        lambda: operations.close_event(actor, fair.event()),
        lambda: parties.invite(actor, fair.event(), []),
        lambda: parties.record_party(actor, fair.event(), record),
        lambda: seasons.set_targets(actor, 2026, {EventKind.CHAIN: 3}),
    ):
        refuse(fair.app, act, PermissionDenied)


def test_hours_stay_after_publication_but_the_place_may_change(fair: Fair) -> None:
    officer = fair.people.officer
    fair.register(fair.people.owner)
    moved = make_details(plan=DayPlan(starts=600, ends=900, slot_minutes=30))
    refuse(
        fair.app,
        lambda: operations.update_event(officer, fair.event(), moved, version=1),
        IllegalTransition,
    )
    with fair.app.app_context(), write_tx():
        event = fair.event()
        new = dataclasses.replace(details_of(event), place="会展中心")
        operations.update_event(officer, event, new, version=1)
        assert (event.place, event.version) == ("会展中心", 2)
    (changed,) = messages(fair.app, "events.changed")
    assert changed["organisation_ids"] == [fair.people.owner.organisation_id]
    refuse(
        fair.app,
        lambda: operations.update_event(officer, fair.event(), new, version=1),
        Conflict,
    )


def test_a_cancelled_event_tells_everybody_why(fair: Fair) -> None:
    fair.register_all()
    refuse(
        fair.app,
        lambda: operations.cancel_event(fair.people.officer, fair.event(), reason=" "),
        InvalidInput,
    )
    fair.do(operations.cancel_event, fair.people.officer, reason="场地临时不可用")
    (message,) = messages(fair.app, "events.cancelled")
    people = fair.people
    assert message["organisation_ids"] == [
        each.organisation_id for each in (people.owner, people.firm, people.other_firm)
    ]
    with fair.app.app_context(), read_tx():
        event = fair.event(VISITOR)
        assert (event.state, event.cancel_reason) == (EventState.CANCELLED, "场地临时不可用")
    refuse(
        fair.app,
        lambda: parties.register(people.owner, fair.event(people.owner), bring(Side.NEED)),
        IllegalTransition,
    )


def test_invitations_go_out_once_and_are_answered(fair: Fair) -> None:
    people = fair.people
    invitations = [
        Invitation(
            name="甲方地铁公司",
            kind=PartyKind.OWNER,
            side=Side.NEED,
            organisation_id=people.owner.organisation_id,
            reasons=("变电所巡检 — 巡检一号，匹配度 88.0",),
        )
    ]
    fair.do(parties.invite, people.officer, invitations=invitations)
    fair.do(parties.invite, people.officer, invitations=invitations)
    assert messages(fair.app, "events.invited") == [
        {"event_id": 1, "code": fair.code, "organisation_ids": [people.owner.organisation_id]}
    ]
    with fair.app.app_context():
        with read_tx():
            own = party_queries.find_own(people.colleague, fair.event(people.colleague))
            assert own is not None
            assert own.reasons == ["变电所巡检 — 巡检一号，匹配度 88.0"]
            assert party_queries.find_own(people.stranger, fair.event()) is None
        with write_tx():
            own = party_queries.find_own(people.owner, fair.event(people.owner))
            assert parties.decline(people.owner, own).state is PartyState.DECLINED
    fair.register(people.owner)
    with fair.app.app_context(), read_tx():
        own = party_queries.get_own(people.owner, fair.event())
        assert [each.listing.code for each in own.demands] == [fair.place.code]


def test_a_registration_brings_only_what_is_its_own(fair: Fair) -> None:
    people = fair.people
    for actor, registration in (
        (people.stranger, bring(Side.NEED, demands=(fair.place.code,))),
        (people.firm, bring(Side.OFFER, products=(fair.place.other_product,))),
        (people.firm, bring(Side.NEED)),
        (people.owner, bring(Side.OFFER)),
        (people.owner, bring(Side.NEED, topic="巡检")),
        (people.owner, bring(Side.NEED, contact_phone="12")),
        (people.owner, bring(Side.NEED, contact_name="")),
    ):
        refuse(
            fair.app,
            lambda actor=actor, registration=registration: parties.register(
                actor, fair.event(actor), registration
            ),
            InvalidInput,
        )
    for actor in (people.judge, people.officer, VISITOR):
        refuse(
            fair.app,
            lambda actor=actor: parties.register(actor, fair.event(), bring(Side.NEED)),
            PermissionDenied,
        )


def test_registration_ends_with_its_last_day(fair: Fair) -> None:
    last = clock.today() + timedelta(days=10)
    with time_machine.travel(moment(last, 23, 59, 59), tick=False):
        fair.register(fair.people.owner)
    with time_machine.travel(moment(last + timedelta(days=1), 0, 0, 0), tick=False):
        firm = fair.people.firm
        refuse(
            fair.app,
            lambda: parties.register(firm, fair.event(firm), bring(Side.OFFER)),
            Conflict,
        )
        fair.register(fair.people.owner)  # a change is still taken


def test_absences_leave_one_slot_and_are_ones_own(fair: Fair) -> None:
    people = fair.people
    party_id = fair.register(people.owner)
    with fair.app.app_context():
        with read_tx():
            slots = [slot.id for slot in fair.event().slots]
        assert len(slots) == 6

        def act(actor: Any, ids: list[int]) -> None:
            party = party_queries.get_party(people.officer, fair.event(), party_id)
            parties.set_absences(actor, party, ids)

        refuse(fair.app, lambda: act(people.owner, slots), Conflict)
        for actor in (people.stranger, people.firm, people.officer):
            refuse(fair.app, lambda actor=actor: act(actor, slots[:1]), PermissionDenied)
        with write_tx():
            act(people.colleague, [*slots[:5], 999])
        with read_tx():
            party = party_queries.get_own(people.owner, fair.event())
            assert [row.slot_id for row in party.absences] == slots[:5]


def test_the_bureau_keeps_those_without_a_log_in(app: Flask, people: People) -> None:
    fair = make_fair(app, people, kind=EventKind.RESEARCH)
    team = fair.record("某大学足式机器人团队", PartyKind.TEAM, Side.OFFER, "提供步态控制算法合作")
    owner = people.owner
    with app.app_context(), write_tx():
        parties.register(owner, fair.event(owner), bring(Side.NEED))
    fair.open_requests()
    with app.app_context(), write_tx():
        party = party_queries.get_party(people.officer, fair.event(), team)
        own = party_queries.get_own(owner, fair.event())
        requests.set_wishes(people.officer, party, {own.id: Wish.WANT})
    for actor in (owner, people.firm):
        refuse(
            app,
            lambda actor=actor: requests.set_wishes(
                actor, party_queries.get_party(people.officer, fair.event(), team), {}
            ),
            PermissionDenied,
        )


def test_a_wish_is_known_to_its_own_side_and_the_bureau(fair: Fair) -> None:
    people = fair.people
    need, firm, other = fair.register_all()
    fair.open_requests()
    fair.wish(people.firm, need, Wish.AVOID)
    fair.wish(people.owner, firm, Wish.MUST)
    with fair.app.app_context(), read_tx():
        parties_of = {
            party.id: party for party in party_queries.list_parties(people.officer, fair.event())
        }
        assert request_queries.list_wishes(people.firm, parties_of[firm]) == {need: Wish.AVOID}
        assert request_queries.list_wishes(people.officer, parties_of[firm]) == {need: Wish.AVOID}
        assert request_queries.list_wishes(people.owner, parties_of[firm]) == {}
        assert request_queries.list_wishes(people.other_firm, parties_of[firm]) == {}
        assert request_queries.count_made(people.owner, fair.event()) == {need: 1}
        across = [row.id for row in party_queries.list_counterparts(parties_of[need])]
        assert sorted(across) == [firm, other]
        assert [row.id for row in party_queries.list_parties(people.owner, fair.event())] == [need]
    fair.wish(people.firm, need, None)
    with fair.app.app_context(), read_tx():
        assert request_queries.list_all(fair.event()) == {(need, firm): Wish.MUST}


def test_wishes_need_a_known_counterpart_and_the_right_time(fair: Fair) -> None:
    people = fair.people
    need, firm, other = fair.register_all()
    too_early = refuse(fair.app, lambda: _wish(fair, people.owner, firm), IllegalTransition)
    assert too_early.code == "wrong_state"
    fair.open_requests()
    refuse(fair.app, lambda: _wish(fair, people.firm, other), NotFound)
    refuse(fair.app, lambda: _wish(fair, people.firm, 999), NotFound)
    refuse(fair.app, lambda: _wish(fair, people.stranger, firm), NotFound)
    with time_machine.travel(moment(clock.today() + timedelta(days=21)), tick=False):
        refuse(fair.app, lambda: _wish(fair, people.owner, firm), Conflict)
    assert need


def _wish(fair: Fair, actor: Any, to: int) -> None:
    own = party_queries.get_own(actor, fair.event(actor))
    requests.set_wishes(actor, own, {to: Wish.WANT})


def test_contacts_are_shown_by_an_audited_act_only(fair: Fair) -> None:
    party_id = fair.register(fair.people.firm)
    with fair.app.app_context(), write_tx():
        party = party_queries.get_party(fair.people.officer, fair.event(), party_id)
        assert desk.reveal_contact(fair.people.officer, party).phone == "13812345678"
    for actor in (fair.people.owner, fair.people.auditor):
        refuse(
            fair.app,
            lambda actor=actor: desk.reveal_contact(
                actor, party_queries.get_party(fair.people.officer, fair.event(), party_id)
            ),
            PermissionDenied,
        )


def test_a_years_plan_never_falls_below_the_texts(app: Flask, people: People) -> None:
    refuse(
        app, lambda: seasons.set_targets(people.officer, 2026, {EventKind.CHAIN: 1}), InvalidInput
    )
    refuse(app, lambda: seasons.set_targets(people.officer, 1999, {}), InvalidInput)
    with app.app_context():
        with write_tx():
            seasons.set_targets(people.officer, 2026, {EventKind.CHAIN: 3, EventKind.FINANCE: 1})
        with read_tx():
            assert list_targets(2026) == {
                EventKind.SCENE: 1,
                EventKind.CHAIN: 3,
                EventKind.RESEARCH: 0,
                EventKind.FINANCE: 1,
            }
            assert list_targets(2027)[EventKind.CHAIN] == 2


def test_a_unit_whose_people_cannot_sign_in_is_kept_by_the_bureau(fair: Fair) -> None:
    officer = fair.people.officer
    with fair.app.app_context(), write_tx():
        unit = create_organisation(COMMAND_LINE, kind=OrganisationKind.OWNER, name="某文旅集团")
        invited = Invitation(
            name=unit.name, kind=PartyKind.OWNER, side=Side.NEED, organisation_id=unit.id
        )
        (party,) = parties.invite(officer, fair.event(), [invited])
        party_id = party.id
    assert messages(fair.app, "events.invited") == []
    written = PartyRecord(
        name="某文旅集团",
        kind=PartyKind.OWNER,
        side=Side.NEED,
        topic="景区夜间安防巡逻和讲解服务",
        contact_name="周经理",
        contact_phone="0571-12345678",
    )
    with fair.app.app_context(), write_tx():
        party = party_queries.get_party(officer, fair.event(), party_id)
        assert parties.update_record(officer, party, written).state is PartyState.REGISTERED
    own = fair.register(fair.people.owner)
    refuse(
        fair.app,
        lambda: parties.update_record(
            officer, party_queries.get_party(officer, fair.event(), own), written
        ),
        IllegalTransition,
    )

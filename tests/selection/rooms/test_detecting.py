"""Conflicts that the platform finds: past contracts, and applications that qualify later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from matchmaker.actor import Actor
from matchmaker.db import db, write_tx
from matchmaker.engagement.deployments import operations as deploying
from matchmaker.engagement.deployments.queries import list_contract_partners
from matchmaker.selection.panels import operations, queries, rules
from matchmaker.selection.panels.detecting import detect_after_qualification
from matchmaker.selection.panels.models import Conflict, PanelMember
from matchmaker.selection.panels.operations import ExpertDraft
from matchmaker.selection.panels.rules import Affiliations, ConflictSource
from matchmaker.selection.rounds.models import SelectionRound
from tests.engagement.test_deployments import Pair
from tests.engagement.world import Place, make_place
from tests.people import People
from tests.selection.rooms.factories import (
    add_judge,
    close_applications,
    make_open_round,
    make_submitted,
    qualify,
)


@pytest.fixture
def contracted(app: Flask, people: People) -> Iterator[Place]:
    """The owner and the firm have signed a contract on the platform."""
    place = make_place(app, people)
    id_ = place.answer(people.firm)
    with place.opening():
        place.give_outcomes(people.owner, {id_}, {id_: "方案完整，价格合理。"})
        pair = Pair(place, id_)
        pair.pair_up()
        pair.act(deploying.sign_contract, pair.owner, pair.terms())
        yield place


def add_expert_of(people: People, round_: SelectionRound, unit: Actor) -> PanelMember:
    draft = ExpertDraft(name="合同方专家", employer="某单位", organisation_id=unit.organisation_id)
    return operations.add_member(
        people.officer, round_, operations.add_expert(people.officer, draft)
    )


def test_contract_partners_are_known_from_both_sides(contracted: Place) -> None:
    owner, firm = contracted.people.owner, contracted.people.firm
    with contracted.app.app_context(), write_tx():
        units = {owner.organisation_id or 0, firm.organisation_id or 0}
        for one in units:
            assert list_contract_partners({one}) == units - {one}
        assert list_contract_partners(units) == frozenset()
        assert list_contract_partners({contracted.people.stranger.organisation_id or 0}) == set()
        assert list_contract_partners(frozenset()) == frozenset()


def test_past_contract_with_a_party_bars(contracted: Place) -> None:
    people = contracted.people
    with contracted.app.app_context(), write_tx():
        round_ = make_open_round(people)
        mine = make_submitted(round_, people.stranger, 1, people.firm)
        other = make_submitted(round_, people.stranger, 2)
        close_applications(people, round_)
        qualify(people, mine)
        qualify(people, other)
        member = add_expert_of(people, round_, people.owner)
        (found,) = queries.list_conflicts(round_.id)
        assert (found.application_id, found.source) == (mine.id, ConflictSource.DETECTED)
        assert "合同往来" in found.reason
        barred = queries.list_barred_pairs(round_.id)
        assert barred == {(mine.id, member.id)}


def test_contract_of_others_is_no_conflict() -> None:
    judge = Affiliations(frozenset({1}), contract_partner_ids=frozenset({2}))
    assert rules.find_conflict(judge, Affiliations(frozenset({3}))) is None
    assert rules.find_conflict(judge, Affiliations(frozenset({2}))) is not None


def test_application_that_qualifies_after_the_panel_is_compared(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        row = make_submitted(round_, people.owner)
        close_applications(people, round_)
        member = add_judge(people, round_, "评委乙", people.conflicted_judge, signed=False)
        assert db.session.query(Conflict).count() == 0
        qualify(people, row)
        # Before the message has been delivered the scene is hidden from the judge all the same.
        assert queries.declarable_by(people.conflicted_judge, member) == []
        for _ in range(2):
            detect_after_qualification({"application_id": row.id})
        (found,) = queries.list_conflicts(round_.id)
        assert (found.application_id, found.member_id) == (row.id, member.id)
        operations.decide_conflict(people.officer, found, confirmed=False, reason="已离职三年")
        assert queries.declarable_by(people.conflicted_judge, member) == [row]

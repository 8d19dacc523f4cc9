"""Sealed answers: who hands in, who sees what and when, and the outcome that everybody gets."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import DONE
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import operations as listings
from matchmaker.demands import queries as demands
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers import choice, queries
from matchmaker.engagement.answers.following import follow_listing
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import AnswerState
from matchmaker.errors import Conflict, DomainError, IllegalTransition, InvalidInput, NotFound
from tests.engagement.world import Place

REASON = "方案完整，价格合理。"


def count_for(place: Place, part: str) -> int:
    with place.app.app_context(), read_tx():
        actor = getattr(place.people, part)
        return queries.count_received(actor, demands.get_listing(actor, place.code))


def test_nobody_but_the_firm_sees_a_sealed_answer(place: Place) -> None:
    people = place.people
    id_ = place.answer(people.firm)
    with place.last_second():
        for part in ("owner", "colleague", "stranger", "other_firm", "officer", "auditor"):
            assert place.seen_by(getattr(people, part)) == [], part
        assert place.seen_by(people.firm) == [id_]
        assert count_for(place, "owner") == count_for(place, "officer") == 1
    with place.opening():
        for part in ("owner", "colleague", "officer", "approver", "auditor", "firm"):
            assert place.seen_by(getattr(people, part)) == [id_], part
        for part in ("stranger", "other_firm", "judge", "sector_reviewer", "sysadmin"):
            assert place.seen_by(getattr(people, part)) == [], part
    assert place.status() is ListingStatus.ANSWERED


@pytest.mark.parametrize("part", ["firm", "stranger", "judge"])
def test_the_number_of_answers_is_for_owner_and_bureau(place: Place, part: str) -> None:
    place.answer(place.people.firm)
    with pytest.raises(DomainError, match="permission_denied"):
        count_for(place, part)


def test_the_trail_never_says_what_was_offered(place: Place) -> None:
    place.answer(place.people.firm)
    with place.app.app_context(), read_tx():
        (entry,) = db.session.query(AuditEntry).filter_by(action="answers.submit")
        assert entry.data == {"demand": place.code, "version": 1}


def test_the_last_second_of_the_deadline_counts(place: Place) -> None:
    with place.last_second():
        id_ = place.answer(place.people.firm)
        place.answer(place.people.firm, version=1, amount_fen=1)
    with place.opening():
        with pytest.raises(Conflict, match="deadline_passed"):
            place.answer(place.people.other_firm)
        with pytest.raises(Conflict, match="deadline_passed"):
            place.answer(place.people.firm, version=2)
        with pytest.raises(Conflict, match="deadline_passed"):
            place.withdraw(place.people.firm, id_)
    assert place.states() == {id_: AnswerState.SUBMITTED}
    with place.app.app_context(), read_tx():
        row = queries.get_answer(place.people.firm, id_)
        assert (row.amount_fen, row.version) == (1, 2)


@pytest.mark.parametrize("part", ["owner", "stranger", "judge", "officer"])
def test_only_firms_answer(place: Place, part: str) -> None:
    with pytest.raises(DomainError, match="permission_denied"):
        place.answer(getattr(place.people, part))
    assert place.states() == {}
    assert place.status() is ListingStatus.PUBLISHED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"products": ()}, "products"),
        ({"products": ("no-such",)}, "products"),
        ({"mode": "joint-rnd"}, "mode"),
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": None}, "amount_fen"),
        ({"amount_fen": 10_000_000_000_01}, "amount_fen"),
        ({"delivery_days": 0}, "delivery_days"),
        ({"delivery_days": 3651}, "delivery_days"),
        ({"text": "太短"}, "text"),
    ],
)
def test_a_faulty_answer_names_its_field(
    place: Place, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        place.answer(place.people.firm, **changes)
    assert refused.value.field == field
    assert place.states() == {}


def test_products_of_another_firm_are_refused(place: Place) -> None:
    with pytest.raises(InvalidInput, match="products"):
        place.answer(place.people.firm, products=(place.other_product,))
    assert place.states() == {}


def test_an_answer_is_changed_withdrawn_and_handed_in_again(place: Place) -> None:
    firm = place.people.firm
    id_ = place.answer(firm)
    with pytest.raises(Conflict, match="answer_changed"):
        place.answer(firm, version=0)
    assert place.answer(firm, version=1, delivery_days=30) == id_
    for part in ("other_firm", "owner", "officer"):
        with pytest.raises(NotFound):
            place.withdraw(getattr(place.people, part), id_)
    place.withdraw(firm, id_)
    assert count_for(place, "owner") == 0
    with pytest.raises(IllegalTransition):
        place.withdraw(firm, id_)
    assert place.answer(firm, version=3) == id_
    assert place.states() == {id_: AnswerState.SUBMITTED}


def test_a_withdrawn_answer_is_never_opened(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    place.withdraw(place.people.firm, id_)
    with place.opening():
        assert place.seen_by(place.people.owner) == []
        with pytest.raises(NotFound):
            place.shortlist(place.people.owner, id_)


def test_everybody_gets_an_outcome_with_a_reason(place: Place) -> None:
    people = place.people
    mine, other = place.answer(people.firm), place.answer(people.other_firm)
    with place.last_second(), pytest.raises(NotFound):
        place.shortlist(people.owner, mine)
    with place.opening():
        place.shortlist(people.owner, mine)
        place.shortlist(people.colleague, other)
        for reasons in ({mine: REASON}, {mine: REASON, other: " 短 "}):
            with pytest.raises(InvalidInput) as refused:
                place.give_outcomes(people.owner, {mine}, reasons)
            assert refused.value.field == f"reason_{other}"
        with pytest.raises(InvalidInput, match="nothing_chosen"):
            place.give_outcomes(people.owner, set(), {mine: REASON, other: REASON})
        with pytest.raises(NotFound):
            place.give_outcomes(people.owner, {999}, {mine: REASON, other: REASON})
        for part in ("stranger", "firm", "officer"):
            actor = getattr(people, part)
            with pytest.raises(DomainError, match="permission_denied"):
                place.give_outcomes(actor, {mine}, {mine: REASON, other: REASON})
        assert set(place.states().values()) == {AnswerState.SHORTLISTED}
        place.give_outcomes(people.owner, {mine}, {mine: REASON, other: "载荷不足，低于要求。"})
        assert place.states() == {mine: AnswerState.CHOSEN, other: AnswerState.RUNNER_UP}
        assert place.status() is ListingStatus.AGREED
        assert place.seen_by(people.other_firm) == [other]
        with place.app.app_context(), read_tx() as session:
            entries = session.query(AuditEntry).filter_by(action="answers.give_outcome")
            assert {entry.subject_id: (entry.outcome, entry.data) for entry in entries} == {
                str(mine): (DONE, {"choice": "chosen", "reason": REASON}),
                str(other): (DONE, {"choice": "runner_up", "reason": "载荷不足，低于要求。"}),
            }
            lost = queries.get_answer(people.other_firm, other)
            assert lost.outcome_reason == "载荷不足，低于要求。"
            with pytest.raises(NotFound):
                queries.get_answer(people.other_firm, mine)
        with pytest.raises(Conflict, match="no_answers"):
            place.give_outcomes(people.owner, {mine}, {mine: REASON})


def test_outcomes_wait_for_the_deadline(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    with place.last_second(), pytest.raises(Conflict, match="answers_sealed"):
        place.give_outcomes(place.people.owner, {id_}, {id_: REASON})
    assert place.states() == {id_: AnswerState.SUBMITTED}
    assert place.status() is ListingStatus.ANSWERED


def test_no_fitting_answer_closes_as_unmet(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    with place.opening():
        with place.app.app_context(), write_tx():
            listing = demands.get_listing(place.people.owner, place.code)
            choice.give_no_outcome(
                place.people.owner, listing, reasons={id_: REASON}, note="缺防爆机型"
            )
        assert place.states() == {id_: AnswerState.DECLINED}
        assert place.status() is ListingStatus.UNMET


def follow(place: Place) -> None:
    with place.app.app_context(), write_tx():
        follow_listing({"id": db.session.query(Answer).one().listing_id, "code": place.code})


def change_deadline(place: Place, days: int) -> None:
    with place.app.app_context(), write_tx():
        listing = demands.get_listing(place.people.owner, place.code)
        deadline = place.deadline + timedelta(days=days)
        content = dataclasses.replace(demands.content_of(listing), deadline=deadline)
        listings.edit_published(
            place.people.owner, listing, content, version=listing.version, reason="调整截止日期"
        )
    follow(place)


def test_the_seal_follows_the_deadline_until_it_has_passed(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    change_deadline(place, 5)
    with place.opening():
        assert place.seen_by(place.people.owner) == []
        place.answer(place.people.other_firm)
    with place.opening(5):
        assert id_ in place.seen_by(place.people.owner)


def test_what_was_opened_is_not_sealed_again(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    with place.opening():
        change_deadline(place, 20)
        assert place.seen_by(place.people.owner) == [id_]
        with pytest.raises(Conflict, match="answers_opened"):
            place.answer(place.people.other_firm)
        with pytest.raises(Conflict, match="answers_opened"):
            place.answer(place.people.firm, version=1, amount_fen=1)


def test_a_listing_closed_early_settles_and_never_opens(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    with place.app.app_context(), write_tx():
        listing = demands.get_listing(place.people.owner, place.code)
        lifecycle.withdraw(place.people.owner, listing, note="预算取消")
    follow(place)
    with place.opening(), place.app.app_context(), read_tx():
        row = queries.get_answer(place.people.firm, id_)
        assert (row.state, row.outcome_reason) == (
            AnswerState.DECLINED,
            "业主撤回了需求：预算取消",
        )
        with pytest.raises(NotFound):
            queries.get_answer(place.people.owner, id_)

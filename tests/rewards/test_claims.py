"""Claims from draft to verified: origin, facts, ledger, who is kept out."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.funding import operations as funding
from matchmaker.rewards import queries
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.models import Claim
from matchmaker.rewards.rules import ClaimStatus
from tests.people import People
from tests.rewards.world import EMBODIED, line, make_claim, make_designation, verify_all


def test_a_scene_award_starts_from_the_units_own_designation(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        designation = make_designation(people.owner, demand="D901")
        claim = claims.create_claim(people.owner, instrument="M66-6", designation=designation)

        assert re.fullmatch(rf"JL{clock.today().year}-0001", claim.number)
        assert claim.work_key == "scene:D901"
        assert claim.project == designation.application.title
        assert claim.ledger is not None
        assert claim.status is ClaimStatus.DRAFT


@pytest.mark.parametrize(
    ("part", "instrument", "programme", "code"),
    [
        ("stranger", "M66-6", None, "designation_foreign"),
        ("owner", "A25-3.1", None, "designation_other"),
        ("owner", "M66-2a", None, "designation_unused"),
        ("owner", "M66-6", "none", "designation_missing"),
        ("judge", "M66-6", None, "permission_denied"),
        ("officer", "M66-6", None, "permission_denied"),
        ("owner", "X1", None, "unknown_instrument"),
    ],
)
def test_a_claim_without_ground_is_refused(
    app: Flask, people: People, part: str, instrument: str, programme: str | None, code: str
) -> None:
    with app.app_context(), write_tx():
        designation = None if programme else make_designation(people.owner)
        with pytest.raises(DomainError) as refused:
            claims.create_claim(
                getattr(people, part), instrument=instrument, designation=designation
            )
        assert refused.value.code == code
        assert db.session.scalar(select(func.count()).select_from(Claim)) == 0


def test_numbers_rise_within_a_year(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        numbers = [
            claims.create_claim(people.firm, instrument="M66-2a", project=f"任务{n}").number
            for n in range(3)
        ]
    year = clock.today().year
    assert numbers == [f"JL{year}-0001", f"JL{year}-0002", f"JL{year}-0003"]


def test_a_designation_is_claimed_once_until_it_is_withdrawn(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        designation = make_designation(people.owner)
        first = claims.create_claim(people.owner, instrument="M66-6", designation=designation)
        assert queries.list_designations(people.owner) == []
        with pytest.raises(Conflict):
            claims.create_claim(people.colleague, instrument="M66-6", designation=designation)
        claims.withdraw_claim(people.owner, first)
        db.session.flush()

        again = claims.create_claim(people.owner, instrument="M66-6", designation=designation)

        assert again.number != first.number


def test_two_programmes_of_one_scene_are_one_piece_of_work(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        humanoid = make_designation(people.owner, demand="D902")
        embodied = make_designation(people.owner, programme=EMBODIED, demand="D902")
        first = claims.create_claim(people.owner, instrument="M66-6", designation=humanoid)
        second = claims.create_claim(people.owner, instrument="A25-3.1", designation=embodied)

        assert first.work_key == second.work_key
        assert list(queries.list_same_work(first)) == [second]


def test_same_work_is_joined_within_a_unit_only(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        first = claims.create_claim(people.firm, instrument="M66-5b", project="2025年采购")
        joined = claims.create_claim(
            people.firm, instrument="A25-2.2a", project="2025年采购", same_work_as=first
        )
        assert joined.work_key == first.work_key
        with pytest.raises(Conflict) as repeated:
            claims.create_claim(
                people.firm, instrument="M66-5b", project="2025年采购", same_work_as=first
            )
        assert repeated.value.code == "claim_repeated"
        with pytest.raises(NotFound):
            claims.create_claim(
                people.other_firm, instrument="A25-2.2a", project="采购", same_work_as=first
            )


def test_stated_facts_are_checked_and_derived_ones_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = claims.create_claim(people.firm, instrument="M66-4b", project="产线")
        claims.state_facts(people.firm, claim, {"loan_yuan": " 8000000 ", "years": "1.5"})
        assert claim.stated_facts == {"loan_yuan": "8000000", "years": "1.5"}
        for facts, code in (
            ({"loan_yuan": "-1"}, "malformed_fact"),
            ({"loan_yuan": "1.001"}, "malformed_fact"),
            ({"investment_yuan": "9000000"}, "fact_not_stated"),
            ({"paid_before_yuan": "0"}, "fact_not_stated"),
        ):
            with pytest.raises(InvalidInput) as refused:
                claims.state_facts(people.firm, claim, facts)
            assert refused.value.code == code
        assert claim.stated_facts == {"loan_yuan": "8000000", "years": "1.5"}


def test_submission_needs_facts_and_lines_and_locks_the_ledger(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = claims.create_claim(people.firm, instrument="M66-4a", project="产线")
        assert claim.ledger is not None
        with pytest.raises(InvalidInput) as refused:
            claims.submit_claim(people.firm, claim)
        assert refused.value.code == "fact_missing"
        claims.state_facts(people.firm, claim, {"above_scale_within_2_years": "true"})
        with pytest.raises(InvalidInput) as refused:
            claims.submit_claim(people.firm, claim)
        assert refused.value.code == "ledger_empty"
        funding.add_item(people.firm, claim.ledger, line(100))

        claims.submit_claim(people.firm, claim)

        assert claim.status is ClaimStatus.SUBMITTED
        with pytest.raises(PermissionDenied):
            funding.add_item(people.firm, claim.ledger, line(100))
        with pytest.raises(PermissionDenied):
            claims.state_facts(people.firm, claim, {})


def test_a_returned_claim_loses_its_verified_amounts(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 100_00)
        verify_all(people, claim)
        with pytest.raises(InvalidInput):
            claims.return_claim(people.officer, claim, reason=" ")
        claims.return_claim(people.officer, claim, reason="缺付款凭证")

        assert claim.ledger is not None
        assert claim.status is ClaimStatus.RETURNED
        assert claim.status_note == "缺付款凭证"
        assert [item.verified_fen for item in claim.ledger.items] == [None]
        funding.add_item(people.colleague, claim.ledger, line(200_00))
        claims.submit_claim(people.colleague, claim)
        assert claim.status is ClaimStatus.SUBMITTED
        assert claim.status_note == ""


@pytest.mark.parametrize("part", ["owner", "stranger", "firm", "officer", "approver", "sysadmin"])
def test_only_the_auditor_verifies(app: Flask, people: People, part: str) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 100_00)
        assert claim.ledger is not None
        item = claim.ledger.items[0]
        with pytest.raises(PermissionDenied):
            claims.verify_line(
                getattr(people, part), claim, item.id, verified_fen=100_00, reason=""
            )
        assert item.verified_fen is None


@pytest.mark.parametrize("fen", [-1, 100_01])
def test_a_verified_amount_is_within_the_claimed_one(app: Flask, people: People, fen: int) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 100_00)
        assert claim.ledger is not None
        item = claim.ledger.items[0]
        with pytest.raises(InvalidInput):
            claims.verify_line(people.auditor, claim, item.id, verified_fen=fen, reason="理由")
        assert item.verified_fen is None


def test_a_cut_and_a_duplicate_need_a_reason(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        first = make_claim(people, 100_00)
        second = claims.create_claim(people.firm, instrument="M66-5b", project="采购")
        assert first.ledger is not None
        assert second.ledger is not None
        number = first.ledger.items[0].invoice_number
        funding.add_item(people.firm, second.ledger, line(100_00, invoice_number=f" {number}-"))
        claims.state_facts(people.firm, second, {"affiliated": "false"})
        claims.submit_claim(people.firm, second)
        item = second.ledger.items[0]
        for fen, code in ((99_99, "cut_reason"), (100_00, "duplicate_reason")):
            with pytest.raises(InvalidInput) as refused:
                claims.verify_line(people.auditor, second, item.id, verified_fen=fen, reason=" ")
            assert refused.value.code == code
        claims.verify_line(people.auditor, second, item.id, verified_fen=0, reason="重复发票")

        assert item.verified_fen == 0
        assert item.verified_by == people.auditor.user_id


def test_who_sees_a_claim(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        draft = claims.create_claim(
            people.owner, instrument="M66-6", designation=make_designation(people.owner)
        )
        sent = make_claim(people, 100)
        ids = (draft.id, sent.id)

    def seen(actor: Actor) -> list[bool]:
        with app.app_context(), read_tx():
            found = []
            for claim_id in ids:
                try:
                    queries.get_claim(actor, claim_id)
                    found.append(True)
                except NotFound:
                    found.append(False)
            return found

    for part in ("owner", "colleague"):
        assert seen(getattr(people, part)) == [True, True], part
    for part in ("officer", "approver", "auditor"):
        assert seen(getattr(people, part)) == [False, True], part
    for part in ("stranger", "firm", "judge", "sysadmin", "sector_reviewer", "district_reviewer"):
        assert seen(getattr(people, part)) == [False, False], part


def test_strangers_change_nothing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = claims.create_claim(
            people.owner, instrument="M66-6", designation=make_designation(people.owner)
        )
        assert claim.ledger is not None
        funding.add_item(people.owner, claim.ledger, line(100))
        before = db.session.scalar(select(func.count()).select_from(AuditEntry))
        for part in ("stranger", "firm", "officer", "judge"):
            actor = getattr(people, part)
            for act in (
                lambda who: funding.add_item(who, claim.ledger, line(100)),
                lambda who: funding.remove_item(who, claim.ledger, claim.ledger.items[0].id),
                lambda who: claims.submit_claim(who, claim),
                lambda who: claims.withdraw_claim(who, claim),
                lambda who: claims.state_facts(who, claim, {}),
            ):
                with pytest.raises(PermissionDenied):
                    act(actor)
        assert claim.status is ClaimStatus.DRAFT
        assert len(claim.ledger.items) == 1
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_a_claim_in_decision_cannot_be_withdrawn(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 100_00)
        claim.status = ClaimStatus.PROPOSED
        with pytest.raises(IllegalTransition):
            claims.withdraw_claim(people.owner, claim)
        assert claim.status is ClaimStatus.PROPOSED


def test_every_step_is_in_the_trail_once(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 100_00)
        claims.withdraw_claim(people.owner, claim)
        number = claim.id
    with app.app_context(), read_tx():
        actions = db.session.scalars(
            select(AuditEntry.action).where(
                AuditEntry.subject_type == "claim", AuditEntry.subject_id == str(number)
            )
        ).all()
    assert list(actions) == ["rewards.create_claim", "rewards.submit", "rewards.withdraw"]


def test_a_leap_day_invoice_is_accepted_and_tomorrow_is_not(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = claims.create_claim(people.firm, instrument="M66-5b", project="采购")
        assert claim.ledger is not None
        funding.add_item(people.firm, claim.ledger, line(100, invoice_date=date(2024, 2, 29)))
        tomorrow = date.fromordinal(clock.today().toordinal() + 1)
        with pytest.raises(InvalidInput):
            funding.add_item(people.firm, claim.ledger, line(100, invoice_date=tomorrow))
        assert len(claim.ledger.items) == 1

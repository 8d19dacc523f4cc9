"""Claiming a compiled profile with the bureau's approval."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.actor import VISITOR, Actor
from matchmaker.db import read_tx
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.suppliers import queries
from matchmaker.suppliers.claims import operations
from matchmaker.suppliers.claims import queries as claims
from matchmaker.suppliers.claims.models import ClaimState, ProfileClaim
from tests.files.samples import kept_upload
from tests.people import People
from tests.suppliers.market import (
    count_acts,
    list_messages,
    make_compiled_supplier,
    make_firm,
    world,
)


def submit(actor: Actor, code: str = "S900") -> ProfileClaim:
    """A claim on the compiled profile."""
    return operations.submit_claim(
        actor,
        queries.get_supplier(actor, code),
        [kept_upload("营业执照.pdf")],
        position="总经理",
        statement="本单位即该企业。",
    )


def test_an_approved_claim_gives_the_profile_to_the_unit(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        id_ = submit(people.firm).id
    with world(app):
        operations.approve_claim(people.officer, claims.get_claim(people.officer, id_))
    with app.app_context(), read_tx() as session:
        supplier = queries.get_own_supplier(people.firm)
        assert (supplier.code, supplier.claimed_at is not None) == ("S900", True)
        claim = claims.get_claim(people.firm, id_)
        assert (claim.state, claim.decided_by) == (ClaimState.APPROVED, people.officer.user_id)
        assert count_acts(session, "claims.approved") == 1
        assert list_messages(session, "suppliers.claim_decided") == [{"claim_id": id_}]


def test_rivals_are_answered_with_the_reason(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        first, second = submit(people.firm), submit(people.other_firm)
        operations.approve_claim(people.officer, first)
        assert (second.state, second.opinion) == (
            ClaimState.REJECTED,
            "该企业资料已由其他单位认领。",
        )
        with pytest.raises(IllegalTransition):
            operations.approve_claim(people.officer, second)
        assert queries.find_own_supplier(people.other_firm) is None


def test_a_rejection_needs_a_reason_and_gives_nothing(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        claim = submit(people.firm)
        with pytest.raises(InvalidInput):
            operations.reject_claim(people.officer, claim, reason="")
        operations.reject_claim(people.officer, claim, reason="材料未盖章")
        assert (claim.state, claim.opinion) == (ClaimState.REJECTED, "材料未盖章")
        assert queries.find_own_supplier(people.firm) is None
        assert submit(people.firm).state is ClaimState.SUBMITTED


@pytest.mark.parametrize("part", ["owner", "officer", "judge", "sysadmin"])
def test_only_firms_claim(app: Flask, people: People, part: str) -> None:
    with world(app) as session:
        make_compiled_supplier()
        with pytest.raises(PermissionDenied):
            submit(getattr(people, part))
        assert session.scalar(select(func.count(ProfileClaim.id))) == 0


@pytest.mark.parametrize(
    "part", ["firm", "other_firm", "owner", "auditor", "sysadmin", "sector_reviewer"]
)
def test_only_market_officers_decide(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with world(app):
        make_compiled_supplier()
        claim = submit(people.firm)
        with pytest.raises(PermissionDenied):
            operations.approve_claim(actor, claim)
        with pytest.raises(PermissionDenied):
            operations.reject_claim(actor, claim, reason="不行")
        assert (claim.state, claim.supplier.organisation_id) == (ClaimState.SUBMITTED, None)


def test_nobody_approves_the_claim_of_their_own_unit(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        claim = submit(people.firm)
        for actor in (
            replace(people.officer, organisation_id=people.firm.organisation_id),
            replace(people.officer, user_id=people.firm.user_id),
        ):
            with pytest.raises(PermissionDenied):
                operations.approve_claim(actor, claim)
        assert claim.state is ClaimState.SUBMITTED


def test_a_claimed_profile_is_not_claimed_again(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        operations.approve_claim(people.officer, submit(people.firm))
        with pytest.raises(Conflict) as refused:
            submit(people.other_firm)
        assert refused.value.code == "already_claimed"


def test_a_unit_with_a_profile_claims_no_other(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        make_firm(people.firm)
        with pytest.raises(Conflict) as refused:
            submit(people.firm)
        assert refused.value.code == "has_supplier"


def test_no_profile_is_made_beside_an_open_claim(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        claim = submit(people.firm)
        with pytest.raises(Conflict, match="claim_open"):
            make_firm(people.firm)
        operations.recall_claim(people.firm, claim)
        assert make_firm(people.firm).code == "S901"


def test_a_profile_made_before_they_were_kept_apart_stops_the_approval(
    app: Flask, people: People
) -> None:
    with world(app):
        make_compiled_supplier()
        claim = submit(people.firm)
        make_compiled_supplier("S901", "另一家公司").organisation_id = people.firm.organisation_id
        with pytest.raises(Conflict) as refused:
            operations.approve_claim(people.officer, claim)
        assert refused.value.code == "has_supplier"
        assert claim.supplier.organisation_id is None


def test_a_unit_has_one_open_claim(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        make_compiled_supplier("S901", "另一家公司")
        claim = submit(people.firm)
        with pytest.raises(Conflict) as refused:
            submit(people.firm, "S901")
        assert refused.value.code == "claim_open"
        with pytest.raises(PermissionDenied):
            operations.recall_claim(people.other_firm, claim)
        operations.recall_claim(people.firm, claim)
        assert submit(people.firm, "S901").state is ClaimState.SUBMITTED


@pytest.mark.parametrize(
    ("position", "statement", "with_file", "field"),
    [
        ("", "本单位即该企业。", True, "position"),
        ("总经理", "是", True, "statement"),
        ("总经理", "本单位即该企业。", False, "files"),
    ],
)
def test_an_incomplete_claim_is_refused(
    app: Flask, people: People, position: str, statement: str, with_file: bool, field: str
) -> None:
    with world(app) as session:
        supplier = make_compiled_supplier()
        uploads = [kept_upload()] if with_file else []
        with pytest.raises(InvalidInput) as refused:
            operations.submit_claim(
                people.firm, supplier, uploads, position=position, statement=statement
            )
        assert refused.value.field == field
        assert session.scalar(select(func.count(ProfileClaim.id))) == 0


def test_readers_of_a_claim(app: Flask, people: People) -> None:
    with world(app):
        make_compiled_supplier()
        id_ = submit(people.firm).id
    with app.app_context(), read_tx():
        for actor in (people.firm, people.officer, people.approver, people.auditor):
            assert claims.get_claim(actor, id_).id == id_
        for actor in (VISITOR, people.other_firm, people.owner, people.judge, people.sysadmin):
            with pytest.raises(NotFound):
                claims.get_claim(actor, id_)
            assert claims.count_open(actor) == 0

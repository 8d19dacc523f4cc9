"""Asking for an account: what is checked, who decides, what stays and what is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.accounts import queries as accounts
from matchmaker.accounts.models import Organisation, OrganisationKind, User
from matchmaker.accounts.requests import operations, queries
from matchmaker.accounts.requests.models import AccountRequest
from matchmaker.accounts.requests.rules import CONTACT_KEPT, RequestDraft, RequestState
from matchmaker.accounts.requests.seeding import seed_account_requests
from matchmaker.actor import VISITOR, Actor, RoleName
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from tests.people import People

CODE = "91330100799655058B"
DRAFT = RequestDraft(
    unit="申请公司",
    credit_code=CODE.lower(),
    kind="supplier",
    name="申请人",
    email="ASKING@test.example",
    phone="0571-87654321",
    district="shangcheng",
    note="  有三款产品  ",
)


def _ask(draft: RequestDraft = DRAFT) -> int:
    with write_tx():
        return operations.ask_for_account(VISITOR, draft).id


def _accept(actor: Actor, request_id: int, unit: str = "申请公司") -> int:
    with write_tx():
        row = db.session.get_one(AccountRequest, request_id)
        return operations.accept_request(actor, row, unit=unit, password_hash="-").id


def _decline(actor: Actor, request_id: int, reason: str) -> None:
    with write_tx():
        row = db.session.get_one(AccountRequest, request_id)
        operations.decline_request(actor, row, reason=reason)


def test_a_request_is_stored_clean_and_found_by_its_number(app: Flask) -> None:
    with app.app_context():
        request_id = _ask()
        with read_tx():
            row = db.session.get_one(AccountRequest, request_id)
            assert (row.email, row.credit_code, row.note) == (
                "asking@test.example",
                CODE,
                "有三款产品",
            )
            assert row.state is RequestState.SUBMITTED
            assert queries.find_by_number(f" {row.number.lower()} ").id == request_id
            with pytest.raises(NotFound):
                queries.find_by_number("KT000000-0000000000")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit": "x"}, "unit_length"),
        ({"credit_code": CODE[:-1] + "C"}, "credit_code_digit"),
        ({"kind": "bureau"}, "kind_missing"),
        ({"kind": ""}, "kind_missing"),
        ({"name": ""}, "name_length"),
        ({"email": "x"}, "email_form"),
        ({"phone": ""}, "phone_missing"),
        ({"phone": "电话"}, "phone_form"),
        ({"note": "长" * 501}, "note_long"),
    ],
)
def test_faulty_requests_are_refused(app: Flask, changes: dict[str, str], code: str) -> None:
    with app.app_context(), pytest.raises(InvalidInput, match=code):
        _ask(replace(DRAFT, **changes))  # type: ignore[arg-type]


def test_accepting_opens_unit_and_person(app: Flask, people: People) -> None:
    with app.app_context():
        request_id = _ask()
        user_id = _accept(people.sysadmin, request_id)
        with read_tx():
            row = db.session.get_one(AccountRequest, request_id)
            user = db.session.get_one(User, user_id)
            unit = user.organisation
            assert unit is not None
            assert (row.state, row.user_id) == (RequestState.ACCEPTED, user_id)
            assert row.decided_by == people.sysadmin.user_id
            assert (unit.credit_code, unit.kind) == (CODE, OrganisationKind.SUPPLIER)
            assert accounts.as_actor(user).roles == {RoleName.SUPPLIER}
            assert user.must_change_password
        for act in (
            lambda row: operations.accept_request(
                people.sysadmin, row, unit="申请公司", password_hash="-"
            ),
            lambda row: operations.decline_request(people.sysadmin, row, reason="重复"),
        ):
            with pytest.raises(IllegalTransition), write_tx():
                act(db.session.get_one(AccountRequest, request_id))


def test_a_colleague_joins_the_unit_of_the_code(app: Flask, people: People) -> None:
    with app.app_context():
        first = _accept(people.sysadmin, _ask())
        request_id = _ask(replace(DRAFT, unit="申请公司（筹）", email="two@test.example"))
        with pytest.raises(Conflict, match="unit_other_name"):
            _accept(people.sysadmin, request_id, unit="申请公司（筹）")
        second = _accept(people.sysadmin, request_id, unit="申请公司")
        with read_tx():
            users = [db.session.get_one(User, each) for each in (first, second)]
            assert users[0].organisation_id == users[1].organisation_id


def test_an_address_with_an_account_is_told_to_the_administrator_only(
    app: Flask, people: People
) -> None:
    with app.app_context():
        request_id = _ask(replace(DRAFT, email="owner@test.example"))
        with pytest.raises(Conflict, match="email_taken"):
            _accept(people.sysadmin, request_id)
        with read_tx() as session:
            assert session.get_one(AccountRequest, request_id).state is RequestState.SUBMITTED
            assert session.query(Organisation).filter_by(credit_code=CODE).count() == 0


def test_declining_needs_a_reason(app: Flask, people: People) -> None:
    with app.app_context():
        request_id = _ask()
        with pytest.raises(InvalidInput, match="reason_length"):
            _decline(people.sysadmin, request_id, " ")
        _decline(people.sysadmin, request_id, "材料不全")
        with read_tx() as session:
            row = session.get_one(AccountRequest, request_id)
            assert (row.state, row.reason) == (RequestState.DECLINED, "材料不全")


def test_strangers_decide_and_read_nothing(app: Flask, people: People) -> None:
    with app.app_context():
        request_id = _ask()
        for actor in (VISITOR, people.firm, people.officer, people.auditor):
            with pytest.raises(PermissionDenied):
                _accept(actor, request_id)
            with pytest.raises(PermissionDenied):
                _decline(actor, request_id, "理由")
        for actor in (VISITOR, people.firm, people.officer, people.approver):
            with pytest.raises(PermissionDenied), read_tx():
                queries.get_request(actor, request_id)
        with read_tx() as session:
            row = session.get_one(AccountRequest, request_id)
            assert (row.state, row.user_id) == (RequestState.SUBMITTED, None)
            assert queries.get_request(people.auditor, request_id).id == request_id
            assert queries.count_by_state(people.auditor) == {RequestState.SUBMITTED: 1}


def test_open_requests_of_one_address_or_unit_stand_together(app: Flask, people: People) -> None:
    with app.app_context():
        first = _ask()
        same_mail = _ask(replace(DRAFT, credit_code="91330000733796106P"))
        same_unit = _ask(replace(DRAFT, email="two@test.example"))
        _ask(replace(DRAFT, email="x@test.example", credit_code="91330000733796106P"))
        with read_tx() as session:
            row = session.get_one(AccountRequest, first)
            assert [each.id for each in queries.list_alike(row)] == [same_mail, same_unit]
            rows, total = queries.list_requests(
                people.sysadmin, RequestState.SUBMITTED, page=1, per_page=3
            )
            assert ([each.id for each in rows][:1], total) == ([first], 4)


@pytest.mark.parametrize(("extra", "is_kept"), [(0, True), (1, False)])
def test_contacts_are_forgotten_after_their_time(
    app: Flask, people: People, extra: int, is_kept: bool
) -> None:
    with app.app_context():
        decided, waiting = _ask(), _ask(replace(DRAFT, email="two@test.example"))
        with write_tx() as session:
            row = session.get_one(AccountRequest, decided)
            operations.decline_request(people.sysadmin, row, reason="材料不全")
            row.decided_at = clock.now() - CONTACT_KEPT + timedelta(minutes=1 - 2 * extra)
            session.get_one(AccountRequest, waiting).created_at -= 2 * CONTACT_KEPT
        operations.forget_contacts()
        with read_tx() as session:
            row = session.get_one(AccountRequest, decided)
            assert bool(row.email or row.name or row.phone or row.note) is is_kept
            assert row.unit == "申请公司"
            assert session.get_one(AccountRequest, waiting).email == "two@test.example"


def test_demonstration_requests_come_once_and_never_in_production(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    production = Settings(production=True, secret_key="s" * 32, password_salt="t" * 32)
    with app.app_context():
        seed_account_requests(production)
        with read_tx() as session:
            assert session.query(AccountRequest).count() == 0
        for _ in range(2):
            seed_account_requests(settings)
        with read_tx() as session:
            rows = session.query(AccountRequest).order_by(AccountRequest.id).all()
            assert [row.state for row in rows] == [RequestState.SUBMITTED, RequestState.DECLINED]
            assert all(row.is_demo for row in rows)

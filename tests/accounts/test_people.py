"""Opening accounts: what is checked, who may, what an administrator may not do to accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.accounts import queries, security
from matchmaker.accounts.models import Organisation, User
from matchmaker.accounts.people import operations, rules
from matchmaker.accounts.people import queries as people_queries
from matchmaker.accounts.people.queries import PeopleFilter
from matchmaker.accounts.people.rules import PersonDraft, UnitDraft
from matchmaker.actor import COMMAND_LINE, VISITOR, Actor, RoleName
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
from tests.people import PASSWORD, People

PERSON = PersonDraft(
    email="new@test.example", name="新人", phone="13800000000", roles=frozenset({RoleName.OWNER})
)
UNIT = UnitDraft(name="新场景公司", credit_code="", kind="owner", district="shangcheng")


def _code(body: str) -> str:
    """A code with its check digit, by the table of GB 32100-2015 written out again."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    rest = sum(signs.index(s) * pow(3, i, 31) for i, s in enumerate(body)) % 31
    return body + signs[(31 - rest) % 31]


def _open(actor: Actor, person: PersonDraft, unit: UnitDraft) -> int:
    with write_tx():
        return operations.open_account(actor, person, unit, password_hash="-").id


def _count() -> tuple[int, int]:
    with read_tx() as session:
        users = session.scalar(select(func.count()).select_from(User)) or 0
        return users, session.scalar(select(func.count()).select_from(Organisation)) or 0


def test_published_codes_pass_and_every_single_misprint_is_found() -> None:
    for right in ("91330100799655058B", "91330000733796106P", "914403001922038216"):
        assert rules.check_credit_code(f" {right.lower()} ") == right == _code(right[:17])
        for place in range(18):
            wrong = "A" if right[place] != "A" else "B"
            with pytest.raises(InvalidInput):
                rules.check_credit_code(right[:place] + wrong + right[place + 1 :])


@pytest.mark.parametrize("code", ["", "123", "9133010079966196981", "I1330100799661969O"])
def test_codes_of_another_form_are_refused(code: str) -> None:
    with pytest.raises(InvalidInput, match="credit_code_form"):
        rules.check_credit_code(code)


@pytest.mark.parametrize(
    ("roles", "kind", "code"),
    [
        ((), "owner", "roles_missing"),
        (("supplier",), "owner", "role_of_other_unit"),
        (("owner",), "bureau", "role_of_other_unit"),
        (("officer",), "supplier", "role_of_other_unit"),
        (("sysadmin", "officer"), "bureau", "role_alone"),
        (("auditor", "judge"), "bureau", "role_alone"),
        (("officer", "approver"), "bureau", "roles_meet"),
        (("owner",), "owner", None),
        (("owner", "judge"), "owner", None),
        (("officer", "sector_reviewer"), "bureau", None),
        (("judge",), "expert_body", None),
    ],
)
def test_roles_that_go_together(roles: tuple[str, ...], kind: str, code: str | None) -> None:
    wanted = frozenset(RoleName(role) for role in roles)
    if code is None:
        rules.check_roles(wanted, kind)
        return
    with pytest.raises(InvalidInput, match=code):
        rules.check_roles(wanted, kind)


@pytest.mark.parametrize(
    "email", ["", "a", "a@b", "a b@c.example", "a@c.example,b@c.example", "x" * 65 + "@c.example"]
)
def test_faulty_addresses_are_refused(email: str) -> None:
    with pytest.raises(InvalidInput, match="email_form"):
        rules.check_email(email)


def test_an_account_joins_a_known_unit_or_brings_a_new_one(app: Flask, people: People) -> None:
    code = _code("91330100MA2CABCD5")
    with app.app_context():
        first = _open(people.sysadmin, PERSON, replace(UNIT, credit_code=code))
        by_code = replace(PERSON, email="two@test.example")
        second = _open(people.sysadmin, by_code, UnitDraft(credit_code=code))
        by_name = replace(PERSON, email="three@test.example")
        third = _open(people.sysadmin, by_name, UnitDraft(name=" 新场景公司 "))
        with read_tx() as session:
            rows = [session.get_one(User, each) for each in (first, second, third)]
            assert len({row.organisation_id for row in rows}) == 1
            assert all(row.must_change_password for row in rows)
            unit = rows[0].organisation
            assert unit
            assert (unit.credit_code, unit.district) == (code, "shangcheng")
            acts = session.scalars(
                select(AuditEntry.action).where(AuditEntry.actor_name == "sysadmin")
            ).all()
    assert sorted(acts) == ["accounts.create_organisation", *["accounts.create_user"] * 3]


@pytest.mark.parametrize(
    ("person", "unit", "code"),
    [
        ({}, {"credit_code": "123"}, "credit_code_form"),
        ({}, {"credit_code": ""}, "credit_code_missing"),
        ({}, {"kind": ""}, "unit_new"),
        ({}, {"name": "甲方地铁公司", "kind": "supplier"}, "unit_other_kind"),
        ({"name": "x"}, {"name": "甲方地铁公司"}, "name_length"),
        ({"phone": "abc"}, {"name": "甲方地铁公司"}, "phone_form"),
        ({"email": "OWNER@test.example"}, {"name": "甲方地铁公司"}, "email_taken"),
        ({"sectors": frozenset({"logistics"})}, {"name": "甲方地铁公司"}, "sectors_and_role"),
        ({"district": "shangcheng"}, {"name": "甲方地铁公司"}, "district_and_role"),
    ],
)
def test_a_faulty_account_leaves_nothing(
    app: Flask, people: People, person: dict[str, object], unit: dict[str, str], code: str
) -> None:
    with app.app_context():
        before = _count()
        with pytest.raises(DomainError, match=code):
            _open(people.sysadmin, replace(PERSON, **person), replace(UNIT, **unit))  # type: ignore[arg-type]
        assert _count() == before


def test_strangers_change_no_account(app: Flask, people: People) -> None:
    with app.app_context():
        before = _count()
        for actor in (VISITOR, people.owner, people.officer, people.approver, people.auditor):
            with pytest.raises(PermissionDenied):
                _open(actor, PERSON, replace(UNIT, name="甲方地铁公司"))
            for act in (
                lambda user: operations.deactivate_user(actor, user, reason="离职"),  # noqa: B023
                lambda user: operations.reactivate_user(actor, user, reason="返岗"),  # noqa: B023
                lambda user: operations.reset_password(actor, user, password_hash="-"),  # noqa: B023
                lambda user: operations.change_roles(actor, user, PERSON),  # noqa: B023
            ):
                with pytest.raises(PermissionDenied), write_tx():
                    act(db.session.get_one(User, people.firm.user_id))
        assert _count() == before
        with read_tx():
            firm = db.session.get_one(User, people.firm.user_id)
            assert firm.active
            assert not firm.must_change_password
            assert security.is_password(PASSWORD, firm.password)
            assert [role.name for role in firm.roles] == ["supplier"]


def test_only_administrator_and_auditor_read_people(app: Flask, people: People) -> None:
    with app.app_context(), read_tx():
        for actor in (people.sysadmin, people.auditor):
            rows, total = people_queries.list_people(actor, PeopleFilter(), page=2, per_page=5)
            assert (len(rows), total) == (5, 13)
        for actor in (VISITOR, people.owner, people.officer, people.approver):
            with pytest.raises(PermissionDenied):
                people_queries.list_people(actor, PeopleFilter(), page=1, per_page=5)
        with pytest.raises(NotFound):
            people_queries.get_person(people.sysadmin, 10_000)


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        (PeopleFilter(words="甲方"), 3),
        (PeopleFilter(words="OWNER@"), 1),
        (PeopleFilter(words="%"), 0),
        (PeopleFilter(role="judge"), 2),
        (PeopleFilter(state="inactive"), 0),
        (PeopleFilter(words="市经信局", role="auditor", state="active"), 1),
    ],
)
def test_people_are_found(app: Flask, people: People, wanted: PeopleFilter, total: int) -> None:
    with app.app_context(), read_tx():
        assert people_queries.list_people(people.sysadmin, wanted, page=1, per_page=20)[1] == total


def test_an_account_ends_and_resumes(app: Flask, people: People) -> None:
    with app.app_context():
        for _ in range(2):
            with write_tx() as session:
                user = session.get_one(User, people.firm.user_id)
                epoch = user.fs_uniquifier
                with pytest.raises(InvalidInput, match="reason_length"):
                    operations.deactivate_user(people.sysadmin, user, reason=" ")
                operations.deactivate_user(people.sysadmin, user, reason="离职")
                assert not user.active
                assert user.fs_uniquifier != epoch
                with pytest.raises(IllegalTransition):
                    operations.deactivate_user(people.sysadmin, user, reason="离职")
                with pytest.raises(IllegalTransition):
                    operations.reset_password(people.sysadmin, user, password_hash="-")
                operations.reactivate_user(people.sysadmin, user, reason="返岗")
                with pytest.raises(IllegalTransition):
                    operations.reactivate_user(people.sysadmin, user, reason="返岗")
                assert user.active


def test_administrators_keep_off_themselves_and_one_stays(app: Flask, people: People) -> None:
    admin = people.sysadmin
    officer = replace(PERSON, roles=frozenset({RoleName.OFFICER}))
    second = replace(PERSON, email="second@test.example", roles=frozenset({RoleName.SYSADMIN}))
    with app.app_context():
        other_id = _open(admin, second, UnitDraft(name="市经信局"))
        with write_tx() as session:
            own, other = session.get_one(User, admin.user_id), session.get_one(User, other_id)
            for refused in (
                lambda: operations.deactivate_user(admin, own, reason="离职"),
                lambda: operations.reset_password(admin, own, password_hash="-"),
                lambda: operations.change_roles(admin, own, officer),
            ):
                with pytest.raises(Conflict, match="own_account"):
                    refused()
            operations.deactivate_user(admin, other, reason="离职")
            for last in (
                lambda: operations.deactivate_user(COMMAND_LINE, own, reason="离职"),
                lambda: operations.change_roles(COMMAND_LINE, own, officer),
            ):
                with pytest.raises(Conflict, match="last_administrator"):
                    last()
            assert own.active
            assert [role.name for role in own.roles] == ["sysadmin"]


def test_roles_are_exchanged_with_their_bounds(app: Flask, people: People) -> None:
    reviewer = replace(PERSON, roles=frozenset({RoleName.DISTRICT_REVIEWER}), district="shangcheng")
    with app.app_context():
        with write_tx() as session:
            user = session.get_one(User, people.officer.user_id)
            with pytest.raises(InvalidInput, match="district_and_role"):
                operations.change_roles(people.sysadmin, user, replace(reviewer, district=None))
            with pytest.raises(InvalidInput, match="role_of_other_unit"):
                operations.change_roles(people.sysadmin, user, PERSON)
            operations.change_roles(people.sysadmin, user, reviewer)
        with read_tx() as session:
            actor = queries.as_actor(session.get_one(User, people.officer.user_id))
            assert actor.roles == {RoleName.DISTRICT_REVIEWER}
            assert actor.district == "shangcheng"


def test_initial_passwords_differ_and_hold_to_the_rule() -> None:
    made = {rules.make_initial_password() for _ in range(50)}

    assert len(made) == 50
    assert all(len(each) == 14 and set(each) <= {*rules.PASSWORD_SIGNS, "-"} for each in made)

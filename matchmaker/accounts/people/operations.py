"""Acts of the administrator: opening an account, ending and resuming it, a new password."""

from __future__ import annotations

from matchmaker.accounts import operations, queries, security
from matchmaker.accounts.models import Organisation, OrganisationKind, User
from matchmaker.accounts.operations import MANAGE_ACCOUNTS
from matchmaker.accounts.people import queries as people
from matchmaker.accounts.people import rules
from matchmaker.accounts.people.rules import PersonDraft, UnitDraft
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor, RoleName
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput

#: Units that deal with money are told apart by their code.
KINDS_WITH_CODE = frozenset({OrganisationKind.OWNER, OrganisationKind.SUPPLIER})


def open_account(actor: Actor, person: PersonDraft, unit: UnitDraft, *, password_hash: str) -> User:
    """Add a person to a unit that is on the platform, or to a new one.

    The password serves the first log-in only. Raises InvalidInput for a faulty entry, Conflict
    for an address that has an account.
    """
    require(actor, MANAGE_ACCOUNTS)
    email, name = rules.check_email(person.email), rules.check_name(person.name)
    phone = rules.check_phone(person.phone)
    rules.check_bounds(person)
    organisation = find_or_create_unit(actor, unit)
    rules.check_roles(person.roles, organisation.kind.value)
    return operations.create_user(
        actor,
        email=email,
        password_hash=password_hash,
        name=name,
        phone=phone,
        roles=sorted(person.roles),
        organisation=organisation,
        review_sectors=person.sectors,
        review_district=person.district,
        must_change_password=True,
    )


def find_or_create_unit(actor: Actor, unit: UnitDraft) -> Organisation:
    """The unit of this code or name; a new one where the platform has none."""
    require(actor, MANAGE_ACCOUNTS)
    code = rules.check_credit_code(unit.credit_code) if unit.credit_code.strip() else None
    known = people.find_unit(" ".join(unit.name.split()), code)
    if known is not None:
        return _check_same(known, unit, code)
    name = rules.check_unit_name(unit.name)
    if unit.kind not in set(OrganisationKind):
        raise InvalidInput(
            "unit_new", "平台上还没有这个单位，请选择单位类型，作为新单位登记。", field="kind"
        )
    kind = OrganisationKind(unit.kind)
    if code is None and kind in KINDS_WITH_CODE:
        raise InvalidInput(
            "credit_code_missing", "登记新单位须填写统一社会信用代码。", field="credit_code"
        )
    return operations.create_organisation(
        actor, kind=kind, name=name, credit_code=code, district=unit.district or None
    )


def _check_same(known: Organisation, unit: UnitDraft, code: str | None) -> Organisation:
    """The known unit, unless what was typed beside says that another one is meant."""
    if unit.name.strip() and " ".join(unit.name.split()) != known.name:
        raise Conflict(
            "unit_other_name",
            "该统一社会信用代码已登记为“{name}”，请核对单位名称。",
            name=known.name,
        )
    if code and known.credit_code and known.credit_code != code:
        raise Conflict(
            "unit_other_code", "“{name}”登记的统一社会信用代码与所填不一致。", name=known.name
        )
    if unit.kind and unit.kind != known.kind.value:
        raise Conflict(
            "unit_other_kind",
            "“{name}”已登记为{kind}，请更换单位类型，或不选。",
            name=known.name,
            kind=rules.KIND_LABELS[known.kind.value],
        )
    return known


def deactivate_user(actor: Actor, user: User, *, reason: str) -> None:
    """End an account: nobody signs in with it, every session ends, what was done stays."""
    require(actor, MANAGE_ACCOUNTS)
    text = rules.check_reason(reason)
    rules.check_not_self(actor.user_id, user.id)
    _lock(user)
    if not user.active:
        raise IllegalTransition("account_inactive", "该账号已经停用。")
    if RoleName.SYSADMIN.value in {role.name for role in user.roles}:
        rules.check_administrators_left(people.count_administrators(except_id=user.id))
    user.active = False
    security.new_uniquifier(user)
    db.session.flush()
    record(actor, "accounts.deactivate_user", "user", user.id, reason=text)


def reactivate_user(actor: Actor, user: User, *, reason: str) -> None:
    """Resume an account that was ended; its password stays as it was."""
    require(actor, MANAGE_ACCOUNTS)
    text = rules.check_reason(reason)
    _lock(user)
    if user.active:
        raise IllegalTransition("account_active", "该账号正在使用，无需恢复。")
    user.active = True
    db.session.flush()
    record(actor, "accounts.reactivate_user", "user", user.id, reason=text)


def reset_password(actor: Actor, user: User, *, password_hash: str) -> None:
    """Give a password for one log-in; every session of the person ends."""
    require(actor, MANAGE_ACCOUNTS)
    rules.check_not_self(actor.user_id, user.id)
    _lock(user)
    if not user.active:
        raise IllegalTransition("account_inactive", "该账号已经停用，请先恢复使用。")
    user.password, user.must_change_password = password_hash, True
    security.new_uniquifier(user)
    db.session.flush()
    record(actor, "accounts.reset_password", "user", user.id)


def change_roles(actor: Actor, user: User, draft: PersonDraft) -> None:
    """Exchange the roles of a person and what bounds them; every session of theirs ends."""
    require(actor, MANAGE_ACCOUNTS)
    rules.check_not_self(actor.user_id, user.id)
    rules.check_bounds(draft)
    organisation = queries.get_organisation(user.organisation_id or 0)
    if organisation is None:
        raise Conflict("unit_missing", "该账号没有单位，不能变更身份。")
    rules.check_roles(draft.roles, organisation.kind.value)
    _lock(user)
    before = sorted(role.name for role in user.roles)
    if RoleName.SYSADMIN.value in before and RoleName.SYSADMIN not in draft.roles:
        rules.check_administrators_left(people.count_administrators(except_id=user.id))
    user.roles = security.find_roles(draft.roles)
    user.review_sectors = sorted(draft.sectors)
    user.review_district = draft.district
    security.new_uniquifier(user)
    after = sorted(role.value for role in draft.roles)
    db.session.flush()
    record(actor, "accounts.change_roles", "user", user.id, before=before, after=after)


def _lock(user: User) -> None:
    """One act on accounts at a time, so that two administrators cannot end each other's."""
    session = db.session()
    lock(session, "accounts:people")
    session.refresh(user)

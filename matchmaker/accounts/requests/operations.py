"""Acts on requests: asking, opening the account, declining, forgetting."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.models import OrganisationKind, User
from matchmaker.accounts.operations import MANAGE_ACCOUNTS
from matchmaker.accounts.people import operations as people
from matchmaker.accounts.people.rules import PersonDraft, UnitDraft, check_reason
from matchmaker.accounts.permissions import require
from matchmaker.accounts.requests import rules
from matchmaker.accounts.requests.models import AccountRequest
from matchmaker.accounts.requests.rules import RequestDraft, RequestState, RequestStep
from matchmaker.actor import BACKGROUND_JOB, Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row, read_tx, write_tx

SUBJECT = "account_request"


def ask_for_account(actor: Actor, draft: RequestDraft, *, is_demo: bool = False) -> AccountRequest:
    """Anybody asks for an account of a unit; the number follows the request.

    The same answer whether or not the address has an account or the unit is on the platform.
    """
    checked = rules.check_request(draft)
    row = AccountRequest(
        number=f"KT{clock.today():%y%m%d}-{secrets.token_hex(5).upper()}",
        state=RequestState.SUBMITTED,
        unit=checked.unit,
        credit_code=checked.credit_code,
        kind=OrganisationKind(checked.kind),
        district=checked.district,
        name=checked.name,
        email=checked.email,
        phone=checked.phone,
        note=checked.note,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "accounts.ask_for_account", SUBJECT, row.id, unit=row.unit)
    return row


def accept_request(actor: Actor, row: AccountRequest, *, unit: str, password_hash: str) -> User:
    """Open the account that was asked for.

    ``unit`` is the unit's name as the administrator confirmed it. Raises Conflict where the
    address has an account already or the code belongs to a unit of another name.
    """
    require(actor, MANAGE_ACCOUNTS)
    lock_row(row)
    state = rules.next_state(row.state, RequestStep.ACCEPT)
    user = people.open_account(
        actor,
        PersonDraft(
            email=row.email,
            name=row.name,
            phone=row.phone,
            roles=frozenset({rules.ROLES_BY_KIND[row.kind.value]}),
        ),
        UnitDraft(
            name=unit, credit_code=row.credit_code, kind=row.kind.value, district=row.district
        ),
        password_hash=password_hash,
    )
    row.state, row.user_id = state, user.id
    row.decided_by, row.decided_at = actor.user_id, clock.now()
    db.session.flush()
    record(actor, "accounts.accept_request", SUBJECT, row.id, user_id=user.id)
    return user


def decline_request(actor: Actor, row: AccountRequest, *, reason: str) -> None:
    """Answer that no account is opened; whoever asked reads the reason."""
    require(actor, MANAGE_ACCOUNTS)
    text = check_reason(reason)
    lock_row(row)
    row.state = rules.next_state(row.state, RequestStep.DECLINE)
    row.reason = text
    row.decided_by, row.decided_at = actor.user_id, clock.now()
    db.session.flush()
    record(actor, "accounts.decline_request", SUBJECT, row.id, reason=text)


def forget_contacts() -> None:
    """Nightly: names and addresses of requests decided long ago are deleted."""
    before = clock.now() - rules.CONTACT_KEPT
    with read_tx() as session:
        query = select(AccountRequest.id).where(
            AccountRequest.decided_at < before, AccountRequest.email != ""
        )
        past = list(session.scalars(query.order_by(AccountRequest.id)))
    for request_id in past:
        with write_tx() as session:
            row = session.get_one(AccountRequest, request_id)
            row.name = row.email = row.phone = row.note = ""
            record(BACKGROUND_JOB, "accounts.forget_contact", SUBJECT, row.id)

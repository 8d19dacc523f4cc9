"""Reads of requests: the administrator's queue, one request by its receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select

from matchmaker.accounts.people.queries import INSPECT_ACCOUNTS
from matchmaker.accounts.permissions import require
from matchmaker.accounts.requests.models import AccountRequest
from matchmaker.accounts.requests.rules import RequestState
from matchmaker.actor import Actor
from matchmaker.db import db
from matchmaker.errors import NotFound

MISSING = "没有这项申请，请核对受理编号。"


def visible_to(actor: Actor) -> Select[AccountRequest]:
    """All requests, for those who keep or audit accounts."""
    require(actor, INSPECT_ACCOUNTS)
    return select(AccountRequest)


def list_requests(
    actor: Actor, state: RequestState | None, *, page: int, per_page: int
) -> tuple[Sequence[AccountRequest], int]:
    """One page of requests and how many there are: the open ones oldest first, else the newest."""
    query = visible_to(actor)
    if state is not None:
        query = query.where(AccountRequest.state == state)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    is_queue = state is RequestState.SUBMITTED
    order = AccountRequest.id if is_queue else AccountRequest.id.desc()
    rows = db.session.scalars(query.order_by(order).offset((page - 1) * per_page).limit(per_page))
    return rows.all(), total


def count_by_state(actor: Actor) -> Counter[RequestState]:
    """How many requests stand where."""
    query = visible_to(actor).with_only_columns(AccountRequest.state, func.count())
    rows = db.session.execute(query.group_by(AccountRequest.state))
    return Counter({row[0]: row[1] for row in rows})


def get_request(actor: Actor, request_id: int) -> AccountRequest:
    """One request, or NotFound."""
    row = db.session.scalar(visible_to(actor).where(AccountRequest.id == request_id))
    if row is None:
        raise NotFound("request_missing", "没有这项申请。")
    return row


def list_alike(row: AccountRequest) -> Sequence[AccountRequest]:
    """Other open requests for the same address or of the same unit, the oldest first."""
    query = select(AccountRequest).where(
        AccountRequest.id != row.id,
        AccountRequest.state == RequestState.SUBMITTED,
        or_(
            AccountRequest.email == row.email,
            AccountRequest.credit_code == row.credit_code,
        ),
    )
    return db.session.scalars(query.order_by(AccountRequest.id).limit(20)).all()


def find_by_number(number: str) -> AccountRequest:
    """The request of this receipt; whoever holds the number may read how it stands."""
    query = select(AccountRequest).where(AccountRequest.number == number.strip().upper())
    row = db.session.scalar(query)
    if row is None:
        raise NotFound("request_missing", MISSING)
    return row

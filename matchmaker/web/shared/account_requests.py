"""What pages of requests for an account share, and what waits there for the administrator."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from matchmaker.accounts.operations import MANAGE_ACCOUNTS
from matchmaker.accounts.permissions import can
from matchmaker.accounts.requests.queries import count_by_state
from matchmaker.accounts.requests.rules import RequestState
from matchmaker.actor import Actor
from matchmaker.web.waiting import WaitingItem

TONES = {
    RequestState.SUBMITTED: "info",
    RequestState.ACCEPTED: "good",
    RequestState.DECLINED: "bad",
}


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Open requests, for the administrator."""
    if actor.is_system or not can(actor, MANAGE_ACCOUNTS):
        return
    count = count_by_state(actor)[RequestState.SUBMITTED]
    if count:
        yield WaitingItem(
            audience="bureau",
            title="开通账号申请",
            url=url_for("bureau_account_requests.index"),
            act="办理",
            count=count,
            note=f"{count} 项申请待办理",
            rank=20,
        )

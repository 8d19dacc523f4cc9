"""Demonstration requests, one of each state. Refused in production."""

from __future__ import annotations

from sqlalchemy import select

from matchmaker.accounts.requests import operations
from matchmaker.accounts.requests.models import AccountRequest
from matchmaker.accounts.requests.rules import RequestDraft
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.config import Settings
from matchmaker.db import read_tx, write_tx

#: Their codes belong to nobody: the registration office 999999 does not exist.
WAITING = RequestDraft(
    unit="演示会展中心",
    credit_code="9199999900000001XB",
    kind="owner",
    name="演示联系人甲",
    email="asking1@demo.example",
    phone="0571-00000001",
    district="shangcheng",
    note="计划在展馆开展导览和清洁机器人应用，申请发布场景需求。",
)
DECLINED = RequestDraft(
    unit="演示贸易公司",
    credit_code="9199999900000002XC",
    kind="supplier",
    name="演示联系人乙",
    email="asking2@demo.example",
    phone="0571-00000002",
    note="希望了解平台。",
)
REASON = "本平台面向场景业主和机器人企业，请补充与机器人产品有关的材料后重新申请。"


def seed_account_requests(settings: Settings) -> dict[str, int]:
    """Add the demonstration requests once; none in production."""
    if settings.production:
        return {"演示开通申请": 0}
    with read_tx() as session:
        is_there = session.scalar(select(AccountRequest.id).limit(1)) is not None
    if not is_there:
        with write_tx():
            operations.ask_for_account(VISITOR, WAITING, is_demo=True)
            declined = operations.ask_for_account(VISITOR, DECLINED, is_demo=True)
            operations.decline_request(COMMAND_LINE, declined, reason=REASON)
    return {"演示开通申请": 2}

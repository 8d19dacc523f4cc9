"""Noting the budget of an instrument for a year; a change is a new entry."""

from __future__ import annotations

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.funding.rules import AMOUNT_MAX_FEN
from matchmaker.policy.amounts import group_yuan
from matchmaker.policy.queries import get_law
from matchmaker.rewards.budgets.queries import get_figures
from matchmaker.rewards.models import Budget
from matchmaker.rewards.permissions import SET_BUDGET

FIRST_YEAR = 2024
NUMBER_MAX = 80


def set_budget(
    actor: Actor, *, instrument: str, year: int, amount_fen: int, document_number: str
) -> Budget:
    """Note what an instrument may cost in a year, with the document that says so.

    Raises Conflict for less than what is committed already.
    """
    require(actor, SET_BUDGET)
    today = clock.today()
    get_law().instrument_on(instrument, today)
    if not FIRST_YEAR <= year <= today.year + 1:
        raise InvalidInput(
            "budget_year",
            "预算年度应在 {first} 年至 {last} 年之间。",
            field="year",
            first=FIRST_YEAR,
            last=today.year + 1,
        )
    if not 0 <= amount_fen <= AMOUNT_MAX_FEN:
        raise InvalidInput("budget_amount", "预算金额应在 0 至 100 亿元之间。", field="amount")
    number = " ".join(document_number.split())
    if not 0 < len(number) <= NUMBER_MAX:
        raise InvalidInput(
            "budget_document", "请填写预算文件的文号，不超过 80 个字。", field="document_number"
        )
    lock(db.session(), "rewards.decide")
    committed = get_figures(instrument, year).committed_fen
    if amount_fen < committed:
        raise Conflict(
            "budget_below_committed",
            "该年度已核定 {committed} 元，预算不能低于已核定金额。",
            committed=group_yuan(committed),
        )
    budget = Budget(
        instrument=instrument,
        year=year,
        amount_fen=amount_fen,
        document_number=number,
        set_by=actor.user_id,
    )
    db.session.add(budget)
    db.session.flush()
    record(
        actor,
        "rewards.set_budget",
        "budget",
        budget.id,
        instrument=instrument,
        year=year,
        amount_fen=amount_fen,
        document_number=number,
    )
    return budget

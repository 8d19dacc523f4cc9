"""A1 of money: determinations, payees, hand-overs, transfers and budgets against the trail.

An entry of an older release says less: only what it says is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from matchmaker.audit.queries import Act, map_acts
from matchmaker.audit.rules import Violation
from matchmaker.db import db
from matchmaker.rewards.models import Budget, Claim, ClawbackCase, Determination, Payee
from matchmaker.rewards.rules import hash_account, mask_account

_CODE = "A1"
_DECISIONS = frozenset({"rewards.approve", "rewards.simulate", "rewards.settle"})
_ANSWERS: Mapping[str, bool] = {
    "rewards.finance_accepts": True,
    "rewards.finance_returns": False,
}


def find_violations() -> Iterator[Violation]:
    """What the tables of money say and the trail does not."""
    on_claims, on_rows = map_acts("claim"), map_acts("determination")
    for claim in db.session.scalars(select(Claim).order_by(Claim.id)):
        acts = on_claims.get(str(claim.id), [])
        yield from _check_proposals(claim, acts)
        yield from _check_handovers(claim, acts)
        for row in claim.determinations:
            yield from _check_money(row, on_rows.get(str(row.id), []))
    yield from _check_budgets()
    yield from _check_clawbacks()


def _agrees(said: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """True when nothing that an entry says is stored otherwise."""
    return all(said[name] == value for name, value in stored.items() if name in said)


def _check_proposals(claim: Claim, acts: Sequence[Act]) -> Iterator[Violation]:
    """Each proposal and each decision in the trail stands as its determination, in order."""
    pairs: list[tuple[Act, Act | None]] = []
    for act in acts:
        if act.action == "rewards.propose":
            pairs.append((act, None))
        elif act.action in _DECISIONS and pairs:
            pairs[-1] = (pairs[-1][0], act)
    if len(pairs) != len(claim.determinations):
        yield Violation(_CODE, claim.number, "核定书的份数与拟定记录不符")
        return
    for row, (proposal, decision) in zip(claim.determinations, pairs, strict=True):
        subject = f"{claim.number}/{row.id}"
        stored = {
            "sha256": row.receipt_sha256,
            "award_fen": row.award_fen,
            "payable_fen": row.payable_fen,
            "is_binding": row.is_binding,
        }
        if not _agrees(proposal.data, stored) or proposal.actor_id != row.proposed_by:
            yield Violation(_CODE, subject, "核定内容与拟定记录不符")
        yield from _check_decision(subject, row, stored, decision)


def _check_decision(
    subject: str, row: Determination, stored: Mapping[str, Any], decision: Act | None
) -> Iterator[Violation]:
    if decision is None or row.approved_at is None:
        if decision is not None or row.approved_at is not None or row.approved_by is not None:
            yield Violation(_CODE, subject, "是否批准与审批记录不符")
        return
    facts = {**stored, "budget_year": row.budget_year}
    if not _agrees(decision.data, facts) or decision.actor_id != row.approved_by:
        yield Violation(_CODE, subject, "批准的内容或批准人与审批记录不符")


def _check_handovers(claim: Claim, acts: Sequence[Act]) -> Iterator[Violation]:
    """Letters to the finance bureau and its answers, in order."""
    sent = [act.data for act in acts if act.action == "rewards.hand_over"]
    answers = [act for act in acts if act.action in _ANSWERS]
    rows = [handover for row in claim.determinations for handover in row.handovers]
    letters = [
        {"document_number": row.document_number, "handed_on": row.handed_on.isoformat()}
        for row in rows
    ]
    if len(sent) != len(rows) or not all(map(_agrees, sent, letters)):
        yield Violation(_CODE, claim.number, "送市财政局的函件与办理记录不符")
    stored = [
        (row.is_accepted, _as_text(row.answered_on), row.answer_note)
        for row in rows
        if row.is_accepted is not None
    ]
    said = [
        (_ANSWERS[act.action], act.data.get("answered_on"), act.data["note"]) for act in answers
    ]
    if stored != said:
        yield Violation(_CODE, claim.number, "市财政局的答复与办理记录不符")


def _check_money(row: Determination, acts: Sequence[Act]) -> Iterator[Violation]:
    subject = f"{row.claim.number}/{row.id}"
    lists = [act.data["payees"] for act in acts if act.action == "rewards.set_payees"]
    said = lists[-1] if lists else []
    payees = [_describe_payee(payee) for payee in row.payees]
    if len(said) != len(payees) or not all(map(_agrees, said, payees)):
        yield Violation(_CODE, subject, "收款单位与登记记录不符")
    transfers = [act for act in acts if act.action == "rewards.record_payment"]
    stored = [
        {
            "payee": payment.payee.name,
            "payee_id": payment.payee_id,
            "amount_fen": payment.amount_fen,
            "paid_on": payment.paid_on.isoformat(),
            "voucher": payment.voucher,
        }
        for payment in row.payments
    ]
    if len(transfers) != len(stored) or not all(
        _agrees(act.data, facts) and act.actor_id == payment.recorded_by
        for act, facts, payment in zip(transfers, stored, row.payments, strict=False)
    ):
        yield Violation(_CODE, subject, "拨付与登记记录不符")


def _describe_payee(payee: Payee) -> dict[str, Any]:
    return {
        "name": payee.name,
        "credit_code": payee.credit_code,
        "bank": payee.bank,
        "account": mask_account(payee.account),
        "account_sha256": hash_account(payee.account, payee.account_salt),
        "share_fen": payee.share_fen,
    }


def _check_budgets() -> Iterator[Violation]:
    acts = map_acts("budget")
    rows = {str(row.id): row for row in db.session.scalars(select(Budget).order_by(Budget.id))}
    for key in sorted(rows.keys() | acts.keys(), key=int):
        row, said = rows.get(key), acts.get(key, [])
        if row is None or len(said) != 1 or not _is_noted(row, said[0]):
            yield Violation(_CODE, f"budget {key}", "预算与登记记录不符")


def _is_noted(row: Budget, act: Act) -> bool:
    names = ("instrument", "year", "amount_fen", "document_number")
    facts = {name: getattr(row, name) for name in names}
    return _agrees(act.data, facts) and act.actor_id == row.set_by


def _check_clawbacks() -> Iterator[Violation]:
    """What was asked back, who decided, what came back."""
    acts = map_acts("clawback")
    query = select(ClawbackCase).order_by(ClawbackCase.id)
    rows = {str(row.id): row for row in db.session.scalars(query)}
    for key in sorted(rows.keys() | acts.keys(), key=int):
        row = rows.get(key)
        if row is None or not _is_followed(row, acts.get(key, [])):
            yield Violation(_CODE, f"clawback {key}", "追回事项与办理记录不符")


def _is_followed(row: ClawbackCase, acts: Sequence[Act]) -> bool:
    by_action: dict[str, list[Act]] = {}
    for act in acts:
        by_action.setdefault(act.action, []).append(act)
    proposed = by_action.get("rewards.propose_clawback", [])
    decided = by_action.get("rewards.decide_clawback", [])
    returned = by_action.get("rewards.record_return", [])
    facts = {"determination_id": row.determination_id, "amount_fen": row.amount_fen}
    again = row.may_be_granted_again
    came_back = [
        {"amount_fen": item.amount_fen, "returned_on": item.returned_on.isoformat()}
        for item in row.returns
    ]
    return (
        len(proposed) == 1
        and _agrees(proposed[0].data, facts)
        and [act.actor_id for act in decided] == ([row.decided_by] if row.decided_at else [])
        and all(_agrees(act.data, {"may_be_granted_again": again}) for act in decided)
        and len(returned) == len(came_back)
        and all(_agrees(act.data, item) for act, item in zip(returned, came_back, strict=True))
    )


def _as_text(day: date | None) -> str | None:
    return day.isoformat() if day else None

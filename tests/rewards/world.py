"""A small world of claims: designations, ledgers and the steps that most tests begin with."""

from __future__ import annotations

import itertools
import zlib
from datetime import date
from typing import Any

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, Actor
from matchmaker.db import db
from matchmaker.funding import operations as funding
from matchmaker.funding.rules import Category, ItemFacts
from matchmaker.rewards.budgets.operations import set_budget
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.payments import operations as payments
from matchmaker.rewards.rules import PayeeShare
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.results.models import Designation, RoundResult
from matchmaker.selection.results.rules import ResultState
from matchmaker.selection.rounds import operations as rounds
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme, start_draft
from matchmaker.selection.rounds.rules import Stage
from tests.people import People

HUMANOID = "humanoid-demonstration"
EMBODIED = "embodied-typical"
_numbers = itertools.count(1)


def make_designation(
    owner: Actor, *, programme: str = HUMANOID, demand: str = "", day: date = date(2025, 12, 16)
) -> Designation:
    """A designated scene of the owner's unit, with just enough of its round behind it."""
    round_ = db.session.query(SelectionRound).filter_by(programme=programme, year=day.year).first()
    if round_ is None:
        draft = start_draft(get_programme(programme), day.year)
        round_ = rounds.create_round(COMMAND_LINE, draft)
    number = next(_numbers)
    result = db.session.query(RoundResult).filter_by(round_id=round_.id).first()
    if result is None:
        result = RoundResult(
            round_id=round_.id,
            stage=Stage.FINAL,
            version=1,
            state=ResultState.CONFIRMED,
            snapshot="{}",
            snapshot_sha256="0" * 64,
            rule={},
            rule_sha256="0" * 64,
            package_version="1",
            judges=[],
        )
        db.session.add(result)
    application = Application(
        code=f"T{number:05d}",
        round_id=round_.id,
        demand_code=demand or f"D{number:05d}",
        applicant_organisation_id=owner.organisation_id,
        title=f"地铁变电所人形机器人巡检{number}",
        state=ApplicationState.DESIGNATED,
        submitted_at=clock.now(),
    )
    db.session.add(application)
    db.session.flush()
    designation = Designation(
        application=application,
        round_id=round_.id,
        result_id=result.id,
        number=f"T-{number}",
        designated_on=day,
    )
    db.session.add(designation)
    db.session.flush()
    return designation


def line(fen: int, **changes: Any) -> ItemFacts:
    """An invoice line of an amount without tax."""
    values: dict[str, Any] = {
        "category": Category.ROBOT,
        "description": "人形机器人整机",
        "seller": "丙方机器人公司",
        "invoice_number": f"2533{next(_numbers):016d}",
        "invoice_date": date(2025, 6, 30),
        "amount_with_tax_fen": fen + fen * 13 // 100,
        "amount_without_tax_fen": fen,
        "payment_reference": "转账凭证",
        "paid_on": date(2025, 7, 1),
    }
    return ItemFacts(**(values | changes))


def make_claim(
    people: People, *fens: int, instrument: str = "M66-6", actor: Actor | None = None, **origin: Any
) -> Claim:
    """A claim handed in, with a line for each amount."""
    owner = actor or people.owner
    if instrument == "M66-6" and not origin:
        origin = {"designation": make_designation(owner)}
    claim = claims.create_claim(owner, instrument=instrument, **origin)
    for fen in fens:
        assert claim.ledger is not None
        funding.add_item(owner, claim.ledger, line(fen))
    claims.submit_claim(owner, claim)
    return claim


def verify_all(people: People, claim: Claim) -> None:
    """The auditor accepts every line in full."""
    assert claim.ledger is not None
    for item in claim.ledger.items:
        claims.verify_line(
            people.auditor,
            claim,
            item.id,
            verified_fen=item.amount_without_tax_fen,
            reason="已核对",
        )


def give_budget(people: People, fen: int, instrument: str = "M66-6") -> None:
    """A budget of this year."""
    set_budget(
        people.approver,
        instrument=instrument,
        year=clock.today().year,
        amount_fen=fen,
        document_number="杭财企〔2026〕1号",
    )


def propose(people: People, claim: Claim) -> Determination:
    """Verified and proposed."""
    if claim.ledger is not None:
        verify_all(people, claim)
    return determinations.propose_determination(people.officer, claim)


def approve(people: People, claim: Claim) -> Determination:
    """Verified, proposed and approved."""
    row = propose(people, claim)
    determinations.approve_determination(people.approver, row)
    return row


def payee(fen: int, name: str = "甲方地铁公司") -> PayeeShare:
    """A complete payee."""
    return PayeeShare(
        name=name,
        credit_code="",
        bank="杭州银行演示支行",
        account=f"6222 0000 {zlib.crc32(name.encode()) % 10**8:08d}",
        share_fen=fen,
    )


def accept(people: People, row: Determination, *shares: int) -> None:
    """Payees noted, handed over, the finance bureau agreed."""
    payees = [
        payee(fen, f"单位{number}") for number, fen in enumerate(shares or (row.payable_fen,))
    ]
    payments.set_payees(people.officer, row, payees)
    today = clock.today()
    payments.hand_over(people.officer, row, document_number="杭经信函〔2026〕8号", handed_on=today)
    payments.accept_handover(people.officer, row, answered_on=today)


def pay(
    people: People, row: Determination, fen: int | None = None, *, payee_index: int = 0
) -> None:
    """A transfer to one payee, of the whole share unless an amount is given."""
    target = row.payees[payee_index]
    payments.record_payment(
        people.officer,
        row,
        payee_id=target.id,
        amount_fen=target.share_fen if fen is None else fen,
        paid_on=clock.today(),
        voucher=f"拨{next(_numbers)}",
    )

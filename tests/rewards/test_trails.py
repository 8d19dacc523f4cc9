"""A change by hand, the walls pulled down, is found: by the receipt, the ledger or the trail."""

from __future__ import annotations

import hashlib
from datetime import date

from flask import Flask
from sqlalchemy import text

from matchmaker import clock
from matchmaker.audit.queries import map_acts
from matchmaker.db import db, find_triggers, write_tx
from matchmaker.funding.register import AwardRow, import_awards
from matchmaker.rewards.clawbacks import operations as clawbacks
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import Determination
from tests.people import People
from tests.rewards.world import (
    EMBODIED,
    accept,
    approve,
    give_budget,
    make_claim,
    make_designation,
    pay,
)

BINDING = "(SELECT id FROM reward_determination WHERE is_binding)"
DRAFT = "(SELECT id FROM reward_determination WHERE NOT is_binding)"
#: What somebody with the database in hand might do → the codes that tell of it.
CHANGES = {
    "an award lowered": (
        f"UPDATE reward_determination SET award_fen = award_fen - 1 WHERE id = {DRAFT}",
        {"A1", "M1", "M3"},
    ),
    "a draft made binding": (
        "UPDATE reward_determination SET is_binding = 1, payable_fen = award_fen"
        f" WHERE id = {DRAFT}",
        {"A1", "M1", "M3"},
    ),
    "a draft made binding in the register": (
        "UPDATE award_record SET is_binding = 1 WHERE source = 'own'",
        {"M3"},
    ),
    "another day": (
        f"UPDATE reward_determination SET decided_on = '2025-11-30' WHERE id = {BINDING}",
        {"M1"},
    ),
    "another approver": (
        "UPDATE reward_determination SET approved_by = NULL WHERE is_binding",
        {"A1"},
    ),
    "a line raised": ("UPDATE investment_item SET verified_fen = verified_fen + 1", {"A1", "M1"}),
    "two lines that even out": (
        "UPDATE investment_item SET verified_fen = verified_fen"
        " + CASE id WHEN (SELECT min(id) FROM investment_item) THEN -1 ELSE 1 END"
        " WHERE ledger_id = (SELECT min(ledger_id) FROM investment_item)",
        {"A1", "M1"},
    ),
    "a payee's account": ("UPDATE reward_payee SET account = '6222000099995678'", {"A1"}),
    "a payee's name": ("UPDATE reward_payee SET name = name || '二'", {"A1"}),
    "shares moved": (
        "UPDATE reward_payee SET share_fen = share_fen"
        " + CASE id WHEN (SELECT min(id) FROM reward_payee) THEN -1 ELSE 1 END",
        {"A1", "M3"},
    ),
    "a transfer of another day": ("UPDATE reward_payment SET paid_on = '2025-01-01'", {"A1"}),
    "a transfer to another payee": (
        "UPDATE reward_payment SET payee_id = (SELECT max(id) FROM reward_payee)",
        {"A1", "M3"},
    ),
    "a letter's number": ("UPDATE reward_handover SET document_number = 'x'", {"A1"}),
    "the finance bureau's answer": ("UPDATE reward_handover SET answer_note = 'x'", {"A1"}),
    "a budget": ("UPDATE reward_budget SET amount_fen = amount_fen + 1", {"A1"}),
    "a budget's entry gone": (
        "DELETE FROM reward_budget WHERE id = (SELECT max(id) FROM reward_budget)",
        {"A1"},
    ),
    "returned money free again in the register": (
        "UPDATE award_record SET used_fen = paid_fen WHERE source = 'own'",
        {"M3"},
    ),
    "returned money free again by the case": (
        "UPDATE reward_clawback_case SET may_be_granted_again = 1",
        {"A1", "M3"},
    ),
    "a claw-back": ("UPDATE reward_clawback_case SET amount_fen = amount_fen + 1", {"A1"}),
    "an imported row gone": ("DELETE FROM award_record WHERE reference = 'K2'", {"A1"}),
    "a list gone": ("DELETE FROM award_record WHERE source <> 'own'", {"A1"}),
    "an imported amount": (
        "UPDATE award_record SET amount_fen = amount_fen + 1 WHERE reference = 'K1'",
        {"A1"},
    ),
    "an imported row linked": (
        "UPDATE award_record SET work_key = 'scene:X' WHERE reference = 'K1'",
        {"A1"},
    ),
}


def _play(people: People) -> Determination:
    """A paid award with a claw-back, a draft award, a list of another body."""
    give_budget(people, 10_000_00)
    give_budget(people, 12_000_00)
    rows = [
        AwardRow(f"K{n}", "创新券", "市科技局", "某公司", "", "某软件", (), 9, 9, date(2025, 1, n))
        for n in (1, 2, 3)
    ]
    import_awards(people.officer, source="市科技局名单", awards=rows)
    row = approve(people, make_claim(people, 6_000_00, 4_000_00))
    accept(people, row, 3_000_00, 2_000_00)
    pay(people, row)
    pay(people, row, payee_index=1)
    case = clawbacks.propose_clawback(people.officer, row, amount_fen=400_00, reason="停用")
    clawbacks.approve_clawback(people.approver, case)
    clawbacks.record_return(people.officer, case, amount_fen=400_00, returned_on=clock.today())
    draft = make_designation(people.owner, programme=EMBODIED)
    approve(people, make_claim(people, 8_000_00, instrument="A25-3.1", designation=draft))
    return row


def _pull_down() -> None:
    for name in sorted(find_triggers()):
        if name.startswith("reward_"):
            db.session.execute(text(f"DROP TRIGGER {name}"))


def test_a_change_by_hand_is_found(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        _play(people)
        assert find_violations() == []
        _pull_down()
        walls = set(find_violations())
        found = {}
        for what, (statement, _) in CHANGES.items():
            change = db.session.begin_nested()
            db.session.execute(text(statement))
            db.session.expire_all()
            found[what] = {item.code for item in find_violations() if item not in walls}
            change.rollback()
        assert found == {what: codes for what, (_, codes) in CHANGES.items()}


def test_an_award_made_anew_is_found(app: Flask, people: People) -> None:
    """Ledger, receipt, hash, award, payee, payment and register agree; only the trail does not."""
    with app.app_context(), write_tx():
        row = _play(people)
        receipt = row.receipt
        for old, new in (("10000.00", "9000.00"), ("10,000.00", "9,000.00")):
            receipt = receipt.replace(old.encode(), new.encode())
        for old, new in (("5000.00", "4500.00"), ("5,000.00", "4,500.00")):
            receipt = receipt.replace(old.encode(), new.encode())
        _pull_down()
        walls = set(find_violations())
        row.receipt, row.receipt_sha256 = receipt, hashlib.sha256(receipt).hexdigest()
        row.award_fen = row.payable_fen = 4_500_00
        assert row.claim.ledger is not None
        row.claim.ledger.items[0].verified_fen = 5_000_00
        row.payees[0].share_fen = row.payments[0].amount_fen = 2_500_00
        db.session.flush()
        db.session.execute(
            text(
                "UPDATE award_record SET amount_fen = 450000, paid_fen = 410000, used_fen = 450000"
                " WHERE source = 'own' AND is_binding"
            )
        )
        db.session.expire_all()
        found = [item for item in find_violations() if item not in walls]
        assert {item.code for item in found} == {"A1"}
        assert {item.message for item in found} == {
            "核定内容与拟定记录不符",
            "批准的内容或批准人与审批记录不符",
            "收款单位与登记记录不符",
            "拨付与登记记录不符",
            "审定金额与审定记录不符",
        }


def test_the_trail_holds_no_account(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = _play(people)
        (noted,) = [
            act.data
            for act in map_acts("determination")[str(row.id)]
            if act.action == "rewards.set_payees"
        ]
        accounts = [payee.account.replace(" ", "") for payee in row.payees]
        shown = [payee["account"] for payee in noted["payees"]]
        assert shown == [f"{account[:4]}****{account[-4:]}" for account in accounts]
        digests = {payee["account_sha256"] for payee in noted["payees"]}
        assert len(digests) == 2
        assert not digests & {hashlib.sha256(account.encode()).hexdigest() for account in accounts}

"""From the proposal to the decision: two persons, boundaries, 测算, budget, overlap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.actor import RoleName
from matchmaker.clock import demonstrate
from matchmaker.db import db, write_tx
from matchmaker.errors import Conflict, DomainError, IllegalTransition, PermissionDenied
from matchmaker.funding import operations as funding
from matchmaker.funding import register
from matchmaker.funding.models import AwardRecord
from matchmaker.funding.queries import measure_work
from matchmaker.policy.operations import record_adoption
from matchmaker.policy.queries import get_law
from matchmaker.policy.receipt import recompute
from matchmaker.rewards.budgets import queries as budgets
from matchmaker.rewards.budgets.operations import set_budget
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.invariants import find_violations
from matchmaker.rewards.models import Determination
from matchmaker.rewards.rules import ClaimStatus
from tests.people import People
from tests.rewards.world import (
    EMBODIED,
    accept,
    approve,
    give_budget,
    line,
    make_claim,
    make_designation,
    pay,
    propose,
    verify_all,
)

WAN = 10_000_00
ENOUGH = 10_000 * WAN


@pytest.mark.parametrize(
    ("invested", "award"),
    [
        (1, 0),
        (2, 1),
        (3, 1),
        (400 * WAN - 1, 200 * WAN - 1),
        (400 * WAN, 200 * WAN),
        (400 * WAN + 1, 200 * WAN),
        (400 * WAN + 2, 200 * WAN),
    ],
)
def test_half_of_the_verified_amount_within_the_cap(
    app: Flask, people: People, invested: int, award: int
) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, invested)

        row = propose(people, claim)

        assert (row.award_fen, row.payable_fen) == (award, award)
        assert row.decided_on == date(2025, 12, 16)
        assert (row.is_eligible, row.is_binding) == (True, True)
        assert recompute(get_law(), row.receipt) == row.receipt
        assert claim.status is ClaimStatus.PROPOSED
        assert find_violations() == []


def test_only_verified_amounts_count(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 100_00, 300_00)
        assert claim.ledger is not None
        first, second = claim.ledger.items
        claims.verify_line(people.auditor, claim, first.id, verified_fen=0, reason="与场景无关")
        with pytest.raises(Conflict) as refused:
            determinations.propose_determination(people.officer, claim)
        assert refused.value.code == "lines_unverified"
        claims.verify_line(people.auditor, claim, second.id, verified_fen=250_01, reason="核减")

        row = determinations.propose_determination(people.officer, claim)

        assert row.award_fen == 125_00
        with pytest.raises(Conflict) as closed:
            claims.verify_line(people.auditor, claim, second.id, verified_fen=300_00, reason="")
        assert closed.value.code == "verify_closed"


def test_tax_counts_only_with_a_reason(app: Flask, people: People) -> None:
    from matchmaker.funding import operations as funding

    with app.app_context(), write_tx():
        claim = claims.create_claim(
            people.owner, instrument="M66-6", designation=make_designation(people.owner)
        )
        assert claim.ledger is not None
        funding.add_item(people.owner, claim.ledger, line(100_00))
        with pytest.raises(DomainError):
            funding.set_tax_basis(people.owner, claim.ledger, counts_tax=True, reason="")
        funding.set_tax_basis(people.owner, claim.ledger, counts_tax=True, reason="事业单位")
        claims.submit_claim(people.owner, claim)
        item = claim.ledger.items[0]
        claims.verify_line(people.auditor, claim, item.id, verified_fen=113_00, reason="")

        assert determinations.propose_determination(people.officer, claim).award_fen == 56_50


@pytest.mark.parametrize("part", ["officer", "owner", "stranger", "auditor", "sysadmin", "judge"])
def test_only_another_approver_decides(app: Flask, people: People, part: str) -> None:
    with app.app_context(), write_tx():
        give_budget(people, ENOUGH)
        claim = make_claim(people, 100_00)
        row = propose(people, claim)
        actor = getattr(people, part)
        acts: tuple[Callable[[], None], ...] = (
            lambda: determinations.approve_determination(actor, row),
            lambda: determinations.send_back(actor, row, reason="理由"),
            lambda: determinations.reject_claim(actor, row, reason="理由"),
        )
        for act in acts:
            with pytest.raises(PermissionDenied):
                act()
        assert claim.status is ClaimStatus.PROPOSED
        assert row.approved_at is None
        assert db.session.scalar(select(func.count()).select_from(AwardRecord)) == 0


def test_nobody_approves_the_own_act_with_two_roles(app: Flask, people: People) -> None:
    from dataclasses import replace

    both = replace(
        people.officer, roles=frozenset({RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR})
    )
    with app.app_context(), write_tx():
        give_budget(people, ENOUGH)
        claim = make_claim(people, 100_00)
        row = propose(people, claim)
        row.proposed_by = both.user_id
        with pytest.raises(PermissionDenied):
            determinations.approve_determination(both, row)

        other = make_claim(people, 100_00)
        assert other.ledger is not None
        item = other.ledger.items[0]
        claims.verify_line(both, other, item.id, verified_fen=100_00, reason="")
        with pytest.raises(PermissionDenied) as refused:
            determinations.propose_determination(both, other)
        assert refused.value.code == "verified_by_self"
        assert other.status is ClaimStatus.SUBMITTED


def test_approval_enters_register_and_budget(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 50_00)
        claim = make_claim(people, 100_00)

        row = approve(people, claim)

        assert claim.status is ClaimStatus.APPROVED
        assert row.approved_by == people.approver.user_id
        entry = register.find_own_award(claim.number)
        assert entry is not None
        assert (entry.amount_fen, entry.paid_fen, entry.is_binding) == (50_00, 0, True)
        figures = budgets.get_figures("M66-6", clock.today().year)
        assert (figures.committed_fen, figures.paid_fen, figures.left_fen) == (50_00, 0, 0)
        assert find_violations() == []


@pytest.mark.parametrize(("budget", "code"), [(None, "budget_missing"), (49_99, "budget_exceeded")])
def test_no_award_without_budget(app: Flask, people: People, budget: int | None, code: str) -> None:
    with app.app_context(), write_tx():
        if budget is not None:
            give_budget(people, budget)
        claim = make_claim(people, 100_00)
        row = propose(people, claim)
        with pytest.raises(Conflict) as refused:
            determinations.approve_determination(people.approver, row)
        assert refused.value.code == code
        assert claim.status is ClaimStatus.PROPOSED
        assert row.approved_at is None


def test_a_budget_is_never_below_its_commitments(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, 100_00)
        approve(people, make_claim(people, 100_00))
        with pytest.raises(Conflict):
            give_budget(people, 49_99)
        give_budget(people, 50_00)
        with pytest.raises(PermissionDenied):
            set_budget(
                people.officer,
                instrument="M66-6",
                year=clock.today().year,
                amount_fen=1,
                document_number="x",
            )
        assert budgets.get_figures("M66-6", clock.today().year).left_fen == 0


def test_sent_back_is_proposed_anew_and_the_old_one_stays(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, ENOUGH)
        claim = make_claim(people, 100_00)
        first = propose(people, claim)
        determinations.send_back(people.approver, first, reason="请复核发票")
        assert claim.status is ClaimStatus.SUBMITTED
        assert first.note == claim.status_note == "请复核发票"
        second = determinations.propose_determination(people.officer, claim)
        with pytest.raises(IllegalTransition):
            determinations.approve_determination(people.approver, first)

        determinations.approve_determination(people.approver, second)

        assert db.session.scalar(select(func.count()).select_from(Determination)) == 2
        with pytest.raises(IllegalTransition):
            determinations.approve_determination(people.approver, second)


def test_rejection_needs_a_reason_and_grants_nothing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 100_00)
        row = propose(people, claim)
        with pytest.raises(DomainError):
            determinations.reject_claim(people.approver, row, reason="")
        determinations.reject_claim(people.approver, row, reason="场景已停用")
        assert claim.status is ClaimStatus.REJECTED
        assert register.find_own_award(claim.number) is None


def test_not_eligible_cannot_be_approved(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = claims.create_claim(people.firm, instrument="M66-5b", project="采购")
        claims.state_facts(people.firm, claim, {"affiliated": "true"})
        from matchmaker.funding import operations as funding

        assert claim.ledger is not None
        funding.add_item(people.firm, claim.ledger, line(200 * WAN))
        claims.submit_claim(people.firm, claim)
        row = propose(people, claim)
        assert (row.is_eligible, row.award_fen) == (False, 0)
        with pytest.raises(Conflict) as refused:
            determinations.approve_determination(people.approver, row)
        assert refused.value.code == "not_eligible"


def test_in_kind_is_settled_without_money(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        claim = claims.create_claim(people.firm, instrument="M66-3", project="创业项目")
        claims.state_facts(people.firm, claim, {"area_m2": "1200", "years": "2"})
        claims.submit_claim(people.firm, claim)
        row = approve(people, claim)
        assert claim.status is ClaimStatus.SETTLED
        assert row.payable_fen == 0
        assert b'"area_m2":"1000"' in row.receipt
        assert find_violations() == []


def test_a_draft_is_simulated_and_binds_only_when_proposed_after_its_adoption(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx():
        give_budget(people, ENOUGH, "A25-3.1")
        designation = make_designation(people.owner, programme=EMBODIED)
        claim = make_claim(people, 100 * WAN, instrument="A25-3.1", designation=designation)
        first = approve(people, claim)
        assert claim.status is ClaimStatus.SIMULATED
        assert (first.award_fen, first.payable_fen, first.is_binding) == (50 * WAN, 0, False)
        entry = register.find_own_award(claim.number)
        assert entry is not None
        assert entry.is_binding is False
        assert measure_work(claim.work_key).highest_fen == 0
        assert budgets.get_figures("A25-3.1", clock.today().year).committed_fen == 0
        assert find_violations() == []

        record_adoption(
            people.approver,
            document_id="A25",
            number="杭政办函〔2026〕9号",
            adopted_on=date(2026, 3, 1),
            source="市政府网站",
        )
        assert claim.status is ClaimStatus.SIMULATED
        second = determinations.propose_determination(people.officer, claim)
        determinations.approve_determination(people.approver, second)

        assert claim.status is ClaimStatus.APPROVED
        assert (second.decided_on, second.payable_fen) == (date(2026, 3, 1), 50 * WAN)
        assert entry.is_binding is True
        assert recompute(get_law(), first.receipt) == first.receipt
        assert find_violations() == []


def test_a_proposal_made_before_the_adoption_is_stale_after_it(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        designation = make_designation(people.owner, programme=EMBODIED)
        claim = make_claim(people, 100 * WAN, instrument="A25-3.1", designation=designation)
        row = propose(people, claim)
        record_adoption(
            people.approver,
            document_id="A25",
            number="号",
            adopted_on=date(2026, 3, 1),
            source="网站",
        )
        with pytest.raises(Conflict) as refused:
            determinations.approve_determination(people.approver, row)
        assert refused.value.code == "determination_stale"


def _import(people: People, work_key: str, *, amount: int, paid: int) -> AwardRecord:
    reference = f"R{db.session.scalar(select(func.count()).select_from(AwardRecord))}"
    row = register.AwardRow(
        reference, "技改补助", "市科技局", "甲方", "", "项目", (), amount, paid, date(2025, 5, 1)
    )
    register.import_awards(people.officer, source="市科技局2025年", awards=[row])
    entry = db.session.scalars(select(AwardRecord).where(AwardRecord.reference == reference)).one()
    register.link_award(people.officer, entry, work_key=work_key, note="同一场景")
    return entry


@pytest.mark.parametrize(
    ("amount", "paid", "payable", "status"),
    [
        (30_00, 30_00, 20_00, ClaimStatus.APPROVED),
        (50_00, 50_00, 0, ClaimStatus.SETTLED),
        (50_01, 0, 0, ClaimStatus.SETTLED),
        (49_99, 0, 50_00, ClaimStatus.APPROVED),
        (80_00, 80_00, 0, ClaimStatus.SETTLED),
    ],
)
def test_anothers_award_for_the_same_work(
    app: Flask, people: People, amount: int, paid: int, payable: int, status: ClaimStatus
) -> None:
    with app.app_context(), write_tx():
        give_budget(people, ENOUGH)
        claim = make_claim(people, 100_00)
        _import(people, claim.work_key, amount=amount, paid=paid)

        row = approve(people, claim)

        assert (row.award_fen, row.payable_fen) == (50_00, payable)
        assert claim.status is status
        assert find_violations() == []


def test_a_link_after_the_proposal_makes_it_stale(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        give_budget(people, ENOUGH)
        claim = make_claim(people, 100_00)
        row = propose(people, claim)
        entry = _import(people, claim.work_key, amount=30_00, paid=30_00)
        with pytest.raises(Conflict) as refused:
            determinations.approve_determination(people.approver, row)
        assert refused.value.code == "determination_stale"
        register.unlink_award(people.officer, entry, note="另一项目")
        determinations.approve_determination(people.approver, row)
        assert row.payable_fen == 50_00


def test_a_second_award_for_the_work_waits_and_gets_the_difference(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx():
        give_budget(people, ENOUGH)
        give_budget(people, ENOUGH, "A25-3.1")
        record_adoption(
            people.approver,
            document_id="A25",
            number="号",
            adopted_on=date(2025, 3, 1),
            source="网站",
        )
        low = make_claim(people, 100_00, designation=make_designation(people.owner, demand="D950"))
        high = make_claim(
            people,
            300_00,
            instrument="A25-3.1",
            designation=make_designation(people.owner, programme=EMBODIED, demand="D950"),
        )
        row = approve(people, low)
        verify_all(people, high)
        with pytest.raises(Conflict) as refused:
            determinations.propose_determination(people.officer, high)
        assert refused.value.code == "work_outstanding"
        accept(people, row)
        pay(people, row)

        second = determinations.propose_determination(people.officer, high)
        determinations.approve_determination(people.approver, second)

        assert (second.award_fen, second.payable_fen) == (150_00, 100_00)
        accept(people, second)
        pay(people, second)
        assert measure_work(low.work_key).paid_fen == 150_00
        assert find_violations() == []


def test_caps_of_a_unit_count_what_is_promised(app: Flask, people: People) -> None:
    """征求意见稿三(二)2 and M66 五: 500 万元 for a firm and year, over several claims."""
    from matchmaker.funding import operations as funding

    with app.app_context(), write_tx():
        give_budget(people, ENOUGH, "M66-5b")
        awards = []
        for _ in range(2):
            claim = claims.create_claim(people.firm, instrument="M66-5b", project="采购")
            claims.state_facts(people.firm, claim, {"affiliated": "false"})
            assert claim.ledger is not None
            funding.add_item(people.firm, claim.ledger, line(3000 * WAN))
            claims.submit_claim(people.firm, claim)
            awards.append(approve(people, claim).award_fen)
        assert awards == [300 * WAN, 200 * WAN]
        assert find_violations() == []


def test_a_purchase_may_be_approved_on_a_later_day(app: Flask, people: People) -> None:
    """What is no scene is decided as of the day of its proposal, whenever it is approved."""
    with app.app_context(), write_tx():
        give_budget(people, ENOUGH, "M66-5b")
        claim = claims.create_claim(people.firm, instrument="M66-5b", project="2025年度采购")
        claims.state_facts(people.firm, claim, {"affiliated": "false"})
        assert claim.ledger is not None
        funding.add_item(people.firm, claim.ledger, line(300 * WAN))
        claims.submit_claim(people.firm, claim)
        with demonstrate(clock.now() - timedelta(days=3)):
            row = propose(people, claim)
        determinations.approve_determination(people.approver, row)

        assert claim.status is ClaimStatus.APPROVED
        assert row.approved_at is not None
        approved_on = row.approved_at.astimezone(clock.CHINA).date()
        assert approved_on - row.decided_on == timedelta(days=3)
        assert find_violations() == []

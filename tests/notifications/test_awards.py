"""What is told of reports of effect and of claims for rewards; no amount, no reason."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask

from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.effects.followups import operations as followups
from matchmaker.effects.followups.models import Followup
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.rules import NotificationKind
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.clawbacks import operations as clawbacks
from matchmaker.rewards.determinations import operations as determinations
from tests.conftest import SignIn
from tests.effects.world import make_figures, make_followups
from tests.engagement.moments import moment
from tests.notifications.world import CANARY, deliver, is_leaked, list_paths, list_told
from tests.people import People
from tests.rewards.world import accept, approve, give_budget, make_claim, pay, propose


def told_nothing(app: Flask, kind: NotificationKind, *actors: Actor) -> bool:
    return all(list_told(app, actor, kind) == [] for actor in actors)


def test_late_and_decided_reports_are_told_to_the_consortium(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    kind = NotificationKind.FOLLOWUP
    with app.app_context(), write_tx():
        row = make_followups(people)[0]
        id_, due, title = row.id, row.due_on, row.designation.application.title
    late = f"“{title}”第3个月的跟踪填报已逾期，请尽快填报"
    with time_machine.travel(moment(due + timedelta(days=1), 9), tick=False):
        with app.app_context():
            followups.chase_late()
        deliver(app)
        assert list_told(app, people.owner, kind) == [late]
        assert list_told(app, people.firm, kind) == [late]
        with app.app_context(), write_tx() as session:
            row = session.get_one(Followup, id_)
            followups.submit_report(people.owner, row, make_figures())
            followups.return_report(people.officer, row, reason=f"{CANARY}，时长与日志不符")
        deliver(app)
        returned = f"“{title}”第3个月的跟踪填报已退回补正"
        assert list_told(app, people.firm, kind) == [late, returned]
        assert told_nothing(app, kind, people.stranger, people.other_firm, people.judge)
        assert not is_leaked(app, CANARY)
        for part in ("owner", "firm"):
            path = list_paths(app, getattr(people, part))[-1]
            assert path == f"/{'supplier' if part == 'firm' else part}/followups/{id_}"
            assert sign_in(app, f"{part}@test.example").get(path).status_code == 200


def test_the_way_of_a_claim_is_told_to_the_claimant(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    kind = NotificationKind.REWARD_DECIDED
    with app.app_context(), write_tx():
        give_budget(people, 1_000_00)
        claim = make_claim(people, 123_45)
        claims.return_claim(people.officer, claim, reason=f"{CANARY}，发票不清")
        title = claim.project
    deliver(app)
    with app.app_context(), write_tx():
        db.session.add(claim)
        claims.submit_claim(people.owner, claim)
        row = propose(people, claim)
        determinations.send_back(people.approver, row, reason=f"{CANARY}，请复核金额")
        row = approve(people, claim)
    deliver(app)
    with app.app_context(), write_tx():
        db.session.add(row)
        accept(people, row)
        pay(people, row)
        paid = row.payable_fen
    deliver(app)
    with app.app_context(), write_tx():
        db.session.add(row)
        refused = clawbacks.propose_clawback(people.officer, row, amount_fen=1, reason=CANARY * 2)
        clawbacks.decline_clawback(people.approver, refused, reason=f"{CANARY}，已恢复运行")
    deliver(app)
    with app.app_context(), write_tx():
        db.session.add(row)
        case = clawbacks.propose_clawback(people.officer, row, amount_fen=paid, reason=CANARY * 2)
        clawbacks.approve_clawback(people.approver, case)
    deliver(app)
    words = ("已退回补正", "已核定", "已拨付", "已决定追回奖补资金")
    assert list_told(app, people.owner, kind) == [f"申领“{title}”：{word}" for word in words]
    assert told_nothing(app, kind, people.stranger, people.firm, people.officer, people.judge)
    assert not is_leaked(app, CANARY)
    with app.app_context(), read_tx():
        rows = db.session.query(Notification).filter_by(kind=kind)
        assert not any(word in f"{r.title}{r.text}" for r in rows for word in ("元", "123", "61"))
    client = sign_in(app, "owner@test.example")
    assert client.get(list_paths(app, people.owner)[-1]).status_code == 200


def test_a_firm_finds_its_claim_in_its_own_area(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    with app.app_context(), write_tx():
        claim = make_claim(people, 100_00, actor=people.firm)
        claims.return_claim(people.officer, claim, reason="发票不清楚，请补充")
        id_ = claim.id
    deliver(app)
    assert list_paths(app, people.firm) == [f"/supplier/reward-claims/{id_}"]
    client = sign_in(app, "firm@test.example")
    assert client.get(f"/supplier/reward-claims/{id_}").status_code == 200

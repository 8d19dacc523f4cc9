"""What is told of claimed profiles, ended proofs and calls for needs."""

from __future__ import annotations

from datetime import date, timedelta

import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.campaigns import operations as calling
from matchmaker.db import db, write_tx
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.deadlines import tell_deadlines
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.capabilities.operations import set_capability
from matchmaker.suppliers.claims import operations as claims
from matchmaker.suppliers.claims.models import ProfileClaim
from matchmaker.suppliers.models import Capability
from matchmaker.suppliers.proofs.nightly import FORGOTTEN, remind_of_proofs
from matchmaker.suppliers.rules import Evidence
from tests.campaigns.test_campaigns import make_call
from tests.conftest import SignIn
from tests.demands.factories import make_published
from tests.engagement.moments import moment
from tests.files.samples import kept_upload
from tests.notifications.world import CANARY, deliver, is_leaked, list_paths, list_told
from tests.people import People
from tests.suppliers.market import make_compiled_supplier, make_product


def test_decided_claims_are_told_to_the_units_that_asked(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    kind = NotificationKind.CLAIM_DECIDED
    with app.app_context(), write_tx():
        make_compiled_supplier()
        firm = suppliers.get_supplier(people.firm, "S900")
        for actor in (people.firm, people.other_firm):
            claims.submit_claim(
                actor, firm, [kept_upload()], position="总经理", statement=f"{CANARY}，本单位"
            )
        first = db.session.query(ProfileClaim).order_by(ProfileClaim.id).first()
        assert first is not None
        claims.approve_claim(people.officer, first, opinion=f"{CANARY}，材料齐全")
        name = firm.legal_name
    deliver(app)
    assert list_told(app, people.firm, kind) == [f"认领“{name}”的申请已通过"]
    assert list_told(app, people.other_firm, kind) == [f"认领“{name}”的申请未通过"]
    for actor in (people.owner, people.officer, people.judge):
        assert list_told(app, actor, kind) == []
    assert not is_leaked(app, CANARY)
    client = sign_in(app, "firm@test.example")
    assert client.get(list_paths(app, people.firm)[-1]).status_code == 200


def run_night(app: Flask, day: date) -> None:
    with time_machine.travel(moment(day, 2, 30), tick=False):
        with app.app_context():
            remind_of_proofs()
            tell_deadlines()
        deliver(app)


def test_an_ended_proof_is_told_and_an_ending_one_not_twice(app: Flask, people: People) -> None:
    end = clock.today() + timedelta(days=40)
    kind = NotificationKind.PROOF_ENDING
    with app.app_context(), write_tx():
        product = make_product(people.firm)
        set_capability(people.firm, product, attribute="payload_kg", text="20")
        figure = db.session.query(Capability).one()
        figure.evidence, figure.proven_until = Evidence.VERIFIED, end
    counts = {}
    for left in (30, 16, 2, -12, -26, -FORGOTTEN.days - 1):
        run_night(app, end - timedelta(days=left))
        counts[left] = len(list_told(app, people.firm, kind))
    assert counts == {30: 1, 16: 1, 2: 1, -12: 2, -26: 3, -FORGOTTEN.days - 1: 3}
    assert list_told(app, people.firm, kind)[-1] == "贵单位有 1 项证明已到期，请更新"
    assert list_told(app, people.other_firm, kind) == []


def test_a_call_is_told_to_owners_of_its_sectors(app: Flask, people: People) -> None:
    """The owner's listings are of another sector; the stranger has posted nothing yet."""
    kind = NotificationKind.CAMPAIGN_PUBLISHED
    with app.app_context(), write_tx():
        own = make_published(people).sector
        other = next(key for key in ("manufacturing", "municipal-inspection") if key != own)
        for title, sectors in (("甲类征集", (other,)), ("乙类征集", (own,)), ("全市征集", ())):
            campaign = calling.create_campaign(
                people.officer, make_call(title=title, sectors=sectors)
            )
            calling.publish_campaign(people.officer, campaign, issuer="市经信局")
    deliver(app)
    all_three = [f"需求征集“{title}”已发布" for title in ("甲类征集", "乙类征集", "全市征集")]
    assert list_told(app, people.stranger, kind) == all_three
    assert list_told(app, people.owner, kind) == all_three[1:]
    for actor in (people.firm, people.judge, people.officer):
        assert list_told(app, actor, kind) == []

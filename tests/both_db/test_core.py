"""What the market stands on, on both engines: listings, search, answers, the trail."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.audit.models import AuditEntry
from matchmaker.audit.operations import record
from matchmaker.audit.queries import verify_trail
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import operations as listings
from matchmaker.demands import queries as demands
from matchmaker.demands.browsing.queries import count_facets, count_published, list_page
from matchmaker.demands.browsing.rules import ListingFilter, Order
from matchmaker.demands.models import DemandReview
from matchmaker.demands.rules import Decision, ListingKind, ListingStatus, ReviewPart
from matchmaker.engagement.answers.queries import get_answer
from matchmaker.engagement.contacts import operations as contacts
from matchmaker.engagement.contacts.rules import Contact
from matchmaker.engagement.deployments import operations as pairings
from matchmaker.engagement.deployments.queries import find_deployment_for_demand
from matchmaker.engagement.deployments.rules import ContractTerms
from matchmaker.engagement.milestones import operations as milestones
from matchmaker.engagement.milestones.rules import MilestonePlan
from matchmaker.engagement.questions import operations as questions
from matchmaker.errors import Conflict
from matchmaker.outbox import OutboxMessage
from matchmaker.suppliers import browsing
from matchmaker.suppliers.capabilities.operations import set_capability
from matchmaker.suppliers.verification import operations as verification
from matchmaker.suppliers.verification.models import Verification
from tests.demands.factories import make_content, make_published
from tests.engagement.world import make_place
from tests.files.samples import kept_upload
from tests.people import People
from tests.suppliers.market import make_product

pytestmark = pytest.mark.both_db

ALL = ListingFilter()


def found(question: str) -> list[str]:
    rows = list_page(ListingFilter(question=question), clock.today(), offset=0, limit=20)
    return [row.code for row in rows]


def test_a_listing_is_found_counted_and_changed(either_app: Flask, either_people: People) -> None:
    people, today = either_people, clock.today()
    with either_app.app_context():
        with write_tx():
            first = make_published(people).code
            second = make_published(
                people,
                title="厂区G1型人形机器人搬运",
                kind=ListingKind.SCENE,
                quantity=None,
                budget_low_fen=None,
                budget_high_fen=None,
            ).code
        with read_tx():
            words = ("变电所", "IP54", "G1", "洗地")
            assert {word: sorted(found(word)) for word in words} == {
                "变电所": [first, second],
                "IP54": [first, second],
                "G1": [second],
                "洗地": [],
            }
            assert count_published(ALL, today) == 2
            assert count_facets(ALL, today)["mode"] == {"purchase": 2, "raas": 2}
            cheapest = dataclasses.replace(ALL, order=Order.BUDGET)
            ordered = [row.code for row in list_page(cheapest, today, offset=0, limit=9)]
            assert ordered == [first, second], "a need without budget comes last"
        with write_tx():
            row = demands.get_listing(people.owner, first)
            content = make_content(description="改为污水泵站巡检，每日两次，防护等级不低于IP67。")
            listings.edit_published(
                people.owner, row, content, version=row.version, reason="现场调整"
            )
        with read_tx():
            assert (found("泵站"), found("IP67")) == ([first], [first])
            history = demands.get_listing(VISITOR, first).revisions
            assert [change["field"] for change in history[0].changes] == ["description"]


def test_the_databases_own_walls_stand(either_app: Flask, either_people: People) -> None:
    people = either_people
    with either_app.app_context():
        with write_tx():
            id_ = make_published(people).id
        with read_tx() as session, pytest.raises(DBAPIError):
            session.execute(text("UPDATE demand_listing SET title = 'x'"))
        with pytest.raises(IntegrityError), write_tx() as session:
            session.execute(text("UPDATE demand_listing SET budget_low_fen = 900000000"))
        again = DemandReview(
            listing_id=id_,
            round=1,
            part=ReviewPart.SECTOR,
            decision=Decision.RETURN,
            reviewer_name="重复",
            note="重复",
        )
        with pytest.raises(IntegrityError), write_tx() as session:
            session.add(again)
        with read_tx():
            row = demands.get_listing_by_id(VISITOR, id_)
            assert (row.title, row.budget_low_fen, len(row.reviews)) == (
                "地铁变电所夜间巡检",
                200_000_000,
                2,
            )


def test_products_are_listed_and_verified(either_app: Flask, either_people: People) -> None:
    people = either_people
    with either_app.app_context():
        with write_tx():
            product = make_product(people.firm)
            figure = set_capability(people.firm, product, attribute="payload_kg", text="12.5")
            request = verification.submit_verification(people.firm, figure, [kept_upload()])
            id_ = request.id
            with pytest.raises(Conflict, match="verification_open"):
                verification.submit_verification(people.firm, figure, [kept_upload()])
        with write_tx():
            until = clock.today() + timedelta(days=365)
            row = db.session.get_one(Verification, id_)
            verification.verify_fact(people.officer, row, proven_until=until, opinion="属实")
        with read_tx():
            wanted = browsing.ProductFilter(question="变电所", sector="municipal-inspection")
            rows, total = browsing.list_products(wanted, order="-published", page=1, per_page=20)
            assert ([row.model for row in rows], total) == (["巡检一号"], 1)
            facets = browsing.count_product_facets(browsing.ProductFilter())
            assert facets["form"] == {"quadruped": 1}
            assert str(rows[0].capabilities[0].value) == "12.5"


def test_a_need_goes_the_whole_way(either_app: Flask, either_people: People) -> None:
    people = either_people
    owner, firm = people.owner, people.firm
    place = make_place(
        either_app, people, kind=ListingKind.CHALLENGE, facts={"goal": "攻克防爆巡检难题"}
    )
    with either_app.app_context(), write_tx():
        listing = demands.get_listing(firm, place.code)
        question = questions.ask_question(firm, listing, text="现场是否有网络覆盖？")
        questions.reply_to_question(owner, question, text="有，4G全覆盖。")
    mine, rival = place.answer(firm), place.answer(people.other_firm)
    assert place.seen_by(owner) == []
    with place.opening():
        place.shortlist(owner, mine)
        reasons = {mine: "方案完整，价格合理。", rival: "报价超过预算。"}
        place.give_outcomes(owner, {mine}, reasons)
        day = clock.today()
        with either_app.app_context(), write_tx():
            answer = get_answer(owner, mine)
            contacts.give_consent(owner, answer, Contact("王工", "13800000001"))
            contacts.give_consent(firm, answer, Contact("李工", "13900000002"))
            assert contacts.reveal_contact(firm, answer).phone == "13800000001"
            pairing = pairings.propose_pairing(owner, answer)
            pairings.confirm_pairing(firm, pairing)
            plan = MilestonePlan(title="完成样机", target="连续运行72小时。", due_on=day)
            milestone = milestones.add_milestone(owner, pairing, plan)
            report = "样机连续运行80小时，见附件。"
            milestones.report_milestone(firm, milestone, [kept_upload()], text=report)
            milestones.accept_milestone(owner, milestone)
            terms = ContractTerms(
                number="HT-1", mode="purchase", value_fen=198_000_000, units=2, signed_on=day
            )
            pairings.sign_contract(owner, pairing, terms)
            pairings.record_deployment(owner, pairing, site="城站", units=2, started_on=day)
            pairings.add_hours(firm, pairing, as_of=day, hours=12)
        with either_app.app_context(), read_tx():
            chain = find_deployment_for_demand(owner, place.code)
            assert chain is not None
            assert (chain.contract_value_fen, chain.cumulative_hours) == (198_000_000, 12)
    assert place.status() is ListingStatus.DEPLOYED
    with either_app.app_context(), read_tx():
        assert verify_trail({}).ok


def test_the_trail_stays_one_chain_under_many_writers(
    either_app: Flask, either_people: People
) -> None:
    writers, acts = 4, 5
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for act in range(acts):
                with either_app.app_context(), write_tx() as session:
                    record(COMMAND_LINE, "trail.try", "writer", number, act=act)
                    session.add(
                        OutboxMessage(topic="trail.try", payload={}, created_at=clock.now())
                    )
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with either_app.app_context(), read_tx():
        assert db.session.query(AuditEntry).filter_by(action="trail.try").count() == writers * acts
        assert verify_trail({}).ok

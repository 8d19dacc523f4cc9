"""Who is told what of needs, matches, questions, answers and verifications; and who is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.demands.reviews import operations as reviews
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.deployments import operations as pairings
from matchmaker.engagement.deployments import records
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.nightly import remind_of_trials
from matchmaker.engagement.deployments.rules import ContractTerms, Record, TrialPlan
from matchmaker.engagement.questions import operations as asking
from matchmaker.engagement.questions.models import Question
from matchmaker.matching import preferences
from matchmaker.notifications.inbox.models import Notification
from matchmaker.notifications.inbox.telling import Note, tell
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.matches import PER_RUN
from matchmaker.notifications.subjects import Subject, SubjectKind
from matchmaker.outbox import OutboxDelivery, OutboxMessage
from matchmaker.suppliers.capabilities.operations import set_capability
from matchmaker.suppliers.queries import get_own_product
from matchmaker.suppliers.verification import operations as verifying
from tests.conftest import SignIn
from tests.demands.factories import make_draft, make_submitted
from tests.engagement.world import Place, make_place
from tests.files.samples import kept_upload
from tests.notifications.world import deliver, list_paths, list_told, send_message
from tests.people import People

QUESTION = "请问现场是否有坡道？坡度多少？"
TITLE = "地铁变电所夜间巡检"


@pytest.fixture
def place(app: Flask, people: People) -> Place:
    """A published listing and two firms; everything so far is delivered and forgotten."""
    made = make_place(app, people)
    deliver(app)
    with app.app_context(), write_tx() as session:
        session.query(Notification).delete()
    return made


def everybody(people: People) -> dict[str, Actor]:
    return {field.name: getattr(people, field.name) for field in dataclasses.fields(people)}


def told_by_part(app: Flask, people: People) -> dict[str, list[str]]:
    """What each person was told; people who were told nothing are left out."""
    told = {part: list_told(app, actor) for part, actor in everybody(people).items()}
    return {part: titles for part, titles in told.items() if titles}


def ask(place: Place) -> int:
    with place.app.app_context(), write_tx():
        listing = demands.get_listing(place.people.firm, place.code)
        return asking.ask_question(place.people.firm, listing, text=QUESTION).id


def test_publication_is_told_to_the_owners_unit_only(app: Flask, people: People) -> None:
    make_place(app, people)
    deliver(app)
    told = told_by_part(app, people)
    expected = [f"“{TITLE}”一个环节审核通过，待另一环节审核", f"“{TITLE}”审核通过，已公开发布"]
    assert set(told) == {"owner", "colleague"}
    assert told["owner"][-1] == expected[-1]
    assert set(told["owner"]) <= set(expected)


@pytest.mark.parametrize(
    ("decide", "words"),
    [(reviews.request_rectification, "审核要求整改"), (reviews.return_listing, "审核退回")],
)
def test_a_review_is_told_without_its_words(
    app: Flask, people: People, decide: Callable[..., Any], words: str
) -> None:
    with app.app_context(), write_tx():
        decide(people.sector_reviewer, make_submitted(people), note="请致电13912345678补充")
    deliver(app)
    assert told_by_part(app, people) == {
        "owner": [f"“{TITLE}”{words}"],
        "colleague": [f"“{TITLE}”{words}"],
    }


def test_one_part_of_a_review_is_told(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        reviews.approve(people.sector_reviewer, make_submitted(people))
    deliver(app)
    assert list_told(app, people.owner) == [f"“{TITLE}”一个环节审核通过，待另一环节审核"]


def test_question_and_reply_are_told_to_the_two_sides(place: Place) -> None:
    app, people = place.app, place.people
    question_id = ask(place)
    deliver(app)
    assert told_by_part(app, people) == {
        "owner": [f"“{TITLE}”收到新的提问，请答复"],
        "colleague": [f"“{TITLE}”收到新的提问，请答复"],
    }
    with app.app_context(), write_tx() as session:
        asking.reply_to_question(people.owner, session.get_one(Question, question_id), text="有。")
    deliver(app)
    assert list_told(app, people.firm) == [f"业主已答复贵单位对“{TITLE}”的提问"]
    assert list_told(app, people.other_firm) == []


def test_sealed_answers_and_outcomes_tell_no_price_and_no_firm(place: Place) -> None:
    app, people = place.app, place.people
    answer_id = place.answer(people.firm)
    deliver(app)
    assert told_by_part(app, people) == {
        "owner": [f"“{TITLE}”已收到 1 份应答"],
        "colleague": [f"“{TITLE}”已收到 1 份应答"],
    }
    with place.opening():
        place.give_outcomes(
            people.owner, {answer_id}, {answer_id: "价格 1980000 元，致电13912345678"}
        )
        deliver(app)
    assert list_told(app, people.firm) == [f"贵单位对“{TITLE}”的应答：已选中"]
    with app.app_context(), read_tx() as session:
        texts = "".join(f"{row.title}{row.text}" for row in session.query(Notification))
    for canary in ("1980000", "198", "13912345678", "丙方", "巡检一号"):
        assert canary not in texts, canary


def test_matches_reach_owner_and_firms_but_nobody_who_switched_off(place: Place) -> None:
    app, people = place.app, place.people
    with app.app_context(), write_tx():
        preferences.switch_recommendations_off(people.colleague)
        preferences.switch_recommendations_off(people.other_firm)
    codes = [place.product, place.other_product, "no-such-product"]
    send_message(app, "matching.found", id=1, code=place.code, products=codes, run_id=1)
    assert told_by_part(app, people) == {
        "owner": [f"“{TITLE}”有 3 个新的匹配产品"],
        "firm": [f"需求“{TITLE}”与贵单位产品 巡检一号 匹配"],
    }


def test_who_may_not_see_the_thing_hinders_nobody_else(app: Flask, people: People) -> None:
    with app.app_context(), write_tx() as session:
        code = make_draft(people).code

        def make(actor: Actor) -> Note:
            title = demands.get_listing(actor, code).title
            subject = Subject(SubjectKind.OWN_LISTING, code)
            kind = NotificationKind.REVIEW_DECIDED
            return Note(kind=kind, title=title, path="/", source="s", subject=subject)

        ids = (people.stranger.user_id, people.owner.user_id)
        assert tell([session.get_one(User, id_) for id_ in ids], make) == 1
    assert told_by_part(app, people) == {"owner": [TITLE]}


def make_trial(place: Place) -> None:
    """A pair whose trial ends on the day after the deadline."""
    id_ = place.answer(place.people.firm)
    with place.opening(), place.app.app_context():
        place.give_outcomes(place.people.owner, {id_}, {id_: "方案完整，价格合理。"})
        today = clock.today()
        plan = TrialPlan(
            plan="在两座变电所试用三十天。", site="城站", starts_on=today, ends_on=today
        )
        with write_tx() as session:
            pairing = pairings.propose_pairing(place.people.owner, session.get_one(Answer, id_))
            pairings.confirm_pairing(place.people.firm, pairing)
            pairings.plan_trial(place.people.owner, pairing, plan)


def test_a_trial_that_is_over_is_told_to_both_sides(place: Place) -> None:
    app, people = place.app, place.people
    make_trial(place)
    with place.opening(days=1):
        with app.app_context():
            remind_of_trials()
        deliver(app)
    title = f"“{TITLE}”试用已到期，请双方确认结果"
    kind = NotificationKind.DEADLINE
    for actor in (people.owner, people.colleague, people.firm):
        assert list_told(app, actor, kind) == [title]
    for actor in (people.stranger, people.other_firm, people.judge):
        assert list_told(app, actor, kind) == []


def test_records_are_told_to_the_side_that_they_wait_for(place: Place) -> None:
    app, people = place.app, place.people
    id_ = place.answer(people.firm)
    with place.opening():
        place.give_outcomes(people.owner, {id_}, {id_: "方案完整，价格合理。"})
        with app.app_context(), write_tx() as session:
            pairing = pairings.propose_pairing(people.owner, session.get_one(Answer, id_))
            pairings.confirm_pairing(people.firm, pairing)
            terms = ContractTerms(
                number="HT-1",
                mode="purchase",
                value_fen=100,
                units=1,
                signed_on=place.deadline,
            )
            pairings.sign_contract(people.owner, pairing, terms)
            pairing_id = pairing.id
        deliver(app)
        waits = f"“{TITLE}”的合同或部署登记待贵单位确认"
        assert list_told(app, people.firm, NotificationKind.DEADLINE) == [waits]
        assert list_told(app, people.owner, NotificationKind.DEADLINE) == []
        with app.app_context(), write_tx() as session:
            row = session.get_one(Pairing, pairing_id)
            records.object_to_record(people.firm, row, Record.CONTRACT, reason="金额不对。")
        deliver(app)
        objected = f"企业对“{TITLE}”的登记内容提出异议，请更正"
        for actor in (people.owner, people.colleague):
            assert list_told(app, actor, NotificationKind.DEADLINE) == [objected]
        assert list_told(app, people.firm, NotificationKind.DEADLINE) == [waits]


def test_many_matches_of_one_run_end_in_one_line(place: Place) -> None:
    app, people = place.app, place.people
    for _ in range(PER_RUN + 3):
        found = {"id": 1, "code": place.code, "products": [place.product], "run_id": 7}
        send_message(app, "matching.found", **found)
    assert len(list_told(app, people.firm)) == PER_RUN + 1
    assert list_told(app, people.firm)[-1] == "还有更多需求与贵单位产品匹配"
    assert list_told(app, people.owner)[-1] == "还有更多需求有新的匹配产品"


def test_nobody_is_told_of_a_listing_that_is_no_longer_public(place: Place) -> None:
    app, people = place.app, place.people
    question_id = ask(place)
    with app.app_context(), write_tx():
        listing = demands.get_listing(people.owner, place.code)
        listing.status = demands.ListingStatus.WITHDRAWN
    payload = {"question_id": question_id, "code": place.code}
    send_message(app, "engagement.question_answered", **payload)
    found = {"id": 1, "code": place.code, "products": [place.product], "run_id": 1}
    send_message(app, "matching.found", **found)
    assert list_told(app, people.firm) == []


def test_a_verification_is_told_to_its_firm(place: Place) -> None:
    app, people = place.app, place.people
    with app.app_context(), write_tx():
        product = get_own_product(people.firm, place.product)
        figure = set_capability(people.firm, product, attribute="payload_kg", text="20")
        row = verifying.submit_verification(people.firm, figure, [kept_upload()])
        verifying.reject_verification(people.officer, row, reason="材料不全，请补充")
    deliver(app)
    told = told_by_part(app, people)
    assert list(told) == ["firm"]
    assert told["firm"][0].startswith("核验结论：巡检一号 · ")


def test_a_message_that_is_delivered_again_tells_nothing_twice(place: Place) -> None:
    app = place.app
    ask(place)
    deliver(app)
    before = told_by_part(app, place.people)
    with app.app_context(), write_tx() as session:
        session.query(OutboxDelivery).delete()
        session.query(OutboxMessage).update({"delivered_at": None})
    deliver(app)
    kinds = {NotificationKind.QUESTION_ASKED}
    after = {
        part: [title for kind in kinds for title in list_told(app, actor, kind)]
        for part, actor in everybody(place.people).items()
    }
    assert {part: titles for part, titles in after.items() if titles} == before


def test_every_notice_leads_its_receiver_to_a_page(place: Place, sign_in: SignIn) -> None:
    app, people = place.app, place.people
    question_id = ask(place)
    answer_id = place.answer(people.firm)
    with app.app_context(), write_tx() as session:
        asking.reply_to_question(people.owner, session.get_one(Question, question_id), text="有。")
    found = {"id": 1, "code": place.code, "products": [place.product], "run_id": 1}
    with place.opening():
        place.give_outcomes(people.owner, {answer_id}, {answer_id: "方案合适"})
        send_message(app, "matching.found", **found)
        for part in ("owner", "firm"):
            client = sign_in(app, f"{part}@test.example")
            paths = list_paths(app, getattr(people, part))
            assert len(set(paths)) >= 2
            for path in paths:
                assert client.get(path).status_code == 200, path
    with app.app_context(), read_tx():
        assert db.session.query(Notification).count() > 6

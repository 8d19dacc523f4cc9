"""Questions on a listing: asked unnamed, replied to all, closed with the deadline."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.engagement.questions import operations, queries
from matchmaker.engagement.questions.models import Question
from matchmaker.errors import Conflict, DomainError, InvalidInput, LimitExceeded, NotFound
from tests.demands.factories import make_published
from tests.engagement.moments import moment
from tests.people import People
from tests.suppliers.market import count_acts, make_firm

TEXT = "变电所门槛高度是多少？"


def publish(app: Flask, people: People) -> str:
    with app.app_context(), write_tx():
        return make_published(people, deadline=clock.today() + timedelta(days=10)).code


def ask(app: Flask, actor: Actor, code: str, text: str = TEXT) -> int:
    with app.app_context(), write_tx():
        return operations.ask_question(actor, demands.get_listing(actor, code), text=text).id


def count(app: Flask) -> int:
    with app.app_context(), read_tx():
        return db.session.scalar(select(func.count(Question.id))) or 0


def test_a_firm_asks_and_the_owner_replies_to_all(app: Flask, people: People) -> None:
    code = publish(app, people)
    with app.app_context(), write_tx():
        listing = demands.get_listing(people.firm, code)
        operations.ask_question(people.firm, listing, text=f"\u200b {TEXT} ")
    with app.app_context(), write_tx():
        (question,) = queries.list_awaiting_owner(people.colleague)
        operations.reply_to_question(people.colleague, question, text="不高于3厘米。")
    with app.app_context(), read_tx() as session:
        listing = demands.get_listing(people.other_firm, code)
        (question,) = queries.list_questions(people.other_firm, listing)
        assert (question.text, question.reply) == (TEXT, "不高于3厘米。")
        assert question.organisation_id == people.firm.organisation_id
        assert queries.list_awaiting_owner(people.owner) == []
        assert count_acts(session, "questions.ask") == count_acts(session, "questions.reply") == 1


@pytest.mark.parametrize("part", ["owner", "stranger", "judge", "officer"])
def test_only_firms_ask(app: Flask, people: People, part: str) -> None:
    code = publish(app, people)
    actor = getattr(people, part)
    with pytest.raises(DomainError) as refused:
        ask(app, actor, code)
    assert refused.value.code == "permission_denied"
    assert count(app) == 0


@pytest.mark.parametrize("part", ["stranger", "firm", "other_firm", "officer"])
def test_only_the_owner_replies(app: Flask, people: People, part: str) -> None:
    code = publish(app, people)
    actor = getattr(people, part)
    id_ = ask(app, people.firm, code)
    with app.app_context(), pytest.raises(DomainError) as refused, write_tx():
        operations.reply_to_question(actor, queries.get_question(actor, id_), text="可以。")
    assert refused.value.code == "permission_denied"
    with app.app_context(), read_tx():
        assert queries.get_question(people.owner, id_).reply is None


def test_the_last_second_of_the_deadline_counts(app: Flask, people: People) -> None:
    code = publish(app, people)
    with app.app_context(), read_tx():
        deadline = demands.get_listing(people.firm, code).deadline
    assert deadline is not None
    with time_machine.travel(moment(deadline, 23, 59, 59), tick=False):
        ask(app, people.firm, code)
    midnight = moment(deadline + timedelta(days=1), 0, 0, 0)
    with time_machine.travel(midnight, tick=False), pytest.raises(Conflict) as refused:
        ask(app, people.firm, code)
    assert refused.value.code == "deadline_passed"
    assert count(app) == 1


def test_a_closed_listing_takes_no_questions(app: Flask, people: People) -> None:
    code = publish(app, people)
    with app.app_context(), write_tx():
        lifecycle.close_unmet(people.owner, demands.get_listing(people.owner, code), note="缺产品")
    with pytest.raises(Conflict, match="listing_closed"):
        ask(app, people.firm, code)
    assert count(app) == 0


@pytest.mark.parametrize("text", ["", "  \u200b ", "三个字", "长" * 1001])
def test_a_text_of_wrong_length_is_refused(app: Flask, people: People, text: str) -> None:
    code = publish(app, people)
    with pytest.raises(InvalidInput) as refused:
        ask(app, people.firm, code, text)
    assert refused.value.field == "text"
    assert count(app) == 0


def test_one_firm_does_not_flood_a_listing(app: Flask, people: People) -> None:
    code = publish(app, people)
    with app.app_context(), write_tx():
        listing = demands.get_listing(people.firm, code)
        for number in range(operations.UNANSWERED_MAX):
            operations.ask_question(people.firm, listing, text=f"{TEXT}{number}")
    with pytest.raises(LimitExceeded):
        ask(app, people.firm, code)
    ask(app, people.other_firm, code)
    assert count(app) == operations.UNANSWERED_MAX + 1


def test_questions_of_a_hidden_listing_are_hidden(app: Flask, people: People) -> None:
    code = publish(app, people)
    id_ = ask(app, people.firm, code)
    with app.app_context(), write_tx():
        lifecycle.withdraw(people.owner, demands.get_listing(people.owner, code), note="不再需要")
    with app.app_context(), read_tx(), pytest.raises(NotFound):
        queries.get_question(people.other_firm, id_)


@pytest.mark.parametrize(
    "text",
    [
        "请联系王工：138 0000 0001，谢谢。",
        "请回电１３８０００００００１。",
        "资料请发 sales@example.com。",
        "丙方机器人能否现场勘查？",
        "丙方 机器人有限公司想来看看。",
    ],
)
def test_a_question_that_tells_who_asks_is_refused(app: Flask, people: People, text: str) -> None:
    with app.app_context(), write_tx():
        make_firm(people.firm)
    code = publish(app, people)
    with pytest.raises(InvalidInput) as refused:
        ask(app, people.firm, code, text)
    assert refused.value.field == "text"
    assert count(app) == 0
    ask(app, people.other_firm, code, "丙方机器人的机型能否参照？")


def test_a_reply_gives_nobody_a_number(app: Flask, people: People) -> None:
    id_ = ask(app, people.firm, publish(app, people))
    with app.app_context(), write_tx():
        question = queries.get_question(people.owner, id_)
        with pytest.raises(InvalidInput, match="contact_in_text"):
            operations.reply_to_question(people.owner, question, text="打0571-88886666问。")
    with app.app_context(), read_tx():
        assert queries.get_question(people.owner, id_).reply is None


def withdraw(app: Flask, actor: Actor, id_: int) -> None:
    with app.app_context(), write_tx():
        operations.withdraw_question(actor, queries.get_question(actor, id_))


def test_an_unanswered_question_is_taken_back(app: Flask, people: People) -> None:
    id_ = ask(app, people.firm, publish(app, people))
    for other in (people.other_firm, people.owner, people.stranger, people.officer):
        with pytest.raises(DomainError, match="permission_denied"):
            withdraw(app, other, id_)
    assert count(app) == 1
    withdraw(app, people.firm, id_)
    assert count(app) == 0
    with app.app_context(), read_tx() as session:
        assert count_acts(session, "questions.withdraw") == 1


def test_an_answered_question_stays(app: Flask, people: People) -> None:
    id_ = ask(app, people.firm, publish(app, people))
    with app.app_context(), write_tx():
        question = queries.get_question(people.owner, id_)
        operations.reply_to_question(people.owner, question, text="可以。")
    with pytest.raises(Conflict, match="question_answered"):
        withdraw(app, people.firm, id_)
    assert count(app) == 1

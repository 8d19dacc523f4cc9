"""Pages of questions: asked by a firm, replied to by the owner, read by everybody, unnamed."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaker.db import db, read_tx, write_tx
from matchmaker.engagement.questions.models import Question
from tests.conftest import SignIn
from tests.demands.factories import make_published
from tests.people import People

TEXT = "变电所门槛高度是多少？"


@pytest.fixture
def code(app: Flask, people: People) -> str:
    with app.app_context(), write_tx():
        return make_published(people).code


def rows(app: Flask) -> list[tuple[str, str | None]]:
    with app.app_context(), read_tx():
        return [(row.text, row.reply) for row in db.session.query(Question).order_by(Question.id)]


def test_the_way_of_a_question(app: Flask, people: People, sign_in: SignIn, code: str) -> None:
    firm = sign_in(app, "firm@test.example")
    assert "我要提问" in firm.get(f"/demands/{code}").text
    assert firm.get(f"/supplier/engagement/{code}/question").status_code == 200
    short = firm.post(f"/supplier/engagement/{code}/question", data={"text": "嗯"})
    assert (short.status_code, rows(app)) == (422, [])
    assert "提问应为 4 至 1000 个字" in short.text
    sent = firm.post(f"/supplier/engagement/{code}/question", data={"text": TEXT})
    assert sent.status_code == 302
    owner = sign_in(app, "owner@test.example")
    assert "1 个提问待答复" in owner.get("/owner/").text
    page = owner.get(f"/owner/engagement/{code}").text
    assert TEXT in page
    assert "丙方" not in page
    answer = owner.post(f"/owner/engagement/{code}/questions/1", data={"text": "不高于3厘米。"})
    assert answer.status_code == 302
    public = app.test_client().get(f"/demands/{code}").text
    assert TEXT in public
    assert "不高于3厘米。" in public
    assert "丙方" not in public
    assert "贵单位提问" not in sign_in(app, "other_firm@test.example").get(f"/demands/{code}").text
    assert "贵单位提问" in firm.get(f"/demands/{code}").text


@pytest.mark.parametrize(
    ("part", "status"), [("stranger", 404), ("firm", 403), ("officer", 403), (None, 302)]
)
def test_others_do_not_reply(
    app: Flask, people: People, sign_in: SignIn, code: str, part: str | None, status: int
) -> None:
    firm = sign_in(app, "firm@test.example")
    firm.post(f"/supplier/engagement/{code}/question", data={"text": TEXT})
    client = sign_in(app, f"{part}@test.example") if part else app.test_client()
    assert client.get(f"/owner/engagement/{code}").status_code == status
    answer = client.post(f"/owner/engagement/{code}/questions/1", data={"text": "可以。"})
    assert answer.status_code == status
    assert rows(app) == [(TEXT, None)]


@pytest.mark.parametrize(("part", "status"), [("owner", 403), ("officer", 403), (None, 302)])
def test_others_do_not_ask(
    app: Flask, people: People, sign_in: SignIn, code: str, part: str | None, status: int
) -> None:
    client = sign_in(app, f"{part}@test.example") if part else app.test_client()
    answer = client.post(f"/supplier/engagement/{code}/question", data={"text": TEXT})
    assert (answer.status_code, rows(app)) == (status, [])
    assert "我要提问" not in client.get(f"/demands/{code}").text


def test_the_asker_takes_a_question_back(
    app: Flask, people: People, sign_in: SignIn, code: str
) -> None:
    firm = sign_in(app, "firm@test.example")
    firm.post(f"/supplier/engagement/{code}/question", data={"text": TEXT})
    address = f"/supplier/engagement/{code}/question/1/withdraw"
    assert address in firm.get(f"/demands/{code}").text
    other = sign_in(app, "other_firm@test.example")
    assert address not in other.get(f"/demands/{code}").text
    assert other.post(address).status_code == 403
    assert firm.post("/supplier/engagement/XQ0-0/question/1/withdraw").status_code == 404
    assert rows(app) == [(TEXT, None)]
    assert firm.post(address).status_code == 302
    assert rows(app) == []

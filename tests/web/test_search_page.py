"""The search page: short Chinese words and model numbers, grouped, nothing unpublished."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("巡检", ["场景需求（", "机器人产品（", "政策条款（"]),
        ("变电所", ["场景需求（"]),
        ("G1", ["机器人产品（", "unitree-g1"]),
        ("宇树", ["供给企业（", "S001"]),
        ("从优", ["政策条款（", "附则"]),
    ],
)
def test_words_are_found_with_highlights(
    seeded_app: Flask, question: str, expected: list[str]
) -> None:
    answer = seeded_app.test_client().get("/search", query_string={"q": question})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert [text for text in expected if text not in page] == []
    assert "<mark>" in page


@pytest.mark.parametrize("question", ["", "   ", "！！！", "没有这样的词语存在", "%", "' OR 1=1"])
def test_nothing_found_is_said(app: Flask, question: str) -> None:
    answer = app.test_client().get("/search", query_string={"q": question})

    assert answer.status_code == 200
    assert "<mark>" not in answer.get_data(as_text=True)


def test_question_is_escaped(app: Flask) -> None:
    page = app.test_client().get("/search?q=<script>alert(1)</script>").get_data(as_text=True)

    assert "<script>alert" not in page


def test_unpublished_listing_is_found_by_nobody_else(
    seeded_app: Flask, sign_in: Callable[[Flask, str], FlaskClient]
) -> None:
    owner = sign_in(seeded_app, "owner@demo.example")
    data = {
        "kind": "scene",
        "title": "独角鲸词测试草稿",
        "sector": "municipal-inspection",
        "district": "shangcheng",
        "description": "独角鲸词只在草稿里出现",
        "act": "save",
    }
    assert owner.post("/owner/demands/new", data=data).status_code == 302
    for client in (
        seeded_app.test_client(),
        sign_in(seeded_app, "hospital@demo.example"),
        sign_in(seeded_app, "firm@demo.example"),
    ):
        page = client.get("/search?q=独角鲸词").get_data(as_text=True)
        assert "没有找到" in page

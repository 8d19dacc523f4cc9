"""The public list and page of needs."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import write_tx
from matchmaker.demands import operations
from matchmaker.demands.lifecycle import operations as lifecycle
from tests.conftest import SignIn
from tests.demands.factories import make_content, make_draft, make_published, make_submitted
from tests.people import People


def test_the_list_finds_words_inside_sentences_and_marks_them(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        code = make_published(people).code
        make_published(
            people,
            title="医院导诊",
            description="门诊大厅问路取号，全天值守，人机对话，能陪同老人。",
        )
    page = app.test_client().get("/demands?q=变电所").get_data(as_text=True)
    assert code in page
    assert "<mark>变电所</mark>" in page
    assert "医院导诊" not in page
    assert "共 <strong>1</strong> 条" in page


def test_an_empty_result_says_what_to_do(app: Flask, people: People) -> None:
    page = app.test_client().get("/demands?q=潜水艇&sector=healthcare").get_data(as_text=True)
    assert "没有符合条件的需求" in page
    assert "清除全部条件" in page


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "字" * 5000,
        "q=%00%27%22--",
        "page=-1",
        "page=99999999999999999999",
        "page=x",
        "kind=nonsense&sector=no&district=no&task=no&mode=no&budget=no&phase=no&sort=no",
        "q=%EF%BC%81%EF%BC%81",
    ],
)
def test_a_strange_address_is_answered(app: Flask, people: People, query: str) -> None:
    assert app.test_client().get(f"/demands?{query}").status_code == 200


def test_pages_of_a_long_list(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        for number in range(21):
            make_published(people, title=f"第{number}处巡检")
    client = app.test_client()
    first, second = (client.get(f"/demands?page={n}").get_data(as_text=True) for n in (1, 2))
    assert first.count('class="card-entry"') == 20
    assert second.count('class="card-entry"') == 1
    assert "第 1/2 页" in first


def test_the_page_shows_the_need_and_its_public_history(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        listing = make_published(people)
        operations.edit_published(
            people.owner, listing, make_content(quantity=8), version=1, reason="增加两个站点"
        )
        code = listing.code
    page = app.test_client().get(f"/demands/{code}").get_data(as_text=True)
    for text in (
        "地铁变电所夜间巡检",
        "不低于 5 kg",
        "平整硬化地面",
        "200万元—400万元",
        "增加两个站点",
        "<del>6</del>",
        "<ins>8</ins>",
        "甲方地铁公司",
    ):
        assert text in page, text


@pytest.mark.parametrize("part", [None, "stranger", "firm", "judge"])
def test_what_is_not_published_is_not_there(
    app: Flask, people: People, sign_in: SignIn, part: str | None
) -> None:
    with app.app_context(), write_tx():
        codes = [make_draft(people).code, make_submitted(people).code]
        withdrawn = make_published(people)
        codes.append(lifecycle.withdraw(people.owner, withdrawn, note="取消").code)
    client = sign_in(app, f"{part}@test.example") if part else app.test_client()
    listed = client.get("/demands").get_data(as_text=True)
    for code in codes:
        assert client.get(f"/demands/{code}").status_code == 404
        assert code not in listed
    assert "共 <strong>0</strong> 条" in listed


def test_text_of_owners_is_escaped(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        code = make_published(
            people,
            title="<script>alert(1)</script>巡检",
            description="<img src=x onerror=alert(2)>巡检变电所设备，每天两次，夜间进行。",
            facts={"floor": "<b>粗</b>"},
        ).code
    client = app.test_client()
    for address in (f"/demands/{code}", "/demands?q=巡检"):
        page = client.get(address).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>粗" not in page


def test_seeded_needs_are_marked_as_demonstration_data(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    page = client.get("/demands/D019").get_data(as_text=True)
    assert "本页含演示数据" in page
    assert "资料来源" in page
    listed = client.get("/demands?kind=scene").get_data(as_text=True)
    total = re.search(r"共 <strong>(\d+)</strong> 条", listed)
    assert total
    assert int(total[1]) >= 88
    assert "本页含演示数据" in listed
    assert clock.today().year >= 2026


def test_a_code_in_lower_case_leads_to_the_page(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        code = make_published(people).code
    client = app.test_client()
    assert client.get(f"/demands/{code.lower()}").location == f"/demands/{code}"
    assert client.get("/demands/xq1999-0001", follow_redirects=True).status_code == 404

"""The first page: figures from what its reader may see, every link leads somewhere."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from matchmaker.actor import VISITOR
from matchmaker.db import read_tx
from matchmaker.demands import queries as demands


def test_home_counts_the_seeded_market(seeded_app: Flask) -> None:
    page = seeded_app.test_client().get("/").get_data(as_text=True)
    figures = re.findall(r'stat-value">(\d+)<', page)

    with seeded_app.app_context(), read_tx():
        listings = demands.count(demands.visible_to(VISITOR))
    assert figures == [str(listings), "122", "70", "20"]
    assert listings > 88, "the compiled demands and the examples of other kinds"
    assert "演示数据" in page
    assert "杭政办函〔2024〕66号 六" in page, "the clause is named by its 文号"
    assert "三年行动方案（2025-2027年）》三(三)1" in page
    assert ">None<" not in page


def test_home_without_data_says_so(app: Flask) -> None:
    answer = app.test_client().get("/")

    assert answer.status_code == 200
    assert "还没有发布的需求" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "referrer", "target"),
    [
        ("/demands?page=2", "http://localhost/notices", "/demands?page=2"),
        ("", "http://localhost/match?text=a%20b", "/match?text=a%20b"),
        ("", "http://elsewhere.example/match", "/"),
        ("", "http://localhost//elsewhere.example", "/"),
        ("https://elsewhere.example", "http://localhost/demands", "/"),
        ("", "", "/"),
    ],
)
def test_display_choices_lead_back_to_where_one_was(
    app: Flask, asked: str, referrer: str, target: str
) -> None:
    arguments = {"font": "large", "next": asked}
    headers = {"Referer": referrer}
    answer = app.test_client().get("/preferences", query_string=arguments, headers=headers)
    assert (answer.status_code, answer.location) == (302, target)
    assert "font=large" in answer.headers["Set-Cookie"]


def test_visitors_find_the_showrooms_in_the_menu(app: Flask) -> None:
    page = app.test_client().get("/").get_data(as_text=True)
    assert page.count('<a href="/showrooms">样板间</a>') == 2, "wide and on the phone"


def test_every_link_of_the_home_page_answers(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    page = client.get("/").get_data(as_text=True)
    links = {
        link.replace("&amp;", "&").split("#")[0]
        for link in re.findall(r'href="(/[^"]*)"', page)
        if not link.startswith("/static/")
    }
    broken = {link: code for link in sorted(links) if (code := client.get(link).status_code) >= 400}

    assert len(links) > 30
    assert broken == {}


@pytest.mark.parametrize("address", ["/about/data", "/about/matching", "/login"])
def test_public_page_answers(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code == 200

"""Saved searches and watched listings: new hits once, one's own only, nothing unpublished."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.jobs.models import Job
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.subscriptions import (
    queue_searches,
    run_searches,
    tell_daily_hits,
)
from matchmaker.notifications.subscriptions import rules
from matchmaker.notifications.subscriptions.models import SavedSearch, Watch
from tests.conftest import SignIn
from tests.demands.factories import make_published, make_submitted
from tests.engagement.world import Place, make_place
from tests.notifications.world import deliver, list_paths, list_told
from tests.people import People
from tests.suppliers.market import DOG, FIRM, make_firm, make_product

HIT = NotificationKind.SEARCH_HIT
CHANGED = NotificationKind.WATCHED_CHANGED
TITLE = "地铁变电所夜间巡检"


def look(app: Flask) -> None:
    """Run the instant searches."""
    with app.app_context():
        run_searches({}, lambda *_: None)


def save(
    app: Flask, sign_in: SignIn, address: str, *, name: str = "巡检", pace: str = "instant"
) -> None:
    client = sign_in(app, "firm@test.example")
    form = {"name": name, "pace": pace}
    answer = client.post(f"/account/searches/new/{address}", data=form)
    assert answer.location == "/account/searches", answer.get_data(as_text=True)


def publish(app: Flask, people: People, **changes: object) -> str:
    with app.app_context(), write_tx():
        return make_published(people, **changes).code


def test_new_hits_are_told_once_and_only_what_the_filter_keeps(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    publish(app, people, title="早已发布")
    save(app, sign_in, "demands?budget=200-500&sort=deadline&x=1")
    with app.app_context(), write_tx():
        make_submitted(people, title="尚未发布的需求")
    code = publish(app, people, title="新发布一")
    publish(app, people, title="预算较小的", budget_low_fen=100, budget_high_fen=200)
    look(app)
    look(app)
    assert list_told(app, people.firm, HIT) == ["“巡检”有新结果：新发布一"]
    assert list_paths(app, people.firm)[-1] == f"/demands/{code}"
    assert list_told(app, people.other_firm, HIT) == []


def test_many_hits_are_told_in_one_line_that_leads_to_the_list(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    save(app, sign_in, "demands?q=巡检")
    for number in range(3):
        publish(app, people, title=f"夜间巡检{number}")
    look(app)
    assert list_told(app, people.firm, HIT) == ["“巡检”有 3 条新结果"]
    path = list_paths(app, people.firm)[-1]
    page = sign_in(app, "firm@test.example").get(path).get_data(as_text=True)
    assert page.count("夜间<mark>巡检</mark>") == 3


def test_daily_searches_are_told_at_night(app: Flask, people: People, sign_in: SignIn) -> None:
    save(app, sign_in, "demands", pace="daily")
    publish(app, people)
    look(app)
    assert list_told(app, people.firm, HIT) == []
    with app.app_context():
        tell_daily_hits()
        tell_daily_hits()
    assert list_told(app, people.firm, HIT) == [f"“巡检”有新结果：{TITLE}"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("products?form=quadruped", "“巡检”有新结果：巡检二号"),
        ("firms?city=hangzhou", "“巡检”有新结果：丁方机器人"),
    ],
)
def test_products_and_firms_can_be_searched_for(
    app: Flask, people: People, sign_in: SignIn, address: str, told: str
) -> None:
    with app.app_context(), write_tx():
        make_product(people.firm)
    save(app, sign_in, address)
    other = dataclasses.replace(FIRM, legal_name="丁方机器人有限公司", short_name="丁方机器人")
    with app.app_context(), write_tx():
        make_firm(people.other_firm, other)
        make_product(people.other_firm, dataclasses.replace(DOG, model="未发布"), published=False)
        make_product(people.other_firm, dataclasses.replace(DOG, model="巡检二号"))
    look(app)
    look(app)
    assert list_told(app, people.firm, HIT) == [told]
    assert (
        sign_in(app, "firm@test.example").get(list_paths(app, people.firm)[-1]).status_code == 200
    )


def test_the_sweep_starts_no_job_when_nothing_was_published(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    def count_jobs() -> int:
        with app.app_context(), read_tx():
            return db.session.query(Job).filter_by(kind="notifications.search").count()

    save(app, sign_in, "demands?q=没有这样的需求")
    with app.app_context():
        queue_searches()
    assert count_jobs() == 0
    publish(app, people)
    for _ in range(2):
        app.extensions["poke_executor"]()
        assert count_jobs() == 1, "looked at once, found nothing, not looked at again"


def test_a_flood_is_passed_over(
    app: Flask, people: People, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "REMEMBERED", 2)
    for number in range(3):
        publish(app, people, title=f"一次导入{number}")
    save(app, sign_in, "demands")
    look(app)
    assert list_told(app, people.firm, HIT) == []


def test_a_search_belongs_to_one_person(app: Flask, people: People, sign_in: SignIn) -> None:
    save(app, sign_in, "demands?q=巡检", name="我的筛选")
    stranger = sign_in(app, "stranger@test.example")
    assert "我的筛选" not in stranger.get("/account/searches").get_data(as_text=True)
    assert stranger.post("/account/searches/1/delete").status_code == 404
    assert stranger.post("/account/searches/1/pace", data={"pace": "daily"}).status_code == 404
    own = sign_in(app, "firm@test.example")
    page = own.get("/account/searches").get_data(as_text=True)
    assert "关键词：巡检" in page
    assert own.post("/account/searches/1/pace", data={"pace": "hourly"}).status_code == 422
    assert own.post("/account/searches/1/pace", data={"pace": "daily"}).status_code == 302
    again = own.post("/account/searches/new/demands", data={"name": "我的筛选", "pace": "daily"})
    assert (again.status_code, "已有同名的筛选" in again.get_data(as_text=True)) == (409, True)
    assert own.post("/account/searches/new/demands", data={"name": " "}).status_code == 422
    assert own.get("/account/searches/new/nonsense").status_code == 422
    assert own.post("/account/searches/1/delete").status_code == 302
    with app.app_context(), read_tx():
        assert db.session.query(SavedSearch).count() == 0


@pytest.fixture
def watched(app: Flask, people: People, sign_in: SignIn) -> Place:
    """A published listing that a stranger watches by its page."""
    place = make_place(app, people)
    deliver(app)
    client = sign_in(app, "stranger@test.example")
    assert "关注这条需求" in client.get(f"/demands/{place.code}").get_data(as_text=True)
    assert client.post(f"/account/watches/{place.code}").status_code == 302
    client.post(f"/account/watches/{place.code}")
    return place


def act(app: Flask, actor: Actor, code: str, step: str, **values: str) -> None:
    with app.app_context(), write_tx():
        getattr(lifecycle, step)(actor, demands.get_listing(actor, code), **values)
    deliver(app)


def test_changes_and_closing_of_a_watched_listing_are_told(watched: Place) -> None:
    app, people = watched.app, watched.people
    act(app, people.owner, watched.code, "close_unmet", note="缺少防爆产品")
    assert list_told(app, people.stranger, CHANGED) == [f"您关注的需求“{TITLE}”无合适方案"]
    act(app, people.owner, watched.code, "reopen", note="重新征集")
    assert list_told(app, people.stranger, CHANGED)[-1] == f"您关注的需求“{TITLE}”有变化"
    assert list_told(app, people.other_firm, CHANGED) == []


def test_a_withdrawn_listing_is_told_without_its_name(watched: Place, sign_in: SignIn) -> None:
    app, people = watched.app, watched.people
    act(app, people.owner, watched.code, "withdraw", note="计划调整")
    assert list_told(app, people.stranger, CHANGED) == ["您关注的一条需求已不再公开"]
    page = sign_in(app, "stranger@test.example").get("/account/searches").get_data(as_text=True)
    assert TITLE not in page
    assert watched.code not in page


def test_watching_ends(watched: Place, sign_in: SignIn) -> None:
    app, people = watched.app, watched.people
    client = sign_in(app, "stranger@test.example")
    assert TITLE in client.get("/account/searches").get_data(as_text=True)
    form = {"back": "list"}
    answer = client.post(f"/account/watches/{watched.code}/stop", data=form)
    assert answer.location == "/account/searches"
    act(app, people.owner, watched.code, "close_unmet", note="缺少防爆产品")
    assert list_told(app, people.stranger, CHANGED) == []


def test_nobody_watches_what_they_may_not_see(app: Flask, people: People, sign_in: SignIn) -> None:
    with app.app_context(), write_tx():
        code = make_submitted(people).code
    client = sign_in(app, "stranger@test.example")
    assert client.post(f"/account/watches/{code}").status_code == 404
    with app.app_context(), read_tx():
        assert db.session.query(Watch).count() == 0
        assert db.session.query(DemandListing).count() == 1


def test_old_hits_are_not_told_again_after_the_window(
    app: Flask, people: People, sign_in: SignIn
) -> None:
    save(app, sign_in, "demands")
    publish(app, people)
    look(app)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        publish(app, people, title="一小时后")
        look(app)
    assert list_told(app, people.firm, HIT) == [
        f"“巡检”有新结果：{TITLE}",
        "“巡检”有新结果：一小时后",
    ]

"""Filters, counts and order of the public list, and what each person finds in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from matchmaker import clock
from matchmaker.actor import BACKGROUND_JOB, VISITOR
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import operations, queries
from matchmaker.demands.browsing.queries import count_facets, count_published, list_page
from matchmaker.demands.browsing.rules import ListingFilter, Order
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import PUBLIC_STATUSES, ListingKind, ListingStatus
from matchmaker.search.queries import matching_ids
from tests.demands.factories import make_draft, make_published, make_submitted
from tests.people import People

CANARY = "绝密词Q7X"


@pytest.fixture
def market(app: Flask, people: People) -> dict[str, str]:
    """name → code of a few published listings."""
    with app.app_context(), write_tx():
        rows = {
            "metro": make_published(people),
            "small": make_published(
                people,
                title="医院夜间导诊与陪同",
                description="门诊大厅夜间问路、取号、陪同，需要人机交互，IP54即可。",
                pain_point="",
                tasks=("triage-guidance",),
                modes=("short-term-rental",),
                budget_low_fen=None,
                budget_high_fen=30_000_000,
                requirements=(),
                facts={},
                deadline=clock.today() + timedelta(days=5),
            ),
            "job": make_published(people, kind=ListingKind.JOB, title="夜班巡检岗位", facts={}),
            "agreed": make_published(people, title="隧道巡检机器人采购"),
        }
        lifecycle.close_agreed(people.owner, rows["agreed"])
        return {name: row.code for name, row in rows.items()}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"metro", "small", "job", "agreed"}),
        ({"question": "巡检"}, {"metro", "job", "agreed"}),
        ({"question": "导诊"}, {"small"}),
        ({"question": "IP54"}, {"metro", "small", "job", "agreed"}),
        ({"question": "载荷"}, {"metro", "job", "agreed"}),
        ({"kind": "job"}, {"job"}),
        ({"sector": "municipal-inspection"}, {"metro", "small", "job", "agreed"}),
        ({"sector": "healthcare"}, set()),
        ({"district": "xihu"}, set()),
        ({"task": "triage-guidance"}, {"small"}),
        ({"mode": "raas"}, {"metro", "job", "agreed"}),
        ({"budget": "to-50"}, {"small"}),
        ({"budget": "200-500"}, {"metro", "job", "agreed"}),
        ({"phase": "open"}, {"metro", "small", "job"}),
        ({"phase": "agreed"}, {"agreed"}),
        ({"phase": "expired"}, set()),
        ({"phase": "nonsense"}, set()),
        ({"kind": "nonsense"}, set()),
        ({"budget": "nonsense"}, set()),
        ({"question": "巡检", "kind": "job", "mode": "purchase"}, {"job"}),
    ],
)
def test_filters_keep_what_was_asked_for(
    app: Flask, market: dict[str, str], filters: dict[str, str], expected: set[str]
) -> None:
    wanted = ListingFilter(**filters)
    with app.app_context(), read_tx():
        rows = list_page(wanted, clock.today(), offset=0, limit=50)
        assert {row.code for row in rows} == {market[name] for name in expected}
        assert count_published(wanted, clock.today()) == len(expected)


def test_a_deadline_that_passed_is_told_apart(app: Flask, market: dict[str, str]) -> None:
    later = clock.today() + timedelta(days=6)
    with app.app_context(), read_tx():
        rows = list_page(ListingFilter(phase="expired"), later, offset=0, limit=9)
        assert [row.code for row in rows] == [market["small"]]
        last_day = clock.today() + timedelta(days=5)
        assert count_published(ListingFilter(phase="expired"), last_day) == 0


def test_facets_count_beside_the_other_filters(app: Flask, market: dict[str, str]) -> None:
    with app.app_context(), read_tx():
        facets = count_facets(ListingFilter(kind="scene"), clock.today())
    assert facets["kind"] == {"scene": 3, "job": 1}
    assert facets["sector"] == {"municipal-inspection": 3}
    assert facets["task"] == {"inspection-round": 2, "triage-guidance": 1}
    assert facets["mode"] == {"purchase": 2, "raas": 2, "short-term-rental": 1}
    assert facets["budget"] == {"to-50": 1, "50-200": 0, "200-500": 2, "from-500": 0}
    assert facets["phase"] == {
        "open": 2,
        "expired": 0,
        "agreed": 1,
        "deployed": 0,
        "unmet": 0,
    }


def test_orders(app: Flask, market: dict[str, str]) -> None:
    def codes(order: Order) -> list[str]:
        rows = list_page(ListingFilter(order=order), clock.today(), offset=0, limit=9)
        return [row.code for row in rows]

    with app.app_context(), read_tx():
        assert codes(Order.DEADLINE)[0] == market["small"]
        assert codes(Order.DEADLINE_LAST)[-1] == market["small"]
        assert codes(Order.BUDGET)[0] == market["small"]
        assert codes(Order.BUDGET_LARGEST)[-1] == market["small"]
        assert codes(Order.NEWEST) == list(reversed(codes(Order.OLDEST)))
        every = codes(Order.NEWEST)
        halves = [
            row.code
            for offset in (0, 2)
            for row in list_page(ListingFilter(), clock.today(), offset=offset, limit=2)
        ]
        assert halves == every


@pytest.fixture
def hidden(app: Flask, people: People) -> str:
    """A submitted listing full of a word that nobody outside may come across."""
    with app.app_context(), write_tx():
        return make_submitted(
            people,
            title=f"{CANARY}项目巡检",
            description=f"{CANARY}，二十个字以上的需求描述在这里写明做什么。",
            pain_point=CANARY,
            facts={"floor": CANARY},
        ).code


SEES_SUBMITTED = {
    "owner": True,
    "colleague": True,
    "sector_reviewer": True,
    "district_reviewer": True,
    "officer": True,
    "approver": True,
    "auditor": True,
    "stranger": False,
    "firm": False,
    "judge": False,
    "conflicted_judge": False,
    "sysadmin": False,
}


@pytest.mark.parametrize("part", SEES_SUBMITTED)
def test_a_submitted_listing_is_known_to_those_concerned_only(
    app: Flask, people: People, hidden: str, part: str
) -> None:
    actor = getattr(people, part)
    with app.app_context(), read_tx():
        found = queries.find_listing(actor, hidden) is not None
        searched = queries.visible_to(actor).where(
            DemandListing.code.in_(matching_ids("demand", CANARY))
        )
        assert found is SEES_SUBMITTED[part]
        assert [row.code for row in db.session.scalars(searched)] == ([hidden] if found else [])


def test_the_unpublished_is_in_no_list_count_or_facet(
    app: Flask, people: People, hidden: str, market: dict[str, str]
) -> None:
    with app.app_context(), read_tx():
        for question in (CANARY, "Q7X"):
            wanted = ListingFilter(question=question)
            assert count_published(wanted, clock.today()) == 0
            facets = count_facets(wanted, clock.today())
            assert not any(sum(counts.values()) for counts in facets.values())
        for who in (VISITOR, BACKGROUND_JOB, people.owner, people.officer, people.firm):
            assert hidden not in {row.code for row in queries.list_public(who)}


def test_a_withdrawal_is_seen_at_once(app: Flask, people: People, market: dict[str, str]) -> None:
    """Counts and pages are kept between requests: under a token that the withdrawal changes."""
    wanted = ListingFilter(question="巡检")

    def read() -> tuple[int, int, int]:
        with app.app_context(), read_tx():
            rows = list_page(wanted, clock.today(), offset=0, limit=9)
            facets = count_facets(wanted, clock.today())
            counted = count_published(wanted, clock.today())
            return len(rows), counted, facets["kind"]["scene"]

    assert read() == read() == (3, 3, 2)
    with app.app_context(), write_tx():
        row = queries.get_listing(people.owner, market["metro"])
        lifecycle.withdraw(people.owner, row, note="取消")
    assert read() == (2, 2, 1)
    with app.app_context(), write_tx():
        row = queries.get_listing(people.owner, market["small"])
        content = dataclasses.replace(queries.content_of(row), title="医院夜间巡检与陪同")
        operations.edit_published(people.owner, row, content, version=1, reason="改名")
    assert read() == (3, 3, 2)


def test_what_is_public_follows_from_the_status(app: Flask, people: People) -> None:
    with app.app_context(), write_tx() as session:
        for status in ListingStatus:
            listing = make_draft(people)
            listing.status = status
            session.flush()
            session.refresh(listing)
            assert listing.is_public == (1 if status in PUBLIC_STATUSES else 0)


def test_reviewers_do_not_see_drafts_of_their_sector(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        code = make_draft(people).code
    with app.app_context(), read_tx():
        for actor in (people.sector_reviewer, people.district_reviewer, people.firm):
            assert queries.find_listing(actor, code) is None


def test_the_queue_holds_what_waits_for_the_actor(app: Flask, people: People) -> None:
    from matchmaker.demands.reviews import operations as reviews

    with app.app_context(), write_tx():
        first = make_submitted(people)
        second = make_submitted(people, sector="healthcare")
        reviews.approve(people.sector_reviewer, first)
        codes = {"first": first.code, "second": second.code}

    def queue(part: str) -> list[str]:
        with app.app_context(), read_tx():
            waiting = queries.awaiting_review_by(getattr(people, part))
            found = [row.code for row in db.session.scalars(waiting)]
        return [name for code in found for name, known in codes.items() if known == code]

    assert queue("sector_reviewer") == []
    assert queue("district_reviewer") == ["first", "second"]
    assert queue("officer") == ["first", "second"]
    assert queue("owner") == queue("firm") == queue("auditor") == []


def test_overdue_begins_after_fourteen_days(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        deadline = make_published(people).deadline
    assert deadline is not None
    with app.app_context(), read_tx():
        assert queries.list_overdue(people.officer, deadline + timedelta(days=14)) == []
        assert len(queries.list_overdue(people.officer, deadline + timedelta(days=15))) == 1


def test_a_page_takes_the_same_number_of_statements_whatever_its_size(
    app: Flask, market: dict[str, str]
) -> None:
    def count(read: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(*args: object) -> None:
            seen.append(str(args[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            read()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    def read(limit: int) -> Callable[[], object]:
        def run() -> list[object]:
            db.session.expunge_all()
            rows = list_page(ListingFilter(), clock.today(), offset=0, limit=limit)
            return [(row.organisation.name, row.tasks, row.modes) for row in rows]

        return run

    with app.app_context(), read_tx():
        for limit in (1, 4):
            count(read(limit))
        assert count(read(1)) == count(read(4))


def test_the_filter_is_a_value() -> None:
    assert dataclasses.replace(ListingFilter(kind="job"), kind="") == ListingFilter()

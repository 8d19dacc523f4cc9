"""Calls and editions: acts, refusals, what an edition holds and what changed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.actor import VISITOR
from matchmaker.audit.models import AuditEntry
from matchmaker.campaigns import documents, operations, queries
from matchmaker.campaigns.models import Campaign, Edition
from matchmaker.campaigns.operations import Call
from matchmaker.campaigns.rules import (
    CampaignState,
    ListKind,
    Phase,
    compute_changes,
    phase_on,
)
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import operations as demands
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingKind, ListingStatus
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.publishing.models import Notice
from tests.demands.factories import make_content, make_draft, make_published, make_submitted
from tests.people import People


def make_call(**changes: Any) -> Call:
    values: dict[str, Any] = {
        "title": "2026年机器人应用场景征集",
        "text": "面向全市征集机器人应用场景需求，请于截止日期前提交。",
        "opens_on": clock.today(),
        "closes_on": clock.today() + timedelta(days=30),
    }
    return Call(**(values | changes))


def counts() -> dict[str, int]:
    with read_tx():
        return {
            model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Campaign, Edition, Notice, AuditEntry)
        } | {
            "published": len(queries.list_campaigns(VISITOR)) + len(queries.list_editions(VISITOR))
        }


def refuse(app: Flask, act: Callable[[], object], error: type[DomainError]) -> None:
    with app.app_context():
        before = counts()
        with pytest.raises(error), write_tx():
            act()
        assert counts() == before


def test_phases_include_both_days() -> None:
    opens, closes = date(2026, 10, 1), date(2026, 10, 31)
    days = [date(2026, 9, 30), opens, closes, date(2026, 11, 1)]
    assert [phase_on(opens, closes, day) for day in days] == [
        Phase.COMING,
        Phase.OPEN,
        Phase.OPEN,
        Phase.CLOSED,
    ]


def test_changes_between_two_editions() -> None:
    columns = ("编号", "名称", "数量")
    before = [("A", "甲", "1"), ("B", "乙", "2"), ("C", "丙", "3")]
    after = [("B", "乙", "5"), ("C", "丙", "3"), ("D", "丁", "4")]
    changes = compute_changes(columns, before, after)
    assert changes.added == (("D", "丁", "4"),)
    assert changes.removed == (("A", "甲", "1"),)
    assert [(row.key, row.name, row.cells) for row in changes.changed] == [
        ("B", "乙", (("数量", "2", "5"),))
    ]
    assert compute_changes(columns, after, after).is_empty
    assert compute_changes(columns, [], []).is_empty


def test_a_call_is_written_published_and_announced(app: Flask, people: People) -> None:
    with app.app_context():
        with write_tx():
            campaign = operations.create_campaign(people.officer, make_call())
            assert campaign.state is CampaignState.DRAFT
        with read_tx():
            assert queries.list_open(VISITOR, clock.today()) == []
        with write_tx():
            row = db.session.get_one(Campaign, 1)
            operations.publish_campaign(people.approver, row, issuer="市经信局")
        with read_tx():
            (published,) = queries.list_open(VISITOR, clock.today())
            notice = db.session.get_one(Notice, published.notice_id)
            assert notice.title == published.title
            assert (notice.starts_on, notice.ends_on) == (
                published.opens_on,
                published.closes_on,
            )
            assert queries.list_open(VISITOR, published.closes_on + timedelta(days=1)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"title": "字" * 101},
        {"text": ""},
        {"text": "字" * 20_001},
        {"closes_on": clock.today() - timedelta(days=1)},
        {"closes_on": clock.today() + timedelta(days=5)},
        {"closes_on": clock.today() + timedelta(days=400)},
        {"kinds": ("dream",)},
        {"sectors": ("space",)},
    ],
)
def test_a_wrong_call_is_refused(app: Flask, people: People, changes: dict[str, Any]) -> None:
    refuse(
        app,
        lambda: operations.create_campaign(people.officer, make_call(**changes)),
        InvalidInput,
    )


@pytest.mark.parametrize("part", ["owner", "firm", "judge", "sector_reviewer", "auditor"])
def test_others_write_no_call_and_no_edition(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx():
        make_published(people)
        campaign = operations.create_campaign(people.officer, make_call())
        edition = operations.prepare_edition(people.officer, ListKind.SCENE)
        ids = campaign.id, edition.id

    def call() -> Campaign:
        return db.session.get_one(Campaign, ids[0])

    def listed() -> Edition:
        return db.session.get_one(Edition, ids[1])

    for act in (
        lambda: operations.create_campaign(actor, make_call()),
        lambda: operations.update_campaign(actor, call(), make_call(), version=1),
        lambda: operations.publish_campaign(actor, call(), issuer="x"),
        lambda: operations.withdraw_campaign(actor, call(), reason="x"),
        lambda: operations.prepare_edition(actor, ListKind.SUPPLY),
        lambda: operations.publish_edition(actor, listed()),
        lambda: operations.discard_edition(actor, listed()),
    ):
        refuse(app, act, PermissionDenied)


def test_a_published_call_is_not_changed_but_withdrawn(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        campaign = operations.create_campaign(people.officer, make_call())
        operations.update_campaign(people.approver, campaign, make_call(title="改名"), version=1)
        operations.publish_campaign(people.officer, campaign, issuer="市经信局")

    def call() -> Campaign:
        return db.session.get_one(Campaign, 1)

    def again() -> object:
        return operations.publish_campaign(people.officer, call(), issuer="市经信局")

    refuse(
        app,
        lambda: operations.update_campaign(people.officer, call(), make_call(), version=2),
        IllegalTransition,
    )
    refuse(app, again, IllegalTransition)
    refuse(
        app, lambda: operations.withdraw_campaign(people.officer, call(), reason=" "), InvalidInput
    )
    with app.app_context(), write_tx():
        operations.withdraw_campaign(people.officer, call(), reason="调整时间")
    with app.app_context(), read_tx():
        assert queries.list_campaigns(VISITOR) == []
        with pytest.raises(NotFound):
            queries.get_campaign(people.firm, 1)
        assert queries.get_campaign(people.officer, 1).title == "改名"


def test_the_queues_count_what_was_submitted_for_the_call(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        campaign = operations.create_campaign(
            people.officer, make_call(kinds=("scene",), sectors=("municipal-inspection",))
        )
        make_submitted(people)
        make_published(people)
        make_draft(people)
        make_submitted(people, sector="healthcare")
        make_submitted(people, kind=ListingKind.JOB, facts={})
        early = make_submitted(people)
        early.submitted_at = clock.now() - timedelta(days=3)
        db.session.flush()
        for actor in (people.officer, people.sector_reviewer, people.district_reviewer):
            found = queries.count_collected(actor, campaign, DemandListing.district)
            assert found == {"shangcheng": {ListingStatus.SUBMITTED: 1, ListingStatus.PUBLISHED: 1}}
        by_visitor = queries.count_collected(VISITOR, campaign, DemandListing.sector)
        assert by_visitor == {"municipal-inspection": {ListingStatus.PUBLISHED: 1}}


def test_an_edition_holds_what_everybody_may_see(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        shown = make_published(people).code
        make_submitted(people, title="尚未公开的需求")
        closed = make_published(people, title="已成交的需求")
        lifecycle.close_agreed(people.owner, closed)
        edition = operations.prepare_edition(people.officer, ListKind.SCENE)
        assert [row[0] for row in edition.rows] == [shown]
        assert (edition.number, edition.published_at) == (1, None)
        assert queries.list_editions(VISITOR) == []
        operations.publish_edition(people.approver, edition)
        assert [each.id for each in queries.list_editions(VISITOR)] == [edition.id]
        assert edition.chain_hash is not None


def test_an_edition_is_published_by_a_second_person(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        make_published(people)
        operations.prepare_edition(people.officer, ListKind.SCENE)
    refuse(
        app,
        lambda: operations.publish_edition(people.officer, db.session.get_one(Edition, 1)),
        PermissionDenied,
    )
    refuse(app, lambda: operations.prepare_edition(people.approver, ListKind.SCENE), Conflict)
    refuse(app, lambda: operations.prepare_edition(people.officer, ListKind.JOB), InvalidInput)


def test_a_list_that_changed_after_preparation_is_not_published(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        listing = make_published(people)
        operations.prepare_edition(people.officer, ListKind.SCENE)
        lifecycle.withdraw(people.owner, listing, note="项目取消")
    refuse(
        app,
        lambda: operations.publish_edition(people.approver, db.session.get_one(Edition, 1)),
        Conflict,
    )
    with app.app_context(), write_tx():
        operations.discard_edition(people.officer, db.session.get_one(Edition, 1))
    with app.app_context():
        assert counts()["list_edition"] == 0


def test_the_second_edition_says_what_changed(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        stays = make_published(people)
        goes = make_published(people, title="将要撤回的需求")
        first = operations.prepare_edition(people.officer, ListKind.SCENE)
        operations.publish_edition(people.approver, first)
        demands.edit_published(
            people.owner, stays, make_content(quantity=9), version=1, reason="增加"
        )
        lifecycle.withdraw(people.owner, goes, note="取消")
        comes = make_published(people, title="新增加的一条需求")
        second = operations.prepare_edition(people.approver, ListKind.SCENE)
        operations.publish_edition(people.officer, second)
        assert (second.number, queries.find_previous(second)) == (2, first)
        changes = compute_changes(second.columns, first.rows, second.rows)
        assert [row[0] for row in changes.added] == [comes.code]
        assert [row[0] for row in changes.removed] == [goes.code]
        assert [row.cells for row in changes.changed] == [(("数量（台、套）", "6", "9"),)]
        assert goes.code in json.dumps(first.rows), "a published edition never changes"
        with pytest.raises(IllegalTransition):
            operations.discard_edition(people.officer, second)


def test_an_edition_as_excel_keeps_text_as_text(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        make_published(people, title="=HYPERLINK(1)巡检")
        edition = operations.prepare_edition(people.officer, ListKind.SCENE)
        content = documents.write_excel(edition, compute_changes(edition.columns, [], edition.rows))
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert "=HYPERLINK(1)巡检" in [cell.value for cell in cells]
        assert all(cell.data_type != "f" for cell in cells)


def test_an_edition_as_pdf_is_the_same_twice(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        make_published(people, title="#set page(1) [巡检] $x$ 需求")
        edition = operations.prepare_edition(people.officer, ListKind.SCENE)
        first, second = (documents.write_pdf(edition, None) for _ in range(2))
        assert first.startswith(b"%PDF")
        assert first == second

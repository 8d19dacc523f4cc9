"""Acts on listings: by the owner, a colleague, a stranger, a visitor and the bureau."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from matchmaker import clock
from matchmaker.actor import VISITOR, Actor
from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import operations, queries
from matchmaker.demands.content import DESCRIPTION_MAX, ContentRefused
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing, DemandReview
from matchmaker.demands.reviews import operations as reviews
from matchmaker.demands.rules import Decision, ListingKind, ListingStatus, ReviewPart
from matchmaker.demands.seed_records import RequirementRecord
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.outbox import OutboxMessage
from matchmaker.search.queries import matching_ids
from tests.demands.factories import make_content, make_draft, make_published, make_submitted
from tests.people import People

OUTSIDERS = ("stranger", "firm", "judge", "conflicted_judge", "auditor", "sysadmin")


def snapshot(code: str) -> dict[str, Any]:
    """The stored row and how many rows hang on it, in a fresh session."""
    with read_tx():
        listing = db.session.scalar(select(DemandListing).where(DemandListing.code == code))
        assert listing is not None
        return {
            "content": queries.content_of(listing),
            "status": listing.status,
            "version": listing.version,
            "round": listing.round,
            "note": listing.status_note,
            "reviews": len(listing.reviews),
            "revisions": len(listing.revisions),
            "closed_at": listing.closed_at,
            "listings": db.session.scalar(select(func.count()).select_from(DemandListing)),
            "audit": db.session.scalar(select(func.count()).select_from(AuditEntry)),
            "messages": db.session.scalar(select(func.count()).select_from(OutboxMessage)),
        }


def store(app: Flask, make: Callable[..., DemandListing], people: People, **changes: Any) -> str:
    with app.app_context(), write_tx():
        return make(people, **changes).code


def load(code: str) -> DemandListing:
    listing = db.session.scalar(select(DemandListing).where(DemandListing.code == code))
    assert listing is not None
    return listing


def refuse(
    app: Flask, code: str, act: Callable[[DemandListing], object], error: type[DomainError]
) -> DomainError:
    """Run a refused act in its own transaction and show that nothing changed."""
    with app.app_context():
        before = snapshot(code)
        with pytest.raises(error) as caught, write_tx():
            act(load(code))
        assert snapshot(code) == before
    return caught.value


#: name → (state the listing is in, the act by an actor)
ACTS: dict[str, tuple[Callable[..., DemandListing], Callable[[Actor, DemandListing], object]]] = {
    "save_draft": (
        make_draft,
        lambda actor, row: operations.save_draft(
            actor, row, make_content(title="新的名称"), version=1
        ),
    ),
    "discard_draft": (make_draft, operations.discard_draft),
    "submit": (make_draft, lifecycle.submit),
    "recall": (make_submitted, lifecycle.recall),
    "edit_published": (
        make_published,
        lambda actor, row: operations.edit_published(
            actor, row, make_content(quantity=8), version=1, reason="增加两台"
        ),
    ),
    "copy_listing": (make_published, operations.copy_listing),
    "create_challenge": (
        make_published,
        lambda actor, row: operations.create_challenge_from(actor, row, ("局放检测无产品",)),
    ),
    "withdraw": (
        make_published,
        lambda actor, row: lifecycle.withdraw(actor, row, note="项目取消"),
    ),
    "close_agreed": (make_published, lifecycle.close_agreed),
    "close_unmet": (
        make_published,
        lambda actor, row: lifecycle.close_unmet(actor, row, note="无防爆产品"),
    ),
}


@pytest.mark.parametrize("part", ["owner", "colleague"])
@pytest.mark.parametrize("name", ACTS)
def test_people_of_the_owning_unit_may_act(
    app: Flask, people: People, name: str, part: str
) -> None:
    make, act = ACTS[name]
    code = store(app, make, people)
    with app.app_context():
        before = snapshot(code)
        with write_tx():
            act(getattr(people, part), load(code))
        with read_tx():
            trail = db.session.scalar(select(func.count()).select_from(AuditEntry))
        assert trail > before["audit"]


@pytest.mark.parametrize("part", OUTSIDERS)
@pytest.mark.parametrize("name", ACTS)
def test_others_are_refused_and_nothing_changes(
    app: Flask, people: People, name: str, part: str
) -> None:
    make, act = ACTS[name]
    code = store(app, make, people)
    refuse(app, code, lambda row: act(getattr(people, part), row), PermissionDenied)
    refuse(app, code, lambda row: act(VISITOR, row), PermissionDenied)


def test_a_firm_and_a_visitor_cannot_start_a_listing(app: Flask, people: People) -> None:
    code = store(app, make_draft, people)
    for actor in (people.firm, people.officer, VISITOR):
        refuse(
            app,
            code,
            lambda _, actor=actor: operations.create_draft(actor, make_content()),
            PermissionDenied,
        )


def test_content_is_stored_whole(app: Flask, people: People) -> None:
    requirements = (
        RequirementRecord("payload_kg", ">=", Decimal("7.5"), True, "payload_kg_min"),
        RequirementRecord("ip_rating", ">=", "IP54", True, "ip_min"),
        RequirementRecord("stairs", "=", True, False, "stairs"),
        RequirementRecord("certificates", ">=", ("cr", "ce"), True, "certificates"),
    )
    content = make_content(requirements=requirements)
    code = store(app, make_draft, people, requirements=requirements)
    with app.app_context(), read_tx():
        assert queries.content_of(load(code)) == content


def test_codes_run_by_kind_and_year(app: Flask, people: People) -> None:
    year = clock.today().year
    codes = [store(app, make_draft, people) for _ in range(2)]
    codes.append(store(app, make_draft, people, kind=ListingKind.JOB, facts={}))
    assert codes == [f"XQ{year}-0001", f"XQ{year}-0002", f"GW{year}-0001"]


def test_saving_replaces_parts_and_counts_the_version(app: Flask, people: People) -> None:
    code = store(app, make_draft, people)
    changed = make_content(
        tasks=("carrying", "inspection-round"),
        modes=("raas",),
        requirements=(
            RequirementRecord("payload_kg", ">=", 9, False, "payload_kg_min"),
            RequirementRecord("stairs", "=", True, True, "stairs"),
        ),
        facts={},
    )
    with app.app_context():
        with write_tx():
            operations.save_draft(people.colleague, load(code), changed, version=1)
        stored = snapshot(code)
    assert stored["content"] == changed
    assert stored["version"] == 2


def test_saving_the_same_content_changes_nothing(app: Flask, people: People) -> None:
    code = store(app, make_draft, people)
    with app.app_context():
        before = snapshot(code)
        with write_tx():
            operations.save_draft(people.owner, load(code), make_content(), version=1)
        assert snapshot(code) == before


def test_an_older_version_is_refused(app: Flask, people: People) -> None:
    code = store(app, make_draft, people)
    with app.app_context(), write_tx():
        operations.save_draft(people.colleague, load(code), make_content(quantity=2), version=1)
    refuse(
        app,
        code,
        lambda row: operations.save_draft(people.owner, row, make_content(quantity=3), version=1),
        Conflict,
    )


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"deadline": clock.today() - timedelta(days=1)}, "deadline", "deadline_past"),
        ({"deadline": date(9999, 1, 1)}, "deadline", "deadline_far"),
        ({"budget_low_fen": 101, "budget_high_fen": 100}, "budget_high_fen", "budget_reversed"),
        ({"budget_low_fen": -1}, "budget_low_fen", "budget_range"),
        ({"sector": "space-travel"}, "sector", "unknown_word"),
        ({"district": "上城区"}, "district", "unknown_word"),
        ({"tasks": ("unheard-of",)}, "tasks", "unknown_word"),
        ({"modes": ("gift",)}, "modes", "unknown_word"),
        ({"modes": ("raas", "raas")}, "modes", "repeated"),
        ({"title": "！！！——"}, "title", "symbols_only"),
        ({"title": "字" * 61}, "title", "text_too_long"),
        ({"description": "字" * (DESCRIPTION_MAX + 1)}, "description", "text_too_long"),
        ({"quantity": 0}, "quantity", "quantity_range"),
        ({"quantity": -3}, "quantity", "quantity_range"),
        ({"facts": {"floor": "字" * 501}}, "floor", "text_too_long"),
        ({"facts": {"secret": "x"}}, "kind", "unknown_question"),
        ({"facts": {"shift": "三班倒"}}, "kind", "unknown_question"),
    ],
)
def test_wrong_content_is_refused_whole(
    app: Flask, people: People, changes: dict[str, Any], field: str, code: str
) -> None:
    listing = store(app, make_draft, people)
    wrong = make_content(**changes)
    for act in (
        lambda _: operations.create_draft(people.owner, wrong),
        lambda row: operations.save_draft(people.owner, row, wrong, version=1),
    ):
        error = refuse(app, listing, act, ContentRefused)
        assert [(p.field, p.code) for p in error.problems] == [(field, code)]  # type: ignore[attr-defined]


def test_equal_budget_bounds_today_and_the_longest_text_are_accepted(
    app: Flask, people: People
) -> None:
    content = make_content(
        budget_low_fen=100,
        budget_high_fen=100,
        deadline=clock.today(),
        description="字" * DESCRIPTION_MAX,
        title="字" * 60,
    )
    with app.app_context(), write_tx():
        listing = operations.create_draft(people.owner, content)
        assert lifecycle.submit(people.owner, listing).status is ListingStatus.SUBMITTED


def test_an_incomplete_draft_is_kept_but_not_submitted(app: Flask, people: People) -> None:
    code = store(app, make_draft, people, title="", sector="", description="", deadline=None)
    error = refuse(app, code, lambda row: lifecycle.submit(people.owner, row), ContentRefused)
    assert [p.field for p in error.problems] == ["title", "sector", "description", "deadline"]  # type: ignore[attr-defined]


def test_a_job_post_needs_a_headcount(app: Flask, people: People) -> None:
    code = store(app, make_draft, people, kind=ListingKind.JOB, quantity=None, facts={})
    error = refuse(app, code, lambda row: lifecycle.submit(people.owner, row), ContentRefused)
    assert [p.field for p in error.problems] == ["quantity"]  # type: ignore[attr-defined]


def test_a_submitted_listing_cannot_be_changed_until_recalled(app: Flask, people: People) -> None:
    code = store(app, make_submitted, people)

    def save(row: DemandListing) -> object:
        return operations.save_draft(people.owner, row, make_content(quantity=1), version=1)

    refuse(app, code, save, IllegalTransition)
    with app.app_context(), write_tx():
        lifecycle.recall(people.owner, load(code))
        save(load(code))
    with app.app_context():
        assert snapshot(code)["status"] is ListingStatus.DRAFT


def test_a_discarded_draft_is_gone_and_not_found(app: Flask, people: People) -> None:
    code = store(app, make_draft, people)
    with app.app_context():
        with write_tx():
            operations.discard_draft(people.owner, load(code))
        with read_tx():
            assert db.session.scalar(select(func.count()).select_from(DemandListing)) == 0
            assert list(db.session.scalars(matching_ids("demand", "变电所"))) == []


def test_what_was_ever_submitted_is_not_deleted(app: Flask, people: People) -> None:
    code = store(app, make_submitted, people)
    with app.app_context(), write_tx():
        lifecycle.recall(people.owner, load(code))
    refuse(app, code, lambda row: operations.discard_draft(people.owner, row), IllegalTransition)


def test_publication_needs_both_parts(app: Flask, people: People) -> None:
    code = store(app, make_submitted, people)
    with app.app_context():
        with write_tx():
            reviews.approve(people.sector_reviewer, load(code), note="同意")
        half = snapshot(code)
        assert (half["status"], half["reviews"]) == (ListingStatus.SUBMITTED, 1)
        with write_tx():
            reviews.approve(people.district_reviewer, load(code))
        whole = snapshot(code)
        assert (whole["status"], whole["reviews"]) == (ListingStatus.PUBLISHED, 2)
        with read_tx():
            assert load(code).published_at is not None
            topics = db.session.scalars(select(OutboxMessage.topic)).all()
            told = select(OutboxMessage.payload).where(OutboxMessage.topic == "demands.reviewed")
            decisions = [payload["decision"] for payload in db.session.scalars(told)]
    assert topics.count("demands.published") == 1
    assert decisions == ["approve", "approve"]


def test_the_bureau_stands_in_for_what_is_missing(app: Flask, people: People) -> None:
    code = store(app, make_submitted, people)
    with app.app_context():
        with write_tx():
            reviews.approve(people.officer, load(code))
        with read_tx():
            listing = load(code)
            assert listing.status is ListingStatus.PUBLISHED
            assert {review.part for review in listing.reviews} == {"sector", "district"}
            assert {review.reviewer_name for review in listing.reviews} == {"市经信局（代审）"}


def test_a_part_is_not_approved_twice(app: Flask, people: People) -> None:
    code = store(app, make_submitted, people)
    with app.app_context(), write_tx():
        reviews.approve(people.sector_reviewer, load(code))
    refuse(app, code, lambda row: reviews.approve(people.sector_reviewer, row), Conflict)


@pytest.mark.parametrize("part", ["owner", "stranger", "firm", "judge", "auditor", "sysadmin"])
def test_only_reviewers_review(app: Flask, people: People, part: str) -> None:
    code = store(app, make_submitted, people)
    actor = getattr(people, part)
    for act in (
        lambda row: reviews.approve(actor, row),
        lambda row: reviews.return_listing(actor, row, note="不符合"),
        lambda row: reviews.request_rectification(actor, row, note="请补充"),
    ):
        refuse(app, code, act, PermissionDenied)


@pytest.mark.parametrize(
    "changes", [{"sector": "healthcare"}, {"sector": "logistics", "district": "xihu"}]
)
def test_reviewers_of_another_sector_are_refused(
    app: Flask, people: People, changes: dict[str, Any]
) -> None:
    code = store(app, make_submitted, people, **changes)
    refuse(app, code, lambda row: reviews.approve(people.sector_reviewer, row), PermissionDenied)


def test_nobody_approves_their_own_act(app: Flask, people: People) -> None:
    """H1: a reviewer who also belongs to the owner, or who wrote the listing, is refused."""
    code = store(app, make_submitted, people)
    same_unit = dataclasses.replace(people.officer, organisation_id=people.owner.organisation_id)
    same_person = dataclasses.replace(people.officer, user_id=people.owner.user_id)
    for actor in (same_unit, same_person):
        refuse(app, code, lambda row, actor=actor: reviews.approve(actor, row), PermissionDenied)


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (reviews.request_rectification, ListingStatus.RECTIFICATION),
        (reviews.return_listing, ListingStatus.RETURNED),
    ],
)
def test_a_refused_listing_starts_a_new_round(
    app: Flask, people: People, act: Callable[..., object], status: ListingStatus
) -> None:
    code = store(app, make_submitted, people)
    with app.app_context():
        with write_tx():
            reviews.approve(people.sector_reviewer, load(code))
            act(people.district_reviewer, load(code), note="请写明作业时段")
        after = snapshot(code)
        assert (after["status"], after["note"]) == (status, "请写明作业时段")
        with write_tx():
            operations.save_draft(people.owner, load(code), make_content(quantity=7), version=1)
            lifecycle.submit(people.owner, load(code))
            reviews.approve(people.district_reviewer, load(code))
        with read_tx():
            listing = load(code)
            assert (listing.status, listing.round) == (ListingStatus.SUBMITTED, 2)
            assert queries.list_approved_parts(listing) == {"district"}


def test_a_refusal_needs_a_reason(app: Flask, people: People) -> None:
    code = store(app, make_submitted, people)
    for act in (
        lambda row: reviews.return_listing(people.officer, row, note="  "),
        lambda row: reviews.request_rectification(people.officer, row, note=""),
        lambda row: reviews.return_listing(people.officer, row, note="字" * 1001),
        lambda row: reviews.request_rectification(
            people.officer, row, note="请补充", due_on=clock.today() - timedelta(days=1)
        ),
    ):
        refuse(app, code, act, InvalidInput)


@pytest.mark.parametrize("make", [make_draft, make_published])
def test_only_a_submission_is_reviewed(
    app: Flask, people: People, make: Callable[..., DemandListing]
) -> None:
    code = store(app, make, people)
    for act in (
        lambda row: reviews.approve(people.officer, row),
        lambda row: reviews.return_listing(people.officer, row, note="不符合"),
    ):
        refuse(app, code, act, IllegalTransition)


def test_an_edit_after_publication_leaves_a_public_history(app: Flask, people: People) -> None:
    code = store(app, make_published, people)
    content = make_content(quantity=8, facts={"floor": "有坡道"})
    with app.app_context():
        with write_tx():
            operations.edit_published(
                people.owner, load(code), content, version=1, reason="增加两个站点"
            )
        with read_tx():
            (revision,) = load(code).revisions
            assert (revision.number, revision.reason) == (1, "增加两个站点")
            assert revision.changes == [
                {"field": "quantity", "label": "数量", "before": "6", "after": "8"},
                {
                    "field": "floor",
                    "label": "地面情况",
                    "before": "平整硬化地面",
                    "after": "有坡道",
                },
                {
                    "field": "acceptance",
                    "label": "验收标准",
                    "before": "连续30天巡检完成率不低于98%",
                    "after": "（未填写）",
                },
            ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sector": "healthcare"}, "换行业"),
        ({"district": "xihu"}, "换区县"),
        ({"kind": ListingKind.CHALLENGE}, "换类别"),
        ({"title": ""}, "删去名称"),
        ({"deadline": clock.today() - timedelta(days=1)}, "提前"),
        ({"quantity": 9}, " "),
        ({"quantity": 9}, "字" * 201),
        ({}, "没有变化"),
    ],
)
def test_wrong_edits_after_publication_are_refused(
    app: Flask, people: People, changes: dict[str, Any], reason: str
) -> None:
    code = store(app, make_published, people)
    content = make_content(**changes)
    refuse(
        app,
        code,
        lambda row: operations.edit_published(people.owner, row, content, version=1, reason=reason),
        InvalidInput,
    )


def test_a_copy_is_a_new_draft_without_a_past_deadline(app: Flask, people: People) -> None:
    code = store(app, make_published, people, deadline=clock.today())
    with app.app_context(), write_tx():
        load(code).deadline = clock.today() - timedelta(days=1)
    with app.app_context(), write_tx():
        copy = operations.copy_listing(people.colleague, load(code))
        assert (copy.status, copy.deadline, copy.published_at) == (
            ListingStatus.DRAFT,
            None,
            None,
        )
        assert copy.origin_id == load(code).id
        assert copy.code != code
        assert dataclasses.replace(queries.content_of(copy), deadline=None) == make_content(
            deadline=None
        )


def test_a_need_without_supply_becomes_a_challenge_in_one_step(app: Flask, people: People) -> None:
    code = store(app, make_published, people)
    with app.app_context(), write_tx():
        challenge = operations.create_challenge_from(
            people.owner, load(code), ("局放检测：无产品", "防护等级：均未核验")
        )
        challenge_code = challenge.code
        assert challenge.kind is ListingKind.CHALLENGE
        assert challenge.facts["goal"] == "局放检测：无产品；防护等级：均未核验"
        assert challenge.requirements[0].attribute == "payload_kg"
    with app.app_context():
        origin = snapshot(code)
        assert origin["status"] is ListingStatus.UNMET
        assert challenge_code in origin["note"]
    refuse(
        app,
        challenge_code,
        lambda row: operations.create_challenge_from(people.owner, row, ()),
        IllegalTransition,
    )


def test_closing_and_reopening(app: Flask, people: People) -> None:
    code = store(app, make_published, people)
    with app.app_context():
        with write_tx():
            lifecycle.mark_answered(people.firm, load(code))
            lifecycle.mark_answered(people.other_firm, load(code))
            lifecycle.close_agreed(people.owner, load(code))
        assert snapshot(code)["closed_at"] is not None
        with write_tx():
            lifecycle.reopen(people.owner, load(code), note="合同终止")
        reopened = snapshot(code)
        assert (reopened["status"], reopened["closed_at"]) == (ListingStatus.PUBLISHED, None)
        with write_tx():
            lifecycle.close_agreed(people.owner, load(code))
            lifecycle.mark_deployed(people.owner, load(code))
        assert snapshot(code)["status"] is ListingStatus.DEPLOYED


def test_closing_without_a_fit_needs_the_reason(app: Flask, people: People) -> None:
    code = store(app, make_published, people)
    for act in (
        lambda row: lifecycle.close_unmet(people.owner, row, note=""),
        lambda row: lifecycle.withdraw(people.owner, row, note="\u200b"),
    ):
        refuse(app, code, act, InvalidInput)


def test_a_withdrawn_listing_is_known_to_its_owner_only(app: Flask, people: People) -> None:
    code = store(app, make_published, people)
    with app.app_context():
        with write_tx():
            lifecycle.withdraw(people.owner, load(code), note="项目取消")
        with read_tx():
            assert queries.find_listing(people.colleague, code) is not None
            assert queries.find_listing(people.officer, code) is not None
            for actor in (VISITOR, people.firm, people.stranger):
                assert queries.find_listing(actor, code) is None
                with pytest.raises(NotFound):
                    queries.get_listing(actor, code)
            topics = db.session.scalars(select(OutboxMessage.topic)).all()
    assert topics.count("demands.withdrawn") == 1


def test_review_rows_of_one_round_and_part_are_unique(app: Flask, people: People) -> None:
    code = store(app, make_submitted, people)
    with app.app_context(), write_tx() as session:
        rows = [
            DemandReview(
                listing_id=load(code).id,
                round=1,
                part=ReviewPart.SECTOR,
                decision=Decision.APPROVE,
                reviewer_name="市交通运输局",
            )
            for _ in range(2)
        ]
        session.add_all(rows)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()

"""Applications: starting, saving, handing in, mending, gates, opinions, inspection, withdrawal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import read_tx, write_tx
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.selection.applications import operations, queries, review, rules
from matchmaker.selection.applications.models import Application, ApplicationRevision
from matchmaker.selection.applications.rules import (
    ApplicationState,
    MemberDraft,
    OpinionKind,
    Side,
)
from matchmaker.selection.applications.sources import read_scene
from tests.demands import factories as demands
from tests.people import People
from tests.selection.rooms.factories import (
    close_applications,
    make_application,
    make_content,
    make_open_round,
    make_source,
    make_submitted,
    qualify,
)


def only(app: Flask) -> tuple[ApplicationState, int, int]:
    """State, save number and number of revisions of the only application."""
    with app.app_context(), read_tx() as session:
        row = session.query(Application).one()
        return row.state, row.save_number, len(row.revisions)


def test_application_starts_from_the_listing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        listing = demands.make_published(people)
        row = operations.start_application(
            people.owner, round_, read_scene(people.owner, listing, [])
        )
        assert (row.title, row.sector, row.district) == (
            listing.title,
            "municipal-inspection",
            "shangcheng",
        )
        assert listing.description in row.working_content["background"]
        assert row.members[0].name == "甲方地铁公司"
        assert row.code == "RX2026-001"


def test_same_scene_twice_in_a_round_is_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        operations.start_application(people.owner, round_, make_source(people.owner))
        with pytest.raises(Conflict) as refused:
            operations.start_application(people.colleague, round_, make_source(people.owner))
    assert refused.value.code == "scene_applied"


def test_withdrawn_scene_is_not_applied_with_again(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        operations.withdraw_application(
            people.owner, make_application(round_, people.owner), "本年不再申报"
        )
        with pytest.raises(Conflict) as refused:
            make_application(round_, people.owner)
        assert refused.value.code == "scene_withdrawn"


def test_same_scene_in_both_programmes_is_allowed_and_marked(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        first = make_application(make_open_round(people), people.owner)
        second = make_application(
            make_open_round(people, programme="embodied-typical"), people.owner
        )
        assert [row.id for row in queries.list_twins(first)] == [second.id]


@pytest.mark.parametrize("part", ["judge", "officer", "auditor", "stranger"])
def test_foreign_scene_cannot_be_applied_with(app: Flask, people: People, part: str) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        with pytest.raises(PermissionDenied):
            operations.start_application(getattr(people, part), round_, make_source(people.owner))
    with app.app_context(), read_tx() as session:
        assert session.query(Application).count() == 0


@pytest.mark.parametrize(
    "part", ["stranger", "firm", "other_firm", "judge", "officer", "approver", "district_reviewer"]
)
def test_only_the_applicant_writes(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner, 1, people.firm)
        item = row.round.attachments[0].id
        for act in (
            lambda: operations.save_application(actor, row, make_content(), save_number=0),
            lambda: operations.submit_application(actor, row),
            lambda: operations.withdraw_application(actor, row, "不再申报了"),
            lambda: operations.set_partners(actor, row, []),
            lambda: operations.set_attachment(actor, row, item, note="换一份"),
            lambda: operations.set_avoid_request(actor, row, "某专家"),
        ):
            with pytest.raises(PermissionDenied):
                act()
    assert only(app) == (ApplicationState.DRAFT, 0, 0)


def test_colleague_of_the_applicant_may_write(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner)
        number = operations.save_application(
            people.colleague, row, make_content(title="新名称"), save_number=0
        )
        assert (number, row.title) == (1, "新名称")


def test_save_that_knows_an_older_number_is_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner)
        operations.save_application(people.owner, row, make_content(effects="甲"), save_number=0)
        with pytest.raises(Conflict):
            operations.save_application(
                people.colleague, row, make_content(effects="乙"), save_number=0
            )
        assert row.working_content["effects"] == "甲"


def test_submission_keeps_a_hashed_revision(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        make_submitted(make_open_round(people), people.owner)
    with app.app_context(), read_tx() as session:
        revision = session.query(ApplicationRevision).one()
        assert revision.number == 1
        assert revision.investment_fen == 300_000_000
        assert revision.sha256 == rules.compute_content_hash(revision.content)


@pytest.mark.parametrize("missing", ["background", "effects", "contact", "investment_note"])
def test_incomplete_application_is_refused_with_the_label(
    app: Flask, people: People, missing: str
) -> None:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner)
        operations.save_application(
            people.owner, row, make_content(**{missing: " "}), save_number=0
        )
        with pytest.raises(InvalidInput) as refused:
            operations.submit_application(people.owner, row)
    assert rules.CONTENT_LABELS[missing] in refused.value.text
    assert only(app)[0] is ApplicationState.DRAFT


def test_zero_investment_counts_as_missing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_application(make_open_round(people), people.owner)
        operations.save_application(
            people.owner, row, make_content(investment_fen=0), save_number=0
        )
        with pytest.raises(InvalidInput, match="实际投入"):
            operations.submit_application(people.owner, row)


def test_missing_required_attachment_is_named(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        row = operations.start_application(people.owner, round_, make_source(people.owner))
        with pytest.raises(InvalidInput, match="联合体协议"):
            operations.submit_application(people.owner, row)


def test_consortium_needs_both_sides_and_its_limit() -> None:
    owner = MemberDraft(side=Side.OWNER, name="甲", is_lead=True)
    firm = MemberDraft(side=Side.SUPPLIER, name="乙")
    rules.check_consortium([owner, firm], limit=2, needs_both=True)
    for members in (
        [owner],
        [owner, firm, MemberDraft(side=Side.SUPPLIER, name="丙")],
        [owner, owner],
        [],
    ):
        with pytest.raises(InvalidInput):
            rules.check_consortium(members, limit=2, needs_both=True)


def test_deadline_is_the_servers_clock_and_its_last_moment_counts() -> None:
    now = clock.now()
    rules.check_within(now, now, now)
    for opens, closes in ((now + timedelta(seconds=1), None), (None, now - timedelta(seconds=1))):
        with pytest.raises(IllegalTransition):
            rules.check_within(now, opens, closes)


def test_submission_after_the_deadline_changes_nothing(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        row = make_application(round_, people.owner)
        round_.closes_at = clock.now() - timedelta(seconds=1)
        with pytest.raises(IllegalTransition):
            operations.submit_application(people.owner, row)
    assert only(app) == (ApplicationState.DRAFT, 0, 0)


def test_rectification_once_then_a_second_revision(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        due = clock.today() + timedelta(days=5)
        review.ask_rectification(people.officer, row, note="请补验收报告", due_on=due)
        assert row.state is ApplicationState.RECTIFYING
        operations.save_application(people.owner, row, make_content(effects="已补"), save_number=0)
        operations.submit_application(people.owner, row)
        assert [item.number for item in row.revisions] == [1, 2]
        assert row.revisions[0].content["effects"] != row.revisions[1].content["effects"]
        with pytest.raises(IllegalTransition):
            review.ask_rectification(people.officer, row, note="再补一次", due_on=due)


def test_last_day_of_rectification_counts() -> None:
    day = date(2026, 2, 28)
    rules.check_rectification_day(day, day)
    with pytest.raises(IllegalTransition):
        rules.check_rectification_day(day + timedelta(days=1), day)


def test_rectification_due_today_is_refused(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        with pytest.raises(InvalidInput):
            review.ask_rectification(people.officer, row, note="请补", due_on=clock.today())


def test_qualification_needs_every_gate(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        gates = row.round.gates
        for gate in gates[:-1]:
            review.decide_gate(people.officer, row, gate.id, passed=True, evidence="已核对")
        with pytest.raises(Conflict, match="没有核对"):
            review.qualify_application(people.officer, row)
        review.decide_gate(people.officer, row, gates[-1].id, passed=False, evidence="缺凭证")
        with pytest.raises(Conflict, match=gates[-1].name):
            review.qualify_application(people.officer, row)
        assert row.state is ApplicationState.SUBMITTED


def test_qualification_waits_for_the_opinions_of_the_notice(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        for gate in row.round.gates:
            review.decide_gate(people.officer, row, gate.id, passed=True, evidence="已核对")
        with pytest.raises(Conflict, match="区县初审意见、行业主管部门意见"):
            review.qualify_application(people.officer, row)
        review.give_opinion(
            people.district_reviewer, row, OpinionKind.DISTRICT, recommends=True, text="同意推荐"
        )
        with pytest.raises(Conflict, match="：行业主管部门意见。"):
            review.qualify_application(people.officer, row)
        assert row.state is ApplicationState.SUBMITTED
        review.give_opinion(
            people.sector_reviewer, row, OpinionKind.DEPARTMENT, recommends=False, text="尚不成熟"
        )
        review.qualify_application(people.officer, row)
        assert row.state is ApplicationState.QUALIFIED


@pytest.mark.parametrize("kind", list(OpinionKind))
def test_round_may_ask_for_one_opinion_only(app: Flask, people: People, kind: OpinionKind) -> None:
    asked = {
        "needs_district_review": kind is OpinionKind.DISTRICT,
        "needs_department_opinion": kind is OpinionKind.DEPARTMENT,
    }
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people, **asked), people.owner)
        assert queries.list_missing_opinions(row) == [kind]


def test_rejection_names_gate_and_clause(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        with pytest.raises(Conflict):
            review.reject_application(people.officer, row, "没有理由")
        gate = next(g for g in row.round.gates if g.name == "类别相符")
        review.decide_gate(people.officer, row, gate.id, passed=False, evidence="不是人形机器人")
        review.reject_application(people.officer, row, "不符合类别")
        assert "杭政办函〔2024〕66号 第六条" in row.decision_note
        assert row.state is ApplicationState.REJECTED


@pytest.mark.parametrize("part", ["owner", "stranger", "judge", "approver", "district_reviewer"])
def test_review_by_anybody_but_an_officer_is_refused(app: Flask, people: People, part: str) -> None:
    actor = getattr(people, part)
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        gate = row.round.gates[0].id
        for act in (
            lambda: review.decide_gate(actor, row, gate, passed=True, evidence="好的"),
            lambda: review.qualify_application(actor, row),
            lambda: review.reject_application(actor, row, "不好"),
            lambda: review.ask_rectification(actor, row, note="补", due_on=date(2100, 1, 1)),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert all(line.decision is None for line in queries.list_gates(row))
    assert only(app)[0] is ApplicationState.SUBMITTED


def test_opinions_come_from_district_and_department_only(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        for actor, kind in (
            (people.officer, OpinionKind.DISTRICT),
            (people.sector_reviewer, OpinionKind.DISTRICT),
            (people.district_reviewer, OpinionKind.DEPARTMENT),
            (people.owner, OpinionKind.DISTRICT),
        ):
            with pytest.raises(PermissionDenied):
                review.give_opinion(actor, row, kind, recommends=True, text="同意推荐")
        review.give_opinion(
            people.district_reviewer, row, OpinionKind.DISTRICT, recommends=True, text="同意推荐"
        )
        review.give_opinion(
            people.sector_reviewer, row, OpinionKind.DEPARTMENT, recommends=False, text="尚不成熟"
        )
        assert [(item.kind.value, item.recommends) for item in queries.list_opinions(row)] == [
            ("district", True),
            ("department", False),
        ]


def test_visibility_of_applications(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        draft = make_application(round_, people.owner, 1, people.firm).id
        sent = make_submitted(round_, people.owner, 2, people.firm).id
    seen = {
        "owner": {draft, sent},
        "colleague": {draft, sent},
        "officer": {sent},
        "auditor": {sent},
        "firm": {sent},
        "sector_reviewer": {sent},
        "district_reviewer": {sent},
        "stranger": set(),
        "other_firm": set(),
        "judge": set(),
        "conflicted_judge": set(),
        "sysadmin": set(),
    }
    with app.app_context(), read_tx() as session:
        for part, expected in seen.items():
            rows = session.scalars(queries.visible_to(getattr(people, part)))
            assert {row.id for row in rows} == expected, part
        with pytest.raises(NotFound):
            queries.get_application(people.stranger, sent)


def test_withdrawal_needs_a_reason_and_ends_it(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        row = make_submitted(make_open_round(people), people.owner)
        with pytest.raises(InvalidInput):
            operations.withdraw_application(people.owner, row, "不")
        operations.withdraw_application(people.owner, row, "设备已停用")
        with pytest.raises(DomainError):
            operations.submit_application(people.owner, row)
    assert only(app)[0] is ApplicationState.WITHDRAWN


def test_inspection_bounds_and_people(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        round_ = make_open_round(people)
        row = make_submitted(round_, people.owner)
        close_applications(people, round_)
        qualify(people, row)
        draft = review.InspectionDraft(
            inspected_on=clock.today(),
            place="现场",
            inspectors="核查组",
            units_seen=1,
            running_hours="",
            findings="正常",
            score=10_000,
        )
        for actor in (people.owner, people.judge, people.sector_reviewer, people.stranger):
            with pytest.raises(PermissionDenied):
                review.record_inspection(actor, row, draft)
        assert review.record_inspection(people.district_reviewer, row, draft).score == 10_000
        from dataclasses import replace

        for change in (
            {"score": 10_001},
            {"score": -1},
            {"units_seen": -1},
            {"findings": " "},
            {"inspected_on": clock.today() + timedelta(days=1)},
        ):
            with pytest.raises(InvalidInput):
                review.record_inspection(people.officer, row, replace(draft, **change))

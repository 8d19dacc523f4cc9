"""Recommendations for the procurement catalogue: who, in which order, with which evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.actor import VISITOR, Actor
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from matchmaker.files.queries import list_files
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.procurement import operations, queries, rules
from matchmaker.suppliers.procurement.models import ProcurementCriteria, Recommendation
from matchmaker.suppliers.procurement.operations import Case
from matchmaker.suppliers.procurement.rules import RecommendationState as State
from tests.files.samples import kept_upload
from tests.people import People
from tests.suppliers.market import count_acts, list_messages, make_product, world

CRITERIA = "成熟度：已定型\n服务能力：在本市有服务人员"
WHY = "产品成熟，适合公共部门采购。"


def set_criteria(people: People, **changes: object) -> ProcurementCriteria:
    values = {"text": CRITERIA, "effective_from": date(2026, 1, 1), "reason": "首次制定标准"}
    return operations.set_criteria(people.approver, **(values | changes))  # type: ignore[arg-type]


def make_case(**changes: object) -> Case:
    values = {"statement": WHY, "answers": ("已定型", "有三人"), "uploads": (kept_upload(),)}
    return Case(**(values | changes))  # type: ignore[arg-type]


def make_application(people: People) -> Recommendation:
    """An application of the firm's published product."""
    set_criteria(people)
    return operations.apply_for_recommendation(people.firm, make_product(people.firm), make_case())


def recommend(people: People) -> Recommendation:
    row = make_application(people)
    operations.give_opinion(people.judge, row, supports=True, text="产品成熟，建议推荐")
    operations.decide(people.approver, row, recommends=True, reason="符合推荐标准")
    return row


def test_product_goes_from_application_to_the_catalogue(app: Flask, people: People) -> None:
    with world(app):
        row = recommend(people)
        assert row.code == f"CG{clock.today().year}-0001"
        assert queries.list_public() == [row]
        today = clock.today()
        operations.hand_over(
            people.officer, row, handed_to="省财政厅", number="杭经信〔2026〕1号", handed_on=today
        )
        operations.record_result(
            people.officer, row, is_listed=True, result_on=today, note="列入第一批目录"
        )
        assert row.state is State.LISTED
        assert queries.find_of_product(row.product_id) is row
    with world(app) as session:
        for act in ("application", "give_opinion", "recommend", "hand_over", "list"):
            assert count_acts(session, f"procurement.{act}") == 1
        states = [message["state"] for message in list_messages(session, "procurement.stepped")]
        assert states == ["submitted", "recommended", "handed_over", "listed"]


def test_what_is_under_review_shows_to_who_takes_part_only(app: Flask, people: People) -> None:
    with world(app):
        row = make_application(people)
        for actor in (people.firm, people.officer, people.auditor, people.judge):
            assert queries.get_recommendation(actor, row.code) is row
        assert queries.get_recommendation(people.sector_reviewer, row.code) is row
        for actor in (VISITOR, people.owner, people.other_firm, people.district_reviewer):
            with pytest.raises(NotFound):
                queries.get_recommendation(actor, row.code)
            assert queries.list_recommendations(actor) == []
        assert queries.list_public() == []
        with pytest.raises(NotFound):
            queries.get_own(people.other_firm, row.code)


def test_evidence_stays_with_who_takes_part(app: Flask, people: People) -> None:
    with world(app):
        row = recommend(people)
        (file,) = list_tokens(row)
        assert queries.get_evidence(people.auditor, row.code, file) is not None
        for actor in (VISITOR, people.owner, people.judge, people.other_firm):
            with pytest.raises(NotFound):
                queries.get_evidence(actor, row.code, file)


def list_tokens(row: Recommendation) -> list[str]:
    return [file.token for file in list_files(queries.SUBJECT, row.id)]


Act = Callable[[Actor, Recommendation, Product], object]
ACTS: dict[str, tuple[Act, tuple[str, ...]]] = {
    "apply": (
        lambda actor, _, product: operations.apply_for_recommendation(actor, product, make_case()),
        ("owner", "other_firm", "officer", "approver", "judge", "sysadmin"),
    ),
    "nominate": (
        lambda actor, _, product: operations.nominate(actor, product, make_case()),
        ("owner", "firm", "approver", "auditor", "judge", "sector_reviewer"),
    ),
    "withdraw": (
        lambda actor, row, _: operations.withdraw(actor, row, reason="不再申请推荐"),
        ("owner", "other_firm", "officer", "approver", "judge"),
    ),
    "advise": (
        lambda actor, row, _: operations.give_opinion(actor, row, supports=True, text="同意推荐它"),
        ("owner", "firm", "other_firm", "officer", "auditor", "district_reviewer"),
    ),
    "decide": (
        lambda actor, row, _: operations.decide(actor, row, recommends=True, reason="符合推荐标准"),
        ("owner", "firm", "officer", "auditor", "judge", "sector_reviewer"),
    ),
    "hand over": (
        lambda actor, row, _: operations.hand_over(
            actor, row, handed_to="省财政厅", number="一号文", handed_on=clock.today()
        ),
        ("owner", "firm", "approver", "auditor", "judge"),
    ),
    "criteria": (
        lambda actor, _row, _product: operations.set_criteria(
            actor, text=CRITERIA, effective_from=date(2027, 1, 1), reason="修改标准内容"
        ),
        ("owner", "firm", "officer", "auditor", "judge", "sector_reviewer"),
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_strangers_are_refused_and_nothing_changes(app: Flask, people: People, name: str) -> None:
    act, parts = ACTS[name]
    with world(app) as session:
        row = make_application(people)
        before = (row.state, len(row.opinions), session.query(ProcurementCriteria).count())
        for part in parts:
            with pytest.raises(PermissionDenied):
                act(getattr(people, part), row, row.product)
        now = (row.state, len(row.opinions), session.query(ProcurementCriteria).count())
        assert now == before
        assert session.query(Recommendation).count() == 1


def test_judge_of_the_firm_neither_sees_nor_advises(app: Flask, people: People) -> None:
    with world(app):
        row = make_application(people)
        insider = replace(people.judge, organisation_id=people.firm.organisation_id)
        assert queries.list_open(insider) == []
        with pytest.raises(PermissionDenied):
            operations.give_opinion(insider, row, supports=True, text="同意推荐它")


def test_department_of_another_sector_does_not_advise(app: Flask, people: People) -> None:
    with world(app):
        row = make_application(people)
        other = replace(people.sector_reviewer, sectors=frozenset({"logistics"}))
        assert queries.list_open(other) == []
        with pytest.raises(PermissionDenied):
            operations.give_opinion(other, row, supports=False, text="不同意推荐")
        operations.give_opinion(people.sector_reviewer, row, supports=True, text="同意推荐它")
        with pytest.raises(Conflict):
            operations.give_opinion(people.sector_reviewer, row, supports=True, text="再次同意它")


def test_nominator_does_not_decide_and_a_conclusion_needs_an_opinion(
    app: Flask, people: People
) -> None:
    with world(app):
        set_criteria(people)
        product = make_product(people.firm)
        row = operations.nominate(people.officer, product, make_case(uploads=()))
        both = replace(people.approver, user_id=people.officer.user_id)
        refuse_to_decide(both, row)
        with pytest.raises(Conflict, match="opinion_missing"):
            operations.decide(people.approver, row, recommends=False, reason="缺少意见时")
        operations.give_opinion(people.judge, row, supports=False, text="尚未定型，不宜推荐")
        operations.decide(people.approver, row, recommends=False, reason="产品尚未定型")
        assert row.state is State.DECLINED
        assert queries.list_public() == []
        again = operations.nominate(people.officer, product, make_case())
        assert again.code.endswith("-0002")


def refuse_to_decide(actor: Actor, row: Recommendation) -> None:
    with pytest.raises(PermissionDenied):
        operations.decide(actor, row, recommends=True, reason="自己提名自己审定")


def test_faulty_cases_are_refused(app: Flask, people: People) -> None:
    with world(app) as session:
        product = make_product(people.firm)
        with pytest.raises(Conflict, match="criteria_missing"):
            operations.apply_for_recommendation(people.firm, product, make_case())
        set_criteria(people)
        faulty: list[dict[str, object]] = [
            {"uploads": ()},
            {"statement": "短"},
            {"statement": "长" * 2001},
            {"answers": ("已定型",)},
            {"answers": ("已定型", " ")},
            {"answers": ("已定型", "长" * 1001)},
        ]
        for change in faulty:
            with pytest.raises(InvalidInput):
                operations.apply_for_recommendation(people.firm, product, make_case(**change))
        draft = make_product(people.other_firm, published=False)
        with pytest.raises(Conflict, match="product_unpublished"):
            operations.apply_for_recommendation(people.other_firm, draft, make_case())
        assert session.scalar(select(func.count()).select_from(Recommendation)) == 0
        operations.apply_for_recommendation(people.firm, product, make_case())
        with pytest.raises(Conflict, match="already_forward"):
            operations.apply_for_recommendation(people.firm, product, make_case())


def test_dates_of_hand_over_and_result_follow_each_other(app: Flask, people: People) -> None:
    with world(app):
        row = recommend(people)
        today = clock.today()
        for day in (today + timedelta(days=1), today - timedelta(days=1)):
            with pytest.raises(InvalidInput):
                operations.hand_over(
                    people.officer, row, handed_to="省财政厅", number="一号文", handed_on=day
                )
        with pytest.raises(IllegalTransition):
            operations.record_result(
                people.officer, row, is_listed=True, result_on=today, note="未上报先登记"
            )
        assert (row.state, row.handed_on, row.result_on) == (State.RECOMMENDED, None, None)


def test_criteria_are_versions(app: Flask, people: People) -> None:
    with world(app):
        first = set_criteria(people)
        for day in (date(2025, 12, 31), first.effective_from):
            with pytest.raises(InvalidInput):
                set_criteria(people, effective_from=day)
        second = set_criteria(
            people, text="安全:有认证", effective_from=date(2099, 1, 1), reason="增加安全要求"
        )
        assert (second.number, second.items) == (2, [["安全", "有认证"]])
        assert queries.find_criteria(date(2026, 1, 1)) is first
        assert queries.find_criteria(date(2025, 12, 31)) is None
        assert queries.find_criteria(date(2099, 1, 1)) is second


@pytest.mark.parametrize(
    "text", ["", "没有冒号", "：只有要求", "名称：", "甲：一\n甲：二", "长" * 61 + "：要求"]
)
def test_faulty_criteria_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        rules.read_criteria(text)


def test_criteria_at_their_bounds() -> None:
    lines = [f"{'长' * 58}{n:02d}：{'要' * 1000}" for n in range(rules.CRITERIA_MAX)]
    assert len(rules.read_criteria("\n".join(lines))) == rules.CRITERIA_MAX
    with pytest.raises(InvalidInput):
        rules.read_criteria("\n".join([*lines, "又一条：要求"]))

"""What is told of recommendations for the procurement catalogue."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.db import db, write_tx
from matchmaker.notifications.rules import NotificationKind
from matchmaker.suppliers.procurement import operations
from matchmaker.suppliers.procurement.models import Recommendation
from tests.conftest import SignIn
from tests.notifications.world import CANARY, deliver, is_leaked, list_paths, list_told
from tests.people import People
from tests.suppliers.market import make_product
from tests.suppliers.test_procurement import make_application, make_case, set_criteria

KIND = NotificationKind.PROCUREMENT


def told(app: Flask, people: People) -> dict[str, list[str]]:
    """What each part was told, those who were told nothing left out."""
    found = {part: list_told(app, actor, KIND) for part, actor in vars(people).items()}
    return {
        part: [title.removeprefix("“巡检一号”的采购目录推荐") for title in titles]
        for part, titles in found.items()
        if titles
    }


def stored() -> Recommendation:
    return db.session.query(Recommendation).one()


def test_each_step_is_told_to_whom_it_concerns(app: Flask, people: People, sign_in: SignIn) -> None:
    with app.app_context(), write_tx():
        make_application(people)
    deliver(app)
    advisers = {"judge": ["请提出意见"], "conflicted_judge": ["请提出意见"]}
    first = told(app, people)
    assert {part: first[part] for part in advisers} == advisers
    assert set(first) - set(advisers) <= {"sector_reviewer"}
    with app.app_context(), write_tx():
        row = stored()
        operations.give_opinion(people.judge, row, supports=True, text=f"{CANARY}，建议推荐")
        operations.decide(people.approver, row, recommends=True, reason=f"{CANARY}，符合标准")
    deliver(app)
    deliver(app)
    with app.app_context(), write_tx():
        today = clock.today()
        operations.hand_over(
            people.officer, stored(), handed_to="省财政厅", number="1号", handed_on=today
        )
        operations.record_result(
            people.officer, stored(), is_listed=False, result_on=today, note=f"{CANARY}，未入选"
        )
    deliver(app)
    assert told(app, people) == first | {
        "firm": ["：已推荐", "：已上报", "：未列入目录"],
        "officer": ["：已推荐，请办理上报"],
    }
    assert not is_leaked(app, CANARY)
    for part in ("firm", "officer"):
        client = sign_in(app, f"{part}@test.example")
        assert client.get(list_paths(app, getattr(people, part))[-1]).status_code == 200


@pytest.mark.parametrize("ends_by", ["withdraw", "decline"])
def test_end_without_a_recommendation_is_told(app: Flask, people: People, ends_by: str) -> None:
    with app.app_context(), write_tx():
        row = make_application(people)
        if ends_by == "withdraw":
            operations.withdraw(people.firm, row, reason="资料需要更新")
        else:
            operations.give_opinion(people.judge, row, supports=False, text="资料不足以判断")
            operations.decide(people.approver, row, recommends=False, reason="不符合标准")
    deliver(app)
    expected = {
        "withdraw": {"approver": ["：企业已撤回申请"]},
        "decline": {"firm": ["：不推荐"]},
    }
    assert told(app, people) == expected[ends_by]


def test_nomination_is_told_to_the_firm_at_once(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        set_criteria(people)
        operations.nominate(people.officer, make_product(people.firm), make_case())
    deliver(app)
    found = told(app, people)
    assert found["firm"] == ["：市经信局已提名，审核中"]
    assert not {"other_firm", "owner", "stranger", "officer"} & set(found)

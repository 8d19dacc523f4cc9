"""The desk's pages before the result: what is shut, what is offered, what is told and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.actor import COMMAND_LINE, VISITOR
from matchmaker.db import write_tx
from matchmaker.publishing import queries as notices
from matchmaker.selection.objections import operations as objecting
from matchmaker.selection.panels import assigning
from matchmaker.selection.panels import operations as panels
from matchmaker.selection.panels import queries as panel_queries
from matchmaker.selection.results import operations as results
from matchmaker.selection.results import queries as result_queries
from matchmaker.selection.rounds.rules import Stage
from tests.conftest import SignIn
from tests.selection.rooms.factories import find_assignment, score_all
from tests.selection.rooms.worlds import World, load_round, open_world, ranked_world, scoring_world

__all__ = ["ranked_world", "scoring_world"]
DESK = "/bureau/selection/2026-humanoid-demonstration"


@pytest.fixture
def ranked(shared_app: Flask, ranked_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, ranked_world)


@pytest.fixture
def scoring(shared_app: Flask, scoring_world: World) -> Iterator[Flask]:
    yield from open_world(shared_app, scoring_world)


def test_sealed_scores_are_on_no_page_until_opened(
    scoring: Flask, scoring_world: World, sign_in: SignIn
) -> None:
    people = scoring_world.people
    with scoring.app_context(), write_tx():
        round_ = load_round()
        left = panel_queries.list_assignments(round_.id, Stage.FINAL)[-1]
        score_all(round_, skip=[left.id])
        pair = (left.application_id, left.member_id)
        assigning.release_pairs(people.officer, round_, Stage.FINAL, [pair], reason="评委因公出差")
    officer = sign_in(scoring, "officer@test.example")
    approver = sign_in(scoring, "approver@test.example")
    page = officer.get(f"{DESK}/ranking").get_data(as_text=True)
    assert "评分已收齐，尚未开启" in page
    assert "评委因公出差" in page
    assert "正式排序" not in page
    assert "开启评分</summary>" not in page
    assert officer.post(f"{DESK}/open-scores", data={"reason": "理由属实"}).status_code == 403
    assert "开启评分</summary>" in approver.get(f"{DESK}/ranking").get_data(as_text=True)
    answer = approver.post(f"{DESK}/open-scores", data={"reason": "理由属实"})
    assert answer.status_code == 302
    assert "正式排序" in officer.get(f"{DESK}/ranking").get_data(as_text=True)
    page = officer.get(f"{DESK}/panel").get_data(as_text=True)
    assert "评审组和评审任务不再调整" in page
    for gone in ("逐项调整", "指派给全体评委", "更改身份"):
        assert gone not in page


def test_a_changed_score_is_told_where_the_list_is(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = result_queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        item = find_assignment(round_, people.judge, "RX2026-002")
        panels.declare_conflict(people.judge, item, "刚得知亲属在该院任职")
    officer = sign_in(ranked, "officer@test.example")
    approver = sign_in(ranked, "approver@test.example")
    page = officer.get(f"{DESK}/ranking").get_data(as_text=True)
    assert "名单拟定后有效评分发生变化" in page
    assert "有回避事项待核定" in page
    assert "公示期间有效评分发生变化" in officer.get("/bureau/").get_data(as_text=True)
    page = approver.get(f"{DESK}/ranking").get_data(as_text=True)
    assert "撤回公示</summary>" in page
    assert "公布结果</summary>" not in page


def test_an_upheld_objection_stands_beside_the_list(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = result_queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        first = result.entries[0].application
        key, code = first.id, first.code
        row = results.file_objection(
            VISITOR,
            round_,
            application_id=key,
            name="市民",
            contact="0571-88888888",
            text="投用情况与申报内容不符，现场没有设备",
        )
        objecting.accept_objection(people.officer, row)
        objecting.record_enquiry(people.officer, row, "已调阅运行日志")
        objecting.answer_objection(people.approver, row, upheld=True, text="经核查情况属实")
        notice = notices.get_notice(COMMAND_LINE, result.notice_id or 0)
        result.publicity_from = notice.starts_on = clock.today() - timedelta(days=10)
        result.publicity_to = notice.ends_on = clock.today() - timedelta(days=1)
    officer = sign_in(ranked, "officer@test.example")
    approver = sign_in(ranked, "approver@test.example")
    page = approver.get(f"{DESK}/ranking").get_data(as_text=True)
    assert "异议成立：场景01" in page
    assert f"{DESK}/objections" in page
    assert "公布结果</summary>" not in page
    assert "调整名单</summary>" not in page
    assert "调整名单</summary>" in officer.get(f"{DESK}/ranking").get_data(as_text=True)
    answer = officer.post(
        f"{DESK}/exclude", data={"application_id": key, "reason": "现场没有投用设备"}
    )
    assert answer.status_code == 302
    page = officer.get(f"{DESK}/ranking").get_data(as_text=True)
    assert "退出名单的申报" in page
    assert f"{code} 场景01" in page
    assert "现场没有投用设备" in page
    assert "异议成立：" not in page


@pytest.mark.parametrize(
    ("path", "data", "kept", "target", "least"),
    [
        ("panel/conflicts", {"reason": "有亲属关系"}, "有亲属关系", "conflict-reason", 10),
        ("panel/conflicts/1", {"reason": "是", "answer": "no"}, "是", "decide-1-reason", 4),
        ("panel/assign", {"how": "release", "reason": "忙"}, "忙", "release-reason", 4),
        ("panel/assign", {"how": "reserves", "reason": "缺"}, "缺", "reserves-reason", 4),
    ],
)
def test_a_short_reason_is_answered_in_its_form(
    scoring: Flask,
    sign_in: SignIn,
    path: str,
    data: dict[str, str],
    kept: str,
    target: str,
    least: int,
) -> None:
    with scoring.app_context(), write_tx():
        item = panel_queries.list_assignments(load_round().id, Stage.FINAL)[0]
        pair = {"application_id": item.application_id, "member_id": item.member_id}
    officer = sign_in(scoring, "officer@test.example")
    answer = officer.post(f"{DESK}/{path}", data=pair | data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{target}"' in page
    assert f">{kept}</textarea>" in page
    assert f"请写明理由（不少于 {least} 个字）。" in page
    assert f"不少于{least}个字。</p>" in page


def test_a_short_answer_to_an_objection_is_kept(
    ranked: Flask, ranked_world: World, sign_in: SignIn
) -> None:
    people = ranked_world.people
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = result_queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(people.approver, round_, result)
        row = results.file_objection(
            VISITOR,
            round_,
            application_id=None,
            name="市民",
            contact="0571-88888888",
            text="投用情况与申报内容不符，现场没有设备",
        )
        key, receipt = row.id, row.receipt
    officer = sign_in(ranked, "officer@test.example")
    answer = officer.post(f"{DESK}/objections/{key}", data={"act": "decline", "text": "不行"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#decline-{key}-text"' in page
    assert ">不行</textarea>" in page
    assert f"第{key}号（{receipt[:10]}-****-****-****-{receipt[-4:]}）" in page
    assert receipt not in page
    approver = sign_in(ranked, "approver@test.example")
    answer = approver.post(f"{DESK}/withdraw-list", data={"reason": "错"})
    assert answer.status_code == 422
    assert ">错</textarea>" in answer.get_data(as_text=True)


def test_a_short_objection_is_answered_beside_the_field(ranked: Flask, ranked_world: World) -> None:
    with ranked.app_context(), write_tx():
        round_ = load_round()
        result = result_queries.get_latest(round_, Stage.FINAL)
        assert result is not None
        results.publish_result(ranked_world.people.approver, round_, result)
    answer = ranked.test_client().post(
        "/selection/2026-humanoid-demonstration/objection",
        data={"application_id": "", "name": "市民", "contact": "0571", "text": "短"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请写明具体事实，不少于10个字。" in page
    assert ">\r\n短</textarea>" in page or ">短</textarea>" in page

"""A year of the selection in a real browser: from the set-up of the round to the money.

The publicity period runs over National Day 2026 with its made-up Saturday, so that a wrong
calendar ends the walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect

from matchmaker.actor import COMMAND_LINE
from matchmaker.clock import CHINA
from matchmaker.db import read_tx, write_tx
from matchmaker.rewards.invariants import find_violations
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import operations as scoring
from tests.browser.cast import Cast, Open, agree, fill, press, told, unfold
from tests.browser.conftest import assert_no_sideways_scroll, serve
from tests.demands.factories import make_published
from tests.files.samples import PDF
from tests.people import People, create_people
from tests.rewards.world import give_budget
from tests.selection.rooms.factories import (
    add_judge,
    inspect,
    list_rows,
    make_lines,
    make_submitted,
    qualify,
)
from tests.selection.rooms.worlds import load_round
from tests.suppliers.market import make_firm

pytestmark = pytest.mark.browser

CODE = "2026-humanoid-demonstration"
DESK = f"/bureau/selection/{CODE}"
CLAIM = "/bureau/claims/1"
FIRM = "丙方机器人公司"
PAPER: FilePayload = {"name": "联合申报书.pdf", "mimeType": "application/pdf", "buffer": PDF}


def at(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=CHINA)


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """The server's clock, which the test moves on; the request after a move begins there."""
    with time_machine.travel(at(9, 15), tick=True) as traveller:
        yield traveller


@pytest.fixture
def people(now: time_machine.Traveller, app: Flask) -> People:
    """The named people, a published listing, and the firm's published profile."""
    found = create_people(app)
    with app.app_context(), write_tx():
        make_published(found)
        make_firm(found.firm)
        give_budget(found, 500_000_000)
    return found


@pytest.fixture
def site(people: People, app: Flask) -> Iterator[str]:
    """The address of a site that knows these people and nothing else."""
    with serve(app) as address:
        yield address


def _set_up_and_open(cast: Cast) -> None:
    officer, approver = cast("officer"), cast("approver")
    officer.goto("/bureau/selection/new?programme=humanoid-demonstration&year=2026")
    expect(officer.get_by_label("评选名称")).to_have_value("2026年杭州市人形机器人示范应用场景评选")
    officer.get_by_label("一轮", exact=True).check()
    fill(officer, opens_at="2026-09-15T08:00", closes_at="2026-09-20T17:00")
    fill(officer, quota="1", panel_size="4", quorum_final="2", shortlist_size="1")
    press(officer, "保存设置")
    told(officer, "评选已建立")
    expect(officer.get_by_text("发布通知，开始申报")).to_have_count(0)
    approver.goto(DESK)
    unfold(approver, "发布通知，开始申报", "确认发布")
    told(approver, "规则、指标和权重已锁定")


def _apply(cast: Cast) -> None:
    owner, firm = cast("owner"), cast("firm")
    owner.goto("/owner/applications")
    owner.get_by_role("link", name="开始申报").click()
    owner.get_by_label("场景需求").select_option(index=1)
    owner.get_by_label("机器人企业", exact=True).select_option(label="丙方机器人")
    press(owner, "建立申报草稿")
    told(owner, "已建立申报草稿")
    texts = ("technology", "fit", "effects", "safety", "replication", "operation")
    fill(owner, **dict.fromkeys(texts, "连续运行六个月，记录齐全。"), investment="3000000")
    fill(owner, investment_note="整机和调试", in_use_since="2026年1月", contact="王某 13800000000")
    press(owner, "保存草稿")
    told(owner, "草稿已保存")
    lines = owner.locator("#attachments form")
    for number in range(lines.count()):
        if number == 0:
            lines.nth(number).get_by_label("文件").set_input_files(PAPER)
        else:
            lines.nth(number).get_by_label("说明").fill("纸质材料已交")
        # The page of before says the same: wait until the next one is there.
        with owner.expect_navigation():
            press(lines.nth(number), "保存此项")
        told(owner, "附件已更新")
    unfold(owner, "提交申报", "确认提交")
    told(owner, "已提交")
    firm.goto("/supplier/applications")
    firm.get_by_role("link", name="地铁变电所夜间巡检").first.click()
    expect(firm.get_by_text("13800000000")).to_have_count(0)
    unfold(firm, "确认参加联合申报", "确认")
    told(firm, "已确认参加联合申报")


def _review(cast: Cast) -> None:
    officer = cast("officer")
    officer.goto(DESK)
    unfold(officer, "结束申报", "确认结束")
    told(officer, "申报已结束")
    officer.get_by_role("link", name="地铁变电所夜间巡检").click()
    for answer in officer.locator("input[type=radio][value=yes][name^=gate-]").all():
        answer.check()
    for evidence in officer.locator("input[name^=evidence-]").all():
        evidence.fill("已核对申报材料")
    press(officer, "保存核对结果")
    told(officer, "核对结果")
    unfold(officer, "审查通过", "确认通过")
    expect(officer.get_by_text("通知要求的意见还没有收到").first).to_be_visible()
    for part in ("district_reviewer", "sector_reviewer"):
        reviewer = cast(part)
        reviewer.goto(DESK)
        reviewer.get_by_role("link", name="地铁变电所夜间巡检").click()
        reviewer.get_by_label("推荐", exact=True).check()
        reviewer.get_by_label("意见", exact=True).fill("场景真实，同意推荐。")
        press(reviewer, "提交意见")
    officer.goto(DESK)
    officer.get_by_role("link", name="地铁变电所夜间巡检").click()
    unfold(officer, "审查通过", "确认通过")
    told(officer, "资格审查通过")
    officer.get_by_role("link", name="填写核查记录").click()
    fill(officer, inspected_on="2026-09-22", units_seen="2", score="85", place="城站变电所")
    fill(officer, inspectors="核查组三人", running_hours="约1000小时", findings="运行正常")
    press(officer, "保存核查记录")
    told(officer, "现场核查记录已保存")


def _form_panel(cast: Cast) -> None:
    """A judge is put on the panel, signs, and names a scene to stay away from."""
    officer, judge = cast("officer"), cast("judge")
    officer.goto("/bureau/selection/experts/new")
    fill(officer, name="评委甲", employer="戊大学", email="judge@test.example")
    press(officer, "保存")
    told(officer, "专家已入库")
    officer.goto(f"{DESK}/panel")
    officer.get_by_label("选聘专家").select_option(label="评委甲，戊大学")
    press(officer, "加入评审组")
    told(officer, "评委已加入")
    judge.goto(f"/judge/rounds/{CODE}")
    stays_away = judge.get_by_role("listitem").filter(has_text="场景02")
    stays_away.get_by_role("checkbox").check()
    stays_away.locator("summary").click()
    stays_away.get_by_role("textbox").fill("曾任该院顾问")
    fill(judge, name="评委甲")
    press(judge, "签署并开始评审")
    told(judge, "承诺和回避声明已签署")
    officer.goto(f"{DESK}/panel")
    conflict = officer.locator(".gate-form").filter(has_text="曾任该院顾问")
    conflict.locator("summary").click()
    conflict.get_by_label("应当回避").check()
    conflict.get_by_label("理由").fill("顾问关系属实")
    press(conflict, "提交核定")
    told(officer, "回避事项已核定")
    press(officer, "指派给全体评委")
    told(officer, "项评审任务")
    expect(officer.get_by_role("row").filter(has_text="场景02")).to_contain_text("避")
    officer.goto(DESK)
    unfold(officer, "开始评审", "确认开始")
    told(officer, "评审已开始")


def _score(judge: Page) -> None:
    judge.goto(f"/judge/rounds/{CODE}")
    expect(judge.get_by_text("场景02")).to_have_count(0)
    judge.get_by_role("row").filter(has_text="未开始").get_by_role("link").click()
    fields = judge.locator("input[name^=score-]:enabled")
    expect(fields.first).to_be_visible()
    for index in range(fields.count()):
        fields.nth(index).fill("88")
    judge.wait_for_load_state()  # the script that asks
    agree(judge, "提交")
    expect(judge.get_by_text("评分表已提交并锁定")).to_be_visible()


def _propose_and_publish(cast: Cast) -> None:
    officer, approver, visitor = cast("officer"), cast("approver"), cast("visitor")
    officer.goto(f"{DESK}/ranking")
    expect(officer.get_by_role("table", name="正式排序")).to_contain_text("入选")
    unfold(officer, "拟定名单", "确认拟定")
    told(officer, "名单已拟定")
    expect(officer.locator("summary").filter(has_text="公示名单")).to_have_count(0)
    visitor.goto(f"/selection/{CODE}")
    expect(visitor.locator("#list")).to_have_count(0)
    approver.goto(f"{DESK}/ranking")
    unfold(approver, "公示名单", "确认公示")
    told(approver, "名单已公示")
    visitor.goto(f"/selection/{CODE}")
    expect(visitor.get_by_text("公示期至2026年10月13日")).to_be_visible()
    expect(visitor.locator("#list")).to_contain_text("地铁变电所夜间巡检")
    expect(visitor.locator("#list")).not_to_contain_text("场景02")
    assert_no_sideways_scroll(visitor)


def _object(visitor: Page) -> str:
    visitor.get_by_role("link", name="实名提出异议").click()
    visitor.get_by_label("针对的入选项").select_option(index=1)
    fill(visitor, name="市民乙", contact="0571-88880000")
    fill(visitor, text="现场未见机器人连续作业，请核实运行记录。")
    press(visitor, "提交异议")
    expect(visitor.get_by_text("异议已收到")).to_be_visible()
    found = re.search(r"YY\d{8}(-[0-9A-Z]{4}){4}", visitor.locator("main").inner_text())
    assert found
    return found[0]


def _answer(cast: Cast) -> None:
    officer, approver = cast("officer"), cast("approver")
    officer.goto(f"{DESK}/objections")
    unfold(officer, "受理", "确认受理")
    told(officer, "异议办理情况已更新")
    unfold(officer, "登记核查情况", "确认登记", "已调阅运行日志并到现场核实。")
    told(officer, "异议办理情况已更新")
    expect(officer.locator("summary").filter(has_text="异议不成立")).to_have_count(0)
    approver.goto(f"{DESK}/objections")
    unfold(approver, "异议不成立", "确认答复", "经核查，运行记录与申报材料一致。")
    told(approver, "异议办理情况已更新")


def _confirm(approver: Page, answer: str) -> None:
    approver.goto(f"{DESK}/ranking")
    unfold(approver, "公布结果", "确认公布")
    expect(approver.get_by_text(answer).first).to_be_visible()


def _cannot_confirm(approver: Page, answer: str) -> None:
    approver.goto(f"{DESK}/ranking")
    expect(approver.get_by_text(answer).first).to_be_visible()
    expect(approver.locator("summary").filter(has_text="公布结果")).to_have_count(0)


def _claim(owner: Page) -> None:
    owner.goto("/owner/claims")
    press(owner, "申领奖补")
    for number, (text, amount) in enumerate((("人形机器人", "2000000"), ("系统调试", "1000000"))):
        fill(owner, description=text, seller=FIRM, invoice_number=f"2633200000000000000{number}")
        fill(owner, invoice_date="2026-03-31", paid_on="2026-04-10", payment_reference="回单")
        fill(owner, amount_with_tax=f"{int(amount) * 1.13:.2f}", amount_without_tax=amount)
        press(owner, "登记")
        told(owner, "已登记一条投入明细")
    agree(owner, "提交申领")
    expect(owner.get_by_text("审核中").first).to_be_visible()


def _determine(cast: Cast) -> None:
    auditor, officer, approver = cast("auditor"), cast("officer"), cast("approver")
    auditor.goto(CLAIM)
    for number, amount in ((1, "2000000"), (2, "900000")):
        line = auditor.locator(f"#line-{number}")
        line.get_by_label("审定金额").fill(amount)
        line.get_by_label("审定意见").fill("按合同和付款凭证审定。")
        press(line, "审定")
        expect(auditor.locator(f"#line-{number}")).to_contain_text("更改审定")
    officer.goto(CLAIM)
    agree(officer, "拟定核定意见")
    expect(officer.get_by_text("待审批的核定意见")).to_be_visible()
    expect(officer.get_by_role("button", name="批准", exact=True)).to_have_count(0)
    approver.goto(CLAIM)
    agree(approver, "批准")
    expect(approver.get_by_role("button", name="批准", exact=True)).to_have_count(0)
    expect(approver.locator("#decision")).to_contain_text("1,450,000.00元")


def _pay(officer: Page) -> None:
    officer.goto(CLAIM)
    shares = (("甲方地铁公司", "1000000"), (FIRM, "450000"))
    for row, (name, share) in enumerate(shares):
        account = f"622200001234567{row}"
        names = {"name": name, "bank": "演示银行", "account": account, "share": share}
        fill(officer, **{f"payees__{row}__{key}": value for key, value in names.items()})
    press(officer, "保存收款单位")
    fill(officer, hand_over__document_number="杭经信函〔2026〕99号")
    fill(officer, hand_over__handed_on="2026-10-14")
    press(officer, "登记送出")
    fill(officer, answer__answered_on="2026-10-14")
    press(officer, "登记答复")
    for number, (name, share) in enumerate(shares):
        officer.locator("[name='pay-payee']").select_option(index=number)
        fill(officer, pay__amount=share, pay__paid_on="2026-10-14", pay__voucher=f"拨2026-{number}")
        press(officer, "登记拨付")
        expect(officer.get_by_role("table", name="拨付记录")).to_contain_text(name)
    expect(officer.get_by_role("button", name="登记拨付", exact=True)).to_have_count(0)


def _score_the_rest(people: People) -> None:
    round_ = load_round()
    barred = panels.list_barred_pairs(round_.id)
    for item in panels.list_assignments(round_.id, Stage.FINAL):
        own = item.member.expert.user_id == people.judge.user_id
        if not own and (item.application_id, item.member_id) not in barred:
            points = 8800 if item.application_id == list_rows(round_)[0].id else 8000
            scoring.submit_sheet(COMMAND_LINE, item, make_lines(round_, points))


def test_a_year_with_all_parties(
    app: Flask, people: People, now: time_machine.Traveller, open_page: Open
) -> None:
    cast = Cast(open_page)
    _set_up_and_open(cast)
    _apply(cast)
    with app.app_context(), write_tx():
        make_submitted(load_round(), people.stranger, 2)
    now.move_to(at(9, 22))
    _review(cast)
    with app.app_context(), write_tx():
        other = list_rows(load_round())[1]
        qualify(people, other)
        inspect(people, other)
        add_judge(people, load_round(), "评委乙", people.conflicted_judge)
        for name in ("评委丙", "评委丁"):
            add_judge(people, load_round(), name, None)
    _form_panel(cast)
    _score(cast("judge"))
    with app.app_context(), write_tx():
        _score_the_rest(people)

    now.move_to(at(9, 30))
    _propose_and_publish(cast)
    visitor = cast("visitor")
    receipt = _object(visitor)
    now.move_to(at(10, 10))
    _answer(cast)
    now.move_to(at(10, 13, 23, 59, 0))
    _cannot_confirm(cast("approver"), "届满后方可公布结果")
    visitor.goto("/selection")
    visitor.get_by_role("link", name="查询异议办理情况").click()
    fill(visitor, receipt=receipt)
    press(visitor.locator("main"), "查询")
    expect(visitor.get_by_text("运行记录与申报材料一致")).to_be_visible()
    now.move_to(at(10, 14, 0, 0, 0))
    visitor.goto(f"/selection/{CODE}/objection")
    expect(visitor.get_by_text("现在不能提出异议")).to_be_visible()
    _confirm(cast("approver"), "结果已公布，共 1 个入选")
    visitor.goto("/selection")
    visitor.get_by_role("link", name="HZ-RX-2026-01").click()
    expect(visitor.get_by_text("证书核验")).to_be_visible()
    expect(visitor.get_by_text("公布日期")).to_be_visible()
    assert_no_sideways_scroll(visitor)

    _claim(cast("owner"))
    _determine(cast)
    _pay(cast("officer"))
    owner = cast("owner")
    owner.goto("/owner/claims")
    expect(owner.get_by_role("row").filter(has_text="地铁变电所夜间巡检")).to_contain_text("已拨付")
    visitor.goto("/scenes/HZ-RX-2026-01")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("地铁变电所夜间巡检")
    with app.app_context(), read_tx():
        assert find_violations() == []

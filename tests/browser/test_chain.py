"""One need from the posting to robots at work, in a real browser, with every party in turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from matchmaker import clock
from tests.browser.conftest import assert_no_sideways_scroll
from tests.engagement.moments import moment

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Picture = Callable[[Page, str], None]
TITLE = "地铁变电所夜间巡检结对"
NEED = (
    "运营结束后进入变电所，两小时内巡检一遍，读取仪表、测量温度、识别指示灯状态，发现异常立即上报。"
    "站内有台阶和挡鼠板，防护等级不低于IP54，续航不少于2小时，每周巡检五次。"
)
QUESTION = "变电所内是否允许安装充电桩？"
PLAN = "在一座变电所试用一天，巡检完成率不低于98%。"
RESULT = "巡检完成率99%，无漏检，达到试用方案要求。"
REPLY = "允许，安装位置由甲方在现场指定，供电为220伏。"


class Cast:
    """Everybody who takes part, each in a window of their own."""

    def __init__(self, open_page: Open) -> None:
        self.owner = open_page("owner@demo.example", width=390)
        self.firm = open_page("firm@demo.example")
        self.rival = open_page("firm2@demo.example")
        self.department = open_page("transport@demo.example")
        self.district = open_page("district@demo.example")
        self.visitor = open_page()


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _press_and_confirm(page: Page, name: str) -> None:
    """A button whose dialogue asks first."""
    page.wait_for_load_state()
    _press(page, name)
    page.locator("dialog[open]").get_by_role("button", name="确认", exact=True).click()


def _told(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text).first).to_be_visible()


def _unfold(page: Page, title: str) -> None:
    """Open a folded form unless it stands open."""
    summary = page.locator("summary").filter(has_text=title).first
    if summary.locator("xpath=..").get_attribute("open") is None:
        summary.click()


def _post_need(owner: Page, deadline: date) -> str:
    owner.goto("/owner/demands/new")
    owner.get_by_label("行业领域").select_option(label="市政巡检")
    owner.get_by_label("所在区县").select_option(label="上城区")
    owner.get_by_label("名称").fill(TITLE)
    owner.get_by_label("需求描述").fill(NEED)
    owner.get_by_label("应答截止日期").fill(deadline.isoformat())
    _press(owner, "提交审核")
    owner.wait_for_url(re.compile(r"/owner/demands/XQ[^/]*$"))
    return owner.url.rpartition("/")[2]


def _review(reviewer: Page, code: str) -> None:
    reviewer.goto("/bureau")
    expect(reviewer.get_by_text("待审核的需求").first).to_be_visible()
    reviewer.goto(f"/bureau/demands/{code}")
    reviewer.get_by_label("通过", exact=True).check()
    _press(reviewer, "提交审核结论")
    _told(reviewer, code)


def _ask_and_reply(cast: Cast, code: str) -> None:
    cast.rival.goto(f"/supplier/engagement/{code}/question")
    cast.rival.get_by_label("提问").fill(QUESTION)
    _press(cast.rival, "提交提问")
    _told(cast.rival, "提问已提交")
    cast.owner.goto("/owner")
    cast.owner.get_by_role("link", name="答复提问").first.click()
    cast.owner.goto(f"/owner/engagement/{code}")
    cast.owner.get_by_label("答复", exact=True).fill(REPLY)
    _press(cast.owner, "公开答复")
    cast.visitor.goto(f"/demands/{code}")
    expect(cast.visitor.get_by_text(QUESTION)).to_be_visible()
    expect(cast.visitor.get_by_text(REPLY)).to_be_visible()
    expect(cast.visitor.locator("#questions")).not_to_contain_text("云深处")


def _answer(firm: Page, code: str, price: str) -> None:
    firm.goto(f"/supplier/engagement/{code}/answer")
    firm.locator("input[name=products]").first.check()
    firm.get_by_label("采购", exact=True).check()
    firm.get_by_label("报价总额").fill(price)
    firm.get_by_label("交付周期").fill("60")
    firm.get_by_label("应答说明").fill("提供两台巡检机器人，含部署、培训和一年维护，先试用后付款。")
    _press(firm, "提交应答")
    _told(firm, "应答已提交")


def _choose(owner: Page, code: str) -> None:
    owner.goto(f"/owner/engagement/{code}")
    row = owner.get_by_role("row").filter(has_text="国自")
    row.get_by_role("link").first.click()
    _press(owner, "列入入围名单")
    _told(owner, "已列入入围名单")
    owner.goto(f"/owner/engagement/{code}/outcome")
    for group in owner.get_by_role("group").filter(has=owner.locator("textarea")).all():
        is_winner = "国自" in group.inner_text()
        if is_winner:
            group.get_by_label("选中", exact=True).check()
        reason = "方案完整，有同类业绩。" if is_winner else "报价高于预算上限。"
        group.get_by_label("理由").fill(reason)
    _press_and_confirm(owner, "登记结果")


def _exchange_contacts(cast: Cast, answer: str) -> None:
    for page, name, phone in (
        (cast.owner, "王建国", "13800001111"),
        (cast.firm, "李巡检", "0571-87654321"),
    ):
        page.goto(answer)
        page.get_by_label("联系人", exact=True).fill(name)
        page.get_by_label("联系电话").fill(phone)
        _press(page, "同意交换联系方式")
        _told(page, "已同意交换联系方式")
    contacts = cast.firm.locator("#contacts")
    expect(contacts).to_contain_text("138****1111")
    expect(contacts).not_to_contain_text("13800001111")
    _press(cast.firm, "查看联系方式")
    expect(contacts).to_contain_text("13800001111")


def _pair_and_try_out(cast: Cast, answer: str, today: date) -> None:
    cast.owner.goto(answer)
    _press(cast.owner, "发起结对")
    cast.firm.goto("/supplier")
    cast.firm.get_by_role("link", name="确认结对").first.click()
    _press(cast.firm, "确认结对")
    _told(cast.firm, "已确认结对")
    cast.owner.goto(answer)
    _unfold(cast.owner, "制定试用方案")
    cast.owner.get_by_label("试用方案", exact=True).fill(PLAN)
    cast.owner.get_by_label("试用地点").fill("城站变电所")
    cast.owner.get_by_label("开始日期").fill(today.isoformat())
    cast.owner.get_by_label("结束日期").fill(today.isoformat())
    _press(cast.owner, "登记试用方案")
    _told(cast.owner, "试用方案已登记")
    _unfold(cast.owner, "登记试用结果")
    cast.owner.get_by_label("试用结果", exact=True).fill(RESULT)
    _press(cast.owner, "登记试用结果")
    _told(cast.owner, "试用结果已登记")
    for page in (cast.owner, cast.firm):
        page.goto(answer)
        _press(page, "确认试用结果")
        _press(page, "确认")
        _told(page, "已确认试用结果")


def _sign_and_deploy(cast: Cast, answer: str, today: date) -> None:
    owner = cast.owner
    owner.goto(answer)
    _unfold(owner, "登记合同")
    owner.get_by_label("合同编号").fill("HT-2026-017")
    owner.get_by_label("合同金额").fill("1980000")
    owner.get_by_label("台（套）数").fill("2")
    owner.get_by_label("签订日期").fill(today.isoformat())
    _press_and_confirm(owner, "登记合同")
    _told(owner, "合同已登记")
    _unfold(owner, "登记部署")
    owner.get_by_label("部署地点").fill("城站变电所、湖滨变电所")
    owner.get_by_label("台（套）数").fill("2")
    owner.get_by_label("投运日期").fill(today.isoformat())
    _press_and_confirm(owner, "登记部署")
    _told(owner, "部署已登记")
    cast.firm.goto(answer)
    _unfold(cast.firm, "登记运行时长")
    cast.firm.get_by_label("统计日期").fill(today.isoformat())
    cast.firm.get_by_label("累计运行时长").fill("12")
    _press(cast.firm, "登记运行时长")
    _told(cast.firm, "累计运行时长已登记")


def test_from_a_need_to_robots_at_work(open_page: Open, screenshot: Picture) -> None:
    cast = Cast(open_page)
    deadline = clock.today() + timedelta(days=7)
    code = _post_need(cast.owner, deadline)
    for reviewer in (cast.department, cast.district):
        hidden = cast.visitor.goto(f"/demands/{code}")
        assert hidden is not None
        assert hidden.status == 404, "two reviews come before the public"
        _review(reviewer, code)

    cast.owner.goto(f"/owner/demands/{code}/matches")
    expect(cast.owner.locator("article.offer").first).to_contain_text("匹配度")
    _ask_and_reply(cast, code)
    _answer(cast.firm, code, "1980000")
    _answer(cast.rival, code, "2600000")
    cast.owner.goto(f"/owner/engagement/{code}")
    expect(cast.owner.get_by_text("已收到 2 份应答")).to_be_visible()
    expect(cast.owner.get_by_text("1,980,000")).to_have_count(0)

    day_after = deadline + timedelta(days=1)
    with time_machine.travel(moment(day_after, 9, 0), tick=True):
        _choose(cast.owner, code)
        cast.rival.goto("/supplier/engagement")
        outcome = cast.rival.get_by_role("row").filter(has_text=TITLE)
        expect(outcome).to_contain_text("报价高于预算上限。")
        cast.firm.goto("/supplier/engagement")
        cast.firm.get_by_role("row").filter(has_text=TITLE).get_by_role("link").first.click()
        answer = re.sub(r"^https?://[^/]+", "", cast.firm.url)
        expect(cast.firm.get_by_text("方案完整，有同类业绩。").first).to_be_visible()
        hidden = cast.rival.goto(answer)
        assert hidden is not None
        assert hidden.status == 404, "a firm never reads another firm's answer"

        _exchange_contacts(cast, answer)
        _pair_and_try_out(cast, answer, day_after)
        _sign_and_deploy(cast, answer, day_after)
        screenshot(cast.firm, "deployed")
        cast.owner.goto(answer)
        expect(cast.owner.locator("#pairing")).to_contain_text("12小时")
        assert_no_sideways_scroll(cast.owner)
        cast.visitor.goto(f"/demands/{code}")
        expect(cast.visitor.get_by_text("已部署").first).to_be_visible()
        expect(cast.visitor.get_by_text("13800001111")).to_have_count(0)

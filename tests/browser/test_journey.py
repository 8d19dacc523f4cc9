"""The main job end to end, in a real browser: post, approve, match, judge, rank, award."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cast import agree
from tests.browser.conftest import assert_no_sideways_scroll

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Picture = Callable[[Page, str], None]
NEED = (
    "地铁变电所夜间巡检，运营结束后进站，两小时巡一遍，读表计、测温、看指示灯，发现异常马上上报。"
    "站内有台阶和挡鼠板，环境潮湿，要求防护等级IP54以上，续航不低于2小时。"
)


def _post_need(page: Page) -> str:
    page.goto("/owner/demands/new")
    page.get_by_label("行业领域").select_option(label="市政巡检")
    page.get_by_label("所在区县").select_option(label="上城区")
    page.get_by_label("名称").fill("地铁变电所夜间巡检")
    page.get_by_label("需求描述").fill(NEED)
    page.get_by_label("应答截止日期").fill("2027-06-30")
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url(re.compile(r"/owner/demands/XQ"))
    found = re.search(r"/owner/demands/([^/?#]+)", page.url)
    assert found
    return found.group(1)


def _approve(page: Page, code: str) -> None:
    page.goto("/bureau/demands")
    page.locator(f"a[href$='/bureau/demands/{code}']").first.click()
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("button", name="提交审核结论").click()
    expect(page.get_by_role("status").first).to_contain_text(code)


def test_from_a_need_to_matched_robots(open_page: Open, screenshot: Picture) -> None:
    owner = open_page("owner@demo.example")
    code = _post_need(owner)
    visitor = open_page()
    assert visitor.goto(f"/demands/{code}").status == 404, "not public before it is approved"

    _approve(open_page("transport@demo.example"), code)
    assert visitor.goto(f"/demands/{code}").status == 404, "the district has not decided yet"
    _approve(open_page("district@demo.example"), code)
    assert visitor.goto(f"/demands/{code}").status == 200

    owner.goto(f"/owner/demands/{code}/matches")
    results = owner.locator("article.offer")
    assert results.count() >= 5
    first = results.first
    expect(first).to_contain_text("匹配度")
    screenshot(owner, "matches")

    firm = open_page("firm@demo.example")
    firm.goto("/supplier/matches?product=guozi-rail")
    expect(firm.get_by_text("地铁变电所夜间巡检").first).to_be_visible()
    screenshot(firm, "supplier-matches")


def test_matches_on_a_phone(open_page: Open) -> None:
    owner = open_page("owner@demo.example", width=390)
    code = _post_need(owner)
    owner.goto(f"/owner/demands/{code}/matches")

    assert_no_sideways_scroll(owner)


def test_from_a_score_to_the_award(open_page: Open, screenshot: Picture) -> None:
    judge = open_page("judge1@demo.example")
    judge.goto("/judge/rounds/2026-humanoid-demonstration")
    judge.get_by_role("row").filter(has_text="未开始").get_by_role("link").first.click()
    fields = judge.locator("input[name^=score-]:enabled")
    expect(fields.first).to_be_visible()
    for index in range(fields.count()):
        fields.nth(index).fill("85")
    judge.wait_for_load_state()  # the script that asks
    agree(judge, "提交")
    expect(judge.get_by_text("评分表已提交并锁定")).to_be_visible()
    screenshot(judge, "judge-bench")

    officer = open_page("officer@demo.example")
    officer.goto("/bureau/selection/2026-humanoid-demonstration/ranking")
    expect(officer.get_by_role("heading", level=1)).to_be_visible()
    expect(officer.get_by_role("table").first).to_contain_text("入选")
    screenshot(officer, "ranking")

    officer.goto("/policies/calculator?scene_investment_yuan=3000000&scene_is_demonstration=true")
    expect(officer.get_by_text("1,500,000.00元").first).to_be_visible()


def test_conflicted_judge_finds_the_scene_nowhere(open_page: Open) -> None:
    """judge3 is employed by the demonstration metro company."""
    judge = open_page("judge3@demo.example")
    judge.goto("/judge")
    links = {
        link.get_attribute("href") for link in judge.locator("a[href*='/judge/rounds/']").all()
    }
    assert links
    for link in links:
        judge.goto(str(link))
        expect(judge.get_by_text("演示地铁运营公司")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
def test_public_pages_fit_the_window(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    for address in (
        "/",
        "/demands",
        "/demands/D019",
        "/suppliers",
        "/products",
        "/products/unitree-g1",
        "/notices",
        "/selection",
        "/policies",
        "/policies/M66",
        "/policies/calculator",
        "/about/matching",
        "/about/data",
        "/search?q=%E5%B7%A1%E6%A3%80",
        "/login",
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert_no_sideways_scroll(page)

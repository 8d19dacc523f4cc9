"""The look in a real Chromium: no broken policy, no sideways scrolling, script and no script."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.browser.conftest import assert_no_sideways_scroll
from tests.web.look_gallery import create_gallery

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def watched(browser_process: Browser, gallery: str) -> Iterator[Page]:
    """A page whose script errors and breaches of the content policy fail the test."""
    faults: list[str] = []
    context = browser_process.new_context(base_url=gallery, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: _note(faults, line.type, line.text))
    yield page
    context.close()
    assert faults == []


def _note(faults: list[str], kind: str, text: str) -> None:
    if kind == "error" and "status of 4" not in text:
        faults.append(text)


@pytest.mark.parametrize("font", ["normal", "large"])
def test_gallery_of_all_macros_never_scrolls_sideways(
    watched: Page, gallery: str, font: str
) -> None:
    watched.context.add_cookies([{"name": "font", "value": font, "url": gallery}])
    watched.goto("/gallery?in=1")
    expect(watched.locator(".chart-canvas svg")).to_be_visible()

    for width in (390, 768, 1000, 1280, 1920):
        watched.set_viewport_size({"width": width, "height": 900})
        watched.wait_for_function(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
        assert_no_sideways_scroll(watched)


def test_modes_change_at_once_and_stay_after_a_reload(watched: Page) -> None:
    watched.goto("/gallery")
    watched.locator(".head-strip").get_by_role("button", name="高对比").click()
    watched.locator(".head-strip").get_by_role("button", name="大字").click()
    size = "getComputedStyle(document.documentElement).fontSize"
    at_once = watched.evaluate(size)
    watched.reload()

    assert (at_once, watched.evaluate(size)) == ("20px", "20px")
    expect(watched.locator("html")).to_have_attribute("data-contrast", "high")
    expect(watched.locator(".head-strip").get_by_role("button", name="高对比")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_question_is_asked_before_a_post_and_no_means_no(watched: Page) -> None:
    watched.goto("/gallery")
    watched.get_by_role("button", name="发布", exact=True).click()
    expect(watched.get_by_role("dialog")).to_contain_text("确认发布吗？")
    watched.get_by_role("button", name="取消", exact=True).click()
    expect(watched.get_by_role("dialog")).to_have_count(0)
    assert watched.url.endswith("/gallery")

    watched.get_by_role("button", name="发布", exact=True).click()
    watched.get_by_role("dialog").get_by_role("button", name="确认").click()
    watched.wait_for_url("**/publish")


def test_draft_is_saved_after_a_pause_and_takes_the_new_revision(watched: Page) -> None:
    watched.goto("/gallery?in=1")
    watched.get_by_label("需求名称").fill("夜间巡检")

    expect(watched.locator("[data-autosave-status]")).to_contain_text("自动保存")
    assert watched.locator("#revision").input_value() == "4"


def test_refused_form_moves_the_focus_to_its_summary(watched: Page) -> None:
    watched.goto("/gallery")
    watched.evaluate("document.querySelector('#sample').noValidate = true")
    with watched.expect_navigation():
        watched.get_by_role("button", name="提交审核").click()

    assert watched.evaluate("document.activeElement.className") == "error-summary"


def test_everything_is_within_reach_without_script(browser_process: Browser, gallery: str) -> None:
    context = browser_process.new_context(
        base_url=gallery, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/gallery?in=1")
    page.locator(".phone-menu summary").click()
    expect(page.locator(".phone-menu").get_by_role("link", name="年度评选")).to_be_visible()
    page.locator(".phone-menu summary").click()
    page.locator(".confirm summary").click()
    expect(page.get_by_text("确认撤回吗？")).to_be_visible()
    expect(page.locator(".chart-data table")).to_be_visible()
    expect(page.locator(".chart-canvas")).to_be_hidden()
    expect(page.get_by_role("button", name="打印本页")).to_have_count(0)
    expect(page.locator(".countdown")).to_contain_text("还有 10 天")
    context.close()


def test_paper_shows_the_content_and_none_of_the_controls(watched: Page) -> None:
    watched.goto("/gallery?in=1")
    watched.emulate_media(media="print")

    expect(watched.locator("h1", has_text="样例")).to_be_visible()
    for hidden in (".main-nav", ".site-foot", ".filter-bar", ".submit-row", ".workspace-nav"):
        expect(watched.locator(hidden)).to_be_hidden()


def test_keyboard_reaches_the_content_first(watched: Page) -> None:
    watched.goto("/gallery")
    watched.keyboard.press("Tab")
    expect(watched.locator(".skip-link")).to_be_focused()
    watched.keyboard.press("Enter")

    assert watched.evaluate("document.activeElement.id") == "content"

"""The judge's bench without a mouse: scores, a saved draft, through the question to the next."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_no_sideways_scroll

pytestmark = pytest.mark.browser

#: More stops than a bench has; a page that traps the focus ends here.
MOST_STOPS = 150
NEXT = re.compile(r"/judge/scenes/\d+#content$")
#: What has the focus: a field's name, else the text of a button, link or summary.
FOCUSED = """() => {
  const at = document.activeElement;
  return at.matches("input, textarea") ? at.name : at.textContent.trim();
}"""


def _tab_to(page: Page, wanted: Callable[[str], bool]) -> str:
    """Press Tab until something wanted has the focus; returns what it is called."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = str(page.evaluate(FOCUSED))
        if wanted(found):
            return found
    raise AssertionError("the keyboard does not get there")


def _press_and_load(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait for that."""
    with page.expect_navigation():
        page.keyboard.press(key)


def _open_first_scene(page: Page) -> list[str]:
    """Go to the first scene that waits, by keyboard; the names of its score fields in order."""
    page.goto("/judge/rounds/2026-embodied-typical")
    row = page.get_by_role("row").filter(has_text="未开始").first
    title = row.get_by_role("link").inner_text().strip()
    _tab_to(page, lambda name: name == title)
    _press_and_load(page, "Enter")
    fields = page.locator("input[name^=score-]:enabled").all()
    return [str(field.get_attribute("name")) for field in fields]


@pytest.mark.parametrize("width", [1280, 390])
def test_scene_is_scored_by_keyboard_alone(open_page: Callable[..., Page], width: int) -> None:
    page = open_page("judge1@demo.example", width)
    names = _open_first_scene(page)
    assert len(names) > 3
    assert_no_sideways_scroll(page)
    scene = page.url

    filled = []
    for _ in names:
        filled.append(_tab_to(page, lambda name: name.startswith("score-")))
        page.keyboard.type("86.5")
    assert filled == names, "the scores follow each other in their order"
    expect(page.locator("[data-score-total]")).to_have_text("86.50")

    _press_and_load(page, "Alt+s")
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert page.url.partition("#")[0] == scene
    for name in names:
        expect(page.locator(f"input[name={name}]")).to_have_value("86.50")
    assert page.evaluate(FOCUSED) == names[-1], "writing goes on where it was"

    _press_and_load(page, "Enter")  # in a score field it saves and never submits
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert page.url.partition("#")[0] == scene

    _tab_to(page, lambda name: name == "提交并评下一个")
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("提交后评分表锁定")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    assert page.url.partition("#")[0] == scene, "nothing was sent"
    assert page.evaluate(FOCUSED) == "提交并评下一个", "the focus is back where it was"

    page.keyboard.press("Enter")
    expect(question).to_be_visible()
    _tab_to(page, lambda name: name == "确认")
    _press_and_load(page, "Enter")
    expect(page.get_by_text("评分表已提交。")).to_be_visible()
    assert NEXT.search(page.url)
    assert page.url.partition("#")[0] != scene, "the next scene of the queue, from its beginning"
    expect(page.locator("input[name^=score-]:enabled")).to_have_count(len(names))

    page.goto(scene)
    expect(page.get_by_text("评分表已提交并锁定")).to_be_visible()
    expect(page.locator("input[name^=score-]:enabled")).to_have_count(0)

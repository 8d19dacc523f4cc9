"""People in windows of their own, and the few gestures that the long walks are made of."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Open = Callable[..., Page]


class Cast:
    """Everybody who takes part, each in a window that opens with the first act."""

    def __init__(self, open_page: Open) -> None:
        self._open = open_page
        self._pages: dict[str, Page] = {}

    def __call__(self, part: str) -> Page:
        if part not in self._pages:
            is_visitor = part == "visitor"
            email = None if is_visitor else f"{part}@test.example"
            self._pages[part] = self._open(email, 390 if is_visitor else 1280)
        return self._pages[part]


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def agree(page: Page, name: str) -> None:
    """A button whose dialogue asks first."""
    press(page, name)
    press(page.locator("dialog[open]"), "确认")


def unfold(page: Page, label: str, button: str, note: str = "") -> None:
    """A folded act with its question, and a note where one is asked for."""
    fold = page.locator("details.confirm").filter(has=page.locator(f"summary:text-is('{label}')"))
    fold.locator("summary").click()
    if note:
        fold.get_by_role("textbox").fill(note)
    press(fold, button)


def fill(page: Page | Locator, **values: str) -> None:
    """Text fields by their names; ``__`` stands for a hyphen."""
    for name, value in values.items():
        page.locator(f"[name='{name.replace('__', '-')}']").fill(value)


def told(page: Page, text: str) -> None:
    """The page says what was done."""
    expect(page.get_by_role("status").filter(has_text=text).first).to_be_visible()

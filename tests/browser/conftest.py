"""A served, seeded site and a real Chromium for the journeys."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from tests.people import PASSWORD

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The system's Chromium; the browser of playwright's own download is not needed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


@pytest.fixture(scope="session")
def browser_process() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = find_chromium()
    if path is None:
        pytest.skip("Chromium is not installed (sudo apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """The address of an application that a thread of this process serves."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(seeded_app: Flask) -> Iterator[str]:
    """The address of the seeded site."""
    with serve(seeded_app) as address:
        yield address


@pytest.fixture
def open_page(browser_process: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """``open_page(email=None, width=1280)``: a page in a browser context of its own.

    A failed request, a script error or a broken content policy on any page fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(email: str | None = None, width: int = 1280) -> Page:
        context = browser_process.new_context(
            base_url=site, viewport={"width": width, "height": 900}, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(faults, page, message.type, message.text))
        if email:
            page.goto("/login")
            page.get_by_label("邮箱").fill(email)
            page.get_by_label("密码", exact=False).first.fill(PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def _note(faults: list[str], page: Page, kind: str, text: str) -> None:
    if kind == "error" and "status of 4" not in text:
        faults.append(f"{page.url}: {text}")


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Keep a picture of the page where MATCHMAKER_SCREENSHOTS names a folder."""

    def take(page: Page, name: str) -> None:
        folder = os.environ.get("MATCHMAKER_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    return take


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is not wider than the window."""
    widths = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert widths[0] <= widths[1], f"{page.url} scrolls sideways: {widths}"

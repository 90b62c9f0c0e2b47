"""Digitized pages are turned in a browser: by button, by number, by key; and nothing is asked for before that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from test_site_server import serving, until

from tests.sources import digitized as made


@pytest.fixture(scope="module")
def here(digitized: Path) -> Iterator[str]:
    with serving(digitized) as port:
        yield f"http://127.0.0.1:{port}"


class Pictures:
    """The library that has the pictures: what it was asked for, and by whom it was told that they came."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.referrers: set[str] = set()
        self.lost: set[str] = set()
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

        def answer(route):
            name = route.request.url.rpartition("/")[2]
            self.asked.append(name)
            self.referrers.add(route.request.headers.get("referer", ""))
            if name in self.lost:
                route.fulfill(status=404, body="")
            else:
                route.fulfill(content_type="image/png", body=made.png(600, 900))

        page.route("https://files.example.vn/**", answer)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_turned_where_the_edition_is_described(browser: Browser, here: str, width: int):
    page = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB").new_page()
    pictures = Pictures(page)
    page.goto(f"{here}/instance/kt-KT-S1")
    assert pictures.asked == []
    page.click(".viewer a")
    page.wait_for_selector(".leaf img")
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".viewer [role=status]") == "Page tr. 2 (2/3)"
    page.fill(".viewer input", "3")
    page.keyboard.press("Enter")
    assert page.is_disabled(".viewer button[aria-label='Next page']")
    page.fill(".viewer input", "4")
    page.keyboard.press("Enter")
    assert page.input_value(".viewer input") == "3"
    page.click(".viewer button[aria-label='Zoom in']")
    until(page, "document.querySelector('.leaf').scrollWidth > document.querySelector('.leaf').clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert set(pictures.asked) == {"1.png", "2.png", "3.png"}
    assert pictures.referrers == {""}
    assert pictures.said == []
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assert [(each["id"], each["nodes"][0]["html"]) for each in axe.run(page).response["violations"]] == []


@pytest.mark.browser
def test_a_picture_that_is_lost_is_told_and_the_contents_lead_on(browser: Browser, here: str):
    page = browser.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN").new_page()
    pictures = Pictures(page)
    pictures.lost.add("1.png")
    page.goto(f"{here}/iiif/kt-KT-S1/read")
    page.wait_for_selector(".viewer p:not(.hidden) a[href$='1.png']")
    page.click("a[data-page='3'] >> nth=0")
    until(page, "document.querySelector('.leaf img')?.naturalWidth === 600")
    assert page.url.endswith("?page=3")
    assert page.get_attribute("a[aria-current='page'] >> nth=0", "data-page") == "3"
    assert page.is_hidden(".viewer a[href$='1.png']")
    page.reload()
    page.wait_for_selector(".viewer button")
    assert page.input_value(".viewer input") == "3"


@pytest.mark.browser
def test_without_script_pages_are_turned_by_links(browser: Browser, here: str):
    page = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False).new_page()
    pictures = Pictures(page)
    page.goto(f"{here}/instance/kt-KT-S1?lang=en")
    page.click(".viewer a")
    page.click("a[rel=next]")
    assert page.url.endswith("/iiif/kt-KT-S1/read?page=2&lang=en")
    page.fill("#leaf", "3")
    page.click(".leaf-bar button")
    assert "page=3" in page.url
    assert page.get_attribute(".leaf img", "src") == "https://files.example.vn/so/dam-san/anh/3.png"
    assert "1.png" in pictures.asked

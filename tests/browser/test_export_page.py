"""The page of an export in a browser: it runs nothing, asks nobody, and fits screen and paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assets.privacy.export.html import page as written
from assets.privacy.export.model import Record
from tests.unit.privacy.test_export_document import EXPORT, GOLDEN, NASTY

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
WIDE = replace(
    GOLDEN,
    name="vault.staging.wide",
    records=tuple(
        Record({f"a_rather_long_column_{n}": f"value {row} {NASTY}" for n in range(24)})
        for row in range(60)
    ),
)


@pytest.fixture(scope="module")
def export_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page, opened; afterwards nothing else may have been asked for, and no script have run."""
    if not CHROMIUM.exists():
        sentence = f"{CHROMIUM} is missing: apt-get install chromium"
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    from playwright.sync_api import sync_playwright

    file = tmp_path_factory.mktemp("page") / "customer.html"
    file.write_text(written(replace(EXPORT, groups=(*EXPORT.groups, WIDE))), encoding="utf-8")
    asked: list[str] = []
    spoken: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: spoken.append(dialog.message))
        page.on("console", lambda message: spoken.append(message.text))
        page.goto(file.as_uri())
        yield page
        browser.close()
    assert asked == [file.as_uri()]
    assert spoken == []


def test_a_value_is_shown_as_it_is(export_page: Page) -> None:
    assert export_page.locator("#summary + section").get_by_text(NASTY, exact=True).count() == 1
    assert export_page.locator("script, img, iframe").count() == 0


@pytest.mark.parametrize("width", [1280, 800, 400])
def test_wide_tables_scroll_and_the_page_does_not(export_page: Page, width: int) -> None:
    export_page.set_viewport_size({"width": width, "height": 900})
    assert export_page.evaluate("document.documentElement.scrollWidth") <= width


def test_links_of_the_contents_lead_to_the_tables(export_page: Page) -> None:
    export_page.get_by_role("link", name="vault.staging.wide").click()
    title = export_page.get_by_role("heading", name="vault.staging.wide")
    assert title.evaluate("it => it.getBoundingClientRect().top") < 900


def test_on_paper_nothing_is_cut_off(export_page: Page) -> None:
    export_page.emulate_media(media="print")
    export_page.set_viewport_size({"width": 1030, "height": 700})
    cut = export_page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter("
        "it => it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1).length"
    )
    assert cut == 0

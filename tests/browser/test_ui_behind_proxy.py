"""The Dagster UI works through the shipped proxy: pages, live updates, launching."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.security.attacks import LAUNCH
from tests.security.exposed import OPERATOR, OPERATORS, VIEWER, VIEWERS, Exposed, exposed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {OPERATORS} 127.0.0.1,MAP {VIEWERS} 127.0.0.1",
]
JOB = "/locations/__repository__@tiny_location.py/jobs/marking/playground"
TRICKS = {
    "image": "([to, order]) => { new Image().src = `${to}/graphql?query=${order}` }",
    "form": """([to, order]) => { const form = document.createElement('form');
        form.method = 'post'; form.action = `${to}/graphql?query=${order}`;
        document.body.append(form); form.submit() }""",
    "fetch": """([to, order]) => { fetch(`${to}/graphql`, {method: 'POST', mode: 'no-cors',
        credentials: 'include', body: JSON.stringify({query: decodeURIComponent(order)})}) }""",
    "frame": """([to]) => { const frame = document.createElement('iframe');
        frame.src = `${to}/runs`; document.body.append(frame) }""",
}


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exposed]:
    if not CHROMIUM.exists():
        sentence = f"{CHROMIUM} is missing: apt-get install chromium"
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    with exposed(tmp_path_factory.mktemp("ui")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(where: Exposed) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The same for every test, without the pages of the one before: they go on asking."""
    yield chromium
    for context in chromium.contexts:
        context.close()


def _page(browser: Browser, user: tuple[str, str]) -> tuple[Page, list[str]]:
    """An empty page of somebody who signs in, and what the proxy refuses him."""
    context = browser.new_context(
        ignore_https_errors=True,
        http_credentials={"username": user[0], "password": user[1]},
        viewport={"width": 1500, "height": 900},
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    refused: list[str] = []
    page.on(
        "response",
        lambda answer: (
            refused.append(f"{answer.status} {answer.url}")
            if answer.status >= 400 and answer.status != 401
            else None
        ),
    )
    return page, refused


def test_an_operator_launches_a_job_and_sees_it_live(where: Exposed, browser: Browser) -> None:
    page, refused = _page(browser, OPERATOR)
    frames: list[str] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))),
    )
    before = where.runs()
    page.goto(where.origin() + JOB)
    page.get_by_role("button", name="Launch Run").click()
    page.wait_for_url("**/runs/**")
    page.get_by_text("marking").first.wait_for()
    page.get_by_text("Queued").first.wait_for()
    assert where.runs() == before + 1
    assert any("connection_ack" in frame for frame in frames), "no live updates"
    assert refused == []


def test_pages_of_runs_and_assets_open(where: Exposed, browser: Browser) -> None:
    page, refused = _page(browser, OPERATOR)
    page.goto(f"{where.origin()}/assets/marker")
    page.get_by_text("marker", exact=True).first.wait_for()
    page.goto(f"{where.origin()}/runs")
    page.get_by_text("Backfills").first.wait_for()
    assert refused == []


def test_a_viewer_sees_the_job_but_no_launchpad(where: Exposed, browser: Browser) -> None:
    page, refused = _page(browser, VIEWER)
    page.goto(where.origin(VIEWERS) + JOB)
    page.wait_for_url("**/jobs/marking")
    page.get_by_text("2 schedules/sensors").first.wait_for()
    assert page.get_by_role("button", name="Launch Run").count() == 0
    assert refused == []


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of somebody else."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<body></body>")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("trick", TRICKS)
def test_a_page_of_somebody_else_gets_nothing(
    where: Exposed, browser: Browser, elsewhere: str, trick: str
) -> None:
    page, _ = _page(browser, OPERATOR)
    page.goto(f"{where.origin()}/manifest.json")
    before = where.runs()
    evil = page.context.new_page()
    evil.goto(elsewhere)
    written = len(where.logs())
    evil.evaluate(TRICKS[trick], [where.origin(), quote(LAUNCH)])
    deadline = time.monotonic() + 30
    while not (answers := _answers(where.logs()[written:])) and time.monotonic() < deadline:
        evil.wait_for_timeout(100)
    assert answers
    assert set(answers) == {"403"}
    assert where.runs() == before


def _answers(log: str) -> list[str]:
    """Statuses of what was tried, as the proxy wrote them down."""
    lines = [line.split(" ") for line in log.splitlines()]
    return [line[3] for line in lines if len(line) == 7 and line[-1] in {"/graphql", "/runs"}]

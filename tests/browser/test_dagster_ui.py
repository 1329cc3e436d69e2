"""What an engineer sees in the Dagster UI: stages, an asset, automation; nothing from afar."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "dbt_project" / "target" / "manifest.json"
CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STAGES = ["raw", "staging", "identity", "core", "marts", "publish"]
"""In flow order."""
LOCATION = """{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError {
    __typename ... on PythonError { message } } } } } }"""
LEFT_EDGE = "element => element.getBoundingClientRect().left"
START_SECONDS = 120
PAGE_MILLISECONDS = 60_000


@pytest.fixture(scope="module")
def server(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A read-only web server on an instance that has never run, stopped with all it started."""
    assert MANIFEST.is_file(), f"{MANIFEST} is missing: make manifest"
    home = tmp_path_factory.mktemp("dagster_ui")
    shutil.copy(ROOT / ".dagster_home" / "dagster.yaml", home / "dagster.yaml")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("C360_")}
    command = [sys.executable, "-m", "dagster_webserver", "-w", "workspace.yaml", "--read-only"]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "-h", "127.0.0.1", "-p", str(port)],
            cwd=ROOT,
            env={
                **kept,
                "C360_ENV_FILE": "demo/demo.env",
                "C360_HOME": str(home / "instance"),
                "DAGSTER_HOME": str(home),
                "DO_NOT_TRACK": "1",
                "GX_ANALYTICS_ENABLED": "False",
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_loaded(url, process, home / "server.log")
            yield url
        finally:
            # The whole group: the code server is a process of its own, and slow to hear SIGTERM.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_loaded(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            entries = _query(url, LOCATION)["workspaceOrError"]["locationEntries"]
        except (OSError, HTTPException):
            time.sleep(0.5)
            continue
        loaded = {entry["name"]: entry["locationOrLoadError"] for entry in entries}
        if loaded.get("customer_360") is not None:
            assert loaded["customer_360"]["__typename"] == "RepositoryLocation", loaded
            return
        time.sleep(0.5)
    pytest.fail(f"the web server did not load customer_360:\n{log.read_text()[-2000:]}")


def _query(url: str, query: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{url}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
        return json.load(answer)["data"]


@pytest.fixture(scope="module")
def chromium() -> Path:
    if not CHROMIUM.exists():
        sentence = f"{CHROMIUM} is missing: apt-get install chromium"
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    return CHROMIUM


@pytest.fixture
def page(server: str, chromium: Path) -> Iterator[Page]:
    """An empty page; afterwards no request may have gone anywhere but to the server."""
    from playwright.sync_api import sync_playwright

    asked: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=QUIET)
        page = browser.new_page(viewport={"width": 1500, "height": 900})
        page.set_default_timeout(PAGE_MILLISECONDS)
        page.on("request", lambda request: asked.add(request.url))
        page.on("websocket", lambda websocket: asked.add(websocket.url))
        yield page
        browser.close()
    elsewhere = {url for url in asked if urlparse(url).netloc not in {urlparse(server).netloc, ""}}
    assert asked, "the page asked for nothing"
    assert not elsewhere, f"the page asked other hosts: {sorted(elsewhere)}"


def test_the_lineage_shows_the_stages_in_flow_order(server: str, page: Page) -> None:
    page.goto(f"{server}/asset-groups")
    graph = page.locator("svg foreignObject")
    boxes = {stage: graph.get_by_text(stage, exact=True).first for stage in STAGES}
    for box in boxes.values():
        box.wait_for()
    from_left = {stage: box.evaluate(LEFT_EDGE) for stage, box in boxes.items()}
    assert sorted(STAGES, key=from_left.__getitem__) == STAGES
    assert graph.get_by_text("default", exact=True).count() == 0


def test_an_asset_says_its_grain_first_and_names_its_columns(server: str, page: Page) -> None:
    page.goto(f"{server}/assets/core/dim_customers")
    description = page.get_by_text("One row per customer").first
    description.wait_for()
    assert description.inner_text().startswith("One row per customer")
    assert "客户维度" in description.inner_text()
    page.get_by_text("customer_key", exact=True).first.wait_for()
    page.get_by_text("varchar").first.wait_for()


def test_the_automation_lists_schedule_and_sensors(server: str, page: Page) -> None:
    page.goto(f"{server}/automation")
    for name in ("nightly", "file_drop", "failure_alert"):
        page.get_by_text(name, exact=True).first.wait_for()

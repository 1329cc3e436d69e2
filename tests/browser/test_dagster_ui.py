"""What an engineer sees in the Dagster UI: stages, an asset, automation; nothing from afar."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY = b'{"query": "{ repositoriesOrError { __typename } }"}'
START_SECONDS = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("dagster_ui")
    shutil.copy(ROOT / ".dagster_home" / "dagster.yaml", home / "dagster.yaml")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "dagster_webserver", "-w", "workspace.yaml", "--read-only"]
    log = (home / "server.log").open("w+")
    process = subprocess.Popen(
        [*command, "-h", "127.0.0.1", "-p", str(port)],
        cwd=ROOT,
        env={**os.environ, "DAGSTER_HOME": str(home), "C360_ENV_FILE": "demo/demo.env"},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_loaded(url, process, home / "server.log")
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


def _wait_until_loaded(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    request = urllib.request.Request(
        f"{url}/graphql", data=READY, headers={"Content-Type": "application/json"}
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
                assert b"RepositoryConnection" in answer.read()
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    pytest.fail(f"the web server did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def page(server: str) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        sentence = f"{CHROMIUM} is missing: apt-get install chromium"
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1500, "height": 900})
        page.set_default_timeout(60_000)
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(urlparse(request.url).hostname or ""))
        yield page
        browser.close()
    assert hosts - {""} <= {"127.0.0.1"}, f"the page asked other hosts: {hosts}"


def test_the_lineage_shows_the_stages(server: str, page) -> None:
    page.goto(f"{server}/asset-groups")
    for stage in ("raw", "staging", "identity", "core", "marts", "publish"):
        page.get_by_text(stage, exact=True).first.wait_for()


def test_an_asset_says_its_grain_and_its_columns(server: str, page) -> None:
    page.goto(f"{server}/assets/core/dim_customers")
    page.get_by_text("One row per customer").first.wait_for()
    page.get_by_text("customer_key", exact=True).first.wait_for()
    assert "客户" in page.inner_text("body")


def test_the_automation_lists_schedule_and_sensors(server: str, page) -> None:
    page.goto(f"{server}/automation")
    for name in ("nightly", "file_drop", "failure_alert"):
        page.get_by_text(name, exact=True).first.wait_for()

"""Nothing of ours listens to other machines unless somebody says so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from demo.servers.fxiaoke import FxiaokeServer
from demo.servers.zoho import ZohoServer

ROOT = Path(__file__).resolve().parents[2]
EVERYWHERE = re.compile(r"0\.0\.0\.0|--host[= ](?!127\.0\.0\.1)|\s-h (?!127\.0\.0\.1)\S+ -p|\[::\]")
SPOKEN_OF = {"deploy/proxy/proxy.env.example", "docs/runbooks/expose-the-ui.md"}
"""Where it is said how to listen to all."""


def _committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    return listed.stdout.splitlines()


def test_no_command_and_no_page_listens_everywhere() -> None:
    files = [
        name
        for name in _committed()
        if name.endswith((".md", ".py", ".yaml", ".yml", ".sh", ".env", ".toml", "Makefile", "run"))
        and name not in SPOKEN_OF
        and not name.startswith("tests/")
    ]
    assert "Makefile" in files
    found = [name for name in files if EVERYWHERE.search((ROOT / name).read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("ui", ["dg dev", "--host 127.0.0.1", "--port 3000"]),
        ("viewer", ["dagster-webserver --read-only", "--host 127.0.0.1", "--port 3001"]),
    ],
)
def test_make_starts_web_servers_on_loopback(target: str, words: list[str]) -> None:
    shown = subprocess.run(
        ["make", "--dry-run", "--always-make", target], cwd=ROOT, capture_output=True, text=True
    )
    assert shown.returncode == 0, shown.stderr
    line = next(line for line in shown.stdout.splitlines() if words[0] in line)
    assert all(word in line for word in words)


@pytest.mark.parametrize("server", [ZohoServer, FxiaokeServer])
def test_the_demo_systems_listen_on_loopback(
    server: type[ZohoServer] | type[FxiaokeServer],
) -> None:
    with server() as running:
        assert running._server.server_address[0] == "127.0.0.1"

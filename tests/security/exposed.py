"""The UI as it is shipped: two Dagster web servers, and nginx with our configuration before them.

Debian packages `nginx` and `apache2-utils`, and `openssl`. Where one is missing, tests are skipped
on a desk and fail in CI.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import dagster as dg

from deploy.proxy.render import EXAMPLE, main, read_variables
from tests.integration.connectors.databases import free_port, missing
from tests.security.raw_http import read_answer

ROOT = Path(__file__).resolve().parents[2]
LOCATION = ROOT / "tests" / "security" / "tiny_location.py"
OPERATORS, VIEWERS = "operators.test", "viewers.test"
OPERATOR, VIEWER = ("olga", "correct horse"), ("vera", "battery staple")
START_SECONDS = 60
INSTANCE = """
telemetry:
  enabled: false
run_coordinator:
  module: dagster._core.run_coordinator
  class: QueuedRunCoordinator
"""
"""Without a daemon a launched run stays queued: it is there to be counted, and nothing runs."""


@dataclass(frozen=True)
class Exposed:
    """Where everything listens, and the instance behind it."""

    folder: Path
    home: Path
    port: int
    operators_port: int
    viewers_port: int

    @property
    def certificate(self) -> Path:
        return self.folder / "cert.pem"

    def host(self, name: str = OPERATORS) -> str:
        return f"{name}:{self.port}"

    def origin(self, name: str = OPERATORS) -> str:
        return f"https://{self.host(name)}"

    def runs(self) -> int:
        """Runs that the instance holds."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            return instance.get_runs_count()

    def logs(self) -> str:
        """Everything that nginx wrote down."""
        return "\n".join(file.read_text(errors="replace") for file in self.folder.glob("*.log"))

    def send(self, text: str, server_name: str | None = OPERATORS) -> str:
        """Raw bytes through TLS; the raw answer, at most 64 kB of it, "" when there is none."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.check_hostname = False
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as plain:
            try:
                with context.wrap_socket(plain, server_hostname=server_name) as stream:
                    stream.sendall(text.encode("latin-1"))
                    return read_answer(stream)
            except (ssl.SSLError, ConnectionError):
                return ""


@contextmanager
def exposed(folder: Path, **variables: str) -> Iterator[Exposed]:
    """Everything started and answering; stopped afterwards."""
    home = folder / "dagster"
    home.mkdir()
    where = Exposed(folder, home, free_port(), free_port(), free_port())
    new_instance(home)
    with ExitStack() as running:
        running.enter_context(webserver(home, where.operators_port))
        running.enter_context(webserver(home, where.viewers_port, "--read-only"))
        running.enter_context(nginx(where, variables))
        for port in (where.operators_port, where.viewers_port):
            wait_until_loaded(port)
        yield where


def new_instance(home: Path) -> None:
    """Its databases are made here: two servers that open it first would trip each other."""
    (home / "dagster.yaml").write_text(INSTANCE)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert instance.get_runs_count() == 0


@contextmanager
def webserver(home: Path, port: int, *options: str) -> Iterator[None]:
    """A Dagster web server on loopback, as `make ui` and `make viewer` start one."""
    command = [sys.executable, "-m", "dagster_webserver", "-f", str(LOCATION), *options]
    environment = {**os.environ, "DAGSTER_HOME": str(home), "DO_NOT_TRACK": "1"}
    with (home / f"{port}.out").open("w") as log:
        process = subprocess.Popen(
            [*command, "-h", "127.0.0.1", "-p", str(port)],
            cwd=home,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        # The whole group: the code server is a process of its own.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def nginx(where: Exposed, variables: dict[str, str]) -> Iterator[None]:
    """nginx with the shipped configuration, as the user that runs the test."""
    paths = f"{os.environ.get('PATH', '')}:/usr/sbin"
    program = shutil.which("nginx", path=paths) or missing("nginx")
    _certificate(where.folder)
    _users(where.folder / "operators.htpasswd", OPERATOR)
    _users(where.folder / "viewers.htpasswd", VIEWER)
    settings = {
        "LISTEN": f"127.0.0.1:{where.port}",
        "OPERATORS_ORIGIN": where.origin(OPERATORS),
        "VIEWERS_ORIGIN": where.origin(VIEWERS),
        "OPERATORS_PORT": str(where.operators_port),
        "VIEWERS_PORT": str(where.viewers_port),
        "CERTIFICATE": str(where.certificate),
        "CERTIFICATE_KEY": str(where.folder / "key.pem"),
        "OPERATORS_USERS": str(where.folder / "operators.htpasswd"),
        "VIEWERS_USERS": str(where.folder / "viewers.htpasswd"),
        "LOG_FOLDER": str(where.folder),
        **variables,
    }
    assert set(settings) <= set(read_variables(EXAMPLE))
    file, rendered = where.folder / "proxy.env", where.folder / "c360"
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    assert main([str(file), str(rendered)]) == 0
    around = where.folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {where.folder / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Root's nginx reads the password file as the worker's user, who may not enter pytest's folder.
    user = "user root;" if os.geteuid() == 0 else ""
    around.write_text(
        f"{user} worker_processes 1; daemon off; pid {where.folder / 'nginx.pid'};"
        f"error_log {where.folder / 'start.log'} crit; events {{}}"
        f"http {{ {temporary} include {rendered / 'dagster-ui.conf'}; }}"
    )
    command = [program, "-c", str(around), "-p", str(where.folder)]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr, tested.stderr
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for_port(where.port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _certificate(folder: Path) -> None:
    openssl = shutil.which("openssl") or missing("openssl")
    names = f"subjectAltName=DNS:{OPERATORS},DNS:{VIEWERS}"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", f"/CN={OPERATORS}", "-addext", names),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )


def _users(file: Path, user: tuple[str, str]) -> None:
    htpasswd = shutil.which("htpasswd") or missing("apache2-utils")
    subprocess.run(
        [htpasswd, "-icB", "-C", "5", file, user[0]],
        input=user[1],
        text=True,
        check=True,
        capture_output=True,
    )


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def wait_until_loaded(port: int) -> None:
    """Until the location's jobs can be asked for."""
    deadline = time.monotonic() + START_SECONDS
    question = "{repositoriesOrError{... on RepositoryConnection{nodes{jobs{name}}}}}"
    while True:
        try:
            answer = direct(port, question)
            if "marking" in str(answer):
                return
        except (OSError, HTTPException):
            pass
        assert time.monotonic() < deadline, f"nothing loaded on port {port}"
        time.sleep(0.2)


def direct(port: int, query: str, variables: dict[str, Any] | None = None) -> Any:
    """Ask a web server itself, past the proxy."""
    import json

    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        body = json.dumps({"query": query, "variables": variables or {}})
        connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())

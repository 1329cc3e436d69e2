"""Real database servers for the tests: in a folder of their own, on a free port, gone afterwards.

Debian packages `postgresql` and `mariadb-server`. Where they are missing, tests are skipped on a
desk and fail in CI.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.model import Connection
from assets.raw.database.client import Database

OWNER, PASSWORD, NAME = "owner", "pass/word@例", "shop"
STARTING_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A running server. `connect` opens a connection of the owner that commits every statement."""

    dialect: str
    port: int
    connect: Callable[[], Any]

    @property
    def quote(self) -> str:
        """The mark around a name."""
        return "`" if self.dialect == "mysql" else '"'

    def run(self, *statements: str) -> None:
        """Execute statements as the owner."""
        with closing(self.connect()) as connection:
            for statement in statements:
                connection.cursor().execute(statement)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query as the owner."""
        with closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(query)
            return list(cursor.fetchall())

    def connection(self, home: Path, **settings: Any) -> Connection:
        """The connection of a source `shop` to this server."""
        given = {
            "dialect": self.dialect,
            "host": "127.0.0.1",
            "port": self.port,
            "database": NAME,
            "user": OWNER,
            "password": PASSWORD,
            "lag_seconds": 0,
            "attempts": 2,
        }
        return Connection(
            "shop",
            {key: value for key, value in (given | settings).items() if value is not None},
            home,
            clock=lambda: datetime.fromtimestamp(time.time(), UTC),
            sleep=lambda seconds: None,
        )

    def database(self, home: Path, **settings: Any) -> Database:
        """A connector to this server."""
        return Database(self.connection(home, **settings))


@contextmanager
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL, newest version that is installed."""
    import psycopg

    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda it: float(it.parts[-3])
    )
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        missing("postgresql")
    with server_folder("postgres") as (folder, user):
        data, password = folder / "data", folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        run_quietly(
            [
                initdb,
                *("-D", data, "-U", OWNER, "--pwfile", password, "-A", "scram-sha-256"),
                *("-E", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
            ],
            user,
        )
        port = free_port()
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "timezone": "America/New_York",
            "lc_messages": "C",
        }
        postgres = Path(initdb).with_name("postgres")
        arguments = [f"--{name}={value}" for name, value in options.items()]

        def connect(database: str = NAME) -> Any:
            given = {"host": "127.0.0.1", "user": OWNER, "password": PASSWORD}
            return psycopg.connect(port=port, dbname=database, autocommit=True, **given)

        with running([postgres, "-D", data, *arguments], folder, user, signal.SIGINT):
            with closing(when_ready(lambda: connect("postgres"), psycopg.Error)) as connection:
                connection.execute(f"create database {NAME}")
            yield Server("postgresql", port, connect)


@contextmanager
def mariadb_server() -> Iterator[Server]:
    """A MariaDB."""
    import pymysql

    daemon, install = shutil.which("mariadbd", path=PATHS), shutil.which("mariadb-install-db")
    if daemon is None or install is None:
        missing("mariadb-server")
    with server_folder("mysql") as (folder, user):
        data = folder / "data"
        run_quietly(
            [
                *(install, "--no-defaults", f"--datadir={data}", "--skip-test-db"),
                *("--skip-name-resolve", "--auth-root-authentication-method=normal"),
            ],
            user,
        )
        port, local = free_port(), folder / "socket"
        options = [
            f"--datadir={data}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={local}",
            f"--pid-file={folder / 'pid'}",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=64M",
            "--skip-log-bin",
            "--default-time-zone=-05:00",
        ]

        def connect() -> Any:
            given = {"host": "127.0.0.1", "user": OWNER, "password": PASSWORD.encode()}
            return pymysql.connect(
                port=port, database=NAME, autocommit=True, charset="utf8mb4", **given
            )

        with running([daemon, "--no-defaults", *options], folder, user, signal.SIGTERM):
            root = when_ready(
                lambda: pymysql.connect(unix_socket=str(local), user="root", charset="utf8mb4"),
                pymysql.Error,
            )
            with closing(root), root.cursor() as cursor:
                cursor.execute(f"create database {NAME} character set utf8mb4")
                cursor.execute(f"create user {OWNER}@'%%' identified by %s", (PASSWORD,))
                cursor.execute(f"grant all on *.* to {OWNER}@'%' with grant option")
            yield Server("mysql", port, connect)


PATHS = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def missing(package: str) -> Any:
    """Skip on a desk; in CI a test that does not run proves nothing."""
    advice = f"install the Debian package {package} to run this test"
    if os.environ.get("CI") == "true":
        pytest.fail(advice)
    pytest.skip(advice)


@contextmanager
def server_folder(user: str) -> Iterator[tuple[Path, str | None]]:
    """A new folder, and the user that a server runs as: root may not run one."""
    with tempfile.TemporaryDirectory(prefix="c360-") as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder, None
            return
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        yield folder, user


def run_quietly(command: list[Any], user: str | None) -> None:
    """Run a command to its end; its output is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command], user=user, capture_output=True, text=True, cwd="/"
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(
    command: list[Any], folder: Path, user: str | None, stop: signal.Signals
) -> Iterator[None]:
    """A server in the background, ended afterwards by a signal that waits for no client."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command], user=user, stdout=log, stderr=log, cwd="/"
        )
    try:
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def when_ready(connect: Callable[[], Any], error: type[Exception]) -> Any:
    """The first connection that a starting server takes."""
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            return connect()
        except error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

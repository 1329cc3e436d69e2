"""The connection string: judged before a night, used, and never shown."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import dagster as dg
import psycopg
import pytest

from assets.publish.defs import PUBLICATION, build_postgres_asset
from assets.publish.postgres.__main__ import main
from assets.publish.postgres.connection import connected, read_dsn
from assets.publish.postgres.errors import PostgresError
from pipelines.definitions import build_definitions
from pipelines.run import EXIT_BAD_CONFIGURATION
from pipelines.run import main as run_night
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings, load_settings
from tests.integration.connectors.databases import free_port
from tests.integration.readers.conftest import LOADER, SECRET, Readers
from tests.integration.readers.small_publication import publish, small_access


@pytest.fixture
def dsn_file(readers: Readers, tmp_path: Path) -> Path:
    file = tmp_path / "dsn"
    file.touch(0o600)
    file.write_text(readers.dsn + "\n")
    return file


def shown(error: pytest.ExceptionInfo[PostgresError]) -> str:
    """All that a log would print of an error."""
    return "".join(traceback.format_exception(error.value))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no connection string"),
        ("host=db pass" + "word=s3cret", "holds no connection string"),
        ("dbname", "holds no connection string"),
        ("s3cret and more", "holds no connection string"),
        ("postgresql://user:s3cret" + "@[db/readers", "holds no connection string"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_file_without_a_connection_string_is_said(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    file = tmp_path / "dsn"
    file.touch(0o600)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PostgresError, match=words) as error:
        read_dsn(file)
    assert "s3cret" not in shown(error)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_file_that_others_may_read_is_refused(dsn_file: Path, mode: int) -> None:
    dsn_file.chmod(mode)
    with pytest.raises(PostgresError, match=rf"\(mode {mode:o}\); chmod 600 it"):
        read_dsn(dsn_file)


def test_both_forms_of_a_connection_string_work(readers: Readers, dsn_file: Path) -> None:
    port = readers.server.port
    readers.admin("create role plain login password 'plain'")
    readers.admin(f"grant connect on database {readers.database} to plain")
    try:
        place = f"127.0.0.1:{port}/{readers.database}"
        dsn_file.write_text(
            f"postgresql://plain:plain@{place}\n"  # allowlist secret: of the tests' own server
        )
        for dsn in (read_dsn(dsn_file), readers.dsn):
            with connected(dsn) as connection:
                assert connection.execute("show timezone").fetchone() == ("UTC",)
    finally:
        readers.admin(f"revoke all on database {readers.database} from plain", "drop role plain")


def test_a_connection_that_fails_says_why_and_no_more(readers: Readers) -> None:
    wrong = {
        "refuses user or password": readers.dsn.replace("s3cret", "wr0ng"),
        "has no such database or user": readers.dsn.replace(readers.database, "nowhere"),
        "nobody listens": readers.dsn.replace(str(readers.server.port), str(free_port())),
        "host is not known": readers.dsn.replace("127.0.0.1", "secrethost.invalid"),
    }
    for words, dsn in wrong.items():
        with pytest.raises(PostgresError, match=words) as error, connected(dsn):
            pass
        for hidden in ("s3cret", "wr0ng", LOADER, "127.0.0.1", "secrethost", "nowhere"):
            assert hidden not in str(error.value)
        assert "s3cret" not in shown(error)
        assert "wr0ng" not in shown(error)


def test_a_loader_that_may_not_make_roles_names_the_statements(readers: Readers) -> None:
    access = small_access()
    stranger = access.audiences["analyst"].model_copy(update={"role": "c360_other"})
    changed = access.model_copy(update={"audiences": {**access.audiences, "analyst": stranger}})
    readers.load("run-0")
    readers.admin(f"alter role {LOADER} nocreaterole")
    try:
        with pytest.raises(PostgresError, match=r"run: create role c360_other nologin$"):
            readers.load("run-1", changed)
        assert readers.admin("select run_id from publish.publication") == [("run-0",)]
        readers.server.run("create role c360_other nologin")
        assert readers.load("run-1", changed).run_id == "run-1"
    finally:
        readers.admin(f"alter role {LOADER} createrole", "drop schema if exists publish cascade")
        readers.server.run("drop role if exists c360_other")


class _Resource(PipelineResource):
    home: str

    def settings(self) -> Settings:
        return Settings.model_construct(home=Path(self.home), data=Path("/data"))


def _materialize(readers: Readers, dsn_file: Path, storage: Path) -> dg.ExecuteInProcessResult:
    storage.mkdir()
    with dg.DagsterInstance.local_temp(str(storage)) as instance:
        return dg.materialize(
            [build_postgres_asset(dsn_file), dg.AssetSpec(PUBLICATION)],
            instance=instance,
            resources={"pipeline": _Resource(home=str(readers.folder.parent))},
            raise_on_error=False,
            tags={"c360/lands_anew": "true"},
        )


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is declared of the whole publication, cut down to the small one."""
    monkeypatch.setattr("assets.publish.defs.load_access", small_access)
    monkeypatch.setattr("assets.publish.postgres.__main__.load_access", small_access)


@pytest.mark.usefixtures("declared")
def test_the_asset_loads_the_live_publication(
    readers: Readers, dsn_file: Path, tmp_path: Path
) -> None:
    publish(readers.folder, "run-1")
    done = _materialize(readers, dsn_file, tmp_path / "dagster")
    assert done.success
    metadata = done.asset_materializations_for_node("publish__postgres")[0].metadata
    assert metadata["run_id"].value == "run-1"
    assert metadata["loaded_rows"].value > 3500
    assert metadata["schemas_still_read"].value == "none"


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("fault", ["password", "rows"])
def test_no_log_and_no_event_shows_the_connection_string(
    readers: Readers,
    dsn_file: Path,
    tmp_path: Path,
    fault: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret = "s3cret"
    changed = {"oddities": "select 'Zhang' || chr(0) as one"} if fault == "rows" else {}
    publish(readers.folder, "run-1", **changed)
    if fault == "password":
        secret = "wr0ngsecret"
        dsn_file.write_text(readers.dsn_of(LOADER, secret))
    caplog.set_level(logging.DEBUG)
    assert not _materialize(readers, dsn_file, tmp_path / "dagster").success
    told = caplog.text + "".join(capfd.readouterr())
    assert "PostgresError" in told
    stored = [path for path in (tmp_path / "dagster").rglob("*") if path.is_file()]
    assert stored
    for hidden in (secret, SECRET, readers.dsn, "Zhang"):
        assert hidden not in told
        assert not [path for path in stored if hidden.encode() in path.read_bytes()]


@pytest.mark.usefixtures("declared")
def test_the_command_loads_what_readers_of_the_files_see(
    readers: Readers,
    dsn_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("C360_HOME", str(readers.folder.parent))
    assert main() == 1
    assert "C360_POSTGRES_DSN_FILE is not set" in capsys.readouterr().err
    monkeypatch.setenv("C360_POSTGRES_DSN_FILE", str(dsn_file))
    assert main() == 1
    assert "nothing is published" in capsys.readouterr().err
    publish(readers.folder, "run-1")
    assert main() == 0
    assert capsys.readouterr().out == (
        "PostgreSQL has run run-1, business date 2017-12-31: 14 tables, 3,562 rows.\n"
    )


def test_the_asset_is_there_where_a_connection_is_configured(
    dsn_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys() -> set[str]:
        specs = build_definitions(load_settings()).resolve_all_asset_specs()
        return {spec.key.to_user_string() for spec in specs}

    assert "publish/postgres" not in keys()
    monkeypatch.setenv("C360_POSTGRES_DSN_FILE", str(dsn_file))
    assert "publish/postgres" in keys()


def test_a_night_does_not_start_with_a_file_that_others_may_read(
    dsn_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn_file.chmod(0o644)
    monkeypatch.setenv("C360_POSTGRES_DSN_FILE", str(dsn_file))
    assert run_night(["--as-of", "2017-12-31"]) == EXIT_BAD_CONFIGURATION
    told = capsys.readouterr().out
    assert told.startswith("error: C360_POSTGRES_DSN_FILE: ")
    assert "chmod 600 it" in told
    assert psycopg.conninfo.conninfo_to_dict(dsn_file.read_text())["password"] not in told

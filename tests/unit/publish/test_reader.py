"""The opener for BI code: what is in the publication can be read, and nothing else done."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.publish import reader
from assets.publish.reader import HARDENED, open_publication

PARTS = ("instance", "publish", "run-1")


def make_instance(place: Path) -> Path:
    """An instance with one publication, its Parquet file, and a vault that nobody may reach."""
    folder = place.joinpath(*PARTS)
    folder.mkdir(parents=True)
    with duckdb.connect() as maker:
        for name, target in (("marts", folder / "marts.duckdb"), ("vault", place / "vault")):
            maker.execute(f"attach '{target}' as {name} (storage_version 'v1.4.0')").fetchall()
            maker.execute(f"create schema {name}.publish").fetchall()
            maker.execute(
                f"create table {name}.publish.rfm as select 'C' || i as customer_key, "
                "i::decimal(18,2) as monetary, timestamp '2017-12-31 12:00:00' as seen_at "
                "from range(100) t(i)"
            ).fetchall()
        maker.execute("comment on table marts.publish.rfm is 'One row per customer. 客户价值'")
        maker.execute("comment on column marts.publish.rfm.monetary is 'Spent 消费金额'")
        maker.execute(f"copy marts.publish.rfm to '{folder / 'rfm.parquet'}'").fetchall()
    (folder.parent / "current").symlink_to(folder.name)
    return place / PARTS[0]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_instance(tmp_path_factory.mktemp("reader"))


@pytest.fixture(scope="module")
def publication(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_publication(home) as connection:
        yield connection


READS = {
    "a csv": "select * from read_csv('/etc/passwd')",
    "a text": "select * from read_text('/etc/passwd')",
    "a blob": "select * from read_blob('/etc/passwd')",
    "json": "select * from read_json('/etc/passwd')",
    "a file by its name": "from '{folder}/rfm.parquet'",
    "a folder": "select * from glob('/etc/*')",
    "the shape of a csv": "from sniff_csv('/etc/passwd')",
    "the parquet file beside it": "from read_parquet('{folder}/rfm.parquet')",
    "the footer of that file": "from parquet_metadata('{folder}/rfm.parquet')",
    "an address": "from read_text('https://example.org/')",
    "the vault": "attach '{vault}' as vault (read_only)",
    "the vault by a function": "from read_duckdb('{vault}')",
    "a new database": "attach '{folder}/new.duckdb'",
    "a database in memory": "attach ':memory:' as scratch",
    "secrets": "from duckdb_secrets()",
    "the environment": "select getenv('HOME')",
    "a variable of Python": "from frame",
}
WRITES = {
    "a copy": "copy publish.rfm to '{folder}/out.csv'",
    "a copy to a device": "copy (select 1) to '/dev/stdout'",
    "an export": "export database '{folder}/out'",
    "an import": "import database '{folder}'",
    "rows from a file": "copy publish.rfm from '{folder}/rfm.parquet'",
    "an insert": "insert into publish.rfm values ('C', 1, null)",
    "an update": "update publish.rfm set monetary = 0",
    "a delete": "delete from publish.rfm",
    "a table": "create table publish.mine as select 1 as one",
    "a view": "create view publish.mine as select 1 as one",
    "a drop": "drop table publish.rfm",
    "a change of a table": "alter table publish.rfm add column one integer",
    "a comment": "comment on table publish.rfm is 'mine'",
    "a stored secret": "create persistent secret mine (type s3)",
    "a secret": "create secret mine (type http, bearer_token 'x')",
    "an extension": "install httpfs",
    "an extension of the community": "install h3 from community",
    "a library": "load '/tmp/library.duckdb_extension'",
    "a log": "call enable_logging(storage = 'file', storage_config = {{'path': '{folder}/log'}})",
    "a profile": "pragma enable_profiling",
    "a pragma": "pragma temp_directory = '/tmp'",
}
CHANGES = [
    *(
        f"set {name} = {'true' if value is False else repr('/tmp')}"
        for name, value in HARDENED.items()
    ),
    *(f"reset {name}" for name in HARDENED),
    "set lock_configuration = false",
    "set TimeZone = 'Asia/Shanghai'",
    "set memory_limit = '1GB'",
    "set threads = 1",
    "set allowed_directories = ['/']",
    "set home_directory = '/tmp'",
    "set secret_directory = '/tmp'",
    "set profiling_output = '/tmp/profile.json'",
]
PROBES = READS | WRITES | {statement: statement for statement in CHANGES}


@pytest.mark.parametrize("probe", PROBES)
def test_an_escape_is_denied_and_leaves_nothing(
    publication: duckdb.DuckDBPyConnection, home: Path, probe: str
) -> None:
    frame = duckdb.sql("select 1 as one").to_arrow_table()
    folder = home / "publish" / "run-1"
    before = sorted(path.name for path in folder.rglob("*"))
    statement = PROBES[probe].format(folder=folder, vault=home.parent / "vault")
    with pytest.raises(duckdb.Error) as error:
        publication.execute(statement).fetchall()
    assert re.search(
        "disabled|locked|read-only|does not exist|already registered", str(error.value)
    )
    assert sorted(path.name for path in folder.rglob("*")) == before
    assert publication.execute("select count(*) from publish.rfm").fetchall() == [(100,)]
    assert frame.num_rows == 1


def test_the_probes_work_without_the_opener(tmp_path: Path) -> None:
    """Else a probe would be denied for a reason of its own, such as a wrong path."""
    folder = make_instance(tmp_path) / "publish" / "run-1"
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as plain:
        frame = duckdb.sql("select 1 as one").to_arrow_table()
        for probe in (
            *("a csv", "a text", "a blob", "a file by its name", "a folder"),
            *("the shape of a csv", "the parquet file beside it", "the footer of that file"),
            *("the vault", "the vault by a function", "a copy", "an export", "a profile"),
            *("a variable of Python", "secrets"),
        ):
            statement = PROBES[probe].format(folder=folder, vault=tmp_path / "vault")
            plain.execute(statement).fetchall()
        assert frame.num_rows == 1


def test_what_readers_need_works(publication: duckdb.DuckDBPyConnection) -> None:
    def ask(query: str) -> list[tuple[object, ...]]:
        return publication.execute(query).fetchall()

    assert ask("select sum(monetary)::varchar from publish.rfm") == [("4950.00",)]
    assert [row[0] for row in ask("describe publish.rfm")] == [
        "customer_key",
        "monetary",
        "seen_at",
    ]
    assert ask("select comment from duckdb_tables()") == [("One row per customer. 客户价值",)]
    assert ("Spent 消费金额",) in ask("select comment from duckdb_columns()")
    assert ask("create temp table best as select * from publish.rfm where monetary > 97")
    assert ask("select count(*) from best") == [(2,)]
    assert ask("select extract(timezone from now())") == [(0,)]
    assert ask("select * from query_table('publish.rfm') limit 0") == []


@pytest.mark.parametrize(
    "place", ["", "publish/current", "publish/run-1", "publish/current/marts.duckdb"]
)
def test_the_instance_the_folder_or_the_file_will_do(tmp_path: Path, place: str) -> None:
    home = make_instance(tmp_path)
    with open_publication(home / place, memory_limit="256MB", threads=1) as connection:
        settings = "select current_setting('threads'), current_setting('temp_directory')"
        assert connection.execute(settings).fetchall() == [(1, "")]


def test_two_connections_of_a_process_are_both_shut(home: Path) -> None:
    with open_publication(home) as one, open_publication(str(home)) as two:
        for connection in (one, two):
            with pytest.raises(duckdb.Error, match="locked"):
                connection.execute("set threads = 1").fetchall()
            assert connection.execute("select count(*) from publish.rfm").fetchall() == [(100,)]


def test_a_connection_keeps_its_run_when_the_link_moves_on(tmp_path: Path) -> None:
    home = make_instance(tmp_path)
    with open_publication(home) as connection:
        os.replace(home / "publish" / "run-1", home / "publish" / "run-0")
        (home / "publish" / "current").unlink()
        assert connection.execute("select count(*) from publish.rfm").fetchall() == [(100,)]


def test_a_place_without_a_publication_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no publication at .*C360_HOME"):
        open_publication(tmp_path)


def test_the_command_line_closes_what_python_closes() -> None:
    lines = (Path(reader.__file__).parent / "reader.sql").read_text().splitlines()
    closed = dict(re.findall(r"^set (\w+) = (.+);$", "\n".join(lines), flags=re.MULTILINE))
    assert lines[-1] == ".safe_mode", "it shuts off files, the shell and further settings"
    assert closed == {
        name: "''" if value == "" else str(value).lower()
        for name, value in HARDENED.items()
        if name != "enable_external_access"
    } | {"TimeZone": "'UTC'"}

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assets.enrich.identity.explain.__main__ import main
from pipelines.runtime.audit_check import check_log
from pipelines.runtime.audit_lines import Signer
from pipelines.runtime.audit_log import subject_hash
from pipelines.runtime.key_file import load_key
from pipelines.runtime.settings import load_settings
from tests.unit.enrich.identity.explain.small_vault import CANARY, Build

A, B = "crm_zoho.contacts:1", "orders.customers:2"
ASKED = ["--a", "crm_zoho:1", "--b", "orders:2"]


@pytest.fixture
def home(build: Build, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (A, B):
        build.record(name, "C1")
    build.link(A, B)
    build.close()
    folder = build.folder.parents[1]
    (folder / "publish" / "run-1").mkdir(parents=True)
    (folder / "publish" / "current").symlink_to("run-1")
    monkeypatch.setenv("C360_HOME", str(folder))
    return folder


def test_live_build_is_explained_and_untouched(
    home: Path, build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = build.folder / "vault.duckdb"
    before = (vault.read_bytes(), sorted(build.folder.iterdir()))
    assert main(ASKED) == 0
    assert f"{A} and {B} are the same customer: C1" in capsys.readouterr().out
    assert (vault.read_bytes(), sorted(build.folder.iterdir())) == before


def test_a_look_is_recorded_without_the_names(home: Path) -> None:
    assert main(ASKED) == 0
    [entry] = check_log(home / "audit", Signer(load_key(load_settings().key_file))).entries
    assert entry.action == "looked_up"
    assert entry.facts["build"] == "run-1"
    assert entry.facts["subjects"] == [subject_hash(load_settings(), name) for name in (A, B)]
    written = (home / "audit" / "audit.ndjson").read_text()
    assert not any(name in written for name in (A, B, "crm_zoho", CANARY))


def test_another_build_may_be_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "publish" / "current").unlink()
    for named in ("run-1", str(home / "builds" / "run-1"), f"{home}/builds/run-1/vault.duckdb"):
        assert main([*ASKED, "--build", named, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["is_same_customer"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "make why A=crm_zoho:123 B=orders:987"),
        (["--a", "crm_zoho:1", "--b", ""], "make why A=crm_zoho:123 B=orders:987"),
        (["--a", "crm_zoho:1", "--b", "orders:3"], "orders:3 is not among"),
        ([*ASKED, "--build", "nowhere"], "BUILD=nowhere"),
    ],
)
def test_wrong_use_is_one_plain_line(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert not shown.out
    assert line in shown.err
    assert shown.err.count("\n") == 1
    assert CANARY not in shown.err


def test_nothing_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "publish" / "current").unlink()
    assert main(ASKED) == 2
    assert "run `make run` first" in capsys.readouterr().err


def test_live_build_is_gone_or_unfinished(
    home: Path, build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    import duckdb

    with duckdb.connect(str(build.folder / "vault.duckdb")) as con:
        con.execute("drop table identity.links").fetchall()
    assert main(ASKED) == 2
    assert "ended before identity resolution" in capsys.readouterr().err
    (build.folder / "vault.duckdb").write_bytes(b"no database")
    assert main(ASKED) == 2
    assert "cannot be opened" in capsys.readouterr().err
    (build.folder / "vault.duckdb").unlink()
    assert main(ASKED) == 2
    assert "is gone" in capsys.readouterr().err

"""A wrong configuration ends before anything starts, in one line: what, where, how to mend it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from tests.integration.company import ROOT, Instance, new_instance


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    (tmp_path / "data").mkdir()
    return new_instance(tmp_path / "data", tmp_path / "home")


def error_line(instance: Instance, **environment: str) -> str:
    done = instance.run_without_systems(**environment)
    assert done.returncode == 2, done.stdout + done.stderr
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 1, done.stdout
    assert "Traceback" not in done.stderr
    return lines[0]


def changed_orders(tmp_path: Path, change: object) -> str:
    folder = tmp_path / "sources"
    folder.mkdir()
    contract = yaml.safe_load((ROOT / "demo" / "sources" / "orders.yml").read_text())
    change(contract)  # type: ignore[operator]
    (folder / "orders.yml").write_text(yaml.safe_dump(contract, allow_unicode=True))
    return str(folder)


def test_an_unset_variable(instance: Instance, tmp_path: Path) -> None:
    env_file = tmp_path / "company.env"
    env_file.write_text("C360_TIMEZONE=Asia/Shanghai\n")
    line = error_line(instance, C360_ENV_FILE=str(env_file))
    assert "C360_SOURCES is not set" in line
    assert "company.env" in line


def test_a_folder_without_contracts(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    line = error_line(instance, C360_SOURCES=str(tmp_path / "none"))
    assert "C360_SOURCES" in line
    assert "docs/add-a-source.md" in line


def test_an_unknown_type(instance: Instance, tmp_path: Path) -> None:
    def change(contract: dict) -> None:
        contract["objects"]["refunds"]["columns"][0]["type"] = "text"

    line = error_line(instance, C360_SOURCES=changed_orders(tmp_path, change))
    for word in ("orders.yml", "refunds", "text"):
        assert word in line


def test_an_object_that_does_not_say_whose_its_rows_are(instance: Instance, tmp_path: Path) -> None:
    def change(contract: dict) -> None:
        for column in contract["objects"]["refunds"]["columns"]:
            column.pop("part_of", None)

    line = error_line(instance, C360_SOURCES=changed_orders(tmp_path, change))
    for word in ("orders.yml", "refunds", "whose its rows are", "docs/add-a-source.md"):
        assert word in line


def test_an_unknown_column_in_the_key(instance: Instance, tmp_path: Path) -> None:
    def change(contract: dict) -> None:
        contract["objects"]["refunds"]["key"] = ["refund_number"]

    line = error_line(instance, C360_SOURCES=changed_orders(tmp_path, change))
    for word in ("orders.yml", "refunds", "refund_number"):
        assert word in line


@pytest.mark.parametrize("as_of", ["yesterday", "1999-01-01", "2999-01-01"])
def test_an_impossible_business_date(instance: Instance, as_of: str) -> None:
    done = instance.run_without_systems("--as-of", as_of)
    assert done.returncode == 2
    assert as_of in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1


def test_an_impossible_pinned_business_date(instance: Instance) -> None:
    line = error_line(instance, C360_AS_OF="2010-01-01")
    assert "C360_AS_OF=2010-01-01 is outside 2016-11-01 (C360_FIRST_DATE)" in line


@pytest.mark.pipeline
def test_a_missing_file_names_it_and_the_source(small_company: Instance) -> None:
    (small_company.data / "orders" / "refunds.csv").unlink()
    done = small_company.ingest("orders")
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if "refunds" in line and "no file" in line]
    assert told, done.stderr[-3000:]


def test_the_demo_systems_say_it_as_shortly(instance: Instance, tmp_path: Path) -> None:
    env_file = tmp_path / "company.env"
    env_file.write_text("C360_TIMEZONE=Asia/Shanghai\n")
    done = instance.run(C360_ENV_FILE=str(env_file))
    assert done.returncode == 2
    assert done.stdout.startswith("error: C360_SOURCES is not set (folder with one YAML contract")
    assert done.stderr == ""


def test_a_system_that_is_not_configured_is_absent(instance: Instance) -> None:
    done = instance.ingest_without_systems("crm_zoho")
    assert done.returncode == 0, done.stderr[-3000:]
    (build,) = (instance.home / "builds").iterdir()
    with duckdb.connect(str(build / "vault.duckdb"), read_only=True) as vault:
        pulls = vault.execute(
            "select bool_or(is_configured), sum(record_count), count(*) from accounting.pulls"
        ).fetchall()
        assert vault.execute("select count(*) from raw.crm_zoho__contacts").fetchall() == [(0,)]
    assert pulls == [(False, 0, 12)]

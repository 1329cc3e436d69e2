"""The ledger, exported audiences and the suppression list are looked through, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.privacy.erasure.suppression import suppress
from assets.privacy.export.model import Group
from assets.privacy.export.stores import store_groups
from assets.privacy.subject.search import Search
from assets.privacy.subject.traces import add_traces, create_traces
from pipelines.runtime.settings import load_settings
from pipelines.runtime.suppression import suppression_key
from tests.unit.privacy.people import LI, WEI

KEY = bytes(range(32))


def looked_through(search: Search, home: Path, key: bytes = KEY) -> dict[str, Group]:
    return {it.name: it for it in store_groups(search, home, home / "ledger", key)}


def test_nothing_is_there_before_the_first_of_each(search: Search, tmp_path: Path) -> None:
    groups = looked_through(search, tmp_path)
    assert list(groups) == ["ledger", "exports/audiences", "suppression"]
    assert not any(group.records for group in groups.values())


def test_the_ledger_is_read_by_their_records(search: Search, tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    search.con.execute(f"""
        copy (
            select date '2026-01-01' as as_of, * from (values
                (1, 'crm.contacts', '1', '{WEI}'), (2, 'crm.contacts', '2', '{LI}')
            ) as t (sequence, source, source_record_id, customer_key)
        ) to '{tmp_path}/ledger/00000001-run.parquet' (format parquet)
    """)
    [record] = looked_through(search, tmp_path)["ledger"].records
    assert (record.values["source_record_id"], record.values["customer_key"]) == ("1", WEI)


def test_lists_are_read_by_key_and_address(search: Search, tmp_path: Path) -> None:
    folder = tmp_path / "exports" / "audiences" / "champions"
    folder.mkdir(parents=True)
    (folder / "day1.csv").write_text(f"customer_key,address\n{WEI},x\n{LI},li@example.com\n")
    (folder / "day2.csv").write_text("\ufeffaddress\nwei@example.com\nli@example.com\n")
    (folder / "day2.json").write_text("{}")
    records = looked_through(search, tmp_path)["exports/audiences"].records
    assert [it.values for it in records] == [
        {"file": "champions/day1.csv", "customer_key": WEI, "address": "x"},
        {"file": "champions/day2.csv", "address": "wei@example.com"},
    ]


def test_who_was_erased_and_came_again_stands_on_the_list(
    search: Search, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("C360_HOME", str(tmp_path))
    settings = load_settings()
    key = suppression_key(settings)
    create_traces(search.con, key)
    erased = add_traces(
        search.con,
        "select 'identifier:email' as kind, unnest(['wei@example.com', 'li@example.com']) as value",
    )
    suppress(settings, "request-1", erased)
    [record] = looked_through(search, tmp_path, key)["suppression"].records
    assert record.values == {"request": "request-1", "kind": "identifier:email"}

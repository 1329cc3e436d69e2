"""The steward's list: the newest file is the whole list; a wrong row is refused with a reason."""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.raw.contract_model import SourceContract
from tests.unit.raw.conftest import LOADED_AT, Workbench

CONTRACT = Path(__file__).parents[4] / "demo" / "sources" / "steward.yml"
FILE = "steward/link_decisions.csv"
HEADER = "decision,source_a,source_record_id_a,source_b,source_record_id_b,decided_at\n"
APART = "do_not_link,crm_zoho.contacts,z1,orders.customers,17,2017-05-01\n"
TOGETHER = "always_link,social.profiles,weibo:88,orders.customers,18,2017-05-02 10:00:00\n"


@pytest.fixture(scope="module")
def keys() -> dict[str, Any]:
    content = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    SourceContract.model_validate(content)
    found: dict[str, Any] = content["objects"]["link_decisions"]
    return found


def test_without_a_list_the_table_is_empty(bench: Workbench, keys: dict[str, Any]) -> None:
    outcome = bench.load(**keys)
    assert (outcome.rows, outcome.quarantine) == ([], [])


def test_the_newest_list_is_the_whole_list(bench: Workbench, keys: dict[str, Any]) -> None:
    def decided(night: int) -> list[Any]:
        return bench.load(LOADED_AT + timedelta(days=night), **keys).values("source_record_id_a")

    file = bench.deliver(FILE, HEADER + APART + TOGETHER)
    assert decided(1) == ["z1", "weibo:88"]
    bench.deliver(FILE, HEADER + TOGETHER)
    assert decided(2) == ["weibo:88"]
    bench.deliver(FILE, HEADER + APART + TOGETHER)
    assert decided(3) == ["z1", "weibo:88"]
    file.unlink()
    assert decided(4) == ["z1", "weibo:88"], "a lost file must not undo what was decided"
    bench.deliver(FILE, HEADER)
    assert decided(5) == []


def test_reason_and_name_may_be_left_out_and_a_date_will_do(
    bench: Workbench, keys: dict[str, Any]
) -> None:
    bench.deliver(FILE, HEADER + APART)
    (row,) = bench.load(**keys).rows
    assert (row["decided_at"], row["reason"]) == (datetime(2017, 5, 1), None)


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        (APART.replace("do_not_link", "maybe"), "not_allowed", "decision"),
        (APART.replace("z1", ""), "missing_value", "source_record_id_a"),
        (APART.replace("z1", " z1"), "pattern_mismatch", "source_record_id_a"),
        (APART.replace("orders.customers", "orders"), "pattern_mismatch", "source_b"),
        (APART.replace("2017-05-01", ""), "missing_value", "decided_at"),
        (APART.replace("2017-05-01", "1 May"), "wrong_type", "decided_at"),
    ],
)
def test_a_wrong_row_is_refused(
    bench: Workbench, keys: dict[str, Any], row: str, rule: str, column: str
) -> None:
    bench.deliver(FILE, HEADER + row + TOGETHER)
    outcome = bench.load(**keys)
    assert outcome.values("decision") == ["always_link"]
    (refused,) = outcome.quarantine
    assert (refused["rule"], refused["_position"]) == (rule, 1)
    assert column in refused["reason"]


def test_one_refused_row_stops_the_night(keys: dict[str, Any]) -> None:
    assert keys["max_quarantined_ratio"] == 0

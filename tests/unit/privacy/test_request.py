"""A request leads to exactly one customer, or is refused without a word of what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.enrich.identity.rules import default_rules
from assets.privacy.subject.person import NobodyError
from assets.privacy.subject.request import (
    Request,
    RequestError,
    customer_of,
    read_request,
    spoken_request,
)
from assets.raw.contract import load_contracts
from pipelines.runtime.settings import PROJECT_ROOT
from tests.unit.privacy.people import LI, WEI

CONTRACTS = load_contracts(PROJECT_ROOT / "demo" / "sources")


def resolved(con: duckdb.DuckDBPyConnection, **given: Any) -> str:
    return customer_of(con, Request(**given), default_rules(), "CN")


def written(home: Path, content: object, mode: int = 0o600) -> str:
    (home / "requests").mkdir(exist_ok=True)
    file = home / "requests" / "ask.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    file.chmod(mode)
    return file.name


def test_identifiers_are_compared_as_identity_resolution_writes_them(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert resolved(con, identifiers={"email": " WEI@Example.com"}) == WEI
    assert resolved(con, identifiers={"shop_customer_id": "7"}) == WEI
    assert resolved(con, record="crm.contacts/2") == LI
    assert resolved(con, customer_key=WEI) == WEI


def test_a_phone_of_two_people_names_one_together_with_the_mail(
    con: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(NobodyError) as refused:
        resolved(con, identifiers={"phone": "139 0755 2468"})
    assert "2 customers" in str(refused.value)
    assert "phone: 2" in str(refused.value)
    assert "139" not in str(refused.value)
    both = {"phone": "139 0755 2468", "email": "li@example.com"}
    assert resolved(con, identifiers=both) == LI


def test_nobody_and_contradictions_are_refused_with_counts(con: duckdb.DuckDBPyConnection) -> None:
    for identifiers in (
        {"email": "stranger@example.com"},
        {"email": "ghost.reader@example.com"},
        {"email": "li@example.com", "shop_customer_id": "7"},
    ):
        with pytest.raises(NobodyError, match="0 customers have all") as refused:
            resolved(con, identifiers=identifiers)
        assert "@" not in str(refused.value)
    with pytest.raises(NobodyError):
        resolved(con, record="crm.contacts/99")


def test_values_that_can_be_nobodys_are_refused_unquoted(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(RequestError, match="phone: the value can be nobody's") as refused:
        resolved(con, identifiers={"phone": "0000-secret"})
    assert "secret" not in str(refused.value)
    with pytest.raises(RequestError, match="known are") as refused:
        resolved(con, identifiers={"telephone secret": "1"})
    assert "secret" not in str(refused.value)


def test_a_request_file_is_read_by_its_name(tmp_path: Path) -> None:
    name = written(tmp_path, {"phone": "139 0755 2468", "shop_customer_id": 7})
    asked = read_request(tmp_path, name)
    assert asked.identifiers == {"phone": "139 0755 2468", "shop_customer_id": "7"}
    assert "139" not in repr(asked)
    name = written(tmp_path, {"record": "social.profiles/wechat:o1"})
    assert read_request(tmp_path, name).record == "social.profiles/wechat:o1"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_request_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    name = written(tmp_path, {"phone": "13907552468"}, mode)
    with pytest.raises(RequestError, match="chmod 600"):
        read_request(tmp_path, name)


def test_a_request_lies_in_its_folder_and_is_no_link(tmp_path: Path) -> None:
    name = written(tmp_path, {"phone": "13907552468"})
    (tmp_path / "requests" / "link.json").symlink_to(tmp_path / "requests" / name)
    for other in ("../requests/ask.json", "link.json", "absent.json", "..", ""):
        with pytest.raises(RequestError, match="FILE: "):
            read_request(tmp_path, other)


@pytest.mark.parametrize(
    "content",
    [
        "no json secret",
        [],
        {},
        {"phone": ""},
        {"phone": None},
        {"phone": ["secret"]},
        {"customer_key": "secret"},
        {"record": "secret"},
        {"customer_key": WEI, "phone": "13907552468"},
    ],
)
def test_what_is_no_request_is_refused_unquoted(tmp_path: Path, content: object) -> None:
    name = written(tmp_path, content)
    with pytest.raises(RequestError) as refused:
        read_request(tmp_path, name)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_command_gives_exactly_one(tmp_path: Path) -> None:
    for given in (("", "", ""), (WEI, "crm_zoho.contacts/1", ""), (WEI, "", "ask.json")):
        with pytest.raises(RequestError, match="exactly one"):
            spoken_request(*given, tmp_path, CONTRACTS)
    assert spoken_request(WEI, "", "", tmp_path, CONTRACTS).customer_key == WEI


def test_an_account_of_a_person_never_stands_in_a_command(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="into a file") as refused:
        spoken_request("", "social.profiles/wechat:o123", "", tmp_path, CONTRACTS)
    assert "o123" not in str(refused.value)
    for record in ("crm_zoho.contacts/365", "loyalty.members/M1", "orders.customers/1"):
        assert spoken_request("", record, "", tmp_path, CONTRACTS).record == record
    with pytest.raises(RequestError, match="no object of any contract"):
        spoken_request("", "nothing.known/1", "", tmp_path, CONTRACTS)

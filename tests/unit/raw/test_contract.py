"""Every mistake in a contract is told in one line: file, object, column, what, how to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.raw.contract import ContractError, each_object, load_contract, load_contracts

GOOD = """
source: shop
description: A shop
owner: team:sales
objects:
  lines:
    description: One row per line
    path: lines/*.csv
    format: csv
    columns:
      - {name: id, type: bigint, required: true}
      - {name: quantity, type: integer, min: 0}
      - {name: amount, header: 金额, type: "decimal(18,2)"}
      - {name: sold_at, type: timestamp, timezone: Asia/Shanghai}
      - {name: state, type: varchar, allowed: [open, closed]}
    key: [id]
    version: sold_at
    event_at: sold_at
    money: [amount]
"""

MISTAKES = {
    "unknown type": (
        "type: integer, min",
        "type: int, min",
        "shop.yml: object lines, column quantity: type 'int' is unknown; use varchar, bigint",
    ),
    "impossible decimal": (
        "decimal(18,2)",
        "decimal(5,9)",
        "column amount: decimal(5,9) is impossible; use decimal(p,s) with p from 1 to 38",
    ),
    "unknown column in key": (
        "key: [id]",
        "key: [ident]",
        "object lines: key names the unknown column 'ident'; use one of id, quantity",
    ),
    "unknown column in version": (
        "version: sold_at",
        "version: changed",
        "object lines: version names the unknown column 'changed'",
    ),
    "unknown column in event_at": (
        "event_at: sold_at",
        "event_at: happened",
        "object lines: event_at names the unknown column 'happened'",
    ),
    "unknown column in money": (
        "money: [amount]",
        "money: [price]",
        "object lines: money names the unknown column 'price'",
    ),
    "money that is text": ("money: [amount]", "money: [state]", "money names 'state', a varchar"),
    "event_at that is text": ("event_at: sold_at", "event_at: state", "is no date or timestamp"),
    "column twice": ("name: quantity", "name: id", "column name 'id' is declared twice; keep one"),
    "header twice": ("header: 金额", "header: id", "column header 'id' is declared twice"),
    "unknown key": (
        "required: true",
        "mandatory: true",
        "object lines, column id: key 'mandatory' is unknown; remove it or see docs/add-a-source",
    ),
    "unknown key of an object": ("    key: [id]", "    keys: [id]", "key 'keys' is unknown"),
    "missing key": ("    path: lines/*.csv\n", "", "object lines: key 'path' is missing; add it"),
    "missing owner kind": ("team:sales", "sales", "must be team:<name> or an e-mail address"),
    "unknown format": ("format: csv", "format: xml", "format: input should be 'csv', 'jsonl'"),
    "path outside": ("lines/*.csv", "../lines.csv", "must be relative to C360_DATA"),
    "unknown timezone": ("Asia/Shanghai", "Asia/Beijing2", "is no IANA time zone such as Asia/"),
    "minimum of text": ("allowed: [open, closed]", "min: 3", "min has no meaning for varchar"),
    "allowed booleans": ("[open, closed]", "[yes, no]", "column state: YAML reads yes/no/on/off"),
    "bad pattern": ("allowed: [open, closed]", "pattern: '('", "pattern is no RE2 expression"),
    "history without version": (
        "    version: sold_at\n",
        "    keep_versions: true\n",
        "keep_versions needs version",
    ),
    "first day that is a moment": (
        "    version: sold_at\n",
        "    valid_from: sold_at\n",
        "valid_from names 'sold_at', which is no date",
    ),
    "key written twice": ("    format: csv", "    format: csv\n    format: csv", "written twice"),
    "broken YAML": ("columns:", "columns: [", "mend the YAML there"),
    "bad name": ("name: quantity", "name: Qty Sold", "'Qty Sold' is no plain name"),
    "unknown encoding": ("    key: [id]", "    key: [id]\n    encoding: gbq", "encoding 'gbq' is"),
    "long delimiter": ("    key: [id]", "    key: [id]\n    delimiter: '||'", "be one character"),
}


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_in_one_line(old: str, new: str, expected: str, tmp_path: Path) -> None:
    assert old in GOOD, "the test itself is stale"
    (tmp_path / "shop.yml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contracts(tmp_path)
    message = str(caught.value)
    assert expected in message, f"the user reads: {message}"
    assert "\n" not in message, f"more than one line: {message}"
    assert message.startswith("shop.yml: "), f"does not name the file: {message}"


def test_a_good_contract_is_read_as_written(tmp_path: Path) -> None:
    (tmp_path / "shop.yml").write_text(GOOD, encoding="utf-8")
    ((contract, name, obj),) = each_object(load_contracts(tmp_path))
    assert (contract.source, name, obj.path) == ("shop", "lines", "lines/*.csv")
    assert [column.title for column in obj.columns][2] == "金额"
    required = [column.name for column in obj.columns if obj.is_required(column)]
    assert required == ["id", "sold_at"], "key, version and event time cannot be empty"


@pytest.mark.parametrize("with_folder", [True, False])
def test_no_contracts_is_an_error_that_names_the_setting(with_folder: bool, tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    if with_folder:
        folder.mkdir()
    with pytest.raises(ContractError, match=r"C360_SOURCES: no .*add-a-source\.md") as caught:
        load_contracts(folder)
    assert "\n" not in str(caught.value)


def test_two_files_for_one_source_are_refused(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(ContractError, match=r"b\.yml: source shop is already declared in a\.yml"):
        load_contracts(tmp_path)


def test_a_changed_contract_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "shop.yml"
    file.write_text(GOOD, encoding="utf-8")
    assert load_contract(file).owner == "team:sales"
    file.write_text(GOOD.replace("team:sales", "team:shops"), encoding="utf-8")
    assert load_contract(file).owner == "team:shops"


def test_a_contract_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.yml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(ContractError, match=r"shop\.yml: is not UTF-8; save it as UTF-8"):
        load_contracts(tmp_path)


SYSTEM = """
source: crm
description: A CRM
connection:
  system: zoho_crm
  data_center: cn
  client_id: ${CRM_CLIENT_ID}
  http: {calls: 5}
objects:
  leads:
    description: One row per lead
    stream: Leads
    delivery: increment
    overlap_seconds: 60
    options: {converted: both}
    columns:
      - {name: id, type: bigint}
      - {name: owner_id, header: Owner.id, type: bigint}
      - {name: edited_at, header: Modified_Time, type: timestamp}
    key: [id]
    version: edited_at
"""

SYSTEM_MISTAKES = {
    "unknown system": (
        "zoho_crm",
        "zohocrm",
        "system 'zohocrm' is unknown; use database, fxiaoke, rest, shopify, wechat, zoho_crm",
    ),
    "no system": ("  system: zoho_crm\n", "", "key 'system' is missing; add it"),
    "no connection": (
        SYSTEM[SYSTEM.index("connection") : SYSTEM.index("objects")],
        "",
        "object leads names a stream; add 'connection' to the source",
    ),
    "small overlap": (
        "overlap_seconds: 60",
        "overlap_seconds: 59",
        "overlap_seconds: input should",
    ),
    "days before": ("overlap_seconds: 60", "every_days: -1", "every_days: input should"),
    "no name": ("stream: Leads", "stream: ''", "object leads: stream: string should have at least"),
    "key of files": (
        "    delivery: increment",
        "    encoding: gb18030",
        "object leads: encoding has no meaning for a stream; remove it",
    ),
    "files of a system": (
        "    stream: Leads\n    delivery: increment\n    overlap_seconds: 60\n"
        "    options: {converted: both}\n",
        "    path: leads.csv\n    format: csv\n",
        "object leads names files and the source a connection; make two sources of it",
    ),
    "options that are no keys": ("{converted: both}", "[both]", "options: input should be a valid"),
}


@pytest.mark.parametrize(("old", "new", "expected"), SYSTEM_MISTAKES.values(), ids=SYSTEM_MISTAKES)
def test_a_mistake_about_a_system_is_told_in_one_line(
    old: str, new: str, expected: str, tmp_path: Path
) -> None:
    assert old in SYSTEM, "the test itself is stale"
    (tmp_path / "crm.yml").write_text(SYSTEM.replace(old, new), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contracts(tmp_path)
    message = str(caught.value)
    assert expected in message, f"the user reads: {message}"
    assert "\n" not in message, f"more than one line: {message}"
    assert message.startswith("crm.yml: "), f"does not name the file: {message}"


@pytest.mark.parametrize("key", ["options: {a: 1}", "overlap_seconds: 90", "unnest: lines"])
def test_keys_of_streams_have_no_meaning_for_files(key: str, tmp_path: Path) -> None:
    with_key = GOOD.replace("    key: [id]", f"    key: [id]\n    {key}")
    (tmp_path / "shop.yml").write_text(with_key, encoding="utf-8")
    with pytest.raises(ContractError, match="has no meaning for files; remove it"):
        load_contracts(tmp_path)


def test_a_contract_of_a_system_keeps_its_variables(tmp_path: Path) -> None:
    (tmp_path / "crm.yml").write_text(SYSTEM, encoding="utf-8")
    ((contract, _, obj),) = each_object(load_contracts(tmp_path))
    assert contract.connection is not None
    assert contract.connection.system == "zoho_crm"
    assert contract.connection.settings == {
        "data_center": "cn",
        "client_id": "${CRM_CLIENT_ID}",
        "http": {"calls": 5},
    }
    assert (obj.stream, obj.path, obj.format) == ("Leads", None, None)
    assert (obj.overlap_seconds, obj.every_days, obj.unnest, obj.staged) == (60, 0, None, True)

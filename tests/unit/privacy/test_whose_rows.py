"""Every contract says whose its rows are: the templates that are copied, and one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from assets.enrich.identity.rules import default_rules
from assets.privacy.subject.leads import check_customers, leads
from assets.raw.contract import ContractError, SourceContract, load_contract, load_contracts

ROOT = Path(__file__).parents[3]
RAW = ROOT / "assets" / "raw"
TEMPLATES = sorted({*RAW.rglob("template.yml"), *RAW.glob("*/templates/*.yml")})
TYPES = default_rules().types
SHOP = """
source: shop
description: A shop
objects:
  customers:
    description: One row per account
    path: customers.csv
    format: csv
    columns:
      - {name: customer_id, type: bigint, person: customers}
      - {name: email, type: varchar, identifier: email}
    key: [customer_id]
  orders:
    description: One row per order
    path: orders.csv
    format: csv
    columns:
      - {name: order_id, type: bigint}
      - {name: customer_id, type: bigint, person: customers}
    key: [order_id]
"""


def test_the_templates_are_found() -> None:
    assert {file.relative_to(RAW).parts[0] for file in TEMPLATES} >= {
        "database", "files", "fxiaoke", "rest", "shopify", "wechat", "zoho_crm",
    }  # fmt: skip
    contracts = [file for file in RAW.rglob("*.yml") if "objects" in yaml.safe_load(file.open())]
    assert sorted(contracts) == TEMPLATES, "a contract to copy lies where nobody looks for one"


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_a_template_says_whose_its_rows_are(file: Path) -> None:
    contract = load_contract(file)
    check_customers([contract])
    for name, obj in contract.objects.items():
        for lead in leads(contract.source, obj):
            assert lead.named, f"{name}.{lead.column}: the objects that it names are known"


def test_the_templates_stand_beside_each_other() -> None:
    contracts = [load_contract(file) for file in TEMPLATES]
    assert len({contract.source for contract in contracts}) == len(contracts)
    check_customers(contracts)


def test_the_demo_company_says_it_too() -> None:
    check_customers(load_contracts(ROOT / "demo" / "sources"))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_what_looks_like_an_identifier_is_one(file: Path) -> None:
    contract = load_contract(file)
    looked = {"email", "mobile", "phone", "tel", "unionid", "openid", "wechat_unionid"}
    for name, obj in contract.objects.items():
        if name in ("users", "personnel") and obj.customers == "none":
            continue  # staff
        bare = [it.name for it in obj.columns if it.name in looked and not it.identifier]
        assert not bare, f"{name}: {bare}"


def changed(tmp_path: Path, change: Callable[[str], str]) -> list[SourceContract]:
    (tmp_path / "shop.yml").write_text(change(SHOP))
    return load_contracts(tmp_path)


def test_an_object_that_says_nothing_is_refused(tmp_path: Path) -> None:
    contracts = changed(
        tmp_path,
        lambda text: text.replace(
            "      - {name: customer_id, type: bigint, person: customers}\n    key: [order_id]",
            "      - {name: customer_id, type: bigint}\n    key: [order_id]",
        ),
    )
    with pytest.raises(
        ContractError, match=r"shop\.yml: object orders does not say whose"
    ) as error:
        check_customers(contracts)
    assert "docs/add-a-source.md" in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_identifier_type_is_refused(tmp_path: Path) -> None:
    contracts = changed(
        tmp_path, lambda text: text.replace("identifier: email", "identifier: mail")
    )
    with pytest.raises(ContractError) as error:
        check_customers(contracts)
    said = str(error.value)
    assert said.startswith("shop.yml: object customers, column email: identifier 'mail' is no type")
    assert all(known in said for known in TYPES)
    assert "\n" not in said


def test_a_type_that_depends_on_another_column_is_looked_at_too(tmp_path: Path) -> None:
    contracts = changed(
        tmp_path,
        lambda text: text.replace("identifier: email", "identifier: {by: customer_id, a: mail}"),
    )
    with pytest.raises(ContractError, match="identifier 'mail' is no type"):
        check_customers(contracts)


def test_an_unknown_object_is_refused(tmp_path: Path) -> None:
    contracts = changed(
        tmp_path, lambda text: text.replace("person: customers", "person: accounts")
    )
    with pytest.raises(ContractError, match=r"shop\.accounts is no object of any contract"):
        check_customers(contracts)


def test_an_object_whose_id_is_of_two_columns_cannot_be_named(tmp_path: Path) -> None:
    contracts = changed(
        tmp_path, lambda text: text.replace("key: [customer_id]", "key: [customer_id, email]")
    )
    with pytest.raises(ContractError, match=r"shop\.customers has a key of 2 columns"):
        check_customers(contracts)


@pytest.mark.parametrize("guide", ["docs/add-a-source.md", "docs/sources/rest.md"])
def test_contracts_in_the_guides_say_it_too(guide: str, tmp_path: Path) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    whole = [block for block in blocks if block.startswith("source:") and "    key: [" in block]
    assert whole
    for number, block in enumerate(whole):
        file = tmp_path / f"guide{number}.yml"
        file.write_text(block, encoding="utf-8")
        check_customers([load_contract(file)])


def test_the_guide_explains_whose_a_row_is_by_a_sound_example(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "add-a-source.md").read_text(encoding="utf-8")
    section = text.split("## Whose a row is")[1].split("\n## ")[0]
    example = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)[0])
    for name, obj in example["objects"].items():
        obj |= {"description": name, "path": f"{name}.csv", "format": "csv"}
    file = tmp_path / "shop.yml"
    file.write_text(yaml.safe_dump({"source": "shop", "description": "A shop", **example}))
    check_customers([load_contract(file)])
    assert all(f"`{known}`" in section for known in TYPES)

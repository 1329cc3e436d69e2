"""What the raw tables of a try-out look like.

The order list has a contract of its own. Every other table that the dbt models read stands there
empty, in the shape that the demo company's contracts give it, but that a shop's numbers are text:
a list may call its customers `00001` or `C-17`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from assets.raw.contract import SourceContract, load_contracts
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectContract
from pipelines.runtime.settings import PROJECT_ROOT

LIST_SOURCE, LIST_OBJECT = "order_list", "orders"
LIST_PATH = "orders.csv"
SHAPES = PROJECT_ROOT / "demo" / "sources"
TEXT_IDS = ("household_id", "basket_id", "product_id", "store_id")


def order_list_contract(columns: Iterable[str]) -> ObjectContract:
    """The contract of an order list with these columns.

    Dates are text here: one spelling must hold for the whole file, see landing.py. A return is no
    order, so a negative quantity or amount goes to quarantine.
    """
    known = {
        "customer_id": Column(name="customer_id", type="varchar", required=True),
        "order_date": Column(name="order_date", type="varchar", required=True),
        "quantity": Column(name="quantity", type="decimal(18,3)", required=True, min=0),
        "amount": Column(name="amount", type="decimal(18,2)", required=True, min=0),
        "order_id": Column(name="order_id", type="varchar", required=True),
    }
    contract = ObjectContract.model_validate(
        {
            "description": "One row per order of the list.",
            "columns": [known.get(name) or Column(name=name, type="varchar") for name in columns],
            "key": ["customer_id"],
            "path": LIST_PATH,
            "format": "csv",
            "money": ["amount"],
        }
    )
    # Equal rows are two orders: only the place in the file, which landing numbers, tells so.
    return contract.model_copy(update={"key": ["_position"]})


def empty_objects(
    needed: Iterable[tuple[str, str]], shapes: Path = SHAPES
) -> list[tuple[SourceContract, str, ObjectContract]]:
    """The objects (source, name) in the shape of the demo company's, sorted by name."""
    contracts = {contract.source: contract for contract in load_contracts(shapes)}
    return [
        (contracts[source], name, _with_text_ids(contracts[source].objects[name]))
        for source, name in sorted(needed)
    ]


def _with_text_ids(obj: ObjectContract) -> ObjectContract:
    columns = [
        column.model_copy(update={"type": "varchar"}) if column.name in TEXT_IDS else column
        for column in obj.columns
    ]
    return obj.model_copy(update={"columns": columns})

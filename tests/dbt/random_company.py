"""A small random company, made from the contracts: every object of every source, and no SQL.

The same name gives the same value, so it is the same company however its rows are delivered. A new
object or column of a contract is in it without a word here; only ids that refer to each other are
named, so that joins find something.
"""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from assets.raw.contract_columns import EPOCHS, MOMENTS, Column
from assets.raw.contract_model import ObjectContract

Row = dict[str, Any]

AS_OF = date(2017, 12, 31)
FIRST = datetime(2017, 10, 1)
DAYS = 94
"""The rows run three days past the business date: they must wait."""

ENTITIES = {
    "person": 12, "order": 40, "product": 8, "store": 3, "campaign": 3, "coupon": 4, "device": 5,
    "profile": 6, "member": 8, "contact": 10, "account": 5, "staff": 4, "deal": 6,
}  # fmt: skip
"""What ids stand for, and how many there are."""

REFERS = {
    **dict.fromkeys(("household_id", "customer_id", "shop_customer_id"), "person"),
    **dict.fromkeys(("basket_id", "order_id"), "order"),
    **dict.fromkeys(("product_id",), "product"),
    **dict.fromkeys(("store_id",), "store"),
    **dict.fromkeys(("campaign_id",), "campaign"),
    **dict.fromkeys(("coupon_upc",), "coupon"),
    **dict.fromkeys(("device_id",), "device"),
    **dict.fromkeys(("profile_id",), "profile"),
    **dict.fromkeys(("member_id", "referrer_member_id", "referred_member_id"), "member"),
    **dict.fromkeys(
        ("contact_id", "who_id", "parent_id", "contact_name_id", "converted_contact_id"), "contact"
    ),
    **dict.fromkeys(("account_id", "account_name_id"), "account"),
    **dict.fromkeys(("owner", "owner_id", "staff_id"), "staff"),
    **dict.fromkeys(("deal_id", "what_id"), "deal"),
}
OWN_IDS = {
    ("crm_zoho", "contacts"): "contact", ("crm_fxiaoke", "contacts"): "contact",
    ("crm_zoho", "accounts"): "account", ("crm_fxiaoke", "accounts"): "account",
    ("crm_zoho", "deals"): "deal", ("crm_fxiaoke", "opportunities"): "deal",
    ("crm_zoho", "users"): "staff", ("crm_fxiaoke", "personnel"): "staff",
}  # fmt: skip
"""Objects whose own id is what others refer to."""

MODULES = {
    "Contacts": "contact", "Accounts": "account", "Deals": "deal", "ContactObj": "contact",
    "AccountObj": "account", "NewOpportunityObj": "deal",
}  # fmt: skip
LONG_IDS = ("crm_zoho", "service")
TEXTS = ["下周回访客户", "太慢了，很失望", "Great service, call back on Friday", "月底前给报价"]
POOLS = {
    "full_name": ["王芳", "李雷", "Ann Baker", "Tom Li"],
    "name": ["王芳", "李雷", "Ann Baker", "Tom Li"],
    "mobile": [f"1390000000{number}" for number in range(8)],
    "phone": [f"+86 1390000000{number}" for number in range(8)],
    "email": [f"person{number}@mail.example" for number in range(8)],
    "city": ["上海", "苏州", "Albany"],
    "tier": ["standard", "silver", "gold"],
    "stage": ["Qualification", "Closed Won", "Closed Lost"],
    "currency": ["USD", "CNY"],
    **dict.fromkeys(("content", "comment", "body", "description", "subject", "title"), TEXTS),
}


def u(*parts: object) -> float:
    """A number from 0 to 1 that belongs to these words."""
    text = "|".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest()) / 2**56


def pick(values: list[Any], *parts: object) -> Any:
    """One of the values, by the same words always the same."""
    return values[int(u(*parts) * len(values))]


def rows_of(source: str, name: str, obj: ObjectContract, state: int = 0) -> Iterator[Row]:
    """All rows of an object, each version one; `state` tells the states of a snapshot apart."""
    for number, key in enumerate(_keys(source, name, obj)):
        versions = 1 + int(u(source, name, number) * 3) if obj.version else 1
        for version in range(versions):
            yield _row(source, obj, key, (source, name, *key.values()), version + 10 * state)


def _keys(source: str, name: str, obj: ObjectContract) -> list[Row]:
    columns = [obj.column(column) for column in obj.key]
    entity = OWN_IDS.get((source, name))
    count = ENTITIES[entity] if entity else 60 if obj.event_at else 10
    found: dict[tuple[Any, ...], Row] = {}
    for number in range(count):
        words = (source, name, "key", number)
        key = {
            column.name: _id(source, column, entity, number + 1)
            if len(columns) == 1 and column.name not in REFERS and column.type not in MOMENTS
            else _value(source, column, (*words, column.name))
            for column in columns
        }
        if "object" in key and "record_id" in key:
            module = MODULES.get(key["object"], "contact")
            key["record_id"] = _id(source, obj.column("record_id"), module, 1 + number % 5)
        found.setdefault(tuple(key.values()), key)
    return list(found.values())


def _row(source: str, obj: ObjectContract, key: Row, words: tuple[Any, ...], version: int) -> Row:
    row: Row = {}
    created = FIRST + timedelta(seconds=int(u(*_lasting(obj, key, words), "at") * DAYS * 86_400))
    for column in obj.columns:
        if column.name in key:
            row[column.name] = key[column.name]
        elif column.type in MOMENTS and obj.is_required(column):
            is_lasting = column.name != obj.version
            moment = created if is_lasting else created + timedelta(days=version % 10, minutes=5)
            row[column.name] = _moment(column, moment)
        elif "basket_id" in key and column.name == "household_id":
            row[column.name] = _value(source, column, ("buyer", key["basket_id"]))
        elif not column.required and u(*words, version, column.name, "empty") < 0.15:
            row[column.name] = None
        else:
            row[column.name] = _value(source, column, (*words, version, column.name))
    return row


def _lasting(obj: ObjectContract, key: Row, words: tuple[Any, ...]) -> tuple[Any, ...]:
    """What the time of creation belongs to: the lines of an order have the order's."""
    return ("order", key["basket_id"]) if "basket_id" in key else words


def _value(source: str, column: Column, words: tuple[Any, ...]) -> Any:
    entity = "person" if (source, column.name) == ("web", "user_id") else REFERS.get(column.name)
    if entity:
        found = _id(source, column, entity, 1 + int(u(*words) * ENTITIES[entity]))
        return [found] if column.type == "json" else found
    if column.name == "object":
        return pick(sorted(MODULES), *words)
    if column.allowed:
        return pick(list(column.allowed), *words)
    if column.is_number:
        low, high = float(str(column.min or 0)), float(str(column.max or 100))
        number = low + u(*words) * (high - low)
        return f"{number:.2f}" if column.is_decimal else int(number)
    if column.type in MOMENTS:
        return _moment(column, FIRST + timedelta(seconds=int(u(*words) * DAYS * 86_400)))
    if column.type == "boolean":
        return u(*words) < 0.2
    if column.type == "json":
        return {}
    return _text(column, words)


def _text(column: Column, words: tuple[Any, ...]) -> str:
    pool = next((pool for word, pool in POOLS.items() if word in column.name), None)
    if pool:
        return str(pick(pool, *words))
    if column.pattern and "." in column.pattern and "\\S" not in column.pattern:
        return str(pick(["orders.customers", "crm_zoho.contacts"], *words))
    return str(1 + int(u(*words) * 12))


def _id(source: str, column: Column, entity: str | None, number: int) -> Any:
    if column.type in ("bigint", "integer"):
        return number
    is_long = source in LONG_IDS and entity in (None, "contact", "account", "staff", "deal")
    return str(3_652_397_000_000_000_000 + number) if is_long else str(number)


def _moment(column: Column, moment: datetime) -> Any:
    if column.type in EPOCHS:
        return int(moment.replace(tzinfo=UTC).timestamp()) * (1_000_000 // EPOCHS[column.type])
    return str(moment.date()) if column.type == "date" else str(moment)

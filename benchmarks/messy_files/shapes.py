"""Clean tables of several shapes: their contracts, and rows whose values are known.

The contract of a shape is fixed, as a company would write it once for its source; every file of the
corpus is judged by it, however the file is written.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assets.raw.contract_model import ObjectContract

Row = list[str]
"""The cells of a row as text, each as DuckDB writes the typed value; an empty one is null."""

SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜秀英敏静丽强磊军洋勇艳杰涛明超霞平"
NOTES = (
    "回访 OK",
    '说 "改天再联系", 未付款',
    "地址: 上海市,浦东新区\n下午送",
    "prefers e-mail",
    "Crème brûlée, 2 件",
    "it's fine",
    'size 5" pipe',
    "",
    "O'Neil, 'VIP'",
    "退换货; 已处理",
    "a|b",
    "path C:\\temp\\new",
    "",
    "喜欢蓝色👍",
    "tab\there",
)


@dataclass(frozen=True)
class Shape:
    """One kind of table.

    Attributes:
        name: Of the shape.
        columns: As a contract declares them.
        key: The key column.
        row: Makes the cells of row number n.
        money: Columns whose totals must agree.
    """

    name: str
    columns: tuple[dict[str, Any], ...]
    key: str
    row: Callable[[random.Random, int], Row]
    money: tuple[str, ...] = ()

    @property
    def header(self) -> list[str]:
        """The names in the file."""
        return [column.get("header", column["name"]) for column in self.columns]

    def contract(self, **keys: Any) -> ObjectContract:
        """The contract, with what a well-formed variant declares (encoding, delimiter, path)."""
        declared: dict[str, Any] = {
            "description": "One row per record",
            "path": "file.csv",
            "format": "csv",
            "columns": list(self.columns),
            "key": [self.key],
            "money": list(self.money),
        }
        return ObjectContract.model_validate(declared | keys)


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2))))


def _date(rng: random.Random) -> str:
    return f"{rng.randint(2015, 2017)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def _clock(rng: random.Random) -> str:
    return f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"


def _order(rng: random.Random, n: int) -> Row:
    return [
        str(41_000_000 + n * 7),
        f"K{rng.randint(10_000, 99_999)}",
        f"{_date(rng)} {_clock(rng)}",
        f"{rng.randint(0, 90_000)}.{rng.randint(0, 99):02}",
        rng.choice(("web", "store", "app")),
        rng.choice(NOTES),
    ]


def _contact(rng: random.Random, n: int) -> Row:
    return [
        f"C{770_000 + n * 3}",
        _name(rng),
        f"1{rng.randint(3, 9)}{rng.randint(10**8, 10**9 - 1)}",
        rng.choice(NOTES),
        f"user{n}@example.com" if n % 3 else "",
        _date(rng),
    ]


def _measure(rng: random.Random, n: int) -> Row:
    return [
        str(5_200_000 + n),
        str(rng.randint(-(10**15), 10**15)),
        f"{rng.randint(0, 999)}.{rng.choice('123456789')}",
        f"{rng.randint(-9_999, 9_999)}.{rng.randint(0, 9_999):04}",
        str(rng.randint(0, 5)),
    ]


def _event(rng: random.Random, n: int) -> Row:
    return [
        f"EV-{88_000 + n}",
        _date(rng),
        f"{_date(rng)} {_clock(rng)}",
        rng.choice(("true", "false")),
        rng.choice(("开始", "续约", "结束", "")),
    ]


def _text(rng: random.Random, n: int) -> Row:
    return [
        f"t{60_000 + n}",
        rng.choice(("note", "mail", "call")),
        rng.choice(NOTES),
        _name(rng),
        rng.choice(NOTES),
    ]


def _columns(**types: str) -> tuple[dict[str, Any], ...]:
    return tuple({"name": name, "type": kind} for name, kind in types.items())


CONTACTS = (
    {"name": "contact_id", "header": "客户编号", "type": "varchar", "pattern": "C[0-9]{6}"},
    {"name": "full_name", "header": "姓名", "type": "varchar", "required": True},
    {"name": "mobile", "header": "手机", "type": "varchar"},
    {"name": "note", "header": "备注", "type": "varchar"},
    {"name": "email", "header": "邮箱", "type": "varchar"},
    {"name": "changed_on", "header": "修改日期", "type": "date"},
)

EVENTS = (
    {"name": "code", "type": "varchar"},
    {"name": "day", "type": "date"},
    {"name": "moment", "type": "timestamp", "required": True},
    {"name": "is_open", "type": "boolean"},
    {"name": "label", "type": "varchar"},
)

TEXTS = (
    {"name": "ref", "type": "varchar"},
    {"name": "kind", "type": "varchar", "required": True, "allowed": ["note", "mail", "call"]},
    {"name": "title", "type": "varchar"},
    {"name": "author", "type": "varchar"},
    {"name": "body", "type": "varchar"},
)

SHAPES = (
    Shape(
        "orders",
        _columns(
            order_id="bigint",
            customer="varchar",
            ordered_at="timestamp",
            amount="decimal(18,2)",
            channel="varchar",
            note="varchar",
        ),
        "order_id",
        _order,
        ("amount",),
    ),
    Shape("contacts", CONTACTS, "contact_id", _contact),
    Shape(
        "measures",
        _columns(id="bigint", big="bigint", ratio="double", price="decimal(18,4)", grade="integer"),
        "id",
        _measure,
    ),
    Shape("events", EVENTS, "code", _event),
    Shape("texts", TEXTS, "ref", _text),
)

"""One broken row for each source, of a different kind each, as real systems deliver them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Break:
    """What is broken, and under which rule and which column the row must be found again."""

    source: str
    obj: str
    rule: str
    names: str
    apply: Callable[[Path], None]


def _append(name: str, line: str) -> Callable[[Path], None]:
    def apply(data: Path) -> None:
        file = data / name
        content = (line + "\n").encode()
        with file.open("ab") as out:
            out.write(gzip.compress(content) if file.suffix == ".gz" else content)

    return apply


def _change_lines(data: Path, column: str, condition: str, value: str) -> None:
    file = data / "orders" / "transactions.parquet"
    changed = duckdb.sql(
        f"select * replace (case when {condition} then {value} else {column} end as {column}) "
        f"from (select *, row_number() over () as position from '{file}')"
    ).to_arrow_table()
    duckdb.from_arrow(changed.drop_columns(["position"])).write_parquet(str(file))


def negative_quantity(data: Path) -> None:
    """The first order line has quantity -1."""
    _change_lines(data, "quantity", "position = 1", "-1")


def unknown_product(data: Path) -> None:
    """The second order line is of a product that the catalogue does not have."""
    _change_lines(data, "product_id", "position = 2", "999999999")


def rename_a_column(data: Path) -> None:
    """The header of the refunds is not the one of the contract; a byte order mark comes first."""
    file = data / "orders" / "refunds.csv"
    header, rest = file.read_text().split("\n", 1)
    file.write_text("\ufeff" + header.replace("refund_amount", "amount") + "\n" + rest)


def flood_of_negative_amounts(data: Path) -> None:
    """Every refund is negative."""
    file = data / "orders" / "refunds.csv"
    header, *rows = file.read_text().splitlines()
    fields = [row.split(",") for row in rows]
    file.write_text(
        "\n".join([header, *(",".join([*row[:3], f"-{row[3]}", *row[4:]]) for row in fields)])
        + "\n"
    )


BREAKS = [
    Break("orders", "order_lines", "below_minimum", "quantity", negative_quantity),
    Break(
        "marketing",
        "campaign_details",
        "duplicate_key",
        "campaign_id",
        _append("marketing/campaign_details.csv", "1,Another name,email,Other words,9.00,USD"),
    ),
    Break(
        "service",
        "tickets",
        "wrong_type",
        "opened_at",
        _append(
            "service/tickets.csv",
            "TBROKEN,web,quality,normal,,,,Late,Where is it?,,open,2017-13-45,,,,,"
            "2017-02-01 10:00:00",
        ),
    ),
    Break(
        "loyalty",
        "points_ledger",
        "too_many_fields",
        "field",
        _append(
            "loyalty/points_ledger.csv",
            "XBROKEN,M000000001,earn,,10,31200000000,2018-01-01,2017-02-01 10:00:00",
        ),
    ),
    Break(
        "consent",
        "consent_events",
        "too_few_fields",
        "field",
        _append("consent/consent_events.csv", "CO-broken,customer_id,1,marketing"),
    ),
    Break(
        "crm_zoho",
        "notes",
        "missing_value",
        "parent_id",
        _append(
            "servers/zoho/Notes.jsonl",
            '{"id":"3652397069900009999","Parent_Id":null,"Note_Title":"Call","Owner":null,'
            '"Note_Content":"Called back.","Created_Time":"2017-02-01T10:00:00+08:00",'
            '"Modified_Time":"2017-02-01T10:00:00+08:00"}',
        ),
    ),
    Break(
        "crm_fxiaoke",
        "active_records",
        "wrong_type",
        "create_time",
        _append(
            "servers/fxiaoke/ActiveRecordObj.jsonl",
            '{"_id":"5fbrokenbyatest","active_record_content":"回访","create_time":"昨天",'
            '"last_modified_time":1485914400000,"owner":["1001"],"life_status":"normal"}',
        ),
    ),
    Break(
        "web",
        "events",
        "not_allowed",
        "event_name",
        _append(
            "web/events.jsonl.gz",
            '{"event_id":"we-broken","event_name":"teleport","device_id":"d","platform":"web",'
            '"occurred_at":"2017-02-01 10:00:00","received_at":"2017-02-01 10:00:01"}',
        ),
    ),
    Break(
        "feedback",
        "responses",
        "above_maximum",
        "score",
        _append(
            "feedback/responses.jsonl",
            '{"response_id":"FBROKEN","kind":"nps","score":99,"channel":"email",'
            '"responded_at":"2017-02-01 10:00:00"}',
        ),
    ),
    Break(
        "social",
        "interactions",
        "wrong_type",
        "occurred_at",
        _append(
            "social/interactions.jsonl",
            '{"interaction_id":"si-broken","platform":"weibo","profile_id":"1","kind":"like",'
            '"body":null,"occurred_at":"the day before yesterday"}',
        ),
    ),
]
